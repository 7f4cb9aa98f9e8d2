"""Axe finds nothing to say about any page or letter, by day or by night."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from course.authoring import compiling, previewing
from course.config.loader import load
from course.runtime.process import build
from tests.browser.product import SCHEMES, Reader, running, tab
from tests.browser.tour import password_of, walk
from tests.support.world import COURSE, FRIDAY

pytestmark = pytest.mark.browser

# A letter is read inside a mail program's page, and the landmarks are that page's.
OF_A_WHOLE_PAGE = ("landmark-one-main", "region")


def test_no_page_has_a_barrier(chromium: Browser, tmp_path: Path) -> None:
    with running(tmp_path) as base:
        page = tab(chromium)
        found = {
            name: barriers(shown) for name, shown in walk(Reader(page, base), password_of(tmp_path))
        }
        page.context.close()
    assert {name: words for name, words in found.items() if words} == {}


def test_no_letter_has_a_barrier(chromium: Browser, tmp_path: Path) -> None:
    runtime = build(load(state=tmp_path))
    course = compiling.compile_course(COURSE)
    previewing.write(course, tmp_path, runtime.settings.base_url, FRIDAY)
    page = tab(chromium)
    found = {}
    for path in sorted(tmp_path.glob("[0-9]*.html")):
        page.goto(path.as_uri())
        found[path.name] = barriers(page, without=OF_A_WHOLE_PAGE)
    page.context.close()
    assert len(found) == 24
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("width", [320, 390, 640])
def test_no_page_is_wider_than_a_small_phone(chromium: Browser, tmp_path: Path, width: int) -> None:
    with running(tmp_path) as base:
        page = tab(chromium, size=(width, 844))
        for path in ("/", "/journal/door", "/mailbox", "/courses/emotional-safety/embed"):
            page.goto(base + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.context.close()


def barriers(page: Page, without: tuple[str, ...] = ()) -> list[str]:
    """What axe says by day and by night, a line for each violation and where it is.

    Without motion: it would see a button's colours on their way from one to the other.
    """
    page.wait_for_load_state()  # axe would look at a page half dressed
    rules = {name: {"enabled": False} for name in without}
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        violations = Axe().run(page, options={"rules": rules}).response["violations"]
        found += [
            f"{scheme}: {violation['id']}: {node['target']}"
            for violation in violations
            for node in violation["nodes"]
        ]
    return found
