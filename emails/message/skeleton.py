"""A letter as bytes, ready to be personalised: what is the same for everybody is encoded once.

    Letter    subject, html, text: three templates
                 │  taken apart (`pieces`)
    pieces    "You get this letter because " · Named("address") · Choice("next_line", …) …
                 │  for each way through the choices, of which a lesson has two (`sheets`)
    Sheet     b"…because=\r\n" │ Slot │ b"=\r\n signed up for=\r\n" │ Slot │ b"=\r\n=2E</div>…"
                 │  for each own: the headers, and what goes into the slots
    message   b"".join(…)

It says the same as `compose(render(letter, values), head)`, and takes a small part of the time.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from emails.letter.compiling import Letter, Value, placeholders
from emails.letter.rendering import cleaned, single_line
from emails.message import headers
from emails.message.composing import (
    CommonHeaders,
    RecipientHeaders,
    boundary_of,
    common_fields,
    field_lines,
    fitting,
    frame,
    recipient_fields,
)
from emails.message.encoding import Chunk, Sheet, chunks_of
from emails.message.segments import NeedsJinja, Piece, choices, chosen, pieces_of, spoken
from emails.transfer_encoding import PLAIN, encodings

__all__ = ["CommonHeaders", "RecipientHeaders", "Skeleton"]

# A letter from `compile_letter` has two at the most; each is as large as a message.
MOST_SHEETS = 16


class Skeleton:
    """`names` are the placeholders that it asks for."""

    @classmethod
    def of(cls, letter: Letter, common: CommonHeaders) -> "Skeleton | None":
        """None where the letter does more than putting values into places: it needs Jinja. Nor can
        base64 be put together from pieces.

        Raises `HeaderError` for a common that would break a header, and `RenderError` for what
        is not a template.
        """
        if encodings(letter.text, letter.html) != PLAIN:
            return None
        try:
            return cls(letter, common)
        except NeedsJinja:
            return None

    def __init__(self, letter: Letter, common: CommonHeaders) -> None:
        """Raises `NeedsJinja` as well; `of` does not."""
        self.names = placeholders(letter)
        self._subject = pieces_of(letter.subject)
        self._text = pieces_of(letter.text)
        self._html = pieces_of(letter.html, html=True)
        self._choices = sorted(choices((*self._text, *self._html)))
        self._boundary = boundary_of("\0".join((letter.subject, letter.html, letter.text)))
        self._head = _head(common, self._boundary)
        self._same_subject = _same_subject(self._subject)
        self._sheet = lru_cache(maxsize=MOST_SHEETS)(self._printed)

    def message(self, values: Mapping[str, Value], own: RecipientHeaders) -> bytes:
        """The message, with CRLF line ends, and no line that begins with a dot.

        Raises `RenderError` for a placeholder without a value and for a message beyond 80,000
        bytes, and `HeaderError` for what would break a header.
        """
        subject = self._same_subject
        if subject is None:
            subject = _encoded_subject(single_line(spoken(self._subject, values)))
        head = self._head % recipient_fields(own, subject)
        chunks = self._sheet(*self._answers(values)).chunks(values)
        return fitting(b"".join((head.encode(), *chunks)))

    def _answers(self, values: Mapping[str, Value]) -> list[bool | None]:
        """To each choice. It is None where there is no value, which the sheet may never need."""
        return [bool(cleaned(values[name])) if name in values else None for name in self._choices]

    def _printed(self, *answers: bool | None) -> Sheet:
        """The way that these answers lead."""
        said = zip(self._choices, answers, strict=True)
        return Sheet(self._chunks({name: yes for name, yes in said if yes is not None}))

    def _chunks(self, answers: Mapping[str, Value]) -> Iterator[Chunk]:
        before_text, before_html, after = frame(self._boundary)
        yield before_text
        yield from chunks_of(chosen(self._text, answers), html=False)
        yield before_html
        yield from chunks_of(chosen(self._html, answers), html=True)
        yield after


def _head(common: CommonHeaders, boundary: str) -> str:
    """The header section with `%(Name)s` for each field of a own's own."""
    same = common_fields(common, boundary)
    own = {name: f"%({name})s" for name in _OWN}
    return field_lines({name: text.replace("%", "%%") for name, text in same.items()} | own)


_OWN = ("To", "Subject", "Date", "Message-ID", "List-Unsubscribe")


def _same_subject(pieces: tuple[Piece, ...]) -> str | None:
    """Encoded, if it is the same for everybody."""
    words = [piece for piece in pieces if isinstance(piece, str)]
    return headers.subject(single_line("".join(words))) if len(words) == len(pieces) else None


# A cohort shares its names and its dates, so many subjects come again.
_encoded_subject = lru_cache(maxsize=4096)(headers.subject)
