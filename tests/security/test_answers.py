"""What every answer carries, and what it never says."""

import logging
import re

import pytest

from tests.security.kit import (
    ON_SQLITE,
    SECRET,
    WEEK,
    all_answers,
    lesson_link,
    open_journal,
    public,
)
from tests.support.world import World


@ON_SQLITE
def test_every_answer_has_the_headers_that_protect_its_reader(enrolled: World) -> None:
    """Pages, redirects, downloads and errors; whatever is added later as well."""
    for answer in all_answers(enrolled):
        path, headers = answer.request.path, answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors" in policy, path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Strict-Transport-Security"], path
        kind = headers["Content-Type"]
        assert "charset=utf-8" in kind or not kind.startswith(("text/", "image/svg")), path
        assert public(path) or headers["Cache-Control"] == "no-store", path


def test_a_page_says_that_the_database_is_away_and_no_more(enrolled: World) -> None:
    paths = ("/", lesson_link(enrolled, "/pace/"), "/no-such-page")
    enrolled.open("/")
    with enrolled.broken_database():
        answers = [enrolled.open(path) for path in paths]
    for answer in answers:
        assert answer.status_code == 500
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Something broke on our side" in answer.get_data(as_text=True)
        assert "<bdi>CNT</bdi>" in answer.get_data(as_text=True)
        assert "mislaid" not in answer.get_data(as_text=True)
        assert "revision" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("PUT", "/journal/link", {}),
        ("GET", f"/?{'x' * 3000}", {}),
        ("GET", "/", {"Accept-Language": "x" * 9000}),
    ],
)
def test_an_error_is_said_in_plain_words_with_a_way_on(
    enrolled: World, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = enrolled.client.open(path, method=method, headers=headers)
    assert answer.status_code in {405, 414, 431}
    assert not re.search(r">[^<]*\b(URL|method|header|request|server)\b", answer.text)
    assert "the link in your letter" in answer.text
    assert "Back to the start" in answer.text


def test_nothing_private_is_logged(enrolled: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        reflect, pace = (lesson_link(enrolled, part) for part in ("/reflect/", "/pace/"))
        enrolled.press(reflect, text=SECRET)
        open_journal(enrolled)
        enrolled.go(WEEK)
        with enrolled.broken_database():
            assert enrolled.open(pace).status_code == 500
    ours = "\n".join(line for line in caplog.text.splitlines() if "asyncio" not in line)
    assert "an error on pace.show" in ours
    for private in ("ada@example.org", SECRET, reflect.rpartition("/")[2], pace.rpartition("/")[2]):
        assert private not in ours


def test_a_form_that_is_too_large_is_refused_kindly(enrolled: World) -> None:
    answer = enrolled.press(lesson_link(enrolled, "/reflect/"), text="x" * 600_000)
    assert answer.status_code == 413
    assert "Your text is still in the form" in answer.get_data(as_text=True)
