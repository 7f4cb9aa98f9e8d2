"""What machines ask: is it alive, could it work, how does it do? No cookies, limits or pages."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from time import monotonic

from flask import Blueprint, Response, abort, current_app, request
from flask.blueprints import BlueprintSetupState

from course.http import security_events
from course.http.page import reading, runtime
from course.http.rate_limits import unlimited
from course.http.security_events import Event
from course.operations import health, metrics
from course.operations.status import read_status
from course.operations.waits import LATE, read_waits
from course.runtime import figures
from course.runtime.heartbeats import ClockState

bp = Blueprint("probes", __name__)

# Anybody may ask whether it is ready, and the database is asked no more often.
CACHE_AGE = timedelta(seconds=1)

Found = tuple[str, int]


class Readiness:
    """What was found a second ago at most, for all who ask; one of them looks at a time.

    Whoever asks meanwhile gets what was found before: a locked database holds one thread, not all.
    A second of the wall clock and of the one that nobody sets: where one has jumped, look.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: tuple[Found, datetime, float] | None = None

    def lately(self) -> Found:
        before = self._found
        if not self._lock.acquire(blocking=before is None) and before:
            return before[0]
        try:
            if self._found is None or not _is_fresh(*self._found[1:]):
                self._found = _readiness(), runtime().now(), monotonic()
            return self._found[0]
        finally:
            self._lock.release()


@bp.record
def _register(setup: BlueprintSetupState) -> None:
    setup.app.extensions["readiness"] = Readiness()


@bp.get("/healthz")
@unlimited
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return _words("alive")


@bp.get("/readyz")
@unlimited
def ready() -> Response:
    """The database takes what is asked for. Without Redis letters go out all the same, slower."""
    found: Readiness = current_app.extensions["readiness"]
    return _words(*found.lately())


@bp.get("/metrics")
@unlimited
def show() -> Response:
    """For whoever has the token. Without one in the settings there is no such page."""
    token = runtime().settings.metrics_token.get_secret_value()
    if not token:
        abort(HTTPStatus.NOT_FOUND)
    if not _is_allowed(token):
        security_events.record(Event.TOKEN_REFUSED, reason="metrics")
        answer = _words("Authorization: Bearer, and the token", HTTPStatus.UNAUTHORIZED)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="letterpath"'
        return answer
    with reading() as session:
        status = read_status(session, runtime().now())
    events = runtime().security_log.counts()
    text = metrics.exposition(status, health.workers(runtime()), events)
    return Response(text, content_type=metrics.MEDIA_TYPE)


def _is_fresh(at: datetime, elapsed: float) -> bool:
    return (
        abs(runtime().now() - at) < CACHE_AGE and monotonic() - elapsed < CACHE_AGE.total_seconds()
    )


def _readiness() -> Found:
    if words := health.unready(runtime().engine):
        return f"not ready: {words}", HTTPStatus.SERVICE_UNAVAILABLE
    troubles = [words for words in _troubles() if words]
    return f"ready, degraded: {'; '.join(troubles)}" if troubles else "ready", HTTPStatus.OK


def _troubles() -> Iterator[str | None]:
    """With these, pages still open: a balancer that took them away would make it worse."""
    yield health.redis_trouble(runtime())
    if health.room(runtime().settings):
        yield "the disk is nearly full, or can't be written"
    with reading() as session:
        ages = read_waits(session, runtime().now())
    yield _clock(ages.clock)
    if ages.unwritten is not None and ages.unwritten > LATE:
        yield "no clock has looked lately"
    if ages.oldest is not None and ages.oldest > LATE:
        yield "nobody carries letters"


def _clock(clock: ClockState) -> str | None:
    age, waits = clock
    if waits:
        return "a clock waits, its machine's time has jumped"
    if age is None:
        return "no clock has ever looked"
    if age > LATE:
        return f"no clock has looked for {figures.span(age)}"
    return None


def _is_allowed(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode(), token.encode())
    return right and scheme.lower() == "bearer"


def _words(words: str, status: int = HTTPStatus.OK) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")
