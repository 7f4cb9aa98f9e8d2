"""The whole product as `make run` starts it, and a person who uses it in Chromium."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, FrameLocator, Page

from tests.support.environment import ROOT, environment
from tests.support.servers import free_port, wait_for_port

CHROMIUM = Path("/usr/bin/chromium")

# Chromium would otherwise look for its maker at every start, and draw with a graphics card that it
# has to imitate.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

PHONE, DESKTOP = (390, 844), (1280, 900)

# Milliseconds. Two cores may be busy with something else for a while.
PATIENCE = 60_000


@dataclass
class Site:
    """`letterpath run`: its base URL, and the folder of its state."""

    base: str
    state: Path


@contextmanager
def running(state: Path) -> Iterator[str]:
    """`letterpath run` with a state folder of its own; its base URL."""
    port = free_port()
    base = f"http://localhost:{port}"
    log = (state / "run.log").open("w")
    process = subprocess.Popen(
        [Path(sys.executable).parent / "letterpath", "run"],
        cwd=ROOT,
        env=environment(bind=f"127.0.0.1:{port}", state=state, base_url=base),
        stdout=log,
        stderr=log,
    )
    try:
        wait_for_port(port)
        yield base
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        log.close()


def tab(browser: Browser, scheme: Scheme = "light", size: tuple[int, int] = PHONE) -> Page:
    """A browser of its own, with nothing in it yet: a phone in Berlin unless told otherwise."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


@dataclass
class Reader:
    """Somebody with a browser, and the development mailbox for a mailbox."""

    page: Page
    base: str

    def signs_up(self, address: str, name: str = "Ada") -> None:
        self.page.goto(self.base)
        self.page.get_by_label("Your email address").fill(address)
        self.page.get_by_label(re.compile("First name")).fill(name)
        self.page.get_by_role("button", name="Send me the sampler").click()
        self.page.get_by_role("heading", name="Check your inbox").wait_for()

    def opens_the_newest_letter(self, subject: str) -> FrameLocator:
        """Waits for it: the worker may need a moment."""
        self.returns()
        for _ in range(240):
            self.page.goto(f"{self.base}/mailbox")
            newest = self.page.locator("h1, h2").filter(has_text=subject)
            if newest.count():
                return self.page.frame_locator("iframe")
            self.page.wait_for_timeout(250)
        raise AssertionError(f"no letter came that is called {subject!r}")

    def presses_in_the_letter(self, link: str | re.Pattern[str]) -> Page:
        """The page that a letter's link opens, in a tab of its own."""
        found = self.page.frame_locator("iframe").get_by_role("link", name=link).first
        opened = self.page.context.new_page()
        opened.goto(found.get_attribute("href") or "")
        return opened

    def returns(self) -> None:
        """To the first tab. Chromium draws one behind another once a second, and a click waits."""
        self.page.bring_to_front()

    def travels(self, button: str) -> None:
        self.returns()
        self.page.goto(f"{self.base}/mailbox")
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_load_state()
