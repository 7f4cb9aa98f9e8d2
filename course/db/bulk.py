"""Rows of Python values as a table that a statement can join, by the same few parameters for any
number of rows.

Such a statement is prepared once, and beats both a VALUES list and `executemany`. SQLite takes the
rows as one JSON array; PostgreSQL, for which JSON is dear, takes an array of its own for each
column. Building a statement takes longer than running it, so whoever runs it often builds it once
for each dialect.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import Grouping
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

# Which group is a member's, from 1.
_BELONGS: Any = literal_column("belongs", WHOLE)

# Values that all members of a group share, and behind them the members, each the values of its own.
Group = Sequence[Any]


def dialect(of: Session | Connection) -> str:
    return (of.get_bind() if isinstance(of, Session) else of).dialect.name


def insert(dialect: str, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return _INSERT[dialect](table)


def among(dialect: str, number: Any) -> ColumnElement[bool]:
    """It is one of the numbers in the parameter of `numbers`."""
    if dialect == "sqlite":
        value, each = _each(bindparam("ids"), "each_number")
        found: ColumnElement[bool] = number.in_(select(value).select_from(each))
    else:
        found = number == func.any(_array(bindparam("ids"), WHOLE))
    return found


def numbers(session: Session, ids: Iterable[int]) -> dict[str, str]:
    """The parameter of `among`."""
    listed = json.dumps(list(ids), separators=(",", ":"))
    return {"ids": listed if dialect(session) == "sqlite" else f"{{{listed[1:-1]}}}"}


def alike(dialect: str, shared: Mapping[str, Column], own: Mapping[str, Column]) -> Any:
    """The groups of `packed`, as a table of all these columns, a row for each member of a group.

    What all members share is sent, and understood, once.
    """
    given = _unfolded if dialect == "sqlite" else _unnested
    return given(shared, own).subquery("given")


def packed(of: Session | Connection, groups: Sequence[Group]) -> dict[str, str]:
    """The groups as the parameters of `alike`."""
    return _folded(groups) if dialect(of) == "sqlite" else _columns(groups)


# SQLite: an array of groups; a group is an array, and so is each of its members.


def _folded(groups: Sequence[Group]) -> dict[str, str]:
    @cache  # a batch has few moments, many times over
    def stored(at: datetime) -> str:
        """As SQLite stores it: its moments are in UTC and don't say so."""
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    return {"rows": json.dumps(groups, default=stored)}


def _unfolded(shared: Mapping[str, Column], own: Mapping[str, Column]) -> Select[Any]:
    group, each_group = _each(bindparam("rows"), "each_group")
    known = select(*_extracted(group, (*shared, "members"))).select_from(each_group)
    alike = known.cte("alike").prefix_with("MATERIALIZED")
    member, each_member = _each(alike.c.members, "each_member")
    both = select(*(alike.c[label] for label in shared), *_extracted(member, own))
    return both.select_from(alike).select_from(each_member)


def _each(array: Any, name: str) -> tuple[Any, Any]:
    """A member of a JSON array, and the table of all of them."""
    table = func.json_each(array).table_valued("value", name=name, joins_implicitly=True)
    return table.c.value, table


def _extracted(array: Any, labels: Iterable[str]) -> list[Any]:
    return [
        func.json_extract(array, literal_column(f"'$[{index}]'")).label(label)
        for index, label in enumerate(labels)
    ]


# PostgreSQL: an array for each column of the members, and one that says which group is whose; an
# array for each column of the groups.


def _columns(groups: Sequence[Group]) -> dict[str, str]:
    belongs = [number for number, group in enumerate(groups, start=1) for _ in group[-1]]
    return {
        **_arrays("shared", [group[:-1] for group in groups]),
        **_arrays("own", [member for group in groups for member in group[-1]]),
        "belongs": _literal(belongs),
    }


def _arrays(name: str, lines: Sequence[Sequence[Any]]) -> dict[str, str]:
    columns = enumerate(zip(*lines, strict=True))
    return {f"{name}_{index}": _literal(values) for index, values in columns}


def _unnested(shared: Mapping[str, Column], own: Mapping[str, Column]) -> Select[Any]:
    groups = [
        Grouping(_array(bindparam(f"shared_{index}"), kind))[_BELONGS].label(label)
        for index, (label, kind) in enumerate(shared.items())
    ]
    members = func.unnest(
        *(_array(bindparam(f"own_{index}"), kind) for index, kind in enumerate(own.values())),
        _array(bindparam("belongs"), WHOLE),
    )
    columns = [column(label, kind) for label, kind in own.items()]
    table = members.table_valued(*columns, _BELONGS).render_derived(name="member")
    return select(*groups, *(table.c[label] for label in own)).select_from(table)


def _array(parameter: Any, kind: Column) -> Any:
    return cast(parameter, postgresql.ARRAY(kind))


def _literal(values: Iterable[Any]) -> str:
    """An array as PostgreSQL reads it: `{1,NULL,"two"}` (its manual, section 8.15)."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    words = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{words}"'
