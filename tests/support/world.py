"""What a test can do in a whole installation of one process (`worlds` makes it).

Letters go to a memory transport (or any other that a test names); time is told, never waited for.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlmodel import Session, col
from werkzeug.test import TestResponse

from course.db.transactions import reading, transaction
from course.models import Enrollment, Subscriber, Subscription
from course.operations import time_machine
from course.runtime.process import Runtime
from course.scheduling import clock_loop
from course.sending import delivering
from emails.transports.memory import MemoryTransport
from emails.transports.transport import Outgoing
from tests.support.clocks import FixedClock
from tests.support.servers import Mailroom

# A Friday at noon in London; the first Tuesday after it is the 8th of December.
FRIDAY = datetime(2026, 12, 4, 12, tzinfo=UTC)

HTTPS = "https://letters.example.org"

# As weak as production takes it, for speed.
PASSWORD = "open, please"
PASSWORD_HASH = PasswordHasher(time_cost=5, memory_cost=7168, parallelism=1).hash(PASSWORD)
QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
URL = re.compile(r"https?://\S+")

# As good as production asks for.
SECRET_KEY = "h7-Qp2vXw9_RkTz4bNc8MfLs3yGd6JaE"


# A browser, when, and its cookies.
Opened = tuple[FlaskClient, datetime, list[str]]


@dataclass
class World:
    """What a test can do: press what a person presses, move the clock, read the mail."""

    runtime: Runtime
    clock: FixedClock
    client: FlaskClient
    mailroom: Mailroom | None = None
    _opened: "tuple[Opened, str] | None" = None

    # People

    def sign_up(self, address: str = "ada@example.org", **more: str) -> TestResponse:
        form = {"address": address, "first_name": "Ada", "zone": "Europe/Berlin", **more}
        answer = self.press("/courses/emotional-safety/sign-ups", **form)
        self.settle()
        return answer

    def enroll(self, address: str = "ada@example.org", **more: str) -> None:
        """Signed up and confirmed; the sampler has arrived."""
        self.sign_up(address, **more)
        self.press(self.link("/confirm/", self.letters(address)[-1]))
        self.settle()

    def subscribe(self, address: str = "ada@example.org", **more: str) -> None:
        """To the shipped newsletter, signed up and confirmed; in no course."""
        form = {"address": address, "first_name": "Ada", "zone": "Europe/Berlin", **more}
        self.press("/newsletters/evening-notes/sign-ups", **form)
        self.settle()
        self.press(self.link("/confirm/", self.letters(address)[-1]))

    def press(self, url: str, **form: str | list[str]) -> TestResponse:
        """Post a form from the browser that has its page open."""
        data = {**form, "csrf_token": self.form_token()}
        return self.client.post(self.path(url), data=data, base_url=self.site)

    def open(self, url: str) -> TestResponse:
        return self.client.get(self.path(url), base_url=self.site)

    def another_browser(self) -> FlaskClient:
        return self.client.application.test_client()

    def hash_quickly(self) -> None:
        """The same password: production takes no hash that can be checked so fast."""
        hashed = {"admin_password_hash": SecretStr(QUICK_HASH)}
        self.runtime.settings = self.runtime.settings.model_copy(update=hashed)

    # Time

    def go(self, to: datetime | timedelta) -> None:
        """Live through everything up to a moment, as the clock and a worker would."""
        target = self.clock.at + to if isinstance(to, timedelta) else to
        while (stop := time_machine.next_moment(self.runtime)) is not None and stop <= target:
            self.clock.at = stop
            self.settle()
        self.clock.at = target
        self.settle()

    def settle(self) -> None:
        clock_loop.write_due(self.runtime)
        delivering.deliver_due(self.runtime)

    # Mail

    def letters(self, to: str = "ada@example.org") -> list[EmailMessage]:
        return [mail for raw in self.raw() for whose, mail in [_read(raw)] if whose == to]

    def mail(self) -> list[EmailMessage]:
        return [_read(raw)[1] for raw in self.raw()]

    def raw(self) -> list[bytes]:
        """As a mail server got them, where there is one."""
        if self.mailroom is not None:
            return self.mailroom.messages
        return [outgoing.data for outgoing in self.sent()]

    def sent(self) -> list[Outgoing]:
        """What the memory transport keeps."""
        transport = self.runtime.transports[0].transport
        assert isinstance(transport, MemoryTransport)
        return transport.sent

    def link(self, part: str, mail: EmailMessage) -> str:
        """The one link of the letter's text part whose path begins like that."""
        return next(url for url in self.links(mail) if part in url)

    def links(self, mail: EmailMessage) -> list[str]:
        """Of the text part, to this site; an author's own lead elsewhere."""
        return [url for url in URL.findall(self.text(mail)) if url.startswith(self.site)]

    @staticmethod
    def text(mail: EmailMessage) -> str:
        part = mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    # The database

    def enrollment(self, address: str = "ada@example.org") -> Enrollment:
        with reading(self.runtime.engine) as session:
            return _enrollment(session, address)

    def subscription(self, address: str = "ada@example.org") -> Subscription:
        """The one there is."""
        with reading(self.runtime.engine) as session:
            query = select(Subscription).join(Subscriber).where(col(Subscriber.address) == address)
            return session.scalars(query).one()

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything there is, to compare before and after."""
        with reading(self.runtime.engine) as session:
            names = session.scalars(text(_TABLES[self.runtime.engine.dialect.name])).all()
            return {
                name: sorted(tuple(row) for row in session.execute(text(f"SELECT * FROM {name}")))
                for name in names
            }

    @contextmanager
    def broken_database(self) -> Iterator[None]:
        """What was published can't be found."""
        self._rename("revision", "mislaid")
        try:
            yield
        finally:
            self._rename("mislaid", "revision")

    def _rename(self, table: str, name: str) -> None:
        with transaction(self.runtime.engine) as session:
            session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))

    @property
    def site(self) -> str:
        """The base URL without its path."""
        base_url = self.runtime.settings.base_url
        return base_url.removesuffix(urlsplit(base_url).path)

    def path(self, url: str) -> str:
        """As a browser asks for it, be the site below a path or not."""
        base_url = self.runtime.settings.base_url
        return urlsplit(base_url).path + url.removeprefix(base_url)

    def form_token(self, **network: str) -> str:
        """From a page of this browser's session: opened anew with other cookies, and as time goes.

        `network` is whose limits the page counts by.
        """
        opened = self.client, self.clock.at, _cookies(self.client)
        if self._opened is None or self._opened[0] != opened:
            door = self.path("/journal/link")
            page = self.client.get(door, base_url=self.site, environ_base=network).text
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert found is not None
            self._opened = (self.client, self.clock.at, _cookies(self.client)), found[1]
        return self._opened[1]


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@lru_cache(maxsize=1000)
def _read(raw: bytes) -> tuple[str, EmailMessage]:
    """Whom it is to, and all of it. Tests look at the same letters again and again."""
    mail = message_from_bytes(raw, policy=policy.default)
    return str(mail["To"]), mail


def _cookies(client: FlaskClient) -> list[str]:
    return [cookie.value for cookie in (client._cookies or {}).values()]


def _enrollment(session: Session, address: str) -> Enrollment:
    query = select(Enrollment).join(Subscriber).where(col(Subscriber.address) == address)
    return session.scalars(query).one()
