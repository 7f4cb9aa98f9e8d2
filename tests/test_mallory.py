"""Mallory is up to no good: forged forms, changed tokens, tokens for another purpose."""

from datetime import timedelta

import pytest
from werkzeug.routing import Rule

from tests.world import World

UNFORGEABLE = {"leaving.one_click", "embedding.carry"}


@pytest.fixture
def enrolled(world: World) -> World:
    world.enroll()
    world.go(timedelta(days=7))
    return world


def test_no_form_is_taken_without_its_token(enrolled: World) -> None:
    """The two doors that need none: one takes exactly its body, the other changes nothing."""
    before = enrolled.rows()
    for rule in forms(enrolled):
        url = str(rule.build(dict.fromkeys(rule.arguments, "1"))[1])  # type: ignore[index]
        assert enrolled.another_browser().post(url).status_code == 400, rule
    assert enrolled.rows() == before


def test_a_changed_token_opens_nothing(enrolled: World) -> None:
    for part in ("/reflect/", "/pace/", "/u/", "/letters/"):
        url = enrolled.link(part, enrolled.letters()[-1])
        assert enrolled.open(url[:-1] + ("A" if url[-1] != "A" else "B")).status_code == 404


def test_a_token_opens_only_what_it_was_made_for(enrolled: World) -> None:
    token = enrolled.link("/reflect/", enrolled.letters()[-1]).rpartition("/")[2]
    for path in ("/pace/", "/u/", "/letters/", "/confirm/", "/journal/open/", "/erase/"):
        assert enrolled.open(path + token).status_code == 404, path


def test_a_letter_with_a_key_in_it_is_not_shown_in_the_browser(enrolled: World) -> None:
    from emails.tokens import Purpose

    links, now = enrolled.runtime.links, enrolled.clock.now()
    confirmation = links.to(Purpose.VIEW, 1, now)
    assert enrolled.open(confirmation).status_code == 404


def test_every_answer_says_what_a_browser_may_load(enrolled: World) -> None:
    for path in ("/", "/journal/door", "/no-such-page", "/admin/session"):
        headers = enrolled.open(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"


def forms(world: World) -> list[Rule]:
    rules = world.client.application.url_map.iter_rules()
    return [
        rule
        for rule in rules
        if "POST" in (rule.methods or ()) and rule.endpoint not in UNFORGEABLE
    ]
