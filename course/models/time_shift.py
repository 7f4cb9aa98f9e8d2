"""How far the development clock is ahead of the machine's. One row, id 1."""

from sqlmodel import Field, SQLModel


class TimeShift(SQLModel, table=True):
    __tablename__ = "time_shift"

    id: int = Field(default=1, primary_key=True)
    seconds: int = 0
