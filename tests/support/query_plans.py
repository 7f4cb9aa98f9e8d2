"""How a database carries out what the product really asks of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from course.db import bulk


def explained(session: Session, about: str, ask: Callable[[], object]) -> list[str]:
    """The plan of each statement with that word in it that `ask` sends."""
    sent: list[tuple[str, Any]] = []

    def hear(_c: object, _cursor: object, words: str, given: Any, *_more: object) -> None:
        if about in words:
            sent.append((words, given))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    ask()
    event.remove(connection, "before_cursor_execute", hear)
    how = "EXPLAIN QUERY PLAN" if bulk.dialect(session) == "sqlite" else "EXPLAIN"
    plans = [connection.exec_driver_sql(f"{how} {words}", given) for words, given in sent]
    return ["\n".join(str(row[-1]) for row in plan) + "\n" for plan in plans]
