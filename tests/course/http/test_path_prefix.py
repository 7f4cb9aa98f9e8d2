"""Below a path everything works that works at the top: pages, forms, styles, letters, cookies."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from course.runtime.links import LINKS
from emails.tokens import Purpose
from tests.security.kit import ONE_CLICK
from tests.support import worlds
from tests.support.world import HTTPS, PASSWORD, PASSWORD_HASH, World

BELOW = "/letters"  # as one of our own pages begins, too
REFERENCE = re.compile(r'\b(?:href|src|action)="([^"]*)"')


@pytest.fixture
def below(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    shutil.copy(sqlite_template, tmp_path / "letters.sqlite3")
    made = worlds.make(f"sqlite:///{tmp_path}/letters.sqlite3", tmp_path, base_url=HTTPS + BELOW,
                       admin_password_hash=PASSWORD_HASH)  # fmt: skip
    yield made
    made.runtime.engine.dispose()


def references(text: str) -> set[str]:
    return {unescape(found) for found in REFERENCE.findall(text)} - {""}


def path_of(reference: str) -> str:
    """Of an address of ours; it has to be below the path."""
    parts = urlsplit(reference)
    assert parts.netloc in ("", urlsplit(HTTPS).netloc), reference
    assert f"{parts.path}/".startswith(f"{BELOW}/"), reference
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def own(reference: str) -> bool:
    return not reference.startswith(("#", "mailto:", "data:")) and (
        urlsplit(reference).netloc in ("", urlsplit(HTTPS).netloc)
    )


def walk(world: World, begin: set[str]) -> set[str]:
    """Every page, style and script that can be reached; what forms are sent to."""
    seen: set[str] = set()
    waiting = {path_of(reference) for reference in begin}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = world.client.get(path, base_url=HTTPS)
        assert answer.status_code not in (400, 404, 500), path
        found = references(answer.text) if answer.mimetype == "text/html" else set()
        found |= {answer.location} if answer.location else set()
        waiting |= {path_of(reference) for reference in found if own(reference)} - seen
    return seen


def test_a_course_is_lived_below_a_path(below: World) -> None:
    below.enroll()
    below.go(timedelta(days=40))
    links = {url for mail in below.mail() for url in below.links(mail)}
    assert all(url.startswith(f"{HTTPS}{BELOW}/") for url in links)
    now, links_of = below.clock.now(), below.runtime.links
    below.press(links_of.to(Purpose.JOURNAL, 1, now))
    reflect = next(url for url in links if "/reflect/" in url)
    assert below.press(reflect, text="On the way home.").location.startswith(f"{BELOW}/reflect/")
    fresh = {links_of.to(purpose, 1, now) for purpose in LINKS if purpose != Purpose.VIEW}
    seen = walk(below, links | fresh | {BELOW, f"{BELOW}/"})
    assert below.press("/admin/session", password=PASSWORD).location == f"{BELOW}/admin/"
    seen |= walk(below, {f"{BELOW}/admin/"})
    for part in (
        "static/letterpath.css", "static/zone.js", "static/draft.js",
        "brand/courses/emotional-safety.svg", "brand/courses/emotional-safety.css",
        "journal", "journal/export.md", "admin/session/end",
    ):  # fmt: skip
        assert f"{BELOW}/{part}" in seen


def test_a_form_without_its_token_is_sent_on_to_the_same_place(below: World) -> None:
    door = f"{BELOW}/journal/link"
    answer = below.client.post(door, data={"address": "ada@example.org"}, base_url=HTTPS)
    assert answer.status_code == 400
    assert door in references(answer.text)


def test_one_click_works_below_a_path_however_the_proxy_passes_it_on(below: World) -> None:
    below.enroll()
    header = str(below.letters()[-1]["List-Unsubscribe"])
    whole = path_of(header.split(">")[0].strip("<"))
    for path in (whole, whole.removeprefix(BELOW)):
        assert below.client.post(path, data=ONE_CLICK, base_url=HTTPS).status_code == 200
    assert below.enrollment().state == "left"


def test_a_page_that_begins_as_the_path_does_is_found_in_both_spellings(below: World) -> None:
    below.enroll()
    view = below.runtime.links.to(Purpose.VIEW, 2, below.clock.now()).removeprefix(HTTPS)
    for path in (view, view.removeprefix(BELOW)):
        assert "/static/" in below.client.get(path, base_url=HTTPS).text


def test_cookies_are_for_what_is_below_the_path(below: World) -> None:
    """And a browser refuses `__Host-` with any other path than `/`."""
    course = f"{BELOW}/courses/emotional-safety"
    typed = {"address": "ada@example.org"}
    answers = (
        below.client.get(f"{BELOW}/journal/link", base_url=HTTPS),
        below.client.post(f"{course}/carried", data=typed, base_url=HTTPS),
        below.client.get(course, base_url=HTTPS),
    )
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Secure-letterpath", "__Secure-carried",
    }  # fmt: skip
    assert all(f"; Path={BELOW};" in f"{cookie};" for cookie in cookies)
    assert 'value="ada@example.org"' in answers[2].text


def test_no_header_moves_the_site(below: World) -> None:
    environ = {"HTTP_X_FORWARDED_PREFIX": "/evil", "HTTP_SCRIPT_NAME": "/evil",
               "SCRIPT_NAME": "/evil", "HTTP_X_SCRIPT_NAME": "/evil"}  # fmt: skip
    answer = below.client.get(f"{BELOW}/", base_url=HTTPS, environ_overrides=environ)
    assert answer.status_code == 200
    assert "/evil" not in answer.text
