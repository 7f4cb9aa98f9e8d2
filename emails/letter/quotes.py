"""Which quotation marks straight ones become, by language, as CLDR has them."""

# The fonts of mail programs have no narrow one.
SPACE = "\N{NO-BREAK SPACE}"

# Opening and closing, and the same inside others.
_ENGLISH = "“”‘’"
_GERMAN = "„“‚‘"
_GUILLEMETS = "«»‹›"
_FRENCH = [f"«{SPACE}", f"{SPACE}»", f"‹{SPACE}", f"{SPACE}›"]
_RUSSIAN = "«»„“"
_SPANISH = "«»“”"
_SWEDISH = "””’’"
_LATIN_AMERICA = (
    *("419", "ar", "bo", "cl", "co", "cr", "cu", "do", "ec", "gt", "hn"),
    *("mx", "ni", "pa", "pe", "pr", "py", "sv", "us", "uy", "ve"),
)

_BY_LANGUAGE: dict[str, str | list[str]] = {
    **dict.fromkeys(("bg", "cs", "de", "et", "is", "lt", "sk", "sl"), _GERMAN),
    **dict.fromkeys(("de-ch", "de-li", "fr-ch", "it-ch", "fa"), _GUILLEMETS),
    **dict.fromkeys(("be", "kk", "ru", "uk"), _RUSSIAN),
    **dict.fromkeys(("ca", "el", "es", "gl", "it", "pt-pt"), _SPANISH),
    **{f"es-{region}": _ENGLISH for region in _LATIN_AMERICA},
    **dict.fromkeys(("fi", "he", "sv"), _SWEDISH),
    **dict.fromkeys(("hr", "hu", "pl", "ro"), "„”‚’"),
    **dict.fromkeys(("ja", "zh-hant", "zh-tw", "zh-hk"), "「」『』"),
    **dict.fromkeys(("nb", "nn", "no"), "«»‘’"),
    "da": "»«›‹",
    "fr": _FRENCH,
}


def quotes_of(language: str) -> str | list[str]:
    """Of a BCP 47 tag; English ones where nothing else is known of it."""
    parts = language.lower().split("-")
    tags = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_BY_LANGUAGE[tag] for tag in tags if tag in _BY_LANGUAGE), _ENGLISH)
