"""Every public form is limited, and nobody uses its limits up for others."""

import time

import pytest

from course.http.rate_limiter import FixedWindow
from tests.security.kit import (
    DOOR,
    ON_SQLITE,
    ONE_CLICK,
    SIGN_UPS,
    form_token_of,
    from_network,
    lesson_link,
    let_in,
    plain,
    rules,
    url_of,
)
from tests.support import amounts
from tests.support.world import HTTPS, World


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
def test_a_proxy_may_fetch_the_pictures_of_many_readers(world: World) -> None:
    assert {let_in(world.client, "/pictures/any.png", "GET") for _ in range(300)} == {200}


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
