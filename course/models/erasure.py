"""That something was erased or replaced, and its bytes still have to be overwritten."""

from sqlmodel import Field, SQLModel


class Erasure(SQLModel, table=True):
    """A row for each, in the same transaction; it goes when the bytes are gone."""

    # An id that was given again could be taken for one that is dealt with.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
