"""Every public form is limited, and nobody uses its limits up for others."""

import time
from datetime import timedelta

import pytest

from course.http.rate_limiter import FixedWindow
from emails.tokens import Purpose
from tests.security.kit import (
    HOUR,
    ON_SQLITE,
    ONE_CLICK,
    form_token,
    form_token_of,
    from_network,
    lesson_link,
    let_in,
    plain,
    rules,
    url_of,
)
from tests.support import amounts
from tests.support.world import HTTPS, PASSWORD, World

FIRST = "judgment-free-zone"
SIGN_UPS, SESSION = "/courses/emotional-safety/sign-ups", "/admin/session"
DOOR = "/journal/link"

STRANGER = "stranger@example.org"


def guess(world: World, network: str) -> int:
    return from_network(world, network, SESSION, password="a guess").status_code


def guess_counted(world: World, network: str) -> int:
    """The same, but for the page that says that it was wrong."""
    form = {"password": "a guess", "csrf_token": form_token_of(world)}
    return let_in(world.client, SESSION, remote=network, **form)


def ask_for_key(world: World, network: str) -> None:
    from_network(world, network, "/journal/link", address="ada@example.org")


@ON_SQLITE
def test_every_form_has_a_limit(world: World) -> None:
    """Two hundred and forty times a minute, at the most; nine hundred for the one click."""
    for rule in rules(world, "POST"):
        tries, data = 1, {"csrf_token": form_token_of(world)}
        while let_in(world.client, url_of(rule), **data) != 429:
            tries += 1
            assert tries <= 1000, rule
        answer = world.client.post(url_of(rule), data=data, base_url=HTTPS)
        assert answer.status_code == 429, rule


@ON_SQLITE
def test_a_form_without_its_token_is_counted_too(world: World) -> None:
    doors = ["/journal/link", "/courses/emotional-safety/sign-ups"] * 121
    answers = [let_in(world.client, door) for door in doors[:230]]
    answers += [world.client.post(door, base_url=HTTPS).status_code for door in doors[230:]]
    assert answers == [400] * 240 + [429] * 2


def test_a_form_without_its_token_takes_nothing_of_a_door_s_own_limits(world: World) -> None:
    """Or another site could have its visitors' browsers use up everybody's limits."""
    door = "/courses/emotional-safety/sign-ups"
    for _ in range(30):
        world.client.post(door, data={"address": "ada@example.org"}, base_url=HTTPS)
    assert world.press(door, address="ada@example.org").status_code == 303


def test_who_is_refused_takes_nothing_of_what_all_share(world: World) -> None:
    for number in range(60):
        from_network(world, "192.0.2.1", SIGN_UPS, address=f"a{number}@example.org")
    counted = world.client.application.extensions["rate_limiter"].in_memory
    shared = next(key for key in counted if key.endswith("/2000/3600/everybody"))
    assert counted[shared] == 20


def test_a_hundred_networks_shut_the_door_for_nobody_else(world: World) -> None:
    everybody = FixedWindow("limit/landing.sign_up/2000/3600/everybody", 2000, 3600)
    counted = world.client.application.extensions["rate_limiter"].in_memory
    counted.hit([everybody] * 2000, time.monotonic())
    for number in amounts.spread(range(100), 20):
        answers = [
            from_network(world, f"192.0.2.{number}", SIGN_UPS, address=f"{number}.{n}@example.org")
            for n in range(4)
        ]
        assert [answer.status_code for answer in answers] == [303] * 3 + [429], "a little for each"


@pytest.mark.parametrize("path", [SIGN_UPS, "/journal/link"])
def test_who_asks_in_somebodys_name_keeps_nobody_from_asking(enrolled: World, path: str) -> None:
    for number in range(40):
        asked = from_network(enrolled, f"192.0.2.{number}", path, address="ada@example.org")
    adas = enrolled.press(path, address="ada@example.org")
    assert (adas.status_code, plain(adas)) == (asked.status_code, plain(asked))


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


def test_tags_make_no_new_mailboxes(world: World) -> None:
    for number in range(12):
        tagged = f"bomb+{number}@example.org"
        answer = from_network(world, f"192.0.2.{number}", SIGN_UPS, address=tagged)
        assert answer.status_code == 303
    world.settle()
    assert len([mail for mail in world.mail() if str(mail["To"]).startswith("bomb")]) == 3
    world.sign_up("bomb@example.org")
    assert len(world.letters("bomb@example.org")) == 1, "whose mailbox it is can still sign up"


def test_a_forwarded_lesson_keeps_its_reader_from_no_answer(enrolled: World) -> None:
    reflect = enrolled.path(lesson_link(enrolled, "/reflect/"))
    for number in range(130):
        from_network(enrolled, f"192.0.2.{number}", reflect, text=f"Mallory {number}")
    assert enrolled.press(reflect, text="Ada.").status_code == 303


@ON_SQLITE
def test_a_page_s_limit_is_its_own(world: World) -> None:
    pages = ["/courses/emotional-safety"] * 241 + ["/journal/link"]
    answers = [let_in(world.client, page, "GET") for page in pages[:230]]
    answers += [world.open(page).status_code for page in pages[230:]]
    assert answers == [200] * 240 + [429, 200]


