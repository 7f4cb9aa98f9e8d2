"""The mailbox and the time machine are for development alone."""

from pathlib import Path

from tests.security.kit import SECRET
from tests.support import worlds
from tests.support.world import World


def test_neither_mailbox_nor_time_machine_is_there_in_production(production: World) -> None:
    names = {rule.endpoint for rule in production.client.application.url_map.iter_rules()}
    assert not [name for name in names if name.startswith("mailbox")]
    for path in ("/mailbox", "/mailbox/time", "/mailbox/000001-1.eml/letter.html"):
        assert production.open(path).status_code == 404


def test_the_mailbox_shows_letters_and_no_other_file(database_url: str, tmp_path: Path) -> None:
    world = worlds.make(database_url, tmp_path, mail_url=f"folder:{tmp_path / 'mail'}")
    world.sign_up()
    (tmp_path / "mail" / "notes.eml").write_text(SECRET)
    assert world.open("/mailbox/000001-1.eml").status_code == 200
    for name in (
        "notes.eml",
        "..%2fsecret_key",
        "%2e%2e%2fsecret_key",
        "....//secret_key",
        ".lock",
    ):
        for path in (f"/mailbox/{name}", f"/mailbox/{name}/letter.html"):
            assert world.open(path).status_code == 404, path
    world.runtime.engine.dispose()
