"""`letterpath doctor`: from the clock to the last claim, does every delivery get on?

Clock skew, leases that nobody recovered, attempt logs left behind, a clock that is late, requests
and newsletters that wait too long, backoffs, and how much of today's mail went wrong.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from course.db.transactions import reading
from course.operations.doctor.check_result import CheckResult, Level
from course.operations.status import Status, read_status
from course.operations.waits import LATE
from course.runtime import figures
from course.runtime.clock import SystemClock
from course.runtime.process import Runtime
from course.sending import attempt_log

# The clock recovers expired leases every few seconds.
LEASE_GRACE = timedelta(minutes=1)

# What one clock may be ahead of the other before leases and lateness limits suffer.
SKEW_WARNING, SKEW_ERROR = timedelta(seconds=2), timedelta(seconds=30)

# Of a day's attempts, so many per cent may go wrong before somebody should look.
FAILURE_PERCENT = 10

# Of many requests, the first are named.
LISTED = 5

START = "Is one running? Start: python worker.py"


def check_deliveries(runtime: Runtime) -> list[CheckResult]:
    """Nothing where the database can't be asked: that is a finding of its own already."""
    try:
        with reading(runtime.engine) as session:
            status = read_status(session, runtime.now())
        return [
            *_clock(runtime),
            *_claims(status),
            *_attempt_logs(runtime),
            *_heartbeat(status),
            *_unwritten(status),
            *_unanswerable(status),
            *_unfinished(status),
            *_late(status),
            *_backoffs(status),
            *_for_a_person(status),
            *_tally(status),
        ]
    except SQLAlchemyError:
        return []


def skew(here: datetime, there: datetime) -> CheckResult:
    """This machine's time beside the database's."""
    apart = abs(here - there)
    seconds = f"{apart.total_seconds():.1f} seconds"
    if apart < SKEW_WARNING:
        return CheckResult(Level.OK, "time", "this machine and the database agree")
    level = Level.WARNING if apart < SKEW_ERROR else Level.ERROR
    words = f"this machine and the database are {seconds} apart. Let NTP set both clocks."
    return CheckResult(level, "time", words)


def _clock(runtime: Runtime) -> Iterator[CheckResult]:
    """SQLite has no time of its own."""
    if runtime.engine.dialect.name == "postgresql":
        with runtime.engine.connect() as connection:
            there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        yield skew(SystemClock().now(), there)


def _claims(status: Status) -> Iterator[CheckResult]:
    stale = [held for held in status.active_claims if status.at - held.until > LEASE_GRACE]
    for held in stale:
        since = figures.span(status.at - held.until)
        yield CheckResult(
            Level.ERROR,
            "claims",
            f"the lease of {held.worker} (claim {held.claim}, {held.letters:,} letters) is over "
            f"for {since}, and no clock has looked after it. {START}",
        )
    if not stale:
        running = len(status.active_claims) or "none"
        yield CheckResult(Level.OK, "claims", f"{running} under way, no lease is over")


def _attempt_logs(runtime: Runtime) -> Iterator[CheckResult]:
    """A clock on this machine would have read them within seconds."""
    left = sum(1 for _ in attempt_log.abandoned(runtime.attempt_logs))
    if left:
        yield CheckResult(
            Level.WARNING,
            "attempt logs",
            f"{left} of workers that died are in {runtime.attempt_logs}. The next clock or worker "
            "on this machine writes down what they say; so does: letterpath send",
        )


def _heartbeat(status: Status) -> Iterator[CheckResult]:
    """Be there anything to do or not; whatever Redis believes."""
    age, waits = status.clock
    if waits:
        words = f"one waits: its machine's time is {waits} what it should be. Let NTP set it"
        yield CheckResult(
            Level.ERROR, "clock", f"{words}. Right or steady for ten minutes, it goes on."
        )
    if age is None:
        yield CheckResult(Level.ERROR, "clock", f"none has ever looked. {START}")
    elif age > LATE:
        words = f"no clock has looked for {figures.span(age)}. {START}"
        yield CheckResult(Level.ERROR, "clock", words)
    elif not waits:
        yield CheckResult(Level.OK, "clock", f"looked {figures.span(age)} ago")


def _unwritten(status: Status) -> Iterator[CheckResult]:
    """By the database's own times: no clock has looked, whatever Redis believes."""
    if status.unwritten is not None and status.unwritten > LATE:
        waited = figures.span(status.unwritten)
        words = f"somebody has waited for {waited}, and no clock has written the letter. {START}"
        yield CheckResult(Level.ERROR, "clock", words)


def _unanswerable(status: Status) -> Iterator[CheckResult]:
    """Each fails by itself, every few seconds, and holds up none of the others."""
    if left := status.unanswerable:
        ids = ", ".join(str(one.id) for one in left[:LISTED])
        verb = "has waited" if len(left) == 1 else "have waited, the oldest"
        yield CheckResult(
            Level.WARNING,
            "requests",
            f"{len(left):,} {verb} for {figures.span(left[0].age)} while a clock looked, and can't "
            f"be answered ({ids}). The clock's log says why. Where a course can't be read: "
            "letterpath publish. One of no use may be deleted from the table `request`.",
        )


def _unfinished(status: Status) -> Iterator[CheckResult]:
    for id_, age in status.unfinished:
        words = f"newsletter {id_} should have been written for {figures.span(age)}, and some of"
        yield CheckResult(
            Level.ERROR,
            "newsletters",
            f"{words} its readers have no row yet. The clock's log says why. {START}",
        )


def _late(status: Status) -> Iterator[CheckResult]:
    if status.oldest is None or status.oldest <= LATE:
        yield CheckResult(
            Level.OK, "letters", f"{status.due:,} due, none for longer than 15 minutes"
        )
        return
    waited = figures.span(status.oldest)
    yield CheckResult(
        Level.ERROR,
        "letters",
        f"{status.due:,} are due, the oldest for {waited}, and nobody carries them. {START} "
        "Or carry them here and now: letterpath send",
    )


def _backoffs(status: Status) -> Iterator[CheckResult]:
    """Servers that would have nothing of ours when they were asked last."""
    for backoff in status.backoffs:
        way, _, name = backoff.scope.partition(":")
        if way == "by":
            yield CheckResult(
                Level.ERROR if backoff.strikes > 1 else Level.WARNING,
                "mail",
                f"{name} is left alone, asked {backoff.strikes:,} times in vain: {backoff.words}. "
                "No attempt is counted. Look at LETTERPATH_MAIL_URL and LETTERPATH_MAIL_FROM; then "
                "at once: letterpath send",
            )


def _for_a_person(status: Status) -> Iterator[CheckResult]:
    if held := status.states["held"]:
        words = f"{held:,} wait for your word. Run: letterpath release (or release --drop)"
        yield CheckResult(Level.WARNING, "held", words)
    if uncertain := status.states["uncertain"]:
        words = f"{uncertain:,} may or may not have arrived. Run: letterpath uncertain"
        yield CheckResult(Level.WARNING, "uncertain", words)


def _tally(status: Status) -> Iterator[CheckResult]:
    sent = status.sent_today
    amiss = sum(c.refused + c.failed + c.uncertain for c in status.transport_counts)
    if not sent and not amiss:
        return
    percent = 100 * amiss / (sent + amiss)
    words = f"{sent:,} sent today, {amiss:,} gone wrong"
    if percent > FAILURE_PERCENT:
        words += ". Look at what the servers said: letterpath status"
    yield CheckResult(Level.WARNING if percent > FAILURE_PERCENT else Level.OK, "today", words)
