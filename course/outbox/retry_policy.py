"""The result of an attempt → the new state of its delivery, and when it is tried again."""

from datetime import datetime, timedelta

from course.letters import kinds
from course.letters.delivery_rows import DeliveryRow
from course.letters.kinds import KINDS
from course.models import DeliveryState
from course.outbox.deliveries import Outcome
from emails.errors import (
    Deferred,
    EmailError,
    Refused,
    RenderError,
    Uncertain,
    Unreachable,
    Withheld,
)
from emails.transports.transport import Receipt

# How long a deferred letter waits after each attempt; after the last one it has failed.
RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 45, 120, 360, 720, 1440))

# By kind; one attempt more, and the letter has failed.
MAX_RETRIES = {kind: row.max_retries for kind, row in KINDS.items()}
RESEND_IF_UNCERTAIN = kinds.which(lambda kind: kind.resend_if_uncertain)

# How long a server may speak of us and not of the letters before they count what it says: somebody
# has to mend it, and it may be one reader's server after all.
BLAMELESS_FOR = timedelta(days=7)

# The longest that such a letter stands back behind the others.
BEHIND = timedelta(minutes=15)


def outcome(
    delivery: DeliveryRow,
    fence: int,
    result: Receipt | EmailError,
    now: datetime,
    blameless: bool = False,
) -> Outcome:
    """`delivery.attempts` counts the attempts before this one.

    `blameless`: there was no server, or its reply was about us or itself and not this letter. The
    transport backs off, and the attempt is not counted.
    """
    id_ = delivery.delivery_id
    if blameless and now - delivery.due_at < BLAMELESS_FOR:
        return not_attempted(delivery, fence, now + _behind(delivery, result, now), str(result))
    match result:
        case Receipt():
            return Outcome(id_, fence, DeliveryState.SENT, result.words, None, now)
        case Uncertain():
            return uncertain(delivery, fence, str(result), now)
        case Withheld():
            return not_attempted(delivery, fence, now)
        case Unreachable():
            return not_attempted(delivery, fence, now, str(result))
        case Refused():
            nobody = result.is_about_the_address
            return Outcome(id_, fence, DeliveryState.REFUSED, str(result), nobody=nobody)
        case Deferred() if delivery.attempts < MAX_RETRIES[delivery.kind]:
            later = now + RETRY_DELAYS[delivery.attempts]
            return Outcome(id_, fence, DeliveryState.DEFERRED, str(result), later)
        case _:
            words = f"not printable: {result}" if isinstance(result, RenderError) else str(result)
            return Outcome(id_, fence, DeliveryState.FAILED, words)


def uncertain(delivery: DeliveryRow, fence: int, words: str, now: datetime) -> Outcome:
    """It may have arrived. After the last attempt it is for a person to look at."""
    may_resend = delivery.kind in RESEND_IF_UNCERTAIN
    again = may_resend and delivery.attempts + 1 < MAX_RETRIES[delivery.kind]
    try_at = now + RETRY_DELAYS[0] if again else None
    return Outcome(delivery.delivery_id, fence, DeliveryState.UNCERTAIN, words, try_at)


def not_attempted(delivery: DeliveryRow, fence: int, try_at: datetime, why: str = "") -> Outcome:
    """Never begun: due again, as if it had not been claimed."""
    return Outcome(delivery.delivery_id, fence, DeliveryState.DUE, why, try_at)


def _behind(delivery: DeliveryRow, result: Receipt | EmailError, now: datetime) -> timedelta:
    """Behind those that were not tried: it may be this one's reader whom the server means."""
    waits = not isinstance(result, Unreachable)
    return min(BEHIND, (now - delivery.due_at) / 4) if waits else timedelta(0)
