"""Leaving ends what the letter was of; the page says what still comes, and undoes it."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from course.db.transactions import reading, transaction
from course.inbound import receiving
from course.models import Subscriber
from emails.tokens import Purpose
from tests.support.prepared import Prepare
from tests.support.world import World


def in_both(world: World) -> None:
    world.enroll(newsletter="evening-notes")
    world.go(timedelta(days=4, hours=8))  # the first lesson has come


@pytest.fixture
def both(prepare: Prepare) -> World:
    return prepare(in_both)


def states(world: World) -> tuple[str, str]:
    return str(world.enrollment().state), str(world.subscription().state)


def link(world: World, purpose: Purpose) -> str:
    return world.runtime.links.to(purpose, 1, world.clock.now())


def undo(page: str) -> str:
    found = re.search(r'action="([^"]+/return/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_lesson_s_link_leaves_the_course_and_the_page_says_what_goes_on(both: World) -> None:
    lesson = both.letters()[-1]
    assert "Evening Notes" in both.open(both.link("/u/", lesson)).text
    page = both.press(both.link("/u/", lesson) + "/departure").text
    assert "What you still get" in page
    assert "Evening Notes" in page
    assert states(both) == ("left", "active")


def test_one_click_acts_on_what_the_letter_was_of(both: World) -> None:
    machine = both.another_browser()
    url = both.path(link(both, Purpose.LEAVE_NEWSLETTER))
    assert machine.post(url, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert states(both) == ("active", "left")


def test_leaving_the_last_of_them_the_reader_has_left(both: World) -> None:
    for purpose in (Purpose.LEAVE_COURSE, Purpose.LEAVE_NEWSLETTER):
        both.press(link(both, purpose) + "/departure")
    with reading(both.runtime.engine) as session:
        subscriber = session.exec(select(Subscriber)).one()
    assert (subscriber.state, subscriber.left_at) == ("left", both.clock.now())


def test_leaving_is_undone_on_the_spot_and_the_next_lesson_comes(both: World) -> None:
    page = both.press(both.link("/u/", both.letters()[-1]) + "/departure").text
    before = len(both.letters())
    both.press(undo(page))
    assert states(both) == ("active", "active")
    both.go(timedelta(days=7))
    assert len(both.letters()) > before


def test_a_pause_until_a_date_is_one_when_leaving_is_undone(both: World) -> None:
    lesson = both.letters()[-1]
    until = (both.clock.now() + timedelta(days=20)).date()
    both.press(both.link("/pace/", lesson) + "/pause", until=f"{until:%Y-%m-%d}")
    paused = both.enrollment()
    page = both.press(both.link("/u/", lesson) + "/departure").text
    assert both.enrollment().next_send_at is None
    both.press(undo(page))
    assert (both.enrollment(), both.enrollment().next_send_at is None) == (paused, False)


def test_the_undoing_of_a_newsletter_brings_the_next_issue(both: World) -> None:
    page = both.press(link(both, Purpose.LEAVE_NEWSLETTER) + "/departure").text
    both.press(undo(page))
    assert states(both) == ("active", "active")


def test_an_hour_later_nothing_is_undone(both: World) -> None:
    page = both.press(link(both, Purpose.LEAVE_NEWSLETTER) + "/departure").text
    both.clock.advance(timedelta(hours=2))
    assert both.press(undo(page)).status_code == 410
    assert states(both) == ("active", "left")


def test_the_page_of_what_one_gets_leaves_one_or_all(both: World) -> None:
    page = link(both, Purpose.PREFERENCES)
    shown = both.open(page).text
    assert "Emotional Safety in Five Steps" in shown
    assert "Evening Notes" in shown
    both.press(page + "/departures", place="newsletter 1")
    assert states(both) == ("active", "left")
    both.press(page + "/departures", place="everything")
    assert states(both) == ("left", "left")
    assert "Nothing at the moment." in both.open(page).text


def test_opening_a_link_changes_nothing(both: World) -> None:
    before = both.rows()
    for purpose in (Purpose.LEAVE_COURSE, Purpose.LEAVE_NEWSLETTER, Purpose.PREFERENCES):
        assert both.open(link(both, purpose)).status_code == 200
    assert both.rows() == before


def test_the_page_of_one_s_pace_leaves_a_newsletter_and_takes_it_up_again(both: World) -> None:
    pace = both.link("/pace/", both.letters()[-1])
    assert "Evening Notes" in both.open(pace).text
    both.press(pace + "/newsletters", newsletter="1", wanted="no")
    assert states(both) == ("active", "left")
    both.press(pace + "/newsletters", newsletter="1", wanted="yes")
    assert (states(both), both.subscription().place) == (("active", "active"), "/pace")


def test_the_newsletter_s_own_address_takes_a_letter_that_leaves(both: World) -> None:
    token = link(both, Purpose.LEAVE_NEWSLETTER).rpartition("/")[2]
    raw = f"Subject: leave {token}\n\n".encode()
    with transaction(both.runtime.engine) as session:
        said = receiving.receive(session, both.runtime.links, raw, both.clock.now())
    assert said == "Subscription 1 has left."
    assert states(both) == ("active", "left")
