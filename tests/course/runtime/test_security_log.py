"""What happened at forms and links is logged by ids, and counted for all processes together."""

import logging
import re
import secrets
from pathlib import Path

import pytest

from course.runtime.security_log import LINES, Event, SecurityLog
from tests.security.kit import browse, from_network
from tests.support import forked, worlds
from tests.support.environment import environment
from tests.support.world import World

NOWHERE = "redis://127.0.0.1:1"


def said(caplog: pytest.LogCaptureFixture, event: Event) -> list[str]:
    lines = [r.getMessage() for r in caplog.records if r.name == "letterpath.security"]
    return [line for line in lines if line.split()[0] == event]


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "letterpath.security")
    return caplog


def test_two_processes_are_counted_together(redis_url: str, tmp_path: Path) -> None:
    script = (
        "from course.runtime.security_log import *;"
        f"SecurityLog({redis_url!r}, 'one').record(Event.JOB_REFUSED)"
    )
    for _ in range(2):
        process = forked.script(script, environment=environment(), log=tmp_path / "log")
        assert process.wait(timeout=60) == 0
    counts, others = SecurityLog(redis_url, "one").counts(), SecurityLog(redis_url, "two").counts()
    assert counts is not None
    assert others is not None
    assert (counts[Event.JOB_REFUSED], others[Event.JOB_REFUSED]) == (2, 0)


def test_what_redis_did_not_hear_is_told_when_it_is_back(redis_url: str) -> None:
    log = SecurityLog(NOWHERE, "back again")
    log.record(Event.SIGNED_IN)
    log.flush()
    assert log.counts() is None
    log.__dict__.pop("_redis", None)
    log._url = redis_url
    log.record(Event.SIGNED_IN)
    log.flush()
    counts = log.counts()
    assert counts is not None
    assert counts[Event.SIGNED_IN] == 2


def test_a_flood_does_not_fill_the_log(heard: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    log = SecurityLog(NOWHERE, "s", lambda: now[0])
    for n in range(1000):
        log.record(Event.FORM_REFUSED, network=log.digest(f"{n}"))
        log.record(Event.LIMIT_FULL, network="one")
    assert len(said(heard, Event.FORM_REFUSED)) == LINES
    assert len(said(heard, Event.LIMIT_FULL)) == 1
    now[0] = 61.0
    log.record(Event.LIMIT_FULL, network="one")
    assert said(heard, Event.LIMIT_FULL)[-1] == "limit_full network=one repeated=999"


def test_every_wrong_password_has_a_line(heard: pytest.LogCaptureFixture) -> None:
    log = SecurityLog(NOWHERE, "s")
    for _ in range(100):
        log.record(Event.WRONG_PASSWORD, network="one")
    assert len(said(heard, Event.WRONG_PASSWORD)) == 100


def test_a_line_has_a_digest_of_the_network_and_no_secret(
    world: World, heard: pytest.LogCaptureFixture
) -> None:
    world.enroll()
    from_network(world, "192.0.2.77", "/admin/session", password="a guess of mine")
    browse(world, "/pace/" + "A" * 30)
    world.client.post("/journal/link", data={"address": "ada@example.org"})
    (line,) = said(heard, Event.WRONG_PASSWORD)
    assert re.fullmatch("wrong_password endpoint=sessions.sign_in network=[0-9a-f]{16}", line)
    assert "reason=tampered" in said(heard, Event.TOKEN_REFUSED)[0]
    assert len(said(heard, Event.FORM_REFUSED)) == 1
    for private in ("192.0.2.77", "guess", "AAAA", "@"):
        assert private not in heard.text


def test_a_full_limit_is_one_line(world: World, heard: pytest.LogCaptureFixture) -> None:
    for _ in range(250):
        world.open("/journal/link")
    (line,) = said(heard, Event.LIMIT_FULL)
    assert line.startswith("limit_full endpoint=journal.link_form network=")
    assert line.endswith(" limit=240/60")


def test_metrics_count_what_happened(database_url: str, tmp_path: Path, redis_url: str) -> None:
    own = {"secret_key": secrets.token_urlsafe(48), "metrics_token": "t"}  # counts by its secret
    watched = worlds.make(database_url, tmp_path, **own, redis_url=redis_url)
    watched.press("/admin/session", password="wrong")
    watched.runtime.security_log.flush()
    page = watched.client.get("/metrics", headers={"Authorization": "Bearer t"}).text
    assert 'letterpath_security_events_total{event="wrong_password"} 1' in page
    assert 'letterpath_security_events_total{event="signed_in"} 0' in page
    watched.runtime.engine.dispose()
