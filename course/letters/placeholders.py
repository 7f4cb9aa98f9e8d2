"""What letters may say of their reader, by kind: the names for linting, the values for sending.

A kind of letter has its own placeholders and no others: a lesson, which gets forwarded, could never
hold the key to a journal.
"""

from collections.abc import Iterable, Mapping

from course.letters.kinds import KINDS, LetterKind
from course.letters.makers import COMMON, OWN, Context, Makers, url
from course.models import DeliveryKind
from emails.errors import RenderError
from emails.letter.compiling import Value
from sequences.sequence import Publication


def values_of(names: Iterable[str], context: Context) -> dict[str, Value]:
    """The values of these placeholders, a publication's own links among them.

    Raises `RenderError` for one this kind doesn't have.
    """
    makers, links = MAKERS[context.to.kind], context.publication.identity.addresses
    try:
        return {n: makers[n](context) if n in makers else links[n] for n in names}
    except KeyError as error:
        raise RenderError(f"the letter has no value for {error.args[0]!r}") from error


def all_values(context: Context) -> dict[str, Value]:
    """All that a letter of this kind could say."""
    links = context.publication.identity.addresses
    return values_of((*MAKERS[context.to.kind], *links), context)


def known_to(
    publication: Publication, table: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """`PLACEHOLDERS`, or those of newsletters, and in every letter the author's own links."""
    return {**table, "*": table["*"] | publication.identity.addresses.keys()}


def names(kind: DeliveryKind) -> frozenset[str]:
    """What the author of a letter of this kind may say."""
    return frozenset(MAKERS[kind].keys() - OWN.keys())


def _makers(kind: LetterKind) -> Makers:
    key = {kind.key.placeholder: url(kind.key.purpose)} if kind.key else {}
    return {**COMMON, **OWN, **kind.placeholders, **key}


# Looked up for every letter that is sent, so they are put together once.
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
