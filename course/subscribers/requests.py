"""What is asked for at a public form: a sign-up, a link to the journal.

One row is all that is written while the visitor waits, whoever they are. It is answered afterwards
(course/scheduling/answering.py), so the reply and its time tell nobody who is subscribed.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.exc import DataError, IntegrityError

from course.db import bulk
from course.db.group_commit import GroupCommit
from course.db.transactions import autocommit
from course.models import Request, RequestKind
from emails import address

# A row may be to blame for these: its course is gone, say.
ROW_ERRORS = (IntegrityError, DataError)


class NewRequest(NamedTuple):
    """A row of `request`: the address as the route has parsed it, and what the form said.

    The address's key is added when it is inserted.
    """

    kind: RequestKind
    address: str
    asked_at: datetime
    first_name: str = ""
    zone: str = "UTC"
    course_id: int | None = None
    wording: str = ""
    newsletter_id: int | None = None
    newsletter_wording: str = ""
    place: str = ""


_COLUMNS = {
    "kind": bulk.TEXT,
    "address": bulk.TEXT,
    "asked_at": bulk.TIMESTAMP,
    "first_name": bulk.TEXT,
    "zone": bulk.TEXT,
    "course_id": bulk.INTEGER,
    "wording": bulk.TEXT,
    "newsletter_id": bulk.INTEGER,
    "newsletter_wording": bulk.TEXT,
    "place": bulk.TEXT,
    "address_key": bulk.TEXT,
}


def queue(engine: Engine) -> GroupCommit[NewRequest]:
    """For one process: what its threads put in at the same moment is one transaction."""
    return GroupCommit(partial(insert, engine), ROW_ERRORS)


def insert(engine: Engine, asked: Sequence[NewRequest]) -> None:
    """In a single statement, which is a transaction of its own."""
    rows = [(*request, address.normalise(request.address)) for request in asked]
    with autocommit(engine) as connection:
        given = bulk.values_parameter(connection, [(rows,)])
        connection.execute(_insert(engine.dialect.name), given)


@cache
def _insert(dialect: str) -> Any:
    given = bulk.values_table(dialect, {}, _COLUMNS)
    statement = bulk.insert(dialect, Request).inline()  # nobody needs the rows' numbers
    return statement.from_select([*_COLUMNS], select(*given.c), include_defaults=False)
