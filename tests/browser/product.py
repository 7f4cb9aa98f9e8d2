"""The whole product as `make run` starts it, and a person who uses it in Chromium."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Literal
from urllib.request import urlopen

from playwright.sync_api import Browser, FrameLocator, Page

from course.config.loader import load
from tests.support import forked, servers
from tests.support.environment import ROOT, environment
from tests.support.servers import free_port, wait_for_port
from tests.support.waiting import eventually

CHROMIUM = Path("/usr/bin/chromium")

# Chromium would otherwise look for its maker at every start, draw with a graphics card that it has
# to imitate, and start a process for every tab and for every letter in the mailbox.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
]

WEB = ["--config", "python:course.http.gunicorn_config", "--workers", "1", "--threads", "8"]

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


@contextmanager
def parts_running(state: Path, published: Path) -> Iterator[str]:
    """The parts that `letterpath run` starts, on a copy of that database; their base URL.

    Each is forked from a process that has imported it.
    """
    port = free_port()
    base, bind, log = f"http://localhost:{port}", f"127.0.0.1:{port}", state / "run.log"
    shutil.copy(published, state / "letterpath.sqlite3")
    load(state=state)  # draws the secrets
    with servers.redis() as redis_url:
        given = environment(state=state, base_url=base, redis_url=redis_url)
        web = forked.gunicorn(*WEB, "--bind", bind, "wsgi:app", environment=given, log=log)
        worker = forked.worker(environment=given, log=log)
        try:
            wait_for_port(port)
            yield base
        finally:
            for part in (web, worker):
                part.terminate()
                part.wait(timeout=60)


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
        assert eventually(lambda: subject in self.newest_subject()), f"{subject!r} never came"
        self.returns()
        self.page.goto(f"{self.base}/mailbox")
        self.page.locator("h1, h2").filter(has_text=subject).wait_for()
        return self.page.frame_locator("iframe")

    def newest_subject(self) -> str:
        """Asked without the browser, which would draw the letter each time."""
        with urlopen(f"{self.base}/mailbox") as answer:
            found = re.search(r'id="subject"[^>]*>([^<]+)<', answer.read().decode())
        return unescape(found[1]) if found else ""

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
        if self.page.url != f"{self.base}/mailbox":
            self.page.goto(f"{self.base}/mailbox")
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_load_state()
