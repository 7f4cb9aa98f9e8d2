"""`python worker.py` as it runs: real processes, a real Redis, a real mail server."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis
from sqlmodel import select

from course.db.transactions import reading
from course.models import Delivery, DeliveryState
from tests.support import forked, worlds
from tests.support.environment import environment
from tests.support.forked import Program
from tests.support.message_rules import check_message
from tests.support.servers import Mailroom
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import HTTPS, World

NOWHERE = "redis://127.0.0.1:1"


@dataclass
class Engine:
    """An installation whose letters are sent by processes of their own."""

    world: World
    mailroom: Mailroom
    redis_url: str
    environment: dict[str, str]
    log: Path
    started: list[Program] = field(default_factory=list)

    def start(self, *options: str, redis_url: str | None = None) -> Program:
        environment = {**self.environment, "LETTERPATH_REDIS_URL": redis_url or self.redis_url}
        process = forked.worker(*options, environment=environment, log=self.log)
        self.started.append(process)
        return process

    def sign_up(self, address: str = "ada@example.org") -> None:
        self.world.clock.at = datetime.now(UTC)
        self.world.press("/courses/emotional-safety/sign-ups", address=address)

    def listening(self) -> int:
        """How many workers have told Redis that they are there."""
        keys = Redis.from_url(self.redis_url).keys("rq:worker:*")
        assert isinstance(keys, list)
        return len(keys)

    def has_sent(self, letters: int) -> bool:
        return eventually(lambda: len(self.mailroom.messages) == letters)


def children(process: Program) -> list[int]:
    """The roles that `process` has started, or that it left behind."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != process.pid:
            with suppress(ProcessLookupError):
                if os.getpgid(int(folder.name)) == process.pid:
                    found.append(int(folder.name))
    return found


def ends(process: Program) -> int:
    """The exit code, after it was told to stop; within seconds."""
    process.terminate()
    return process.wait(timeout=PATIENCE)


@pytest.fixture
def engine(
    database_url: str, tmp_path: Path, redis_url: str, smtp: tuple[str, Mailroom]
) -> Iterator[Engine]:
    Redis.from_url(redis_url).flushall()
    mail_url, mailroom = smtp
    world = worlds.make(database_url, tmp_path, mail_url=mail_url)
    settings = environment(
        database_url=database_url,
        mail_url=mail_url,
        state=tmp_path,
        base_url=HTTPS,
        mail_from="CNT <letters@example.org>",
    )
    made = Engine(world, mailroom, redis_url, settings, tmp_path / "log")
    yield made
    for process in made.started:
        for pid in (*children(process), process.pid):
            if process.poll() is None or pid != process.pid:
                os.kill(pid, signal.SIGKILL)
        process.wait(timeout=PATIENCE)
    world.runtime.engine.dispose()


def test_a_worker_hears_the_clock_s_bell_and_sends(engine: Engine) -> None:
    process = engine.start()
    engine.sign_up()
    assert engine.has_sent(1)
    check_message(engine.mailroom.messages[0])
    assert ends(process) == 0
    assert eventually(lambda: children(process) == [])


def test_two_workers_and_two_clocks_send_each_letter_once(engine: Engine) -> None:
    processes = [engine.start("--workers", "2"), engine.start()]
    assert eventually(lambda: [len(children(process)) for process in processes] == [3, 2])
    assert eventually(lambda: engine.listening() == 3)
    for number in range(15):
        engine.sign_up(f"reader{number}@example.org")
    assert engine.has_sent(15)
    assert [ends(process) for process in processes] == [0, 0]
    assert len(engine.mailroom.messages) == 15
    with reading(engine.world.runtime.engine) as session:
        assert {*session.exec(select(Delivery.state))} == {DeliveryState.SENT}


def test_redis_emptied_and_cut_off_in_mid_course_loses_nothing(engine: Engine) -> None:
    redis = Redis.from_url(engine.redis_url)
    workers, clock = engine.start("--no-clock"), engine.start("--clock-only")
    for number in range(1, 4):
        engine.sign_up(f"reader{number}@example.org")
        redis.flushall()
        assert engine.has_sent(number)
        redis.execute_command("CLIENT", "KILL", "TYPE", "normal")  # type: ignore[no-untyped-call]
    assert workers.poll() is None, "the worker is still there"
    assert [ends(workers), ends(clock)] == [0, 0]


def test_without_redis_the_clock_alone_sends(engine: Engine) -> None:
    clock = engine.start("--clock-only", redis_url=NOWHERE)
    engine.sign_up()
    assert engine.has_sent(1)
    assert ends(clock) == 0


def test_a_worker_without_redis_ends_when_told_to(engine: Engine) -> None:
    worker = engine.start("--no-clock", redis_url=NOWHERE)
    assert eventually(lambda: "Redis is away" in engine.log.read_text())
    assert ends(worker) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it waits for Redis alone
@pytest.mark.parametrize("seconds", [0, 2])
def test_a_worker_for_which_no_signal_cut_the_wait_short_ends_too(
    engine: Engine, seconds: int
) -> None:
    """It came too early to, or what it raised was caught by somebody: all there is, is the note."""
    noted = f"threading.Timer({seconds}, worker.runtime().stopping.set).start()"
    script = f"import threading, worker; {noted}; worker.listen()"
    given = {**engine.environment, "LETTERPATH_REDIS_URL": engine.redis_url}
    assert forked.script(script, environment=given, log=engine.log).wait(timeout=PATIENCE) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_whole_group_ends_all_of_it(engine: Engine, number: int) -> None:
    process = engine.start()
    assert eventually(lambda: len(children(process)) == 2)
    engine.sign_up()
    assert engine.has_sent(1)
    os.killpg(process.pid, number)
    assert process.wait(timeout=PATIENCE) == 0
    assert eventually(lambda: children(process) == [])


def test_a_role_that_dies_is_started_again(engine: Engine) -> None:
    process = engine.start()
    assert eventually(lambda: len(children(process)) == 2)
    first = children(process)
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    engine.sign_up()
    assert engine.has_sent(1)
    assert not {*first} & {*children(process)}
    assert ends(process) == 0


def test_a_killed_supervisor_leaves_no_orphan(engine: Engine) -> None:
    process = engine.start()
    engine.sign_up()
    assert engine.has_sent(1)
    process.kill()
    process.wait(timeout=PATIENCE)
    assert eventually(lambda: children(process) == [])


def test_a_stop_in_the_middle_of_a_batch_loses_and_doubles_nothing(engine: Engine) -> None:
    for number in range(15):
        engine.sign_up(f"reader{number}@example.org")
    worker = engine.start("--clock-only", redis_url=NOWHERE)
    assert eventually(lambda: len(engine.mailroom.messages) >= 1)
    assert ends(worker) == 0
    with reading(engine.world.runtime.engine) as session:
        states = {*session.exec(select(Delivery.state))}
    assert states <= {DeliveryState.SENT, DeliveryState.DUE}
    engine.start("--clock-only", redis_url=NOWHERE)
    assert engine.has_sent(15)


def test_a_count_of_no_workers_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log"
    refused = forked.worker("--workers", "0", environment=environment(), log=log)
    assert refused.wait(timeout=PATIENCE) == 2
    assert "--workers" in log.read_text()
