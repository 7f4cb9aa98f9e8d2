"""The engine's own letters, which are Markdown files: what of them is translated, and how.

Each line of the front matter is a message, and each paragraph of the body; their placeholders stand
in double braces, as in any letter.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from course.i18n.catalogs import Catalog, spoken
from sequences.reading import read_letter
from sequences.sequence import LetterText

_PLACEHOLDER = re.compile(r"\{\{ \w+ \}\}")


def extract(file: BinaryIO, *_: Any, **__: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """A method of extraction, as Babel calls it."""
    path = Path(file.name).resolve()
    for message in messages(read_letter(path, path.name)):
        yield 1, "gettext", message, []


def messages(letter: LetterText) -> list[str]:
    """What a translator gets to see of it."""
    lines = (letter.subject, letter.preview, letter.title, letter.button or "")
    paragraphs = (*lines, *letter.body.split("\n\n"))
    return [message for message in paragraphs if re.search(r"\w", _PLACEHOLDER.sub("", message))]


@lru_cache(maxsize=256)
def translated(letter: LetterText, catalog: Catalog) -> LetterText:
    """Paragraph by paragraph; English where one is not translated."""
    say = catalog.translations.gettext
    return replace(
        letter,
        subject=say(letter.subject),
        preview=say(letter.preview),
        title=say(letter.title),
        button=letter.button and say(letter.button),
        body="\n\n".join(map(say, letter.body.split("\n\n"))),
    )


def language_of(letter: LetterText, catalog: Catalog) -> str:
    """In which language most of the engine's letter is."""
    return spoken(catalog, messages(letter))
