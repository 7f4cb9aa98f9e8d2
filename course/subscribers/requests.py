"""What is asked for at a public door: a sign-up, a link to the journal.

One row is all that is written while the visitor waits, whoever they are. `answering` looks at it
afterwards, so the door's reply and the time it takes tell nobody who is subscribed.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.exc import DataError, IntegrityError

from course.db import bulk
from course.db.engine import one_row
from course.db.group_commit import GroupCommit
from course.models import Request, RequestKind

# A row may be to blame for these: its course is gone, say.
BLAMES = (IntegrityError, DataError)


class Asked(NamedTuple):
    """A row of `request`: the address as the door has parsed it, and what the form said."""

    kind: RequestKind
    address: str
    asked_at: datetime
    first_name: str = ""
    zone: str = "UTC"
    course_id: int | None = None
    wording: str = ""
    place: str = ""


_COLUMNS = {
    "kind": bulk.WORDS,
    "address": bulk.WORDS,
    "asked_at": bulk.MOMENT,
    "first_name": bulk.WORDS,
    "zone": bulk.WORDS,
    "course_id": bulk.WHOLE,
    "wording": bulk.WORDS,
    "place": bulk.WORDS,
}


def queue(engine: Engine) -> GroupCommit[Asked]:
    """For one process: what its threads put in at the same moment is one transaction."""
    return GroupCommit(partial(keep, engine), BLAMES)


def keep(engine: Engine, asked: Sequence[Asked]) -> None:
    """In a single statement, which is a transaction of its own."""
    with one_row(engine) as connection:
        connection.execute(_keep(engine.dialect.name), bulk.packed(connection, [([*asked],)]))


@cache
def _keep(dialect: str) -> Any:
    given = bulk.alike(dialect, {}, _COLUMNS)
    statement = bulk.insert(dialect, Request).inline()  # nobody needs the rows' numbers
    return statement.from_select([*_COLUMNS], select(*given.c), include_defaults=False)
