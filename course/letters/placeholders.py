"""What letters may say of their reader, by kind: the names for linting, the values for sending.

A kind of letter has its own placeholders and no others: a lesson, which gets forwarded, could never
hold the key to a journal.
"""

from collections.abc import Iterable, Mapping

from course.letters.kinds import KINDS, LetterKind
from course.letters.makers import COMMON, OWN, Context, Makers, fixed, url
from course.models import DeliveryKind
from emails.errors import RenderError
from emails.letter.compiling import Value
from sequences.sequence import Publication


def makers_of(names: Iterable[str], kind: DeliveryKind, publication: Publication) -> Makers:
    """What makes the values of these placeholders, found once for all readers of a letter.

    Raises `RenderError` for one that this kind doesn't have.
    """
    known = _known(kind, publication)
    try:
        return {name: known[name] for name in names}
    except KeyError as error:
        raise RenderError(f"the letter has no value for {error.args[0]!r}") from error


def values_of(makers: Makers, context: Context) -> dict[str, Value]:
    """For one reader."""
    return {name: make(context) for name, make in makers.items()}


def all_values(context: Context) -> dict[str, Value]:
    """All that a letter of this kind could say."""
    return values_of(_known(context.to.kind, context.publication), context)


def known_to(
    publication: Publication, table: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """`PLACEHOLDERS`, or those of newsletters, and in every letter the author's own links."""
    return {**table, "*": table["*"] | publication.identity.addresses.keys()}


def names(kind: DeliveryKind) -> frozenset[str]:
    """What the author of a letter of this kind may say."""
    return frozenset(MAKERS[kind].keys() - OWN.keys())


def _known(kind: DeliveryKind, publication: Publication) -> Makers:
    """Those of the kind, and a publication's own links where it has none of that name."""
    links = publication.identity.addresses
    return {**{name: fixed(address) for name, address in links.items()}, **MAKERS[kind]}


def _makers(kind: LetterKind) -> Makers:
    key = {kind.key.placeholder: url(kind.key.purpose)} if kind.key else {}
    return {**COMMON, **OWN, **kind.placeholders, **key}


MAKERS = {kind: _makers(row) for kind, row in KINDS.items()}

# As `sequences.linting.lint` takes them: what a course's letters may say, by the letter's name.
PLACEHOLDERS = {
    "*": frozenset(COMMON),
    "lesson": names(DeliveryKind.LESSON),
    **{row.letter: names(kind) for kind, row in KINDS.items() if row.letter},
}
# A newsletter has these letters of its own, besides its issues; journals and pace are a course's.
NEWSLETTER_KINDS = (DeliveryKind.CONFIRMATION, DeliveryKind.ALREADY, DeliveryKind.ERASURE)
NEWSLETTER_PLACEHOLDERS = {
    "*": frozenset(COMMON),
    **{KINDS[kind].letter or "": names(kind) for kind in NEWSLETTER_KINDS},
}
KEYS = {row.letter: row.key.placeholder for row in KINDS.values() if row.letter and row.key}
