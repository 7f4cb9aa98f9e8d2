"""Axe finds nothing to say about any page or letter, by day or by night."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from course.authoring import previewing
from course.config.loader import load
from course.runtime.process import build
from tests.browser.barriers import AXE, barriers, bring_axe
from tests.browser.product import Reader, Site, tab
from tests.browser.tour import require_status, walk
from tests.support import amounts, worlds
from tests.support.served import served
from tests.support.servers import free_port
from tests.support.shipped import compiled
from tests.support.world import FRIDAY

pytestmark = pytest.mark.browser

# A letter is read inside a mail program's page, and the landmarks are that page's.
OF_A_WHOLE_PAGE = ("landmark-one-main", "region")


def test_no_page_has_a_barrier(chromium: Browser, site: Site) -> None:
    page = tab(chromium)
    bring_axe(page)
    found = {}
    for name, shown in walk(Reader(page, site.base), site.state):
        found[name] = barriers(shown)
    page.context.close()
    assert {name: words for name, words in found.items() if words} == {}


def test_a_page_that_broke_is_no_stop_of_the_walk(
    chromium: Browser, sqlite_template: Path, tmp_path: Path
) -> None:
    port, page = free_port(), tab(chromium)
    url, copy = f"http://localhost:{port}", shutil.copy(sqlite_template, tmp_path / "copy")
    made = worlds.make(f"sqlite:///{copy}", tmp_path, base_url=url)
    with served(made, port), made.broken_database():
        page.goto(url)
    with pytest.raises(AssertionError, match=r"landing .* answers 500"):
        require_status("landing", page)
    page.context.close()
    made.runtime.engine.dispose()


def test_no_letter_has_a_barrier(chromium: Browser, tmp_path: Path) -> None:
    """Of the previews that are dark in every scheme, a few: by night all the others are as dark."""
    runtime = build(load(state=tmp_path))
    letters = previewing.write(compiled(), tmp_path, runtime.settings.base_url, FRIDAY)
    paths = sorted(tmp_path.glob("[0-9]*.html"))
    dark = [path for path in paths if path.name.endswith(".dark.html")]
    page = tab(chromium)
    page.evaluate(AXE)
    found = {}
    for path in sorted({*paths} - {*dark}) + amounts.spread(dark, 2):
        page.set_content(path.read_text())
        found[path.name] = barriers(page, without=OF_A_WHOLE_PAGE)
    page.context.close()
    assert (len(paths), len(dark)) == (2 * letters, letters)
    assert {name: words for name, words in found.items() if words} == {}


def test_no_page_is_wider_than_a_small_phone(chromium: Browser, site: Site) -> None:
    page = tab(chromium)
    for path in ("/", "/journal/link", "/mailbox", "/courses/emotional-safety/embed"):
        page.goto(site.base + path)
        for width in (320, 390, 640):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("innerWidth") == width
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.context.close()
