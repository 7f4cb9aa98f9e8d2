"""A walk through every page there is, with a stop at each: for whoever wants to look at them all.

`make screenshots` takes pictures on the way; the accessibility tests ask axe.
"""

import os
import re
from collections.abc import Generator, Iterator
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.product import Reader
from tests.support import commands

# Of the stops that are not answered with 200.
ANSWERS = {
    "landing-with-an-error": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not-found": HTTPStatus.NOT_FOUND,
    "course-after-withdraw": HTTPStatus.GONE,
}


def walk(reader: Reader, state: Path) -> Iterator[tuple[str, Page]]:
    """The name of each stop, and the page that shows it. `state` is the site's folder."""
    for name, page in _stops(reader, state):
        require_status(name, page)
        yield name, page


def require_status(name: str, page: Page) -> None:
    """What the server answered at that stop: a page that broke is a page, too, and a tidy one."""
    status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    assert status == ANSWERS.get(name, HTTPStatus.OK), f"{name} ({page.url}) answers {status}"


def _stops(reader: Reader, state: Path) -> Iterator[tuple[str, Page]]:
    page = reader.page
    yield from _arriving(reader)
    lesson_links = yield from _reading(reader)
    yield from _writing(reader, lesson_links)
    yield from _journal(reader)
    reader.returns()
    yield from _pace(reader, lesson_links["pace"])
    yield from _author(page, reader.base, _password(state))
    yield from _leaving(reader, lesson_links)
    yield from _ending(reader, state)


def _arriving(reader: Reader) -> Iterator[tuple[str, Page]]:
    page, base = reader.page, reader.base
    page.goto(f"{base}/mailbox")
    yield "mailbox-empty", page
    page.goto(base)
    yield "landing", page
    page.get_by_label("Your email address").fill("ada@example")
    page.get_by_role("button", name="Send me the sampler").click()
    yield "landing-with-an-error", page
    page.goto(f"{base}/courses/emotional-safety/embed")
    yield "embed", page
    page.goto(f"{base}/no-such-page")
    yield "not-found", page
    address = f"ada-{os.getpid()}-{id(page)}@example.org"
    reader.signs_up(address)
    yield "check-your-mail", page
    reader.opens_the_newest_letter("Please confirm, and the sampler is yours")
    page.locator("iframe").scroll_into_view_if_needed()
    page.frame_locator("iframe").get_by_role("link").first.wait_for()
    yield "mailbox", page
    tab = reader.presses_in_the_letter("Yes, send me the sampler")
    yield "confirm", tab
    tab.get_by_role("button").first.click()
    yield "confirmed", tab
    reader.opens_the_newest_letter("Your CNT Toolkit Sampler is here")
    yield "sampler", reader.presses_in_the_letter("Open the sampler")
    yield from _subscribing(reader)


def _subscribing(reader: Reader) -> Iterator[tuple[str, Page]]:
    reader.page.goto(f"{reader.base}/newsletters/evening-notes")
    yield "newsletter", reader.page
    address = f"eve-{os.getpid()}-{id(reader)}@example.org"
    reader.page.get_by_label("Your email address").fill(address)
    reader.page.get_by_role("button", name="Subscribe").click()
    yield "check-your-mail-for-a-newsletter", reader.page
    reader.opens_the_newest_letter("Please confirm your subscription")
    tab = reader.presses_in_the_letter("Yes, subscribe me")
    yield "confirm-a-newsletter", tab
    tab.get_by_role("button").first.click()
    yield "subscribed", tab
    tab.get_by_role("link", name="See all you get from us").click()
    yield "preferences", tab
    tab.get_by_role("button", name="Leave").first.click()
    yield "departed", tab
    tab.get_by_role("button", name="Undo").click()
    yield "returned", tab


