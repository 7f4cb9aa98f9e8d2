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
    return _each(dialect, {"id": WHOLE}, name, lambda value, _index: value)


def table(dialect: str, columns: Mapping[str, Column], name: str = "rows") -> Any:
    """The rows of `packed`, as a table of these columns in this order."""
    return _each(dialect, columns, name, _member(dialect)).subquery("given")


def packed(session: Session, rows: Sequence[Sequence[Any]]) -> str:
    """The rows as the parameter of `table`."""
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


def _each(
    dialect: str,
    columns: Mapping[str, Column],
    name: str,
    member: Callable[[Any, int], Any],
) -> Select[Any]:
    source, value = _source(dialect, name)
    picked = [
        _typed(dialect, member(value, index), kind).label(label)
        for index, (label, kind) in enumerate(columns.items())
    ]
    # SQLite can't tell ON CONFLICT from a join's ON, unless there is a WHERE between them.
    return select(*picked).select_from(source).where(true())


def _source(dialect: str, name: str) -> tuple[FromClause, Any]:
    if dialect == "sqlite":
        source = func.json_each(bindparam(name)).table_valued("value", name="each_row")
        return source, source.c.value
    source = func.jsonb_array_elements(cast(bindparam(name), postgresql.JSONB)).table_valued(
        column("value", postgresql.JSONB), name="each_row"
    )
    return source, source.c.value


def _member(dialect: str) -> Callable[[Any, int], Any]:
    if dialect == "sqlite":
        return lambda value, index: func.json_extract(value, f"$[{index}]")
    return lambda value, index: value.op("->>")(index)


def _typed(dialect: str, value: Any, kind: Column) -> Any:
    """SQLite keeps what JSON says; PostgreSQL wants to know."""
    return value if dialect == "sqlite" else cast(value, kind)
