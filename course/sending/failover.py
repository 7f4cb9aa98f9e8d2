"""Failover: which transport takes the next letters, and how many, for one worker's shift.

The usual one (the first of MAIL_URL) as long as it can. One that is away, or that refuses all our
letters just now, backs off; one whose day's limit is reached waits for the next day; a rate only
makes us wait. The rules and their reasons: docs/decisions/throttles.md, replies-of-servers.md.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from course.config.transports import NamedTransport
from course.db.transactions import reading, transaction
from course.letters.delivery_rows import DeliveryRow
from course.models import DeliveryState
from course.models.throttle import domain_scope, transport_scope
from course.outbox.deliveries import Outcome
from course.sending import backoff, throttle
from course.sending.backoff import Backoff
from emails.errors import Deferred, EmailError, Refused, Unreachable
from emails.reply_codes import About
from emails.transports.transport import Receipt

# What the server did not take, and what does not count against its day.
NOT_TAKEN = (DeliveryState.DUE, DeliveryState.DEFERRED)

# Domains in a row that a policy refuses, in whatever words, until it can only be about us.
SEVERAL = 3


class Failover:
    """`current`: the transport that letters are claimed for. `is_away`: it can't take another one.

    `is_done`: it takes no more, and yet there may be more to do, later or for the next transport.

    Backoffs noted here are saved by the next `Claimer.record_and_claim`.
    """

    def __init__(
        self, engine: Engine, transports: Sequence[NamedTransport], now: Callable[[], datetime]
    ) -> None:
        self.current = transports[0]
        self.is_done = self.is_away = False
        self.retry_at: datetime | None = None  # when its rate allows the next letter
        self._engine, self._transports, self._now = engine, transports, now
        self._full: dict[str, datetime] = {}  # whose day is full, and until when
        self._backoffs: Mapping[str, Backoff] = {}
        self._failures: deque[tuple[str, str, backoff.BackoffRange]] = deque()
        alone = len(transports) == 1
        self._range = backoff.ONLY_TRANSPORT if alone else backoff.TRANSPORT
        self._receipts: deque[str] = deque()
        self._refusing: set[str] = set()  # domains refused by a policy, with nothing taken since
        self._backed_off_domains: set[str] = set()  # since they said 421, in this shift
        self._takes = False  # a letter was taken since the last reply that was about us
        self._unwelcome: set[str] = set()  # domains with a reply about us, and none taken since

    def next_transport(self) -> NamedTransport | None:
        """The first transport that can take letters; none where all of them back off."""
        with reading(self._engine) as session:
            self._backoffs = backoff.active(session)
        self.is_done = self.is_away = self._takes = False
        now, self.retry_at = self._now(), None
        for named in self._transports:
            known = self._backoffs.get(transport_scope(named.name))
            if (known is None or known.until <= now) and self._full.get(named.name, now) <= now:
                self.current = named
                return named
        return None

    def note_result(self, address: str, result: Receipt | EmailError) -> bool:
        """Note who has to back off after this result, and who answers again.

        True where the result is not about the letter but about us or the server, so that all
        letters wait. Not so where the server has taken a letter since an earlier reply about us:
        then it is one reader's domain that refuses us.
        """
        if isinstance(result, Receipt):
            self._takes = True
            if self._backoffs or self._unwelcome or self._refusing:
                self._note_receipt(address)
            return False
        transport, domain = transport_scope(self.current.name), domain_scope(address)
        about_us = self._is_about_us(domain, result)
        if isinstance(result, Unreachable) or (about_us and not self._takes):
            range_ = max(self._range, backoff.UNWELCOME) if about_us else self._range
            self._failures.append((transport, str(result), range_))
            self.is_done = self.is_away = True
            return True
        self._takes = self._takes and not about_us
        if isinstance(result, Deferred) and (result.code == 421 or domain in self._unwelcome):
            self._failures.append((domain, str(result), backoff.DOMAIN))
            self._backed_off_domains.add(domain)
        elif about_us:
            self._unwelcome.add(domain)
        return False

    def is_backing_off(self, address: str) -> bool:
        """Whether the address's domain said 421 in this shift."""
        return bool(self._backed_off_domains) and domain_scope(address) in self._backed_off_domains

    def save_backoffs(self) -> None:
        """Save who backs off and who answers again, for all workers.

        In a transaction of its own, which locks those rows of `throttle`: within the one that
        claims, two workers could wait for each other's rows.
        """
        failures, receipts = list(self._failures), list(self._receipts)
        if not (failures or receipts):
            return
        with transaction(self._engine) as session:
            backoff.lock_rows(session, {*receipts, *(scope for scope, *_ in failures)})
            for failure in failures:
                backoff.back_off(session, *failure, self._now())
            backoff.clear(session, receipts)
        for _ in failures:
            self._failures.popleft()
        for _ in receipts:
            self._receipts.popleft()

    def allowance(
        self, session: Session, results: Iterable[Outcome], now: datetime
    ) -> throttle.Allowance:
        """The current transport's; results that the server did not take are refunded."""
        allowance = throttle.Allowance(session, self.current.name, self.current.limits, now)
        allowance.refund(sum(result.state in NOT_TAKEN for result in results))
        return allowance

    def grant(self, allowance: throttle.Allowance, size: int) -> int:
        """How many letters the current transport may take up now."""
        granted = allowance.grant(size)
        if granted.again_at is not None:
            self.is_done = True
            if granted.is_for_today:
                self.retry_at = granted.again_at
            else:
                self._full[self.current.name] = granted.again_at
        return granted.letters

    def split_ready(
        self, session: Session, deliveries: list[DeliveryRow], now: datetime
    ) -> tuple[list[DeliveryRow], list[tuple[int, datetime]]]:
        """The letters that may go now; of the others, the ids and when to try again.

        Those whose domain backs off, and what would exceed the domain's rate.
        """
        self._backoffs = backoff.active(session)
        rate = self.current.limits.domain_rate
        if not deliveries or (not self._backoffs and rate is None):
            return deliveries, []
        scopes = [domain_scope(delivery.address) for delivery in deliveries]
        slots = [
            self._backoffs[scope].until if scope in self._backoffs else now for scope in scopes
        ]
        if rate is not None:
            awake = [scope for scope, slot in zip(scopes, slots, strict=True) if slot <= now]
            granted = iter(throttle.domain_slots(session, rate, awake, now))
            slots = [next(granted) if slot <= now else slot for slot in slots]
        found = list(zip(deliveries, slots, strict=True))
        return (
            [delivery for delivery, slot in found if slot <= now],
            [(delivery.delivery_id, slot) for delivery, slot in found if slot > now],
        )

    def _note_receipt(self, address: str) -> None:
        transport, domain = transport_scope(self.current.name), domain_scope(address)
        self._receipts.extend(scope for scope in (transport, domain) if scope in self._backoffs)
        self._unwelcome.discard(domain)
        self._refusing.clear()

    def _is_about_us(self, domain: str, result: EmailError) -> bool:
        """By its words, or since `SEVERAL` domains in a row were refused by a policy."""
        if isinstance(result, Refused) and result.about is About.POLICY:
            self._refusing.add(domain)
            return len(self._refusing) >= SEVERAL
        return isinstance(result, Deferred) and result.is_about_us
