"""What people type stays text, and an address is one address."""

import pytest

from tests.security.kit import WEEK, lesson_link, open_journal
from tests.support.message_rules import check_message
from tests.support.world import World


@pytest.mark.parametrize(
    "name",
    [
        "Ada\r\nBcc: everybody@example.org",
        "{{ journal_url }}{% for x in y %}",
        "<script>alert(1)</script>",
        "A\0da \u202e\u2028ada",
        "=?utf-8?q?Ada?=",
        "Ä" * 200,
    ],
)
def test_a_name_is_only_ever_a_name(world: World, name: str) -> None:
    world.enroll(first_name=name)
    world.go(WEEK)
    assert len(world.letters()) == 3
    for raw, mail in zip(world.raw(), world.mail(), strict=True):
        check_message(raw)
        assert mail["Bcc"] is None
        assert "<script>alert" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>alert" not in world.open(lesson_link(world, "/letters/")).get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org\r\nBcc: everybody@example.org",
        "ada@example.org, everybody@example.org",
        "Ada <ada@example.org>",
        "ada\0@example.org",
        "ada@exam\u2028ple.org",
        '"a\\"b"@example.org',
        "ada@[127.0.0.1]",
        "<script>@example.org",
    ],
)
def test_only_one_plain_address_is_written_to(world: World, address: str) -> None:
    for path in ("/courses/emotional-safety/sign-ups", "/journal/link"):
        answer = world.press(path, address=address)
        assert answer.status_code == 422
        assert "<script>@" not in answer.get_data(as_text=True)
    assert world.rows()["request"] == []


def test_what_is_written_stays_text_wherever_it_is_shown(enrolled: World) -> None:
    words = "</textarea><script>alert(1)</script>{{ 7*7 }}"
    reflect = lesson_link(enrolled, "/reflect/")
    enrolled.press(reflect, text=words)
    stale = enrolled.client.post(enrolled.path(reflect), data={"text": words})
    pages = [stale, enrolled.open(reflect)]
    open_journal(enrolled)
    pages += [enrolled.open("/journal"), enrolled.open("/journal/reflections/1")]
    for page in pages:
        assert b"<script>alert" not in page.data
        assert b"&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page.data


def test_what_is_written_runs_as_its_own_language_does(enrolled: World) -> None:
    reflect, words = lesson_link(enrolled, "/reflect/"), "أسمعك، أخبرني المزيد."
    enrolled.press(reflect, text=words)
    open_journal(enrolled)
    journal = enrolled.open("/journal").text
    assert f'<div class="words" dir="auto">{words}</div>' in journal
    for path in (reflect, "/journal/reflections/1"):
        assert '<textarea dir="auto" id="text"' in enrolled.open(path).text


def test_a_page_with_a_null_in_its_name_is_no_page(world: World) -> None:
    for path in (
        "/courses/%00",
        "/courses/a%00b/embed",
        "/brand/courses/%00.css",
        "/journal/open/%00",
    ):
        assert world.open(path).status_code == 404, path


def test_sql_in_a_name_is_a_name(world: World) -> None:
    for slug in ("'%20OR%201=1--", "emotional-safety'--", "%25"):
        assert world.open(f"/courses/{slug}").status_code == 404
    world.sign_up("o'--@example.org", first_name="'; DROP TABLE subscriber; --")
    assert len(world.letters("o'--@example.org")) == 1
