"""What is logged: ids, and nobody's address or link."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from course.runtime.logs import JsonLines, TextLines
from emails.errors import Deferred, Refused, Uncertain
from emails.tokens import Purpose, Signer
from emails.transports.memory import MemoryTransport
from tests.security import site
from tests.support import forked
from tests.support.environment import environment
from tests.support.forked import Program
from tests.support.waiting import eventually
from tests.support.world import FRIDAY, World

LOOKS = "the clock looks every 2 seconds"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Every line that any logger writes, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_letters_that_went_wrong_are_logged_by_their_ids(
    world: World, written: io.StringIO
) -> None:
    replies = {
        "ada": Refused(550, "5.1.1 <ada@example.org>: nobody"),
        "grace": Deferred(451, "4.7.1 grace@example.org later"),
        "mallory": Uncertain(None, "mallory@example.org was cut off"),
    }
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {f"{name}@example.org": reply for name, reply in replies.items()}
    for name in (*replies, "alan"):
        world.sign_up(f"{name}@example.org")
    ended = [line for line in lines(written) if "delivery" in line]
    assert [line["message"] for line in ended] == [
        "delivery 1: refused",
        "delivery 2: deferred",
        "delivery 3: uncertain",
        "delivery 4: sent",
    ]
    assert {*ended[0]} >= {"time", "level", "logger", "worker", "message", "delivery", "claim"}
    confirm = world.link("/confirm/", world.letters("alan@example.org")[-1])
    for private in ("@example.org", confirm.rpartition("/")[2]):
        assert private not in written.getvalue()


def test_what_a_library_says_loses_its_addresses_and_its_links(written: io.StringIO) -> None:
    log = logging.getLogger("a.library")
    log.warning("to <ada@example.org>: see https://letters.example.org/u/AbCdEf123 and more")
    try:
        raise ValueError("grace@example.org is not it")
    except ValueError:
        log.exception("broken")
    first, second = lines(written)
    assert first["message"] == "to …: see https://letters.example.org/… and more"
    assert "ValueError: … is not it" in str(second["trace"])
    assert "test_logs.py" in str(second["trace"])


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
@pytest.mark.parametrize("purpose", Purpose)
def test_no_line_has_a_token(form: logging.Formatter, purpose: Purpose) -> None:
    token = Signer("a secret").sign(purpose, 4711, FRIDAY)
    for words in (f"GET /reflect/{token}", f"'{token}'?x", f"/u/{token}&more=1", f"({token}abc)"):
        record = logging.LogRecord("any", logging.INFO, "", 0, "said %s", (words,), None)
        assert token[:20] not in form.format(record)


def test_a_trace_keeps_its_files_and_loses_its_tokens(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(Signer("a secret").sign(Purpose.REFLECT, 1, FRIDAY))
    except ValueError:
        logging.getLogger("a.library").exception("broken")
    ours = next(record for record in caplog.records if record.name == "a.library")
    shown = TextLines().format(ours)
    assert "test_logs.py" in shown
    assert shown.endswith("ValueError: …")


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_web_server_logs_no_token_of_a_request_that_is_none(
    sqlite_template: Path, tmp_path: Path, form: str
) -> None:
    token = Signer("a secret").sign(Purpose.REFLECT, 1, FRIDAY)
    odd = (
        f"GET /reflect/{token}\r\n\r\n",
        f"GET /reflect/{token} HTTP/9.9\r\n\r\n",
        f"GET /reflect/{token} HTTP/1.1\r\nHost: x\r\n{token} : x\r\n\r\n",
        f"GET /reflect/{token} HTTP/1.1\r\nHost: x\r\nSCRIPT_NAME: /x\r\n\r\n",
        f"GET /reflect/{token} HTTP/1.1\r\nHost: x\r\nScript-Name: /x\r\n\r\n",
        f"GE\x00T /reflect/{token} HTTP/1.1\r\nHost: x\r\n\r\n",
    )
    with site.gunicorn(tmp_path, sqlite_template, log=form) as port:
        for request in odd:
            with site.opened(port, request.encode()) as client:
                assert b" 500 " not in client.recv(1000).partition(b"\r\n")[0]
    written = (tmp_path / f"{port}.log").read_text()
    assert "Invalid" in written
    assert token[4:20] not in written


def test_a_line_is_one_line_whatever_is_in_it(written: io.StringIO) -> None:
    logging.getLogger("a.library").warning('two\nlines and a "quote"')
    (line,) = lines(written)
    assert line["message"] == 'two lines and a "quote"'


def started(program: Callable[..., Program], until: str, state: Path, **settings: str) -> str:
    """What a process of its own writes. A line with `until` ends it."""
    log = state / "log"
    log.unlink(missing_ok=True)
    process = program(environment=environment(state=state, **settings), log=log)
    assert eventually(lambda: until in log.read_text() or process.poll() is not None)
    if process.poll() is None:
        process.terminate()
    process.wait(timeout=60)
    return log.read_text()


clock = partial(started, partial(forked.worker, "--clock-only"))


def test_the_words_of_an_exception_begin_no_line_in_text() -> None:
    """Or somebody could write lines of their own into the log."""
    try:
        raise ValueError("x\n2026-12-04T12:00:00.000+00:00 INFO signed_in\r\nERROR gone\x1b[2J")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "a job failed", (), sys.exc_info())
    first, *others = TextLines().format(record).splitlines()
    assert first.endswith("ERROR a job failed")
    assert all(line.startswith("  ") for line in others)
    assert "\x1b" not in "".join(others)


def test_the_worker_logs_as_it_is_told(tmp_path: Path) -> None:
    as_json = clock(LOOKS, tmp_path, log="json")
    first = json.loads(as_json.splitlines()[0])
    assert (first["level"], first["logger"]) == ("info", "letterpath.worker")
    assert all(json.loads(line) for line in as_json.splitlines())
    assert f" INFO {LOOKS}" in clock(LOOKS, tmp_path)


def test_the_web_server_logs_as_it_is_told(tmp_path: Path) -> None:
    serve = partial(forked.gunicorn, "--bind", "127.0.0.1:0", "wsgi:app")
    shown = started(serve, "Booting worker", tmp_path, log="json").splitlines()
    loaded = [json.loads(line) for line in shown if line.startswith("{")]
    assert any(line["logger"] == "gunicorn.error" for line in loaded)


def test_a_form_of_logging_that_is_none_is_said_at_once(tmp_path: Path) -> None:
    shown = clock("used", tmp_path, log="yaml")
    assert "LETTERPATH_LOG can't be used" in shown
