"""A language is named by its tag."""

import pytest

from sequences.findings import Finding
from sequences.languages import read_language
from sequences.toml_tables import TomlTables


def read(value: object) -> tuple[str, list[Finding]]:
    findings: list[Finding] = []
    tables = TomlTables("sequence.toml", {"course": {"language": value}}, {}, findings)
    return read_language(tables, "course"), findings


@pytest.mark.parametrize("tag", ["en", "en-US", "de", "pt-BR", "zh-Hant-TW", "ar", "tlh"])
def test_a_tag_is_a_language(tag: str) -> None:
    assert read(tag) == (tag, [])


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("Deutsch", '"de"'),
        ("German", '"de"'),
        ("日本語", '"ja"'),
        ("en_US", '"en-US"'),
        ("xx", 'as "en", "de" or "pt-BR"'),
        ("../de", 'as "en", "de" or "pt-BR"'),
        (7, 'as "en", "de" or "pt-BR"'),
    ],
)
def test_what_is_none_is_said_with_the_tag_that_was_meant(written: object, remedy: str) -> None:
    language, [finding] = read(written)
    assert (language, remedy in finding.remedy) == ("en", True), finding
