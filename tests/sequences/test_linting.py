"""What an author should mend, each with its line and its remedy."""

from pathlib import Path

import pytest

from sequences.findings import Finding
from sequences.linting import lint
from sequences.reading import read_course
from tests.sequences.courses import CLOSING, LESSON, write

KNOWN = {
    "*": frozenset({"greeting", "pace_url"}),
    "lesson": frozenset({"step"}),
    "closing": frozenset({"journal_url"}),
}


def errors(folder: Path) -> list[Finding]:
    return [f for f in lint(read_course(folder), KNOWN) if f.severity == "error"]


def test_a_course_in_order_has_no_errors(tmp_path: Path) -> None:
    assert errors(write(tmp_path / "evenings")) == []


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        ("{{ greting }}", "no placeholder greting", "Did you mean greeting?"),
        ("{{ greeting.upper() }}", "more than a name", "Only a name"),
        ("{% if step %}", "more than a name", "Only a name"),
        ("![](door.png)", "no description", "square brackets"),
        ("![A door](https://example.org/door.png)", "loaded from elsewhere", "in words"),
        ("<b>bold</b>", "HTML", "Markdown"),
        ("<div>\nbold\n</div>", "HTML", "Markdown"),
        ("[here](http://example.org)", "does not begin with https", "https://"),
        ("[here](ftp://example.org)", "does not begin with https", "https://"),
        ("> " * 8 + "deep", "too deep", "levels"),
        ("::: insigth\nx\n:::", "no block called insigth", "Did you mean insight?"),
    ],
)
def test_a_mistake_in_the_text(tmp_path: Path, words: str, message: str, remedy: str) -> None:
    lesson = LESSON.format(id="listening").replace("Some words.", words)
    found = errors(write(tmp_path / "evenings", listening=lesson))
    assert (found[0].source, found[0].line) == ("lessons/1-listening.md", 11)
    assert any(message in f.message and remedy in f.remedy for f in found), found


def test_links_to_safe_places_are_fine(tmp_path: Path) -> None:
    words = "[a](https://example.org) [b](mailto:ada@example.org) [c]({{ pace_url }})"
    lesson = LESSON.format(id="listening").replace("Some words.", words)
    assert errors(write(tmp_path / "evenings", listening=lesson)) == []


def test_a_long_subject(tmp_path: Path) -> None:
    closing = CLOSING.replace("subject: The end", "subject: " + "The end " * 8)
    found = errors(write(tmp_path / "evenings", closing=closing))
    assert "63 characters" in found[0].message


def test_a_lesson_without_a_prompt_has_nothing_to_answer(tmp_path: Path) -> None:
    lesson = LESSON.format(id="asking").partition("::: prompt")[0]
    found = errors(write(tmp_path / "evenings", asking=lesson))
    assert "can't be reached" in found[0].message


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("button: Open", "both button and link"),
        ("button: Open\nlink: jornal_url", "is no link"),
    ],
)
def test_a_button_that_leads_nowhere(tmp_path: Path, labels: str, message: str) -> None:
    closing = CLOSING.replace("title: The end", f"title: The end\n{labels}")
    found = errors(write(tmp_path / "evenings", closing=closing))
    assert message in found[0].message


def test_a_letter_that_is_never_sent(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    (folder / "letters" / "clossing.md").write_text(CLOSING)
    assert any(f.remedy == "Did you mean closing?" for f in errors(folder))


def test_a_short_lesson_is_worth_a_thought_and_no_error(tmp_path: Path) -> None:
    found = lint(read_course(write(tmp_path / "evenings")), KNOWN)
    assert {f.severity for f in found} == {"warning"}
    assert any("words" in f.message for f in found)
