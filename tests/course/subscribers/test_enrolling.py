"""Signing up, confirming, leaving, erasing."""

from datetime import timedelta

from sqlmodel import select

from course.db.transactions import reading, transaction
from course.models import Consent, EnrollmentState, Suppression, SuppressionReason
from tests.support.world import FRIDAY, World


def test_signing_up_writes_one_letter_and_starts_nothing(world: World) -> None:
    world.sign_up()
    assert [mail["Subject"] for mail in world.letters()] == [
        "Please confirm, and the sampler is yours"
    ]
    assert world.enrollment().state is EnrollmentState.PENDING


def test_an_address_is_said_as_its_owner_writes_it(world: World) -> None:
    world.sign_up("ada@bücher.de")
    world.settle()
    (letter,) = world.letters("ada@xn--bcher-kva.de")
    assert "ada@bücher.de" in world.text(letter)


def test_the_exact_words_agreed_to_are_kept(world: World) -> None:
    world.sign_up()
    with reading(world.runtime.engine) as session:
        consent = session.exec(select(Consent)).one()
    assert consent.wording.startswith("By pressing the button you ask us to write to you")
    assert (consent.place, consent.given_at) == ("/courses/emotional-safety", FRIDAY)


def test_a_second_sign_up_at_once_writes_no_second_letter_and_one_ten_minutes_later_does(
    world: World,
) -> None:
    world.sign_up()
    world.sign_up()
    assert len(world.letters()) == 1
    world.go(timedelta(minutes=10))
    world.sign_up()
    assert len(world.letters()) == 2


def test_whoever_is_here_already_is_told_so_once_a_day(world: World) -> None:
    world.enroll()
    before = len(world.letters())
    for _ in range(3):
        world.go(timedelta(minutes=20))
        world.sign_up()
    assert len(world.letters()) == before + 1


def test_who_has_just_left_may_come_back_on_the_same_evening(world: World) -> None:
    world.enroll()
    world.press(world.link("/u/", world.letters()[-1]) + "/departure")
    world.go(timedelta(minutes=15))
    world.enroll()
    assert world.enrollment().state is EnrollmentState.ACTIVE


def test_known_unknown_and_departed_addresses_get_the_same_answer(world: World) -> None:
    world.enroll("ada@example.org")
    world.enroll("grace@example.org")
    world.press(world.link("/u/", world.letters("grace@example.org")[-1]) + "/departure")
    answers = [
        world.sign_up(address)
        for address in ("ada@example.org", "grace@example.org", "new@example.org")
    ]
    assert len({(answer.status_code, answer.location, answer.data) for answer in answers}) == 1


def test_confirming_twice_changes_nothing_the_second_time(world: World) -> None:
    world.enroll()
    before = world.rows()
    world.press(world.link("/confirm/", world.letters()[0]))
    world.settle()
    assert world.rows() == before


def test_a_confirmation_link_runs_out_after_seven_days(world: World) -> None:
    world.sign_up()
    world.go(timedelta(days=8))
    answer = world.press(world.link("/confirm/", world.letters()[0]))
    assert answer.status_code == 410
    assert world.enrollment().state is EnrollmentState.PENDING


def test_who_left_gets_nothing_and_may_come_back(world: World) -> None:
    world.enroll()
    world.press(world.link("/u/", world.letters()[-1]) + "/departure")
    world.go(timedelta(days=30))
    assert len(world.letters()) == 2
    world.enroll()
    world.go(timedelta(days=7))
    assert "/reflect/" in world.text(world.letters()[-1])


def test_one_click_needs_the_exact_body_and_no_cookie(world: World) -> None:
    world.enroll()
    url = world.path(world.link("/u/", world.letters()[-1]))
    machine = world.another_browser()
    assert machine.post(url, data={"something": "else"}).status_code == 400
    assert machine.post(url).status_code == 400
    assert world.enrollment().state is EnrollmentState.ACTIVE
    answer = machine.post(url, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
    assert world.enrollment().state is EnrollmentState.LEFT


def test_erasing_takes_a_letter_and_leaves_nothing(world: World) -> None:
    world.enroll(newsletter="evening-notes")
    world.press(world.link("/pace/", world.letters()[-1]) + "/erasure")
    world.settle()
    eraser = world.link("/erase/", world.letters()[-1])
    asked = world.open(eraser).text
    for words in ("first name", ">Emotional Safety in Five Steps</bdi>", ">Evening Notes</bdi>"):
        assert words in asked.partition("<main")[2]
    assert "journal" not in asked.partition("<main")[2].partition("<footer")[0]
    world.press(eraser)
    rows = world.rows()
    personal = ("subscriber", "consent", "enrollment", "delivery", "reflection", "request")
    assert {name: rows[name] for name in personal} == {name: [] for name in personal}


def test_a_suppressed_address_is_never_written_to(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        session.add(
            Suppression(
                address_key="ada@example.org", reason=SuppressionReason.COMPLAINT, since=FRIDAY
            )
        )
    world.sign_up()
    assert world.letters() == []


def test_a_name_with_a_line_break_stays_on_its_line(world: World) -> None:
    world.enroll(first_name="Mallory\r\nBcc: everyone@example.org")
    assert all(mail["Bcc"] is None for mail in world.mail())
    assert "Dear Mallory Bcc: everyone@example.org," in world.text(world.letters()[-1])


def test_a_program_that_fills_in_the_hidden_field_is_told_what_everyone_is_told(
    world: World,
) -> None:
    answer = world.sign_up(website="https://example.org")
    assert answer.status_code == 303
    assert world.letters() == []


def test_a_bad_address_comes_back_with_the_reason_beside_it(world: World) -> None:
    answer = world.sign_up("ada@example")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="ada@example"' in page
    assert 'value="Ada"' in page


def test_without_a_zone_the_hours_are_utc(world: World) -> None:
    world.enroll(zone="Mars/Olympus")
    world.go(timedelta(days=4, hours=7, minutes=29))
    assert len(world.letters()) == 2
    world.go(timedelta(minutes=1))
    assert len(world.letters()) == 3
