"""Rows of Python values as a table that a statement can join: one JSON parameter for all of them.

A statement with one parameter is prepared once, whatever the number of rows, and beats both a
VALUES list and `executemany`. Building one takes longer than running it, so whoever runs it often
builds it once for each dialect.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    FromClause,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

# Both dialects spell ON CONFLICT alike.
_INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

Column = TypeEngine[Any]

WHOLE: Column = BigInteger()
WORDS: Column = Text()
MOMENT: Column = DateTime(timezone=True)


def dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def insert(dialect: str, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return _INSERT[dialect](table)


def numbers(dialect: str, name: str = "ids") -> Select[tuple[int]]:
    """`SELECT id`, one row for each number in the JSON array of that parameter."""
    each, number = _members(dialect, bindparam(name), "each_number")
    return _ended(select(_typed(dialect, number, WHOLE).label("id")).select_from(each))


def table(dialect: str, columns: Mapping[str, Column], name: str = "rows") -> Any:
    """The rows of `packed`, as a table of these columns in this order."""
    each, row = _members(dialect, bindparam(name), "each_row")
    found = select(*_columns(dialect, row, columns)).select_from(each)
    return _ended(found).subquery("given")


def alike(
    dialect: str, shared: Mapping[str, Column], own: Mapping[str, Column], name: str = "rows"
) -> Any:
    """The groups of `packed`, as a table of all these columns, a row for each member of a group.

    A group is its `shared` values and the list of its members: the `own` values of each. What all
    members share is sent, and understood, once.
    """
    each, group = _members(dialect, bindparam(name), "each_group")
    members = _member(dialect, group, len(shared)).label("members")
    groups = select(*_columns(dialect, group, shared), members).select_from(each)
    known = groups.cte("alike").prefix_with("MATERIALIZED")
    each, member = _members(dialect, known.c.members, "each_member")
    both = select(*(known.c[label] for label in shared), *_columns(dialect, member, own))
    return _ended(both.select_from(known).select_from(each)).subquery("given")


def packed(session: Session, rows: Sequence[Sequence[Any]]) -> str:
    """The rows as the parameter of `table`, or the groups as that of `alike`."""
    # SQLite's moments are in UTC and don't say so.
    end = None if dialect(session) == "postgresql" else -len("+00:00")

    @cache  # a batch has few moments, many times over
    def stored(at: datetime) -> str:
        """As the database stores it."""
        in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
        return in_utc.isoformat(" ", "microseconds")[:end]

    return json.dumps(rows, default=stored)


def packed_numbers(ids: Iterable[int]) -> str:
    """The parameter of `numbers`."""
    return json.dumps(list(ids))


def _ended(found: Select[Any]) -> Select[Any]:
    """SQLite can't tell ON CONFLICT from a join's ON, unless there is a WHERE between them."""
    return found.where(true())


def _members(dialect: str, array: Any, name: str) -> tuple[FromClause, Any]:
    """What a JSON array has in it, a row each; and the only column of these rows."""
    if dialect == "sqlite":
        each = func.json_each(array).table_valued("value", name=name, joins_implicitly=True)
    else:
        each = func.jsonb_array_elements(cast(array, postgresql.JSONB)).table_valued(
            column("value", postgresql.JSONB), name=name, joins_implicitly=True
        )
    return each, each.c.value


def _columns(dialect: str, array: Any, columns: Mapping[str, Column]) -> list[Any]:
    """The first members of a JSON array, each under its name."""
    return [
        _typed(dialect, _member(dialect, array, index, words=True), kind).label(label)
        for index, (label, kind) in enumerate(columns.items())
    ]


def _member(dialect: str, array: Any, index: int, words: bool = False) -> Any:
    """One member of a JSON array; for PostgreSQL as JSON still, or in words."""
    if dialect == "sqlite":
        return func.json_extract(array, f"$[{index}]")
    return array.op("->>" if words else "->")(index)


def _typed(dialect: str, value: Any, kind: Column) -> Any:
    """SQLite keeps what JSON says; PostgreSQL wants to know."""
    return value if dialect == "sqlite" else cast(value, kind)
