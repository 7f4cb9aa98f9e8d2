"""The mailbox of development, before anything is in it."""

from pathlib import Path

from tests.security.kit import ON_SQLITE
from tests.support.world import World
from tests.support.worlds import make


@ON_SQLITE
def test_a_mailbox_without_letters_says_how_to_get_one(world: World, tmp_path: Path) -> None:
    settings = world.runtime.settings
    there = make(
        settings.database_url, settings.state, f"folder:{tmp_path}", base_url="http://localhost"
    )
    page = there.client.get("/mailbox", base_url="http://localhost")
    assert page.status_code == 200
    assert "No letter has been written yet." in page.text
