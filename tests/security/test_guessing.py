"""The author's password: few guesses, from wherever, and the author still gets in."""

from tests.security.kit import SESSION, form_token, form_token_of, from_network, let_in
from tests.support import amounts
from tests.support.world import HTTPS, PASSWORD, World


def guess(world: World, network: str) -> int:
    return from_network(world, network, SESSION, password="a guess").status_code


def guess_counted(world: World, network: str) -> int:
    """The same, but for the page that says that it was wrong."""
    form = {"password": "a guess", "csrf_token": form_token_of(world)}
    return let_in(world.client, SESSION, remote=network, **form)


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
