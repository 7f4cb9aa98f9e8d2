"""Many rows of Python values in one SQL statement, by bound parameters whose number never changes.

`values_table` is a derived table of bound values for INSERT … SELECT and UPDATE … FROM; `in_ids` is
`id IN (…)` for any number of ids. As the statement's text stays the same, SQLAlchemy compiles it
once and the driver prepares it once: whoever runs it often builds it once for each dialect.

SQLite gets one JSON array (`json_each`), PostgreSQL one array for each column (`unnest`). Measured
(docs/performance.md, "Where the time goes"): `executemany` takes three times as long through
SQLAlchemy; arrays in place of JSON, with suppressions looked up by key, took the whole cycle on
PostgreSQL from 0.65 to 0.81 of Postfix's `smtp-source`; statements built once save 12 µs a letter.
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

INTEGER: Column = BigInteger()
TEXT: Column = Text()
TIMESTAMP: Column = DateTime(timezone=True)

# PostgreSQL: the number of the group that a member belongs to, from 1.
_GROUP_NUMBER: Any = literal_column("group_number", INTEGER)

# The values that all rows of a group share, then a sequence of its members: for each row the
# values that are its own. `("due", at, [(1, "a"), (2, "b")])` is two rows of four columns.
Group = Sequence[Any]


def dialect(of: Session | Connection) -> str:
    return (of.get_bind() if isinstance(of, Session) else of).dialect.name


def insert(dialect: str, table: Any) -> Any:
    """An INSERT with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return _INSERT[dialect](table)


def in_ids(dialect: str, id_: Any) -> ColumnElement[bool]:
    """SQL: `id_ IN (:ids)`. Bind it with `ids_parameter`."""
    if dialect == "sqlite":
        value, each = _each(bindparam("ids"), "each_id")
        found: ColumnElement[bool] = id_.in_(select(value).select_from(each))
    else:
        found = id_ == func.any(_array(bindparam("ids"), INTEGER))
    return found


def ids_parameter(session: Session, ids: Iterable[int]) -> dict[str, str]:
    """The parameter of `in_ids`: a JSON array, or PostgreSQL's text of a bigint[]."""
    listed = json.dumps(list(ids), separators=(",", ":"))
    return {"ids": listed if dialect(session) == "sqlite" else f"{{{listed[1:-1]}}}"}


def values_table(dialect: str, shared: Mapping[str, Column], own: Mapping[str, Column]) -> Any:
    """A derived table of the bound values, one row a member; a group's shared values repeat.

    Its columns are `shared` and then `own`. Shared values are sent and parsed once a group, not
    once a row. Bind it with `values_parameter`.
    """
    build = _json_table if dialect == "sqlite" else _unnest_table
    return build(shared, own).subquery("given")


def values_parameter(of: Session | Connection, groups: Sequence[Group]) -> dict[str, str]:
    """The parameters of `values_table`; each group has its columns, in their order."""
    return _json_parameter(groups) if dialect(of) == "sqlite" else _array_parameters(groups)


# SQLite: a JSON array of groups; a group is an array, and so is each of its members.


def _json_parameter(groups: Sequence[Group]) -> dict[str, str]:
    @cache  # a batch repeats few moments many times
    def stored(at: datetime) -> str:
        """As SQLAlchemy stores it on SQLite: in UTC, without an offset."""
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    return {"rows": json.dumps(groups, default=stored)}


def _json_table(shared: Mapping[str, Column], own: Mapping[str, Column]) -> Select[Any]:
    group, each_group = _each(bindparam("rows"), "each_group")
    known = select(*_extracted(group, (*shared, "members"))).select_from(each_group)
    # Each group's JSON is parsed once, not once for each of its members.
    parsed = known.cte("parsed").prefix_with("MATERIALIZED")
    member, each_member = _each(parsed.c.members, "each_member")
    both = select(*(parsed.c[label] for label in shared), *_extracted(member, own))
    return both.select_from(parsed).select_from(each_member)


def _each(array: Any, name: str) -> tuple[Any, Any]:
    """`json_each` of a JSON array: the column of its elements, and the table they are rows of."""
    table = func.json_each(array).table_valued("value", name=name, joins_implicitly=True)
    return table.c.value, table


def _extracted(array: Any, labels: Iterable[str]) -> list[Any]:
    return [
        func.json_extract(array, literal_column(f"'$[{index}]'")).label(label)
        for index, label in enumerate(labels)
    ]


# PostgreSQL: an array for each column of the members, one with the number of each member's group,
# and an array for each column of the groups, indexed by that number.


def _array_parameters(groups: Sequence[Group]) -> dict[str, str]:
    group_numbers = [number for number, group in enumerate(groups, start=1) for _ in group[-1]]
    return {
        **_arrays("shared", [group[:-1] for group in groups]),
        **_arrays("own", [member for group in groups for member in group[-1]]),
        "group_number": _literal(group_numbers),
    }


def _arrays(name: str, lines: Sequence[Sequence[Any]]) -> dict[str, str]:
    columns = enumerate(zip(*lines, strict=True))
    return {f"{name}_{index}": _literal(values) for index, values in columns}


def _unnest_table(shared: Mapping[str, Column], own: Mapping[str, Column]) -> Select[Any]:
    groups = [
        Grouping(_array(bindparam(f"shared_{index}"), kind))[_GROUP_NUMBER].label(label)
        for index, (label, kind) in enumerate(shared.items())
    ]
    members = func.unnest(
        *(_array(bindparam(f"own_{index}"), kind) for index, kind in enumerate(own.values())),
        _array(bindparam("group_number"), INTEGER),
    )
    columns = [column(label, kind) for label, kind in own.items()]
    table = members.table_valued(*columns, _GROUP_NUMBER).render_derived(name="member")
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
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
