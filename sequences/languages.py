"""The language that an author names, by its tag (BCP 47): one that CLDR knows."""

import re

from babel import Locale, localedata

from sequences.toml_tables import TomlTables

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

EXAMPLES = 'Write its tag, as "en", "de" or "pt-BR".'


def read_language(tables: TomlTables, part: str) -> str:
    """The key `language`; English where there is none, or none that can be read."""
    value = tables.get(part, "language")
    if value is None:
        return "en"
    if isinstance(value, str) and is_language(value):
        return value
    message = f"{value} is no language." if isinstance(value, str) else "language is no language."
    tables.wrong(part, "language", message, language_remedy(value))
    return "en"


def is_language(tag: str) -> bool:
    """Whether it is a tag whose language CLDR has a name for."""
    return TAG.fullmatch(tag) is not None and tag.split("-")[0].lower() in _in_english()


def language_remedy(value: object) -> str:
    """`Did you mean "de"?`, of a language's name or of a tag with an underscore."""
    typed = str(value).strip().casefold() if len(str(value)) <= 60 else ""
    known = _in_english()
    tags = [tag for tag, name in known.items() if typed and typed == name.casefold()]
    tags += [tag for tag in known if typed and not tags and typed == _own_name(tag)]
    if is_language(str(value).replace("_", "-")):
        tags = [str(value).replace("_", "-")]
    return f'Write its tag: "{tags[0]}".' if tags else EXAMPLES


def _in_english() -> dict[str, str]:
    names: dict[str, str] = dict(Locale("en").languages)
    return names


def _own_name(tag: str) -> str:
    if "_" in tag or not localedata.exists(tag):
        return ""
    return str(Locale.parse(tag).get_language_name() or "").casefold()
