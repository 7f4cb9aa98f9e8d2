"""Nobody fills a mailbox with our letters, or keeps its owner from one."""

from datetime import timedelta

import pytest

from course.subscribers import signing_up
from emails.tokens import Purpose
from tests.security.kit import HOUR, SIGN_UPS, from_network, lesson_link
from tests.support import amounts
from tests.support.world import World

FIRST = "judgment-free-zone"
STRANGER = "stranger@example.org"


def ask_for_key(world: World, network: str) -> None:
    from_network(world, network, "/journal/link", address="ada@example.org")


def test_a_reader_gets_a_key_within_the_hour_whoever_asked_before(enrolled: World) -> None:
    before, hours = len(enrolled.letters()), amounts.of(6, 3)
    step = amounts.of(5, 10)
    for minute in range(0, hours * 60, step):
        ask_for_key(enrolled, f"192.0.2.{minute % 250}")
        enrolled.go(timedelta(minutes=step))
    written = len(enrolled.letters()) - before
    assert 6 < written <= 6 + hours, "no mailbox is filled with them"
    enrolled.go(HOUR)
    ask_for_key(enrolled, "198.51.100.1")
    enrolled.settle()
    assert len(enrolled.letters()) - before == written + 1


def test_a_stranger_who_never_confirmed_gets_three_letters_in_a_day(world: World) -> None:
    step = amounts.of(11, 33)
    for minute in range(0, 600, step):
        address = {"address": "stranger@example.org"}
        assert (
            from_network(world, f"192.0.2.{minute % 250}", SIGN_UPS, **address).status_code == 303
        )
        world.go(timedelta(minutes=step))
    assert len(world.letters(STRANGER)) == 3


def test_a_stranger_gets_no_more_where_there_is_more_to_ask_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_up, "MOST", 4)
    forms = (SIGN_UPS, "/newsletters/evening-notes/sign-ups")
    for number in range(6):
        for form in forms:
            from_network(world, f"192.0.2.{number}", form, address=STRANGER)
        world.go(timedelta(minutes=10))
    assert len(world.letters(STRANGER)) == 4


def test_tags_make_no_new_mailboxes(world: World) -> None:
    for number in range(12):
        tagged = f"bomb+{number}@example.org"
        answer = from_network(world, f"192.0.2.{number}", SIGN_UPS, address=tagged)
        assert answer.status_code == 303
    world.settle()
    assert len([mail for mail in world.mail() if str(mail["To"]).startswith("bomb")]) == 3
    world.sign_up("bomb@example.org")
    assert len(world.letters("bomb@example.org")) == 1, "whose mailbox it is can still sign up"


def test_who_asks_to_erase_somebody_keeps_nobody_from_it(enrolled: World) -> None:
    pace = enrolled.path(enrolled.runtime.links.to(Purpose.PACE, 1, enrolled.clock.now()))
    before = len(enrolled.letters())
    asked = [from_network(enrolled, f"192.0.2.{n}", f"{pace}/erasure") for n in range(30)]
    enrolled.settle()
    assert {answer.status_code for answer in asked} == {200}
    assert len(enrolled.letters()) - before == 1, "once a day"


def test_a_forwarded_letter_can_not_fill_its_owners_mailbox(enrolled: World) -> None:
    pace, before = enrolled.path(lesson_link(enrolled, "/pace/")), len(enrolled.letters())
    for number in range(amounts.of(30, 15)):
        for door in ("restart", "next-letter"):
            from_network(enrolled, f"192.0.2.{number}", f"{pace}/{door}", step=FIRST)
        enrolled.settle()
    assert 0 < len(enrolled.letters()) - before <= 12


def test_leaving_and_confirming_in_turn_comes_to_an_end(enrolled: World) -> None:
    confirm = enrolled.path(enrolled.link("/confirm/", enrolled.letters()[0]))
    leave = enrolled.path(lesson_link(enrolled, "/u/")) + "/departure"
    before = len(enrolled.letters())
    for number in range(amounts.of(30, 15)):
        for door in (leave, confirm):
            from_network(enrolled, f"192.0.2.{number}", door)
        enrolled.settle()
    assert len(enrolled.letters()) - before <= 12
