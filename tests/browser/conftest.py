"""A product for each test that leaves something in it, and one real Chromium for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.product import CHROMIUM, PATIENCE, QUIET, Reader, Site, parts_running, tab

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Shared by those who look at its pages."""
    state = tmp_path_factory.mktemp("site")
    with parts_running(state, sqlite_template) as base:
        yield Site(base, state)


@pytest.fixture
def product(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """As new."""
    state = tmp_path / "site"
    state.mkdir()
    with parts_running(state, sqlite_template) as base:
        yield base


@pytest.fixture(scope="package")
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
