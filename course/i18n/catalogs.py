"""What the engine says, in a language: a gettext catalog, and a course's own phrases before it.

The English sentence is the key. A language that we ship is a file, `locale/<language>.po`; a course
may bring phrases of its own, or a whole language, as the text of such a file. What is read is kept
in memory: there is nothing to compile beforehand.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError, messages
from babel.messages import mofile, pofile

FOLDER = Path(__file__).parent / "locale"

SOURCE = "en"

MOST_FORMS = 6  # of a word by its number


@dataclass(frozen=True, eq=False)
class Catalog:
    """One language, a BCP 47 tag. `locale` has its dates and numbers (CLDR).

    Values stand in a sentence as `%(name)s`, so a percent sign is written twice.
    """

    language: str
    locale: Locale
    translations: NullTranslations

    def gettext(self, message: str, /, **values: Any) -> str:
        return self.translations.gettext(message) % values

    def ngettext(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """The form that `n` takes in this language; it is the value `num`, as in Jinja."""
        return self.translations.ngettext(one, many, n) % {"num": n, **values}

    def pgettext(self, context: str, message: str, /, **values: Any) -> str:
        """Of a word that another place would translate otherwise."""
        return self.translations.pgettext(context, message) % values


def marked(message: str) -> str:
    """As it stands: for a constant that is said later, by a catalog."""
    return message


@lru_cache(maxsize=256)
def catalog_of(language: str, phrases: str = "") -> Catalog:
    """`phrases`: the text of a course's own `phrases.po`. English where nothing is translated."""
    translations = NullTranslations()
    for text in filter(None, (phrases, *_ours(language))):
        translations.add_fallback(_parsed(text))
    return Catalog(language, _locale(language), translations)


def parse(text: str) -> messages.Catalog:
    """Of a `.po` file, whatever its head says of its encoding. Raises `ValueError`."""
    parsed = _Bounded()
    pofile.PoFileParser(parsed, abort_invalid=True).parse(StringIO(text))
    parsed.charset = "utf-8"
    return parsed


def spoken(catalog: Catalog, messages: Collection[str]) -> str:
    """The language in which most of these are said: the catalog's, or else English."""
    return catalog.language if 2 * len(unsaid(catalog, messages)) <= len(messages) else SOURCE


def unsaid(catalog: Catalog, messages: Collection[str]) -> list[str]:
    """Those of these sentences that nobody has translated: they are said in English."""
    if catalog.language.split("-")[0].lower() == SOURCE or _ours(catalog.language):
        return []
    return [words for words in messages if catalog.translations.gettext(words) == words]


@cache
def languages() -> tuple[str, ...]:
    """Those in which the engine speaks: English, and every file in `locale/`."""
    return (SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po")))


class _Bounded(messages.Catalog):
    """Its reader makes room for as many forms as the file says, however that is spelled."""

    @property
    def num_plurals(self) -> int:
        """Raises `ValueError`."""
        if (number := super().num_plurals) > MOST_FORMS:
            raise ValueError(f"no language has more than {MOST_FORMS} forms of a word")
        return number


def _lookup(language: str) -> Iterator[str]:
    """The tag, then ever less of it: `zh-Hant-TW`, `zh-Hant`, `zh` (RFC 4647, section 3.4)."""
    parts = language.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()


def _ours(language: str) -> list[str]:
    """The texts of its files, the nearest language first."""
    return [text for text in map(_shipped, _lookup(language)) if text]


@cache
def _shipped(language: str) -> str:
    path = FOLDER / f"{language}.po"
    return path.read_text("utf-8") if path.is_file() else ""


def _parsed(text: str) -> NullTranslations:
    """Without what is marked as fuzzy."""
    compiled = BytesIO()
    mofile.write_mo(compiled, parse(text))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _locale(language: str) -> Locale:
    for tag in _lookup(language):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(SOURCE)