def _reading(reader: Reader) -> Generator[tuple[str, Page], None, dict[str, str]]:
    links = {}
    for _ in range(12):
        reader.travels("To the next letter")
        title = reader.page.locator("#subject").inner_text()
        frame = reader.page.frame_locator("iframe")
        if title == "One evening a week for the two of you":
            for name in ("Write my answer", "pace", "Unsubscribe", "browser", "calendar"):
                found = frame.get_by_role("link", name=re.compile(name)).first
                links[name] = found.get_attribute("href") or ""
            break
    for view in ("text", "headers", "source"):
        reader.page.get_by_role("link", name=view.capitalize(), exact=True).click()
        reader.page.locator("[aria-current=page]", has_text=view.capitalize()).wait_for()
        yield f"mailbox-{view}", reader.page
    reader.page.goto(links["browser"])
    yield "lesson-in-the-browser", reader.page
    reader.page.goto(links["calendar"])
    yield "calendar", reader.page
    return links


def _writing(reader: Reader, links: dict[str, str]) -> Iterator[tuple[str, Page]]:
    page = reader.page
    page.goto(links["Write my answer"])
    yield "reflection", page
    page.get_by_role("button", name=re.compile("Keep|Save|Write")).first.click()
    page.get_by_role("textbox").fill("Sunday at eight, with tea.\n\nFirst: that I miss our walks.")
    page.get_by_role("button", name=re.compile("Keep|Save|Write")).first.click()
    page.wait_for_url("**/saved")
    yield "saved", page
    page.goto(links["Write my answer"])
    yield "reflection-to-change", page


def _journal(reader: Reader) -> Iterator[tuple[str, Page]]:
    page = reader.page
    page.goto(f"{reader.base}/journal")
    yield "journal-link", page
    page.get_by_role("textbox").fill(f"ada-{os.getpid()}-{id(page)}@example.org")
    page.get_by_role("button").first.click()
    yield "journal-link-sent", page
    reader.opens_the_newest_letter("Your link to your journal")
    tab = reader.presses_in_the_letter("Open my journal")
    yield "journal-key", tab
    tab.get_by_role("button", name="Open my journal").click()
    yield "journal", tab
    tab.get_by_role("link", name=re.compile("Change|Edit")).first.click()
    yield "journal-edit", tab


def _pace(reader: Reader, url: str) -> Iterator[tuple[str, Page]]:
    page = reader.page
    page.goto(url)
    yield "pace", page
    page.get_by_role("button", name=re.compile("Pause for two weeks")).click()
    yield "pace-paused", page


def _author(page: Page, base: str, password: str) -> Iterator[tuple[str, Page]]:
    page.goto(f"{base}/admin/")
    yield "sign-in", page
    page.get_by_label("Password").fill(password)
    page.get_by_role("button").first.click()
    yield "overview", page


def _leaving(reader: Reader, links: dict[str, str]) -> Iterator[tuple[str, Page]]:
    page = reader.page
    page.goto(links["pace"])
    page.get_by_role("button", name=re.compile("Erase|link")).last.click()
    yield "erasure-link-sent", page
    reader.opens_the_newest_letter("Erase everything we keep about you")
    tab = reader.presses_in_the_letter("Go to the last step")
    yield "erase", tab
    reader.returns()
    page.goto(links["Unsubscribe"])
    yield "leave", page
    page.get_by_role("button", name="Unsubscribe").first.click()
    yield "left", page


def _ending(reader: Reader, state: Path) -> Iterator[tuple[str, Page]]:
    """Of the course; it is open again when the tour is over."""
    page, course = reader.page, "emotional-safety"
    for command, words in (("close", "Sign-up is closed"), ("withdraw", "has ended")):
        _letterpath(state, command, course)
        _awaits(page, f"{reader.base}/courses/{course}", words)
        yield f"course-after-{command}", page
    _letterpath(state, "open", course)
    _awaits(page, f"{reader.base}/courses/{course}", "Your email address")


def _letterpath(state: Path, *arguments: str) -> None:
    done = commands.run(*arguments, stdin="y\n", state=str(state))
    assert done.returncode == 0, done.stderr


def _awaits(page: Page, url: str, words: str) -> None:
    """A server knows a second late that a course was closed."""
    for _ in range(40):
        page.goto(url)
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{url} never says {words!r}")


def _password(state: Path) -> str:
    """The overview's, as the development server keeps it."""
    return (state / "admin_password").read_text().strip()
