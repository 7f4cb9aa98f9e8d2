"""Signing up: the product's POST against a Flask view that inserts one row.

Both under gunicorn with two workers of four threads (the view under gthread, the product under the
settings that it ships), on SQLite with WAL and synchronous=FULL. The product runs as in production,
behind one trusted proxy, with all its limits: every visitor comes from a network of their own, and
because all visitors together may sign up 2,000 times an hour, its Redis is emptied before that many
have.
"""

import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import redis

from tests.bench.contest import Effort, Failed, Run
from tests.bench.loading import post
from tests.bench.measure import Hall, Measure
from tests.bench.processes import usage
from tests.bench.running import running
from tests.conftest import fill
from tests.support import servers
from tests.support.environment import variables
from tests.support.shipped import COURSE
from tests.support.world import PASSWORD_HASH

BARE = "bare Flask"
GTHREAD = "--worker-class gthread --workers 2 --threads 4 --reuse-port --log-level error"
SHIPPED = "--config python:course.http.gunicorn_config --log-level error"

# All visitors together may sign up 2,000 times an hour.
AN_HOUR = 1_900

BARE_POSTS, PRODUCT_POSTS = 10_000, 3_800

HOST = "letters.example.org"
PATH = "/courses/emotional-safety"


@dataclass(frozen=True)
class Door:
    """A running server: `ask` makes a visitor's request, `relax` lets an hour pass."""

    port: int
    group: int
    database: Path
    ask: Callable[[int], bytes]
    posts: int
    relax: Callable[[], object]

    def run(self, visitors: Iterator[int], posts: int | None) -> Effort:
        """Raises `Failed` unless every visitor has a row."""
        requests = [self.ask(next(visitors)) for _ in range(posts or self.posts)]
        rows, before, begun = self._rows(), usage(self.group), time.monotonic()
        for start in range(0, len(requests), AN_HOUR):
            self.relax()
            post(self.port, requests[start : start + AN_HOUR], wanted=b"303")
        seconds, after = time.monotonic() - begun, usage(self.group)
        if (new := self._rows() - rows) != len(requests):
            raise Failed(f"{new:,} of {len(requests):,} rows were written")
        return Effort(len(requests), seconds, after.cpu - before.cpu, after.memory)

    def _rows(self) -> int:
        connection = sqlite3.connect(self.database)
        rows: int = connection.execute("SELECT count(*) FROM request").fetchone()[0]
        connection.close()
        return rows


@contextmanager
def _open(hall: Hall) -> Iterator[Mapping[str, Run]]:
    visitors = count()
    with _bare(hall.folder) as bare, _product(hall.folder) as product:
        yield {
            BARE: partial(bare.run, visitors, hall.letters),
            "letterpath": partial(product.run, visitors, hall.letters),
        }


@contextmanager
def _bare(folder: Path) -> Iterator[Door]:
    database = folder / "bare.sqlite3"
    environment = {"BENCH_DATABASE": str(database)}
    app, log = "tests.bench.peers.bare_flask:app", folder / "bare"
    with _gunicorn(GTHREAD, app, environment, log) as (port, pid):
        # The first request makes the table.
        post(port, [_request("/sign-ups", {}, _form(0))], wanted=b"303")
        ask = partial(_visitor, "/sign-ups", {}, {})
        yield Door(port, pid, database, ask, BARE_POSTS, relax=lambda: None)


@contextmanager
def _product(folder: Path) -> Iterator[Door]:
    database = folder / "product.sqlite3"
    fill(f"sqlite:///{database}")
    with servers.redis() as redis_url:
        environment = _settings(folder, database, redis_url)
        with _gunicorn(SHIPPED, "wsgi:app", environment, folder / "product") as (port, pid):
            cookie, token = _page(port)
            ask = partial(_visitor, f"{PATH}/sign-ups", {"Cookie": cookie}, {"csrf_token": token})
            relax = redis.Redis.from_url(redis_url).flushall
            yield Door(port, pid, database, ask, PRODUCT_POSTS, relax)


def _settings(folder: Path, database: Path, redis_url: str) -> dict[str, str]:
    settings = {
        "env": "production",
        "base_url": f"https://{HOST}",
        "state": str(folder),
        "database_url": f"sqlite:///{database}",
        "redis_url": redis_url,
        "mail_url": f"folder:{folder / 'mail'}",
        "mail_from": "CNT <letters@example.org>",
        "secret_key": "a secret that is only used to measure with",
        "admin_password_hash": PASSWORD_HASH,
        "courses": str(COURSE.parent),
        "trusted_proxies": "1",
    }
    return variables(**settings)


@contextmanager
def _gunicorn(
    settings: str, app: str, environment: Mapping[str, str], log: Path
) -> Iterator[tuple[int, int]]:
    """Its port, and the process group of all its workers."""
    port = servers.free_port()
    bind = ["--bind", f"127.0.0.1:{port}"]
    command: Sequence[str] = [sys.executable, "-m", "gunicorn", *settings.split(), *bind, app]
    with running(command, log, environment) as process:
        servers.wait_for_port(port)
        yield port, process.pid


def _page(port: int) -> tuple[str, str]:
    """The cookie and the token of a form, as a browser would have them."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", PATH, headers=_from_network(0))
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if answer.status != 200 or token is None:
        raise Failed(f"the landing page answered {answer.status}")
    return (answer.getheader("Set-Cookie") or "").partition(";")[0], token[1]


def _visitor(path: str, head: Mapping[str, str], more: Mapping[str, str], number: int) -> bytes:
    return _request(path, {**_from_network(number), **head}, {**_form(number), **more})


def _from_network(number: int) -> dict[str, str]:
    """What a proxy in front says: another address for each visitor."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return {"Host": HOST, "X-Forwarded-For": address, "X-Forwarded-Proto": "https"}


def _form(number: int) -> dict[str, str]:
    address = f"reader{number}@example.org"
    return {"address": address, "first_name": "Ada", "zone": "Europe/Berlin"}


def _request(path: str, headers: Mapping[str, str], form: Mapping[str, str]) -> bytes:
    body = urlencode(form)
    lines = [
        f"POST {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in {"Host": HOST, **headers}.items()),
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


SIGN_UP = Measure(
    name="sign-up",
    summary="sign-ups over the web, against a bare Flask view that inserts a row",
    unit="sign-up",
    reference=BARE,
    of="server",
    open=_open,
)
