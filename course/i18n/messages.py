"""Keeping the catalogs complete: `python -m course.i18n.messages`, which `make messages` runs.

Every sentence that a subscriber can meet is found in the source and written into each `.po` file,
with its translation where there was one; what nobody says any more goes. With `--check` nothing is
written: what is missing, or has other placeholders than the English, is said, with status 1.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message, pofile
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from course.i18n import catalogs

ROOT = Path(__file__).parents[2]

# What the author and the operator see stays English.
SOURCES: list[tuple[str, Any]] = [
    ("course/admin/**", "ignore"),
    ("course/cli/**", "ignore"),
    ("course/operations/**", "ignore"),
    ("course/templates/admin/**", "ignore"),
    ("course/templates/mailbox/**", "ignore"),
    ("course/letters/own/**.md", "course.i18n.letter_files:extract"),
    ("course/**.py", "python"),
    ("emails/**.py", "python"),
    ("course/templates/**.html", "jinja2"),
]
OPTIONS = {"course/templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "marked": None}
NOTES = ("Translators:",)

# What `gettext` and translators' programs need, and nothing that changes from day to day.
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

# The second is a letter's.
PLACEHOLDER = re.compile(r"%\(\w+\)|\{\{ \w+ \}\}")


def template() -> Catalog:
    """All that is said, in English."""
    found = Catalog(project="Letterpath", charset="utf-8")
    for package in ("course", "emails"):
        for file, _, message, comments, context in extract_from_dir(
            ROOT / package, *_methods(package), KEYWORDS, NOTES
        ):
            found.add(message, None, [(f"{package}/{file}", 0)], (), comments, context=context)
    return found


@cache
def known() -> Catalog:
    """The same, a hundred times as fast: a catalog that ships has all, which `--check` holds."""
    return read(min(catalogs.FOLDER.glob("*.po")))


def update(path: Path, wanted: Catalog) -> None:
    """The file has every sentence, in the order of the template, and none besides."""
    known = read(path)
    known.update(wanted, no_fuzzy_matching=True)
    known.obsolete.clear()
    written = BytesIO()
    pofile.write_po(written, known, width=100, include_lineno=False, omit_header=True)
    header = HEADER.format(language=path.stem, plural_forms=known.plural_forms)
    path.write_bytes(header.encode() + written.getvalue())


def read(path: Path) -> Catalog:
    return pofile.read_po(BytesIO(path.read_bytes()), locale=path.stem.replace("-", "_"))


def wrong(catalog: Catalog, wanted: Catalog) -> Iterator[str]:
    """What is to be mended in it, a sentence each."""
    for message in _messages(wanted):
        translated = catalog.get(message.id, message.context)
        if translated is None or translated.fuzzy or not all(_forms(translated.string)):
            yield f"not translated: {_first(message.id)}"
        elif any(placeholders(form) != placeholders(message.id) for form in _last(translated)):
            yield f"other placeholders than in English: {_first(message.id)}"
    for message in _messages(catalog):
        if wanted.get(message.id, message.context) is None:
            yield f"nobody says it any more: {_first(message.id)}"


def placeholders(id_: Any) -> set[str]:
    """Of a message, or of the last form of one with a number."""
    return set(PLACEHOLDER.findall(_forms(id_)[-1]))


def main(arguments: list[str]) -> int:
    wanted, status = template(), 0
    for path in sorted(catalogs.FOLDER.glob("*.po")):
        if "--check" not in arguments:
            update(path, wanted)
        for sentence in wrong(read(path), wanted):
            print(f"{path.relative_to(ROOT)}: {sentence}", file=sys.stderr)  # noqa: T201
            status = 1
    return status


def _methods(package: str) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """Their patterns as seen from the package's folder."""
    start = f"{package}/"
    methods = [
        (pattern.removeprefix(start), method)
        for pattern, method in SOURCES
        if pattern.startswith(start)
    ]
    return methods, {pattern.removeprefix(start): options for pattern, options in OPTIONS.items()}


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _forms(text: Any) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def _last(message: Message) -> Iterable[str]:
    """One form, or of several those for more than one: `one letter` may leave out the number."""
    forms = _forms(message.string)
    return forms[1:] or forms


def _first(id_: Any) -> str:
    return str(_forms(id_)[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
