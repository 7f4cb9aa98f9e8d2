"""Every public door is limited, and nobody shuts it for others."""

import pytest

from emails.tokens import Purpose
from tests.mallory.kit import ONE_CLICK, form_token_of, from_network, lesson_link, rules, url_of
from tests.world import HTTPS, PASSWORD, World

FIRST = "judgment-free-zone"


def test_every_form_has_a_limit(world: World) -> None:
    """Two hundred and forty times a minute, at the most; nine hundred for the one click."""
    for rule in rules(world, "POST"):
        status, tries, token = 400, 0, ""
        while status != 429:
            # Some of them end the session, and its form tokens with it.
            token = form_token_of(world) if status == 400 else token
            data = {"csrf_token": token}
            status = world.client.post(url_of(rule), data=data, base_url=HTTPS).status_code
            tries += 1
            assert tries <= 1000, rule


def test_a_form_without_its_token_is_counted_too(world: World) -> None:
    doors = ["/journal/door", "/courses/emotional-safety/sign-ups"] * 121
    answers = [world.client.post(door, base_url=HTTPS).status_code for door in doors]
    assert answers == [400] * 240 + [429] * 2


def test_a_form_without_its_token_takes_nothing_of_a_door_s_own_limits(world: World) -> None:
    """Or another site could have its visitors' browsers shut the door for everybody."""
    door = "/courses/emotional-safety/sign-ups"
    for _ in range(30):
        world.client.post(door, data={"address": "ada@example.org"}, base_url=HTTPS)
    assert world.press(door, address="ada@example.org").status_code == 303


def test_who_is_refused_for_an_address_takes_nothing_of_what_all_share(world: World) -> None:
    door = "/courses/emotional-safety/sign-ups"
    for number in range(60):
        from_network(world, f"192.0.2.{number}", door, address="ada@example.org")
    counted = world.client.application.extensions["counter"].here
    shared = next(key for key in counted if key.endswith("/2000/3600/everybody"))
    assert counted[shared] == 6


def test_a_page_s_limit_is_its_own(world: World) -> None:
    pages = ["/courses/emotional-safety"] * 241 + ["/journal/door"]
    answers = [world.open(page).status_code for page in pages]
    assert answers == [200] * 240 + [429, 200]


def test_nobody_is_kept_from_the_doors_by_who_came_before_from_elsewhere(enrolled: World) -> None:
    for path in ("/courses/emotional-safety/sign-ups", "/journal/door"):
        for number in range(8):
            answer = from_network(enrolled, f"192.0.2.{number}", path)
            assert answer.status_code == 422, "an empty field is nobody's address"


def test_erasing_is_limited_by_person_and_not_for_all_together(enrolled: World) -> None:
    now, links = enrolled.clock.now(), enrolled.runtime.links
    enrolled.enroll("grace@example.org")
    adas, graces = (enrolled.path(links.to(Purpose.PACE, id_, now)) for id_ in (1, 2))
    asked = [
        from_network(enrolled, f"192.0.2.{n}", f"{adas}/erasure", address=f"m{n}@example.org")
        for n in range(8)
    ]
    assert [answer.status_code for answer in asked] == [200] * 6 + [429] * 2
    assert from_network(enrolled, "192.0.2.1", f"{graces}/erasure").status_code == 200


def test_a_forwarded_letter_can_not_fill_its_owners_mailbox(enrolled: World) -> None:
    pace, before = enrolled.path(lesson_link(enrolled, "/pace/")), len(enrolled.letters())
    for number in range(30):
        for door in ("restart", "next-letter"):
            from_network(enrolled, f"192.0.2.{number}", f"{pace}/{door}", step=FIRST)
        enrolled.settle()
    assert 0 < len(enrolled.letters()) - before <= 12


def test_leaving_and_confirming_in_turn_comes_to_an_end(enrolled: World) -> None:
    confirm = enrolled.path(enrolled.link("/confirm/", enrolled.letters()[0]))
    leave = enrolled.path(lesson_link(enrolled, "/u/")) + "/departure"
    before = len(enrolled.letters())
    for number in range(30):
        for door in (leave, confirm):
            from_network(enrolled, f"192.0.2.{number}", door)
        enrolled.settle()
    assert len(enrolled.letters()) - before <= 12


def test_a_header_that_anyone_can_send_does_not_make_a_new_network(world: World) -> None:
    for number in range(25):
        headers = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"}
        data = {"address": f"a{number}@example.org", "csrf_token": form_token_of(world)}
        answer = world.client.post("/journal/door", data=data, headers=headers, base_url=HTTPS)
    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("network", "last"),
    [
        ("2001:db8::{:x}", 429),
        ("2001:db8:0:{:x}::1", 200),
        ("::ffff:192.0.2.{}", 200),
        ("x{}", 429),
    ],
)
def test_a_network_is_an_address_or_a_household(world: World, network: str, last: int) -> None:
    for number in range(25):
        address = f"a{number}@example.org"
        answer = from_network(world, network.format(number), "/journal/door", address=address)
    assert answer.status_code == last


def test_passwords_can_be_guessed_ten_times(production: World) -> None:
    guesses = [
        production.press("/admin/session", password=f"guess {n}").status_code for n in range(10)
    ]
    assert guesses == [403] * 10
    assert production.press("/admin/session", password=PASSWORD).status_code == 429


def test_passwords_can_be_guessed_sixty_times_from_everywhere(production: World) -> None:
    guesses = [
        from_network(production, f"192.0.2.{n}", "/admin/session", password=f"guess {n}")
        for n in range(61)
    ]
    assert [answer.status_code for answer in guesses] == [403] * 60 + [429]
    assert "from everywhere together" in guesses[-1].text
    assert "from your network" not in guesses[-1].text


def test_one_mail_provider_may_leave_for_many_readers_at_once(enrolled: World) -> None:
    """All of them from one network, in the minutes after a newsletter."""
    leave, mail_program = enrolled.path(lesson_link(enrolled, "/u/")), enrolled.another_browser()
    answers = [mail_program.post(leave, data=ONE_CLICK, base_url=HTTPS) for _ in range(600)]
    assert {answer.status_code for answer in answers} == {200}
