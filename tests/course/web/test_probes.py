"""What machines ask the web server, and what it tells them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from course.db.transactions import transaction
from course.http.rate_limits import PAGES
from course.runtime.bell import Bell
from course.scheduling import clock_loop
from emails.errors import Refused
from emails.transports.memory import MemoryTransport
from tests.support import amounts, worlds
from tests.support.claims import take
from tests.support.world import PASSWORD_HASH, SECRET_KEY, World

# The development clock would ask the database.
PRODUCTION = {
    "env": "production",
    "secret_key": SECRET_KEY,
    "admin_password_hash": PASSWORD_HASH,
}

# More often than any page may be asked for.
OFTEN = amounts.of(300, PAGES[0].times + 1)

TOKEN = "let the watchman in"
SAMPLE = re.compile(
    r'letterpath_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (-?[\d.e+-]+|\+Inf)'
)


@pytest.fixture
def watched(database_url: str, tmp_path: Path) -> Iterator[World]:
    made = worlds.make(database_url, tmp_path, metrics_token=TOKEN)
    yield made
    made.runtime.engine.dispose()


def metrics(world: World, authorization: str = f"Bearer {TOKEN}") -> TestResponse:
    return world.client.get("/metrics", headers={"Authorization": authorization})


def test_metrics_count_every_state_and_every_transport(watched: World) -> None:
    transport = watched.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {"grace@example.org": Refused(550, "5.7.1 no")}
    for name in ("ada", "grace"):
        watched.sign_up(f"{name}@example.org")
    for name in ("alan", "eve"):
        watched.press("/courses/emotional-safety/sign-ups", address=f"{name}@example.org")
    clock_loop.write_due(watched.runtime)
    take(watched, size=1)
    shown = metrics(watched).text.splitlines()
    for sample in (
        'letterpath_deliveries{state="refused"} 1',
        'letterpath_deliveries{state="attempting"} 1',
        "letterpath_due 1",
        "letterpath_in_flight 1",
        "letterpath_claims 1",
        "letterpath_oldest_due_seconds 0",
        'letterpath_sent_total{transport="memory"} 1',
        'letterpath_attempts_total{transport="memory",outcome="refused"} 1',
    ):
        assert sample in shown


def test_metrics_are_written_as_prometheus_reads_them(watched: World) -> None:
    watched.sign_up()
    answer = metrics(watched)
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text.endswith("\n")
    for line in answer.text.splitlines():
        assert line.startswith(("# HELP letterpath_", "# TYPE letterpath_")) or SAMPLE.fullmatch(
            line
        )


def test_metrics_name_nobody(watched: World) -> None:
    watched.sign_up("ada@example.org")
    assert "ada" not in metrics(watched).text
    assert "example.org" not in metrics(watched).text


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", TOKEN, "Bearer ä"])
def test_metrics_are_for_whoever_has_the_token(watched: World, given: str) -> None:
    answer = metrics(watched, given)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "letterpath_" not in answer.text


def test_a_wrong_token_is_logged_and_not_repeated(
    watched: World, caplog: pytest.LogCaptureFixture
) -> None:
    metrics(watched, "Bearer a guess of mallory's")
    lines = [r.getMessage() for r in caplog.records if r.name == "letterpath.security"]
    assert lines
    assert "token_refused" in lines[0]
    assert "reason=metrics" in lines[0]
    assert "guess" not in lines[0]


def test_without_a_token_in_the_settings_there_are_no_metrics(world: World) -> None:
    assert metrics(world, "Bearer ").status_code == 404


def test_a_process_that_answers_is_alive_whatever_became_of_the_database(world: World) -> None:
    with world.broken_database():
        answer = world.open("/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")


def test_without_redis_it_is_ready_and_says_what_is_missing(world: World) -> None:
    clock_loop.tick(world.runtime)
    answer = world.open("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready, degraded: Redis can't be reached\n")


def test_with_everything_there_it_is_ready(
    database_url: str, tmp_path: Path, redis_url: str
) -> None:
    made = worlds.make(database_url, tmp_path)
    made.runtime.bell = Bell(redis_url)
    clock_loop.tick(made.runtime)
    assert made.open("/readyz").text == "ready\n"
    made.runtime.engine.dispose()


def test_a_database_of_another_revision_is_not_ready(world: World) -> None:
    with transaction(world.runtime.engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = world.open("/readyz")
    assert (answer.status_code, "not at this code's revision" in answer.text) == (503, True)


def test_a_database_that_is_away_is_a_sentence_without_a_secret(
    world: World, tmp_path: Path
) -> None:
    away = "postgresql://ada:hush@127.0.0.1:1/letterpath"
    made = worlds.make(away, tmp_path, "smtp://127.0.0.1:1", **PRODUCTION)
    answer = made.open("/readyz")
    assert answer.status_code == 503
    assert answer.text == "not ready: the database can't be reached\n"
    assert world.open("/healthz").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a limit asks no database
def test_a_probe_gets_no_cookie_and_meets_no_limit(watched: World) -> None:
    for path in ("/healthz", "/readyz"):
        answers = [watched.open(path) for _ in range(OFTEN)]
        assert {answer.status_code for answer in answers} == {200}, path
        assert "Set-Cookie" not in answers[0].headers
    assert {metrics(watched).status_code for _ in range(OFTEN)} == {200}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_only_looks(world: World, path: str) -> None:
    assert world.client.delete(path).status_code == 405
    assert world.client.post(path).status_code in {400, 405}
