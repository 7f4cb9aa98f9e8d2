"""A newsletter as plain, frozen values: what one subscribes to."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from sequences.files import NEWSLETTER_FILE
from sequences.sequence import Publication


@dataclass(frozen=True, kw_only=True)
class Newsletter(Publication):
    """Its issues are written one by one, long after it was published.

    `description` says in a sentence what comes and how often, wherever it is offered.
    """

    manifest = NEWSLETTER_FILE

    description: str

    def to_json(self) -> str:
        return _JSON.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Newsletter":
        """Raises `pydantic.ValidationError` for what `to_json` did not write."""
        return _JSON.validate_json(text)


_JSON = TypeAdapter(Newsletter)
