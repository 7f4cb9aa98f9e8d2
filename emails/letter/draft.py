"""What an author says of one letter, before it is compiled."""

from dataclasses import dataclass
from typing import Literal

from emails.letter.identity import Signature
from emails.letter.pictures import Picture


@dataclass(frozen=True, slots=True)
class Button:
    """`link` is the name of the placeholder that it leads to, such as `reflect_url`.

    `label`: none where the letter has words for it, which is to write an answer.
    """

    label: str | None
    link: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One letter as its author wrote it.

    `subject`, `preview`, `title` and `body` may have placeholders. `body` is Markdown, `prompt`
    plain text whose paragraphs are parted by an empty line. `step` of `steps` is where the reader
    stands, counted from 1; a letter with a step says when the next one comes (`next_line`).
    `calendar` adds a link to `calendar_url`. The footer says why somebody gets this: for a course,
    for newsletters, or briefly, to who is not in the course (yet, or any more) and has no pace.
    `pictures` are those that `body` names.
    """

    subject: str
    preview: str
    title: str
    body: str
    prompt: str | None = None
    button: Button | None = None
    step: int | None = None
    steps: int | None = None
    calendar: bool = False
    footer: Literal["full", "newsletter", "brief"] = "full"
    pictures: tuple[Picture, ...] = ()
    signature: Signature | None = None
