"""A confirmation is of what was asked last."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from course.authoring import compiling, publishing
from course.db.transactions import reading, transaction
from course.models import Consent, Enrollment, Subscriber
from emails.tokens import Purpose
from tests.security.kit import ONE_CLICK, lesson_link
from tests.support.prepared import Prepare
from tests.support.shipped import COURSE
from tests.support.world import FRIDAY, World

SOME = [timedelta(seconds=1), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=15)]


def confirm_link(world: World) -> str:
    letter = next(m for m in reversed(world.letters()) if "/confirm/" in world.text(m))
    return world.link("/confirm/", letter)


def leave(world: World) -> None:
    letter = world.letters()[-1]
    url = world.path(str(letter["List-Unsubscribe"]).split(">")[0].strip("<"))
    assert world.another_browser().post(url, data=ONE_CLICK).status_code == 200


def consents(world: World) -> int:
    with reading(world.runtime.engine) as session:
        return len(session.exec(select(Consent)).all())


@pytest.mark.parametrize("later", SOME)
def test_a_link_of_before_does_not_bring_back_who_has_left(world: World, later: timedelta) -> None:
    world.enroll()
    link = confirm_link(world)
    world.clock.advance(later)
    leave(world)
    world.clock.advance(later)
    before = world.rows()
    for answer in (world.open(link), world.press(link)):
        assert (answer.status_code, "sign up again" in answer.text) == (410, True)
    assert world.rows() == before


def test_a_lesson_of_before_brings_no_newsletter_back_to_who_left_it(world: World) -> None:
    """A day later: the link may be in anybody's hands. One of a later lesson is hers."""
    world.enroll(newsletter="evening-notes")
    links, then = world.runtime.links, world.clock.now()
    world.clock.advance(timedelta(days=1))
    left = world.clock.now()
    world.press(links.to(Purpose.LEAVE_NEWSLETTER, 1, then) + "/departure")
    world.clock.advance(timedelta(days=1))
    answer = world.press(
        links.to(Purpose.PACE, 1, then) + "/newsletters", newsletter="1", wanted="yes"
    )
    assert (answer.status_code, world.subscription().state) == (422, "left")
    assert "subscribe on its own page" in answer.text
    world.press(links.to(Purpose.PACE, 1, left) + "/newsletters", newsletter="1", wanted="yes")
    assert world.subscription().state == "active"


def test_a_lesson_of_before_brings_no_newsletter_back_to_who_left_everything(world: World) -> None:
    world.enroll(newsletter="evening-notes")
    now, links = world.clock.now(), world.runtime.links
    world.press(links.to(Purpose.PREFERENCES, 1, now) + "/departures", place="everything")
    before = world.rows()
    pace = links.to(Purpose.PACE, 1, now) + "/newsletters"
    assert world.press(pace, newsletter="1", wanted="yes").status_code == 422
    assert world.rows() == before


@pytest.mark.parametrize("later", SOME)
def test_who_asks_again_comes_back_by_the_new_letter(world: World, later: timedelta) -> None:
    world.enroll()
    world.clock.advance(later)
    leave(world)
    world.clock.advance(later)
    letters = len(world.letters())
    world.sign_up()
    assert len(world.letters()) == letters + 1
    world.press(world.link("/confirm/", world.letters()[-1]))
    assert (world.enrollment().state, world.enrollment().round, consents(world)) == ("active", 2, 2)


def test_a_link_of_before_stays_void_when_somebody_asks_again(world: World) -> None:
    world.enroll()
    old = confirm_link(world)
    world.clock.advance(timedelta(minutes=2))
    leave(world)
    world.sign_up()
    world.press(old)
    assert world.enrollment().state == "left"


def test_what_was_asked_before_leaving_and_not_answered_yet_is_not_answered(world: World) -> None:
    world.enroll()
    letters = len(world.letters())
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org", zone="UTC")
    world.clock.advance(timedelta(seconds=5))
    leave(world)
    world.settle()
    assert len(world.letters()) == letters


def test_who_refuses_before_confirming_is_not_brought_in_by_that_letter(world: World) -> None:
    world.sign_up()
    link = confirm_link(world)
    leave(world)
    world.press(link)
    assert world.enrollment().state == "left"


def test_both_letters_of_one_asking_confirm(world: World) -> None:
    world.sign_up()
    first = confirm_link(world)
    world.clock.advance(timedelta(minutes=20))
    world.sign_up()
    assert confirm_link(world) != first
    world.press(first)
    assert world.enrollment().state == "active"


def test_an_erased_reader_who_comes_again_is_not_confirmed_by_the_old_letter(world: World) -> None:
    world.enroll()
    old = confirm_link(world)
    world.press(world.runtime.links.to(Purpose.ERASE, 1, world.clock.now()))
    world.sign_up()
    assert world.press(old).status_code == 410
    assert world.enrollment().state == "pending"


def test_a_restart_is_not_begun_again_by_the_confirmation(world: World) -> None:
    world.enroll()
    old = confirm_link(world)
    world.go(timedelta(days=7))
    world.press(lesson_link(world, "/pace/") + "/restart")
    before = world.enrollment()
    world.press(old)
    assert (world.enrollment().round, world.enrollment().done) == (before.round, before.done)


def asked_twice(world: World) -> None:
    """Ada is in one course; somebody else types her address at another."""
    world.enroll()
    other = Path(shutil.copytree(COURSE, world.runtime.settings.state / "another-course"))
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, compiling.compile_course(other), FRIDAY)
    world.press("/courses/another-course/sign-ups", address="ada@example.org", zone="UTC")
    world.settle()


@pytest.fixture
def two_courses(prepare: Prepare) -> World:
    return prepare(asked_twice)


def states(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        rows = session.exec(select(Enrollment).order_by(col(Enrollment.id))).all()
    return [str(row.state) for row in rows]


def test_one_click_on_somebody_elses_asking_ends_that_alone(two_courses: World) -> None:
    """Pressed again, by a mail program that repeats itself, as well."""
    for _ in range(2):
        leave(two_courses)
        assert states(two_courses) == ["active", "left"]
    with reading(two_courses.runtime.engine) as session:
        subscriber = session.exec(select(Subscriber)).one()
    assert subscriber.state == "confirmed"


def test_the_pages_of_such_a_link_say_so(two_courses: World) -> None:
    url = str(two_courses.letters()[-1]["List-Unsubscribe"]).split(">")[0].strip("<")
    assert "You’ll still get:" in two_courses.open(url).text
    assert "What you still get" in two_courses.press(url + "/departure").text
    assert states(two_courses) == ["active", "left"]


def test_leaving_a_confirmed_course_leaves_that_one(two_courses: World) -> None:
    two_courses.press(confirm_link(two_courses))
    two_courses.settle()
    leave(two_courses)
    assert states(two_courses) == ["active", "left"]


def test_a_link_of_when_leaving_ended_everything_still_does(two_courses: World) -> None:
    """And so what is still asked at another course."""
    asked = confirm_link(two_courses)
    url = two_courses.runtime.links.to(Purpose.LEAVE, 1, two_courses.clock.now())
    two_courses.press(url + "/departure")
    assert two_courses.press(asked).status_code == 410
    assert states(two_courses) == ["left", "left"]
