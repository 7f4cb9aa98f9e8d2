"""A running product for each test, and one real Chromium for all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.product import CHROMIUM, PATIENCE, QUIET, Reader, running, tab

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[str]:
    """Each test has its own, for a time machine moves everybody in it."""
    with running(tmp_path) as base:
        yield base


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone in Berlin."""
    made = tab(chromium)
    yield made
    made.context.close()


@pytest.fixture
def reader(page: Page, product: str) -> Reader:
    return Reader(page, product)
