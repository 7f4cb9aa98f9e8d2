"""`make screenshots`: every page and every letter, phone and desktop, light and dark."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from course.authoring import compiling, previewing
from course.config.loader import load
from course.runtime.process import build
from tests.browser.product import (
    CHROMIUM,
    DESKTOP,
    PHONE,
    QUIET,
    SCHEMES,
    Reader,
    Scheme,
    running,
    tab,
)
from tests.browser.tour import walk
from tests.support.shipped import COURSE
from tests.support.world import FRIDAY

SIZES = {"phone": PHONE, "desktop": DESKTOP}


def main(into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for size in SIZES:
            for scheme in SCHEMES:
                pages(browser, size, scheme, into)
                letters(browser, size, scheme, into)
        browser.close()


def pages(browser: Browser, size: str, scheme: Scheme, into: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as base:
        page = tab(browser, scheme, SIZES[size])
        for name, shown in walk(Reader(page, base), Path(folder)):
            shown.screenshot(path=into / f"page-{name}-{size}-{scheme}.png", full_page=True)
        page.context.close()


def letters(browser: Browser, size: str, scheme: Scheme, into: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runtime = build(load(state=Path(folder)))
        course = compiling.compile_course(COURSE)
        previewing.write(course, Path(folder), runtime.settings.base_url, FRIDAY)
        page = tab(browser, scheme, SIZES[size])
        for path in sorted(Path(folder).glob("[0-9]*.html")):
            if not path.name.endswith(".dark.html"):
                page.goto(path.as_uri())
                page.screenshot(
                    path=into / f"letter-{path.stem}-{size}-{scheme}.png", full_page=True
                )
        page.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
