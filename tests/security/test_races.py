"""Forty at once get exactly what the limit says, whichever process they come to."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from redis import Redis

from course.scheduling import clock_loop
from tests.security.kit import DOOR, SESSION, SIGN_UPS, a_new_network, form_token
from tests.support import worlds
from tests.support.world import HTTPS, QUICK_HASH, SECRET_KEY, World

MANY = 40
STRANGER = "stranger@example.org"

Race = list[dict[str, str]]


@pytest.fixture
def two(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[list[World]]:
    """Two processes of one installation: they share a Redis and a database."""
    Redis.from_url(redis_url).flushall()
    settings = {"redis_url": redis_url, "secret_key": SECRET_KEY}
    settings["admin_password_hash"] = QUICK_HASH
    made = [worlds.make(database_url, tmp_path, **settings) for _ in range(2)]
    yield made
    for world in made:
        world.runtime.engine.dispose()


def race(two: list[World], path: str, networks: list[dict[str, str]], forms: Race) -> Counter[int]:
    """The statuses of all answers; nobody begins before everybody is there."""
    clients = [two[n % 2].another_browser() for n in range(MANY)]
    tokens = [form_token(client) for client in clients]
    start = Barrier(MANY, timeout=60)

    def press(n: int) -> int:
        data = {**forms[n], "csrf_token": tokens[n]}
        start.wait()
        answer = clients[n].post(path, data=data, base_url=HTTPS, environ_base=networks[n])
        return answer.status_code

    with ThreadPoolExecutor(MANY) as threads:
        return Counter(threads.map(press, range(MANY)))


def settle_together(two: list[World]) -> None:
    """Both processes' clocks write what was asked for, at once; then it is sent."""
    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(lambda n: clock_loop.write_due(two[n % 2].runtime), range(4)))
    two[0].settle()


def addresses() -> Race:
    return [{"address": f"a{n}@example.org"} for n in range(MANY)]


def one_network() -> list[dict[str, str]]:
    return [a_new_network()] * MANY


def many_networks() -> list[dict[str, str]]:
    return [a_new_network() for _ in range(MANY)]


def test_one_network_gets_the_twenty_letters_of_its_hour(two: list[World]) -> None:
    assert race(two, SIGN_UPS, one_network(), addresses()) == {303: 20, 429: 20}
    settle_together(two)
    assert len(two[0].mail()) == 20


def test_the_door_of_the_journal_opens_as_often(two: list[World]) -> None:
    assert race(two, DOOR, one_network(), addresses()) == {200: 20, 429: 20}


def test_one_network_has_ten_guesses(two: list[World]) -> None:
    guesses = [{"password": f"guess {n}"} for n in range(MANY)]
    assert race(two, SESSION, one_network(), guesses) == {403: 10, 429: 30}


def test_all_strangers_share_sixty_guesses_and_then_each_network_has_two(two: list[World]) -> None:
    guesses = [{"password": f"guess {n}"} for n in range(MANY)]
    for _ in range(2):
        assert race(two, SESSION, many_networks(), guesses) == {403: MANY}
    four = [a_new_network() for _ in range(4)] * 10
    assert race(two, SESSION, four, guesses) == {403: 4 * 2, 429: 32}


def test_a_mailbox_of_many_tags_gets_three_letters_and_all_the_same_answer(
    two: list[World],
) -> None:
    tagged = [{"address": f"bomb+{n}@example.org"} for n in range(MANY)]
    assert race(two, SIGN_UPS, many_networks(), tagged) == {303: MANY}
    settle_together(two)
    assert len(two[0].mail()) == 3


def test_one_address_from_many_networks_gets_one_letter(two: list[World]) -> None:
    same = [{"address": STRANGER}] * MANY
    assert race(two, SIGN_UPS, many_networks(), same) == {303: MANY}
    settle_together(two)
    assert len(two[0].letters(STRANGER)) == 1
