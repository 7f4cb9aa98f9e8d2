"""A course as plain, frozen values: what is taught, in which order, on which days.

`Publication` is what it has in common with a newsletter (sequences/newsletter.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import Field, TypeAdapter

from sequences.course_schedule import Schedule
from sequences.files import MANIFEST_FILE
from sequences.identity import ANONYMOUS, OF_BEFORE, Identity, Mark
from sequences.pictures import Picture

CLOSING = "closing"

# By label, or by key. Only a file that is open has them: they are no part of what is stored or
# compared.
Lines = Annotated[Mapping[str, int], Field(exclude=True)]


@dataclass(frozen=True)
class Prompt:
    """The question a lesson asks: plain text, paragraphs parted by a blank line."""

    text: str


@dataclass(frozen=True)
class Lesson:
    """One lesson. `body` is Markdown without the prompt; `line` is where it begins in `source`.

    `calendar`: the letter offers a weekly date for the reader's calendar.
    """

    id: str
    title: str
    subject: str
    preview: str
    summary: str
    body: str
    prompt: Prompt | None
    calendar: bool
    source: str
    line: int
    pictures: tuple[Picture, ...] = ()
    label_lines: Lines = field(default_factory=dict, compare=False)

    def line_of(self, label: str) -> int:
        return self.label_lines.get(label, 1)

    @property
    def prompt_paragraphs(self) -> list[str]:
        """None where the lesson asks nothing."""
        return self.prompt.text.split("\n\n") if self.prompt else []


@dataclass(frozen=True)
class LetterText:
    """A letter that is no lesson. `link` is the placeholder that its button leads to."""

    id: str
    subject: str
    preview: str
    title: str
    body: str
    button: str | None
    link: str | None
    source: str
    line: int
    pictures: tuple[Picture, ...] = ()
    label_lines: Lines = field(default_factory=dict, compare=False)

    def line_of(self, label: str) -> int:
        return self.label_lines.get(label, 1)

    def to_json(self) -> str:
        return _LETTER_JSON.dump_json(self).decode()

    @staticmethod
    def from_json(text: str) -> "LetterText":
        return _LETTER_JSON.validate_json(text)


@dataclass(frozen=True)
class Brand:
    """A name, colours as `#rrggbb` for light and for dark screens, and perhaps a logo."""

    name: str
    accent: str = "#9C4A2F"
    accent_dark: str = "#E8A07F"
    paper: str = "#FBF7F0"
    paper_dark: str = "#1B1816"
    logo: Picture | None = None


@dataclass(frozen=True)
class Landing:
    """The first words a visitor reads. `body` is Markdown; `consent` is stored as it stands.

    A course's form may offer the newsletter with the slug `newsletter`: a box of its own, beside
    the words `newsletter_consent`. Empty where it offers none.
    """

    headline: str
    lead: str
    body: str
    button: str
    consent: str
    pictures: tuple[Picture, ...] = ()
    newsletter: str = ""
    newsletter_consent: str = ""


@dataclass(frozen=True)
class Sampler:
    """What a new subscriber gets at once; `body` is Markdown."""

    title: str
    lead: str
    body: str
    source: str
    line: int
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What a course and a newsletter both have: a name, a language, a look, a page, letters.

    `letters` are those that are worded anew, and for a course those that are no lessons. `phrases`:
    what the engine says, in words of the author's own, as gettext's `.po` files have it.
    `key_lines` are those of its `manifest`, by `brand` and `brand.accent`.
    """

    manifest: ClassVar[str]

    slug: str
    title: str
    language: str
    brand: Brand
    identity: Identity = ANONYMOUS
    landing: Landing
    letters: tuple[LetterText, ...]
    phrases: str = ""
    key_lines: Lines = field(default_factory=dict, compare=False)

    def line_of(self, key: str) -> int:
        """The key's own line in the manifest, or its part's."""
        return self.key_lines.get(key, self.key_lines.get(key.partition(".")[0], 1))

    def letter(self, id: str) -> LetterText | None:  # noqa: A002
        return next((letter for letter in self.letters if letter.id == id), None)


@dataclass(frozen=True, kw_only=True)
class Sequence(Publication):
    """A whole course."""

    manifest = MANIFEST_FILE

    identity: Identity = OF_BEFORE
    mark: Mark = "stones"
    schedule: Schedule
    sampler: Sampler | None
    lessons: tuple[Lesson, ...]

    @property
    def steps(self) -> tuple[str, ...]:
        """What is sent, in order: the lessons' ids, then the closing letter."""
        lessons = tuple(lesson.id for lesson in self.lessons)
        return (*lessons, CLOSING) if self.letter(CLOSING) else lessons

    def steps_left(self, done: Collection[str]) -> list[str]:
        """The steps that are not among `done`, in order."""
        return [step for step in self.steps if step not in done]

    def next_step(self, done: Collection[str]) -> str | None:
        """The first step that is not among `done`; None where none is left."""
        return next(iter(self.steps_left(done)), None)

    def title_of(self, step: str) -> str:
        """A lesson's or a letter's; the id itself where the course has it no longer."""
        found = self.lesson(step) or self.letter(step)
        return found.title if found else step

    def lesson(self, id: str) -> Lesson | None:  # noqa: A002
        return next((lesson for lesson in self.lessons if lesson.id == id), None)

    def number(self, lesson_id: str) -> int:
        """The lesson's place, from 1. Raises `ValueError` for an unknown id."""
        return [lesson.id for lesson in self.lessons].index(lesson_id) + 1

    def to_json(self) -> str:
        return _JSON.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Sequence":
        """Raises `pydantic.ValidationError` for what `to_json` did not write."""
        return _JSON.validate_json(text)


_JSON = TypeAdapter(Sequence)
_LETTER_JSON = TypeAdapter(LetterText)
