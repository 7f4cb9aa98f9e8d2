"""The days of the week, as people write them."""

from functools import cache

from babel import Locale

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Those whose authors may write them in their own words; a manifest has them in English.
LANGUAGES = ["da", "de", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv"]


def weekday(name: str) -> int | None:
    """0 = Monday to 6 = Sunday, by the English name; capitals don't matter."""
    word = name.strip().lower()
    return DAYS.index(word) if word in DAYS else None


def weekday_in_any_language(name: str) -> int | None:
    """By a name in English or in one of `LANGUAGES`."""
    found = weekday(name)
    return _names().get(name.strip().lower()) if found is None else found


@cache
def _names() -> dict[str, int]:
    return {
        name.lower(): day
        for language in LANGUAGES
        for day, name in Locale(language).days["format"]["wide"].items()
    }
