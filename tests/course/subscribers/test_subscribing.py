"""Subscribing to a newsletter: on its own page, or in a box of a course's form."""

import re
from datetime import timedelta

from sqlmodel import select

from course.db.transactions import reading
from course.models import Consent, Enrollment, Subscriber
from emails.tokens import Purpose
from tests.support.world import World

BOX = {"newsletter": "evening-notes"}


def consents(world: World) -> list[tuple[str, str]]:
    with reading(world.runtime.engine) as session:
        return [(one.wording.split()[0], one.place) for one in session.exec(select(Consent))]


def test_a_newsletter_s_own_page_takes_readers_who_are_in_no_course(world: World) -> None:
    world.subscribe()
    assert world.subscription().state == "active"
    assert consents(world) == [("By", "/newsletters/evening-notes")]
    [letter] = world.letters()
    assert letter["Subject"] == "Please confirm your subscription"
    assert letter["List-ID"] == "Evening Notes <evening-notes.example.org>"
    with reading(world.runtime.engine) as session:
        assert session.exec(select(Enrollment)).all() == []
        assert session.exec(select(Subscriber)).one().state == "confirmed"


def test_the_box_is_not_ticked_and_its_words_are_its_own(world: World) -> None:
    page = world.open("/courses/emotional-safety").text
    box = page.split('id="newsletter"')[1].split("</label>")[0]
    assert "checked" not in box.split(">")[0]
    assert "Send me Evening Notes as well" in box


def test_without_a_tick_nobody_subscribes(world: World) -> None:
    world.enroll()
    assert consents(world) == [("By", "/courses/emotional-safety")]
    assert world.rows()["subscription"] == []


def test_one_confirmation_confirms_both_and_each_consent_is_kept(world: World) -> None:
    world.sign_up(**BOX)
    assert "Evening Notes" in world.open(world.link("/confirm/", world.letters()[-1])).text
    world.press(world.link("/confirm/", world.letters()[-1]))
    world.settle()
    assert (world.enrollment().state, world.subscription().state) == ("active", "active")
    assert consents(world) == [
        ("By", "/courses/emotional-safety"),
        ("Send", "/courses/emotional-safety"),
    ]
    assert len(world.letters()) == 2, "a confirmation and the sampler"


def test_an_older_letter_does_not_confirm_what_it_did_not_speak_of(world: World) -> None:
    """Mallory ticks the box in Ada's name, after Ada has asked for the course."""
    world.sign_up()
    world.go(timedelta(minutes=3))
    world.sign_up(**BOX)
    first, second = world.letters()
    world.press(world.link("/confirm/", first))
    assert (world.enrollment().state, world.subscription().state) == ("active", "pending")
    world.press(world.link("/confirm/", second))
    assert world.subscription().state == "active"


def test_who_is_in_the_course_confirms_the_newsletter_alone(world: World) -> None:
    world.enroll()
    world.go(timedelta(minutes=20))
    world.sign_up(**BOX)
    assert world.letters()[-1]["Subject"] == "Please confirm your subscription"
    world.press(world.link("/confirm/", world.letters()[-1]))
    assert world.subscription().state == "active"


def test_who_subscribes_already_is_told_so(world: World) -> None:
    world.subscribe()
    world.go(timedelta(minutes=20))
    world.press("/newsletters/evening-notes/sign-ups", address="ada@example.org")
    world.settle()
    assert world.letters()[-1]["Subject"] == "You’re already signed up"


def test_confirming_twice_changes_nothing_and_too_late_nothing_either(world: World) -> None:
    world.subscribe()
    before = world.rows()
    world.press(world.link("/confirm/", world.letters()[0]))
    assert world.rows() == before
    world.go(timedelta(days=8))
    assert world.press(world.link("/confirm/", world.letters()[0])).status_code == 410


def test_a_link_of_before_leaving_brings_nobody_back(world: World) -> None:
    world.subscribe()
    old = world.link("/confirm/", world.letters()[0])
    world.go(timedelta(minutes=20))
    leave = world.runtime.links.to(Purpose.LEAVE_NEWSLETTER, 1, world.clock.now())
    world.press(leave + "/departure")
    assert world.press(old).status_code == 410
    assert world.subscription().state == "left"
    world.go(timedelta(minutes=20))
    world.subscribe()
    assert world.subscription().state == "active"


def test_known_and_unknown_addresses_get_the_same_answer(world: World) -> None:
    world.subscribe("ada@example.org")
    answers = [
        world.press("/newsletters/evening-notes/sign-ups", address=address)
        for address in ("ada@example.org", "new@example.org")
    ]
    assert len({(answer.status_code, answer.location, answer.data) for answer in answers}) == 1


def test_a_bad_address_comes_back_with_the_reason_beside_it(world: World) -> None:
    answer = world.press("/newsletters/evening-notes/sign-ups", address="ada@example")
    assert answer.status_code == 422
    assert 'value="ada@example"' in answer.text


def test_a_form_of_another_site_leads_to_the_newsletter_s_page(world: World) -> None:
    snippet = world.open("/newsletters/evening-notes/embed").text
    assert "/newsletters/evening-notes/carried" in snippet
    carried = world.client.post(
        world.path("/newsletters/evening-notes/carried"),
        data={"address": "ada@example.org"},
        base_url=world.site,
    )
    assert carried.location == "/newsletters/evening-notes"
    assert 'value="ada@example.org"' in world.open(carried.location).text


def test_a_reader_of_a_newsletter_alone_can_be_erased(world: World) -> None:
    world.subscribe()
    page = world.runtime.links.to(Purpose.PREFERENCES, 1, world.clock.now())
    world.press(page + "/erasure")
    world.settle()
    eraser = world.link("/erase/", world.letters()[-1])
    asked = world.open(eraser).text
    assert "Your subscription to <bdi" in asked
    said = world.text(world.letters()[-1]) + asked + world.press(eraser).text
    assert re.findall('[^"]course|journal', said) == []
    rows = world.rows()
    for name in ("subscriber", "consent", "subscription", "delivery", "request"):
        assert rows[name] == [], name


def test_a_newsletter_that_was_never_published_has_no_page(world: World) -> None:
    assert world.open("/newsletters/kindness").status_code == 404
    answer = world.press("/newsletters/kindness/sign-ups", address="ada@example.org")
    assert answer.status_code == 404
