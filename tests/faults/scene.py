"""Everything a fault test needs: readers who are due, a mail server, mortal workers, a checker."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import Engine, func, insert
from sqlmodel import select

from course.db.engine import connect
from course.db.transactions import reading
from course.models import Delivery, DeliveryState, Enrollment, Subscriber
from tests.faults import mortal, nursery, recipient
from tests.support import compiled_once
from tests.support.servers import free_port, wait_for_port
from tests.support.world import PASSWORD_HASH

CONNECTIONS = 8

FULL = os.environ.get("LETTERPATH_FAULTS") == "full"


@dataclass(frozen=True)
class Reckoning:
    """What the server's log and the database say of each other."""

    letters: int
    lost: int
    doubled: int
    uncertain: int
    states: Counter[str]


@dataclass
class Scene:
    folder: Path
    database_url: str
    port: int
    everywhere: bool = False  # the mail server can be reached from other hosts
    readers: range = range(1, 1)  # who was enrolled last
    more: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.folder / "recipient.log"

    @property
    def victim(self) -> Path:
        return self.folder / "victim"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LETTERPATH_ENV": "production",
            "LETTERPATH_SECRET_KEY": "a secret that only these tests have, and nobody else",
            "LETTERPATH_ADMIN_PASSWORD_HASH": PASSWORD_HASH,
            "LETTERPATH_MAIL_FROM": "CNT <letters@example.org>",
            "LETTERPATH_STATE": str(self.folder),
            "LETTERPATH_DATABASE_URL": self.database_url,
            "LETTERPATH_REDIS_URL": "redis://127.0.0.1:1",
            "LETTERPATH_MAIL_URL": f"smtp://127.0.0.1:{self.port}?starttls=never&timeout=5",
            "LETTERPATH_BASE_URL": "https://letters.example.org",
            "MORTAL_VICTIM": str(self.victim),
            "MORTAL_WORDS": str(self.folder / "worker.log"),
            **self.more,
        }

    def enroll(self, readers: int) -> None:
        """So many more readers, whose first lesson is due; the server's log begins anew."""
        self.readers = range(self.readers.stop, self.readers.stop + readers)
        if self.log.exists():
            os.truncate(self.log, 0)
        engine = self._engine()
        now = datetime.now(UTC)
        people = [
            {
                "id": n,
                "address": f"reader{n}@example.org",
                "address_key": f"reader{n}@example.org",
                "first_name": "Ada",
                "state": "confirmed",
                "newsletters": True,
                "created_at": now,
            }
            for n in self.readers
        ]
        places = [
            {
                "id": n,
                "subscriber_id": n,
                "course_id": 1,
                "state": "active",
                "round": 1,
                "done": [],
                "zone": "Europe/Berlin",
                "next_send_at": now - timedelta(minutes=1),
                "created_at": now,
            }
            for n in self.readers
        ]
        with engine.execution_options(writes=True).begin() as connection:
            connection.execute(insert(Subscriber), people)
            connection.execute(insert(Enrollment), places)
        engine.dispose()

    @contextmanager
    def recipient(self, kill: str = "", slow: float = 0.0) -> Iterator[None]:
        address = ("0.0.0.0" if self.everywhere else "127.0.0.1", self.port)
        words = (address, self.log, slow, kill, self.victim)
        server = nursery.CONTEXT.Process(target=recipient.serve, args=words)
        server.start()
        try:
            wait_for_port(self.port)
            yield
        finally:
            server.kill()
            server.join()

    def worker(self, **more: str) -> BaseProcess:
        """A real process; all that it imports is there before it is born."""
        process = nursery.CONTEXT.Process(target=mortal.main, args=({**self.environment, **more},))
        process.start()
        return process

    def _engine(self) -> Engine:
        engine = connect(self.database_url)
        compiled_once.share_statements(engine)
        return engine

    def taken(self) -> int:
        """How many letters the server has taken so far."""
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def reckon(self) -> Reckoning:
        """Of those enrolled last, and of letters that are nobody's.

        Lost: neither arrived nor known to be open. Doubled: arrived again, no doubt noted.
        """
        first = self.readers.start
        taken = Counter(self.log.read_text().split()) if self.log.exists() else Counter[str]()
        engine = self._engine()
        with reading(engine) as session:
            rows = session.exec(
                select(Delivery.message_id, Delivery.state, Delivery.uncertainties).where(
                    func.coalesce(Delivery.enrollment_id, first) >= first
                )
            ).all()
        engine.dispose()
        closed = {DeliveryState.SENT}
        lost = sum(state in closed and not taken[message_id] for message_id, state, _ in rows)
        lost += sum(
            state not in (*closed, DeliveryState.UNCERTAIN, DeliveryState.DEFERRED)
            for _, state, _ in rows
        )
        doubled = sum(max(0, taken[message_id] - 1 - doubts) for message_id, _, doubts in rows)
        unsure = sum(doubts for _, _, doubts in rows)
        states = Counter(DeliveryState(state).value for _, state, _ in rows)
        return Reckoning(len(rows), lost, doubled, unsure, states)


def scene(folder: Path, database_url: str, everywhere: bool = False) -> Scene:
    return Scene(folder, database_url, free_port(), everywhere)
