"""What an author's pictures look like to a browser: there, and allowed by every page's policy."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Frame, Page
from werkzeug.serving import make_server

from course.authoring import compiling, publishing
from course.db.transactions import transaction
from tests.support import worlds
from tests.support.pictures import illustrated
from tests.support.servers import free_port
from tests.support.world import World

pytestmark = pytest.mark.browser

LOADED = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """With a course that has pictures; its letters go to the mailbox on its pages."""
    file = shutil.copy(sqlite_template, tmp_path / "served.sqlite3")
    port, mail = free_port(), f"folder:{tmp_path / 'mail'}"
    base = f"http://localhost:{port}"
    world = worlds.make(f"sqlite:///{file}", tmp_path, mail, base_url=base)
    with transaction(world.runtime.engine) as session:
        made = compiling.compile_course(illustrated(tmp_path / "evenings"))
        publishing.publish(session, made, world.clock.now())
    server = make_server("127.0.0.1", port, world.client.application, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield world
    server.shutdown()
    world.runtime.engine.dispose()


def shows(frame: Frame, number: int) -> None:
    """Lazy ones too, once somebody has come so far."""
    frame.wait_for_function(f"document.images.length == {number}")
    frame.evaluate("[...document.images].forEach(image => image.scrollIntoView())")
    frame.wait_for_function(LOADED)


def test_pages_and_letters_show_their_pictures(page: Page, served: World) -> None:
    base = served.runtime.settings.base_url
    page.goto(f"{base}/courses/evenings")
    shows(page.main_frame, 2)
    page.locator("[name=address]").fill("ada@example.org")
    page.get_by_role("button", name="Send me the first").click()
    page.wait_for_url("**/check-your-mail")
    served.settle()
    page.goto(f"{base}/mailbox")
    page.frame_locator("iframe").locator("img").wait_for()
    shows(page.frames[-1], 1)  # the logo