@ON_SQLITE
def test_what_is_not_there_is_not_there_without_end(world: World) -> None:
    """A page that says so asks the database for its colours."""
    pages = [f"/no-such-page-{number}" for number in range(241)]
    assert {let_in(world.client, page, "GET") for page in pages[:230]} == {200}
    answers = [world.open(page).status_code for page in pages[230:]]
    assert answers == [404] * 10 + [429]


def test_nobody_is_kept_from_the_doors_by_who_came_before_from_elsewhere(enrolled: World) -> None:
    for path in ("/courses/emotional-safety/sign-ups", "/journal/link"):
        for number in range(8):
            answer = from_network(enrolled, f"192.0.2.{number}", path)
            assert answer.status_code == 422, "an empty field is nobody's address"


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


def test_a_header_that_anyone_can_send_does_not_make_a_new_network(world: World) -> None:
    for number in range(25):
        headers = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"}
        data = {"address": f"a{number}@example.org", "csrf_token": form_token_of(world)}
        answer = world.client.post("/journal/link", data=data, headers=headers, base_url=HTTPS)
    assert answer.status_code == 429


@ON_SQLITE
@pytest.mark.parametrize(
    ("network", "passed"),
    [
        ("2001:db8::{:x}", 20),
        ("2001:db8:0:{:x}::1", 80),  # a /56
        ("2001:db8:0:{:x}0::1", 320),  # a /48
        ("2002:c000:0201:{:x}::1", 20),  # 6to4, of one IPv4 address
        ("2002:c000:02{:02x}:1::1", 200),  # 6to4, of many
        ("64:ff9b::192.0.2.{}", 200),
        ("::ffff:192.0.2.{}", 200),
        ("192.0.2.1:{}", 20),
        ("[2001:db8::1]:{}", 20),
        ("fe80::1%eth{}", 20),
        ("x{}", 20),
        ("_hidden{}", 20),
    ],
)
def test_networks_are_counted_as_they_are_given_out(
    world: World, network: str, passed: int
) -> None:
    """`200`: as many as there are. Whole answers are made where the limit is reached."""
    answers = []
    for n in range(200 if passed == 200 else passed + 20):
        remote, form = network.format(n), {"address": f"a{n}@example.org"}
        if amounts.FULL or abs(n - passed) < 4:
            answers.append(from_network(world, remote, DOOR, **form).status_code)
        else:
            form["csrf_token"] = form_token_of(world)
            answers.append(let_in(world.client, DOOR, remote=remote, **form))
    assert sum(answer == 200 for answer in answers) == passed


def test_passwords_can_be_guessed_ten_times(production: World) -> None:
    guesses = [
        production.press("/admin/session", password=f"guess {n}").status_code for n in range(10)
    ]
    assert guesses == [403] * 10
    assert production.press("/admin/session", password=PASSWORD).status_code == 429


def test_who_guesses_from_many_networks_gets_two_guesses_in_each(production: World) -> None:
    many = [guess(production, f"192.0.2.{n}") for n in range(60)]
    again = [guess(production, "198.51.100.1") for _ in range(3)]
    assert many + again == [403] * 62 + [429]


def test_the_author_gets_in_whoever_guesses_meanwhile(production: World) -> None:
    for number in range(200):
        asking = guess if amounts.FULL or number % 10 == 0 else guess_counted
        assert asking(production, f"192.0.2.{number}") in (200, 403)
    far_from_home = from_network(production, "203.0.113.9", SESSION, password=PASSWORD)
    assert far_from_home.status_code == 303


def test_where_the_author_was_before_nobody_else_s_guesses_count(production: World) -> None:
    here, stranger = "203.0.113.9", production.another_browser()
    assert from_network(production, here, SESSION, password=PASSWORD).status_code == 303
    data = {"password": "a guess", "csrf_token": form_token(stranger)}
    for number, network in enumerate([here] * 12 + [f"192.0.2.{number}" for number in range(80)]):
        if amounts.FULL or number % 8 == 0:
            environ = {"REMOTE_ADDR": network}
            stranger.post(SESSION, data=data, base_url=HTTPS, environ_base=environ)
        else:
            let_in(stranger, SESSION, remote=network, **data)
    assert from_network(production, here, SESSION, password=PASSWORD).status_code == 303


def test_a_browser_is_known_by_a_cookie_that_only_we_can_make(production: World) -> None:
    production.client.set_cookie(
        "__Host-known", "ImFueXRoaW5nIg.AAAA", domain="letters.example.org"
    )
    guesses = [guess(production, "192.0.2.1") for _ in range(11)]
    assert guesses == [403] * 10 + [429]


def test_one_mail_provider_may_leave_for_many_readers_at_once(enrolled: World) -> None:
    """All of them from one network, in the minutes after a newsletter."""
    leave, mail_program = enrolled.path(lesson_link(enrolled, "/u/")), enrolled.another_browser()
    answers = {
        mail_program.post(leave, data=ONE_CLICK, base_url=HTTPS).status_code
        if amounts.FULL or number % 20 == 0
        else let_in(mail_program, leave, **ONE_CLICK)
        for number in range(600)
    }
    assert answers == {200}


def test_in_production_nobody_signs_up_with_this_machines_own_address(production: World) -> None:
    for address in ("root@a.localhost", "%FF@example.org", "\ufffd@example.org"):
        assert production.press(SIGN_UPS, address=address).status_code == 422
