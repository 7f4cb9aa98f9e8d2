"""The form that an author copies to another site, as a browser takes it from there to us."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.product import Reader

pytestmark = pytest.mark.browser


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """A site of somebody else's: for a browser, 127.0.0.1 is another one than localhost."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_was_typed_on_another_site_arrives_and_no_session_ends(
    reader: Reader, elsewhere: str, tmp_path: Path
) -> None:
    page = reader.page
    page.goto(f"{reader.base}/courses/emotional-safety/embed")
    (tmp_path / "elsewhere" / "index.html").write_text(page.locator("pre").inner_text())
    page.goto(f"{reader.base}/journal/link")
    before = session(reader)

    page.goto(elsewhere)
    page.get_by_label("Your email address").fill("grace@example.org")
    page.get_by_label("First name").fill("Grace")
    page.get_by_role("button").click()
    expect(page.get_by_label("Your email address")).to_have_value("grace@example.org")
    expect(page.get_by_text("What you typed came with you.")).to_be_visible()
    assert session(reader) == before

    page.get_by_role("button", name="Send me the sampler").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    reader.opens_the_newest_letter("Please confirm, and the sampler is yours")


def session(reader: Reader) -> str:
    cookies = {each["name"]: each["value"] for each in reader.page.context.cookies(reader.base)}
    assert "carried" not in cookies
    return cookies["letterpath"]
