"""A language in which every sentence stands between ⟦ and ⟧, so that one finds what has none."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, pofile

from course.i18n import messages

BETWEEN = re.compile(r"⟦[^⟦⟧]*⟧")
SPOKEN = {"alt", "aria-label", "label", "placeholder", "title"}
EMPTY = {"br", "circle", "hr", "img", "input", "link", "meta", "path"}


def write(folder: Path, language: str) -> None:
    """`<language>.po`, complete."""
    made, written = Catalog(locale=language, charset="utf-8"), BytesIO()
    for message in messages.known():
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        marked = tuple(f"⟦{form}⟧" for form in forms)
        if message.id:
            said = marked if len(marked) > 1 else marked[0]
            made.add(message.id, said, context=message.context)
    pofile.write_po(written, made)
    (folder / f"{language}.po").write_bytes(written.getvalue())


class OurWords(HTMLParser):
    """What a page says: its text and spoken attributes, without what has a language of its own.

    The author's words stand in elements with `lang`, a reader's in those with `dir="auto"`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        theirs = tag != "html" and ("lang" in given or given.get("dir") == "auto" or tag == "bdi")
        if tag not in EMPTY:
            self._open.append(theirs or tag in {"script", "style", "code"})
        self.said += [value or "" for name, value in attrs if _is_spoken(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.said.append(data)


def unmarked(page: str, known: set[str]) -> Iterator[str]:
    """Words of a page in no such brackets, but for dates, hours and what is `known`."""
    words = OurWords()
    words.feed(page)
    rest, before = "\n".join(words.said), ""
    while rest != before:
        rest, before = BETWEEN.sub("", rest), rest
    for line in (line.removesuffix(" · CNT").strip(" ·:#\xa0") for line in rest.split("\n")):
        if re.search(r"[^\W\d_]{2}", line) and line not in known and not _is_date(line):
            yield line


def _is_spoken(name: str) -> bool:
    return name in SPOKEN or name in {"data-found", "data-kept", "data-gone", "data-offer"}


def _is_date(line: str) -> bool:
    return re.fullmatch(r"\w+,\s\d+\.\s\w+(\s\d{4})?", line) is not None
