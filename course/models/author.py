"""The author: there is one, and one password."""

from sqlmodel import Field, SQLModel

import course.models.columns  # noqa: F401  how constraints are called


class Author(SQLModel, table=True):
    """One row. A session of the author's is of its `session_epoch`, or it is over."""

    id: int | None = Field(default=None, primary_key=True)
    session_epoch: int = 0
