"""Which transport takes up the next letters, and how many of them: for one worker and one shift.

The usual one as long as it can. One that is away, or that wants no letter of anybody's just now,
rests; one whose day is full waits for the next; a rate only makes us wait.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session

from course.config.transports import NamedTransport
from course.db.sessions import reading, transaction
from course.letters.addressee import Addressee
from course.models import DeliveryState
from course.models.throttle import domain_scope, transport_scope
from course.outbox.claims import Parted
from course.outbox.deliveries import Outcome
from course.runtime.process import Runtime
from course.sending import backoff, throttle
from course.sending.backoff import Rest
from emails.errors import Deferred, EmailError, Refused, Unreachable
from emails.reply_codes import About
from emails.transports.transport import Receipt

# What the server did not take, and what does not count against its day.
NOT_TAKEN = (DeliveryState.DUE, DeliveryState.DEFERRED)

# Domains in a row that a policy refuses, in whatever words, until it can only be about us.
SEVERAL = 3


class Choice:
    """`current` has the letters in hand. `is_away`: it can't take another one of them.

    `is_over`: it takes up no more, and yet there may be more to do, later or for another one.

    What is heard is told with the next turn of whoever holds it.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.current = runtime.transports[0]
        self.is_over = self.is_away = False
        self.again_at: datetime | None = None  # when its rate allows the next letter
        self._runtime = runtime
        self._full: dict[str, datetime] = {}  # whose day is full, and until when
        self._rests: Mapping[str, Rest] = {}
        self._strikes: deque[tuple[str, str, backoff.Span]] = deque()
        alone = len(runtime.transports) == 1
        self._span = backoff.ONLY_TRANSPORT if alone else backoff.TRANSPORT
        self._receipts: deque[str] = deque()
        self._refusing: set[str] = set()  # domains refused by a policy, with nothing taken since
        self._spared: set[str] = set()  # domains that rest, in this shift
        self._takes = False  # a letter was taken since the server last spoke of us
        self._unwelcome: set[str] = set()  # domains for which it spoke of us, and took none since

    def next_transport(self) -> NamedTransport | None:
        """The first transport that can; none where all of them rest."""
        with reading(self._runtime.engine) as session:
            self._rests = backoff.rests(session)
        self.is_over = self.is_away = self._takes = False
        now, self.again_at = self._runtime.now(), None
        for named in self._runtime.transports:
            rest = self._rests.get(transport_scope(named.name))
            if (rest is None or rest.until <= now) and self._full.get(named.name, now) <= now:
                self.current = named
                return named
        return None

    def heard(self, address: str, fate: Receipt | EmailError) -> bool:
        """Who has to be left alone after that answer, and who need not be any more.

        True where no letter is to blame for it: it speaks of us or of the server, and so everything
        waits. Not so where the server has taken a letter since it said such a thing before: then it
        is one reader's domain that will not have us.
        """
        if isinstance(fate, Receipt):
            self._takes = True
            if self._rests or self._unwelcome or self._refusing:
                self._answers_again(address)
            return False
        by, to = transport_scope(self.current.name), domain_scope(address)
        about_us = self._is_about_us(to, fate)
        if isinstance(fate, Unreachable) or (about_us and not self._takes):
            span = max(self._span, backoff.UNWELCOME) if about_us else self._span
            self._strikes.append((by, str(fate), span))
            self.is_over = self.is_away = True
            return True
        self._takes = self._takes and not about_us
        if isinstance(fate, Deferred) and (fate.code == 421 or to in self._unwelcome):
            self._strikes.append((to, str(fate), backoff.DOMAIN))
            self._spared.add(to)
        elif about_us:
            self._unwelcome.add(to)
        return False

    def _answers_again(self, address: str) -> None:
        by, to = transport_scope(self.current.name), domain_scope(address)
        self._receipts.extend(scope for scope in (by, to) if scope in self._rests)
        self._unwelcome.discard(to)
        self._refusing.clear()

    def _is_about_us(self, to: str, fate: EmailError) -> bool:
        """By its words, or since one domain after the other is refused by some policy."""
        if isinstance(fate, Refused) and fate.about is About.POLICY:
            self._refusing.add(to)
            return len(self._refusing) >= SEVERAL
        return isinstance(fate, Deferred) and fate.is_about_us

    def spares(self, address: str) -> bool:
        """Its domain has just said that it wants no more."""
        return bool(self._spared) and domain_scope(address) in self._spared

    def tell(self) -> None:
        """All workers: who has to be left alone, and who answers again.

        In a transaction of its own: within the one that claims, two workers could wait for each
        other's rows.
        """
        strikes, receipts = list(self._strikes), list(self._receipts)
        if not (strikes or receipts):
            return
        with transaction(self._runtime.engine) as session:
            backoff.hold(session, {*receipts, *(scope for scope, *_ in strikes)})
            for strike in strikes:
                backoff.strike(session, *strike, self._runtime.now())
            backoff.forgive(session, receipts)
        for _ in strikes:
            self._strikes.popleft()
        for _ in receipts:
            self._receipts.popleft()

    def give_back(self, session: Session, fates: Iterable[Outcome], now: datetime) -> None:
        """What the server did not take doesn't count against its day."""
        back = sum(fate.state in NOT_TAKEN for fate in fates)
        throttle.give_back(session, self.current.name, self.current.limits, back, now)

    def budget(self, session: Session, size: int, now: datetime) -> int:
        """How many letters it may take up now."""
        found = throttle.budget(session, self.current.name, self.current.limits, size, now)
        if found.again_at is not None:
            self.is_over = True
            if found.is_for_today:
                self.again_at = found.again_at
            else:
                self._full[self.current.name] = found.again_at
        return found.letters

    def spend(self, session: Session, letters: int, now: datetime) -> None:
        throttle.spend(session, self.current.name, self.current.limits, letters, now)

    def part(self, session: Session, letters: list[Addressee], now: datetime) -> Parted:
        """Put off: whose domain rests, and what would be too many to one domain."""
        self._rests = backoff.rests(session)
        rate = self.current.limits.domain_rate
        if not letters or (not self._rests and rate is None):
            return letters, []
        scopes = [domain_scope(letter.address) for letter in letters]
        turns = [self._rests[scope].until if scope in self._rests else now for scope in scopes]
        if rate is not None:
            awake = [scope for scope, turn in zip(scopes, turns, strict=True) if turn <= now]
            moments = iter(throttle.turns(session, rate, awake, now))
            turns = [next(moments) if turn <= now else turn for turn in turns]
        found = list(zip(letters, turns, strict=True))
        return (
            [letter for letter, turn in found if turn <= now],
            [(letter.delivery_id, turn) for letter, turn in found if turn > now],
        )
