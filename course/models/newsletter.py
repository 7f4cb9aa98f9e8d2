"""What one subscribes to."""

from sqlmodel import Field, SQLModel

import course.models.columns  # noqa: F401  how constraints are called


class Newsletter(SQLModel, table=True):
    """`course_id`: the course whose look and language it has, until a folder of its own is
    published; it takes no sign-ups before that.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=100, unique=True)
    title: str = Field(max_length=200)
    course_id: int | None = Field(default=None, foreign_key="course.id")
