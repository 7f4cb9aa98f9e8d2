"""How a publication's letters look and who answers for them, as the compiler takes it."""

from course.i18n.catalogs import Catalog
from course.letters.imprint import address_lines
from course.letters.kinds import KINDS
from course.letters.phrases import catalog_for
from course.letters.pictures import of_the_look
from course.models import DeliveryKind
from emails.letter.compiling import Theme
from emails.letter.identity import Care, Imprint, Signature
from sequences import identity
from sequences.sequence import Publication, Sequence


def theme_of(publication: Publication, language: str | None = None) -> Theme:
    """`language` is the letter's, where it is not the publication's."""
    brand, who = publication.brand, publication.identity
    return Theme(
        brand=brand.name,
        accent=brand.accent,
        accent_dark=brand.accent_dark,
        paper=brand.paper,
        paper_dark=brand.paper_dark,
        language=language or publication.language,
        logo=of_the_look(brand.logo),
        mark=publication.mark if isinstance(publication, Sequence) else "none",
        imprint=_imprint(who.imprint, catalog_for(publication)),
        care=Care(**vars(who.care)) if who.care else None,
    )


def signature_of(publication: Publication, kind: DeliveryKind) -> Signature | None:
    """None where a letter of this kind has none."""
    by = publication.identity.signature if KINDS[kind].signed else None
    return Signature(by.name, by.sign_off, of_the_look(by.portrait)) if by else None


def _imprint(imprint: identity.Imprint, catalog: Catalog) -> Imprint:
    return Imprint(address_lines(imprint, catalog), imprint.imprint_url, imprint.privacy_url)
