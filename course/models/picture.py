"""What letters and pages show: each picture once, under a name that says what is in it."""

from enum import StrEnum

from sqlmodel import Field, SQLModel

from course.models.columns import by_value


class PictureType(StrEnum):
    JPEG = "jpeg"
    PNG = "png"


class Picture(SQLModel, table=True):
    """Encoded as it is sent, by course/authoring/picture_encoding.py.

    It stays when it is no longer used: the letters that show it lie in mailboxes for years.
    """

    digest: str = Field(primary_key=True, max_length=32)
    type: PictureType = Field(sa_type=by_value(PictureType))
    width: int
    height: int
    data: bytes


class RevisionPicture(SQLModel, table=True):
    """A revision, or a letter that belongs to it, shows the picture."""

    __tablename__ = "revision_picture"

    revision_id: int = Field(primary_key=True, foreign_key="revision.id", ondelete="CASCADE")
    digest: str = Field(primary_key=True, max_length=32, foreign_key="picture.digest")
