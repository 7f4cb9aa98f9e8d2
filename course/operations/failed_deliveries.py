"""Deliveries that were refused or have failed: listed by what the server said, and resent.

Resending uses the same row, and so the same Message-ID.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlmodel import Session

from course.db import bulk
from course.letters.delivery_rows import with_subscriber
from course.models import Delivery, Subscriber, Suppression
from course.models.columns import table
from course.models.delivery import NEEDS_ATTENTION
from course.operations import problems

_delivery = table(Delivery)
_subscriber = table(Subscriber)
_suppression = table(Suppression)

Selector = Callable[[int, str], bool]  # by a letter's id, and how its server's words begin


@dataclass
class FailedGroup:
    """Letters of which the servers said the same. `suppressed` of them may not be written to."""

    words: str
    ids: list[int] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    suppressed: int = 0


@dataclass(frozen=True)
class Resent:
    """`suppressed`: left as they are, since their addresses may not be written to."""

    due: int
    suppressed: int


def groups(session: Session) -> list[FailedGroup]:
    """Of the newest, the largest first; the newest letter's id is the first in each."""
    found: dict[str, FailedGroup] = {}
    for row in session.connection().execute(_lost().limit(problems.SAMPLE_LIMIT)):
        said = problems.reason(row.words)
        group = found.setdefault(said, FailedGroup(said))
        group.ids.append(row.id)
        group.kinds[row.kind] += 1
        group.suppressed += row.reason is not None
    return sorted(found.values(), key=lambda group: -len(group.ids))


def resend(
    session: Session, wanted: Selector, now: datetime, allow: bool = False, at_once: bool = False
) -> Resent:
    """They are due now, with all their tries.

    One that is too late for its hour waits for its reader's next opening, or goes `at_once`. An
    address that was suppressed because a server refused it is written to again where a person
    says so (`allow`); who has complained or asked for it never is.
    """
    found = session.connection().execute(_lost())
    lost = [row for row in found if wanted(row.id, problems.reason(row.words))]
    free = [row for row in lost if row.reason is None or (allow and row.reason == "refused")]
    _allow(session, [row for row in free if row.reason is not None])
    values: dict[str, Any] = {"state": "due", "try_at": now, "attempts": 0}
    if at_once:
        values["not_after"] = None
    which = bulk.in_ids(bulk.dialect(session), _delivery.c.id)
    again = update(_delivery).where(which, _delivery.c.state.in_(("refused", "failed")))
    session.connection().execute(
        again.values(**values), bulk.ids_parameter(session, [row.id for row in free])
    )
    return Resent(len(free), len(lost) - len(free))


def everything(_id: int, _words: str) -> bool:
    return True


def matching(given: Sequence[str]) -> Selector:
    """By ids, and by what is in the server's words."""
    ids = {int(one) for one in given if one.isdecimal()}
    words = [one.lower() for one in given if not one.isdecimal()]
    return lambda id_, said: id_ in ids or any(word in said.lower() for word in words)


def _lost() -> Any:
    columns = (_delivery.c.id, _delivery.c.kind, _delivery.c.words, _subscriber.c.address_key)
    key = _suppression.c.address_key
    return (
        with_subscriber(select(*columns, _suppression.c.reason))
        .outerjoin(_suppression, key == _subscriber.c.address_key)
        .where(NEEDS_ATTENTION, _delivery.c.state.in_(("refused", "failed")))
        .order_by(_delivery.c.id.desc())
    )


def _allow(session: Session, suppressed: list[Row[Any]]) -> None:
    for row in suppressed:
        session.connection().execute(
            delete(_suppression).where(
                _suppression.c.address_key == row.address_key, _suppression.c.reason == "refused"
            )
        )
