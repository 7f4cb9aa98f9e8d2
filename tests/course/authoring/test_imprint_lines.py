"""What the law wants to see at the foot of a letter is asked for once."""

from dataclasses import replace

import pytest

from course.authoring.imprint_lines import imprint_gaps
from sequences.identity import Identity, Imprint, Sender
from sequences.imprint_rules import examples
from sequences.toml_source import key_lines
from tests.support.shipped import compiled


def gaps(**imprint: object) -> list[str]:
    course = replace(compiled().sequence, identity=Identity(imprint=Imprint(**imprint)))  # type: ignore[arg-type]
    return [f"{finding.severity}: {finding.message}" for finding in imprint_gaps(course)]


def test_a_course_without_an_imprint_is_told_once_what_is_asked_for_where() -> None:
    (said,) = gaps()
    assert said.startswith("warning: [imprint] has no postal_address (United States: CAN-SPAM)")
    assert "privacy_url (European Union: GDPR, article 13)" in said


@pytest.mark.parametrize("country", ["DE", "AT"])
def test_who_writes_from_there_needs_a_page_that_says_who_is_behind_it(country: str) -> None:
    whole = {"postal_address": ("12 Quiet Lane",), "privacy_url": "https://a.example/p"}
    (said,) = gaps(country=country, **whole)
    assert "imprint_url" in said
    assert gaps(country=country, imprint_url="https://a.example/i", **whole) == []


def test_it_is_said_where_the_imprint_stands() -> None:
    lines = key_lines('[course]\ntitle = "A"\n\n[imprint]\n')
    course = replace(compiled().sequence, identity=Identity(), key_lines=lines)
    assert [finding.line for finding in imprint_gaps(course)] == [4]


def test_what_nobody_has_changed_yet_is_known() -> None:
    assert len(examples(compiled().sequence.identity)) == 3
    changed = Identity(
        imprint=Imprint(("12 Quiet Lane",)), sender=Sender(address="a@quiet.example")
    )
    assert examples(changed) == []
