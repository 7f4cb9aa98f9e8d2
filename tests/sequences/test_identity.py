"""Who publishes: what a manifest may say of it, and what it may not."""

import json
from pathlib import Path

import pytest

from sequences.findings import CourseError
from sequences.identity import Care, Identity, Imprint, Link, Sender, Signature
from sequences.reading import read_course
from sequences.sequence import Sequence
from tests.sequences.courses import PLAN, write

WHO = '''
[sender]
name = "Praxis Grünfeld"
address = "post@gruenfeld.example"
reply_to = "Vera Grünfeld <vera@gruenfeld.example>"

[signature]
sign_off = "Bis Dienstag,"
name = "Vera Grünfeld"
about = """
Vera Grünfeld lehrt seit 1998 Yoga.

Sie lebt in Köln.
"""

[imprint]
postal_address = """
Praxis Grünfeld
Lindenweg 4
50667 Köln"""
country = "DE"
imprint_url = "https://gruenfeld.example/impressum"
privacy_url = "https://gruenfeld.example/datenschutz"

[care]
text = "Bei Schmerzen hör auf."
link_label = "Rat finden"
link = "https://hilfe.example"

[progress]
mark = "none"

[links]
kissen = "https://gruenfeld.example/kissen"
'''


def read(tmp_path: Path, who: str) -> Sequence:
    return read_course(write(tmp_path / "evenings", sequence=PLAN + who))


def test_who_publishes_is_read_as_it_was_written(tmp_path: Path) -> None:
    course = read(tmp_path, WHO)
    about = ("Vera Grünfeld lehrt seit 1998 Yoga.", "Sie lebt in Köln.")
    pages = ("https://gruenfeld.example/impressum", "https://gruenfeld.example/datenschutz")
    assert course.mark == "none"
    assert course.identity == Identity(
        Sender(
            "Praxis Grünfeld", "post@gruenfeld.example", "Vera Grünfeld <vera@gruenfeld.example>"
        ),
        Signature("Vera Grünfeld", "Bis Dienstag,", about),
        Imprint(("Praxis Grünfeld", "Lindenweg 4", "50667 Köln"), "DE", *pages),
        Care("Bei Schmerzen hör auf.", "Rat finden", "https://hilfe.example"),
        (Link("kissen", "https://gruenfeld.example/kissen"),),
    )


def test_a_course_that_says_nothing_has_steps_and_no_subject_of_the_engines(tmp_path: Path) -> None:
    course = read(tmp_path, "")
    assert (course.mark, course.identity) == ("steps", Identity())


def test_a_course_of_before_keeps_its_stones_and_its_note_of_care(tmp_path: Path) -> None:
    stored = json.loads(read(tmp_path, "").to_json())
    del stored["identity"], stored["mark"]
    course = Sequence.from_json(json.dumps(stored))
    assert course.mark == "stones"
    assert course.identity.care is not None
    assert "seek local help" in course.identity.care.text


def test_what_was_read_is_stored_and_read_again(tmp_path: Path) -> None:
    course = read(tmp_path, WHO)
    assert Sequence.from_json(course.to_json()) == course


@pytest.mark.parametrize(
    ("was", "becomes", "remedy"),
    [
        ('"DE"', '"Germany"', "two letters"),
        ('"DE"', '"EU"', "two letters"),
        ('"https://gruenfeld.example/impressum"', '"www.gruenfeld.example"', "the whole address"),
        ('"https://hilfe.example"', '"javascript:alert(1)"', "the whole address"),
        ('link = "https://hilfe.example"', "", "Write both"),
        ('"none"', '"stone"', "Did you mean stones?"),
        ('name = "Vera Grünfeld"', "", "Write name"),
        ("kissen =", "Kissen =", "small letters"),
        ('"https://gruenfeld.example/kissen"', "3", "in quotes"),
        ("Lindenweg 4", "{{ address }}", "Take the double braces out."),
        ("Lindenweg 4", "\\u0007", "Type it again"),
        ("Lindenweg 4", "x\n" * 9, "Shorten it."),
        ('text = "Bei', 'text = "' + "x" * 600, "Shorten it."),
        ("sign_off", "signoff", "Did you mean sign_off?"),
    ],
)
def test_a_mistake_has_a_remedy(tmp_path: Path, was: str, becomes: str, remedy: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, WHO.replace(was, becomes))
    assert any(remedy in finding.remedy for finding in caught.value.findings)
    assert all(finding.line > len(PLAN.splitlines()) for finding in caught.value.findings)
