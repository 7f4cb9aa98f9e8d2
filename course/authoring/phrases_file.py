"""`phrases.po`, a course's own wording of what the engine says: what is to be mended in it."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from babel.messages import Message
from babel.messages.pofile import PoFileError

from course.authoring.sentences import met_by_readers
from course.i18n import catalogs, messages
from course.letters.phrases import catalog_for, spoken_language
from sequences.findings import MOST_FINDINGS, Finding
from sequences.folder import PHRASES
from sequences.lines import OPENERS
from sequences.newsletter import Newsletter
from sequences.sequence import Publication

# The forms of each number from 0 on are tried; beyond, they repeat in every language.
NUMBERS = range(1001)
ANY = "", ""


def wrong_phrases(language: str, text: str) -> Iterator[Finding]:
    """Nothing where there is no such file."""
    if not text:
        return
    try:
        own = catalogs.parse(text)
        spoken = catalogs.catalog_of(language, text)
        for number in NUMBERS:
            spoken.translations.ngettext(*ANY, number)
    except PoFileError as error:
        yield _finding(error.lineno or 1, f"This line can't be read: {error}.", _AS_GETTEXT)
    except (ValueError, ArithmeticError, LookupError) as error:
        yield _finding(1, f"The file can't be read: {error}.", _AS_GETTEXT)
    else:
        said = (message for message in own if message.id)
        found = (finding for message in said for finding in _wrong(message))
        yield from islice(found, MOST_FINDINGS)


def missing_phrases(publication: Publication) -> Iterator[Finding]:
    """How much of what readers meet is still English."""
    catalog = catalog_for(publication)
    known = met_by_readers(publication)
    if lacking := len(catalogs.unsaid(catalog, known)):
        words = f"{lacking} of the engine's {len(known)} sentences are still English in {PHRASES}."
        if spoken_language(catalog) != catalog.language:
            words += " Pages and letters call themselves English so far."
        remedy = "Begin with a copy of a file in course/i18n/locale, which has them all."
        table = "newsletter" if isinstance(publication, Newsletter) else "course"
        line = publication.line_of(f"{table}.language")
        yield Finding(publication.manifest, line, words, remedy, "warning")


# A placeholder with its letter, and a percent sign.
_BLANK = re.compile(r"%%|%\(\w+\)s")

_AS_GETTEXT = "Write it as gettext's .po files are; an editor such as Poedit does."


def _wrong(message: Message) -> Iterator[Finding]:
    line = message.lineno or 1
    known = messages.known().get(message.id, message.context)
    if known is None or known.id != message.id:  # gettext says a form where there are none, too
        yield _finding(
            line, f"The engine says nothing like it: {_first(message.id)}", _near(message)
        )
        return
    for form in filter(None, _forms(message)):
        if any(opener in _without(form, message) for opener in OPENERS):
            remedy = "Take them out: a phrase has the values that its English has."
            yield _finding(line, f"No value is called like that in braces: {form}", remedy)
            return
    if not _fits(message):
        wanted = sorted(messages.placeholders(message.id))
        names = ", ".join(name if name.startswith("{") else f"{name}s" for name in wanted)
        remedy = f"Write these and no others: {names}." if names else "Write none."
        remedy += " A percent sign of your own is written twice."
        yield _finding(line, f"It has other placeholders than: {_first(message.id)}", remedy)


def _fits(message: Message) -> bool:
    """The same placeholders; of several forms, that for one may leave out the number."""
    wanted = messages.placeholders(message.id)
    for number, form in enumerate(filter(None, _forms(message))):
        may_lack = {"%(num)"} if number == 0 and isinstance(message.string, tuple) else set()
        if messages.placeholders(form) | may_lack != wanted | may_lack or (
            "%" in _BLANK.sub("", form)
        ):
            return False
    return True


def _forms(message: Message) -> tuple[str, ...]:
    forms = message.string
    return tuple(map(str, forms)) if isinstance(forms, tuple) else (str(forms),)


def _without(form: str, message: Message) -> str:
    """Without the placeholders that a letter fills in."""
    for name in messages.placeholders(message.id):
        form = form.replace(name, "")
    return form


def _near(message: Message) -> str:
    known = [str(_first(known.id)) for known in messages.known() if known.id]
    close = get_close_matches(_first(message.id)[:300], known, n=1, cutoff=0.6)
    return f"Did you mean: {close[0]}" if close else "Copy the msgid from the engine's own file."


def _first(id_: object) -> str:
    return str(id_[0] if isinstance(id_, tuple | list) else id_)


def _finding(line: int, message: str, remedy: str) -> Finding:
    return Finding(PHRASES, line, message, remedy)
