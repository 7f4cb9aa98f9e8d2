"""The paper that is in the printers of those who read a language."""

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# CLDR, supplemental/measurementData: everywhere else it is A4.
_US_LETTER = frozenset(
    ("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE")
)


def paper_of(language: str) -> str:
    """`us-letter` or `a4`, of a BCP 47 tag: of its country, or where it is most spoken."""
    return "us-letter" if _territory(language) in _US_LETTER else "a4"


def _territory(language: str) -> str | None:
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    likely = get_global("likely_subtags").get(locale.language, "")
    return locale.territory or str(likely).rpartition("_")[2]
