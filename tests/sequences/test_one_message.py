"""One mistake is one message: what comes of it is not said as well."""

from pathlib import Path

import pytest

from sequences.findings import CourseError, Finding
from sequences.linting import lint
from sequences.reading import read_course
from tests.sequences.courses import CLOSING, LESSON, PLAN, write

KNOWN = {"*": frozenset({"greeting"}), "lesson": frozenset({"step"}), "closing": frozenset({"x"})}
FINE = LESSON.format(id="listening").replace(
    "Some words.", f"::: try\nA.\n:::\n\n::: insight\nB.\n:::\n\n{'word ' * 260}"
)

NUDGE = CLOSING.replace("subject: The end", 'subject: "Step {{ step }}"')


def found(folder: Path) -> list[Finding]:
    (folder / "letters" / "nudge.md").write_text(NUDGE)
    known = {**KNOWN, "nudge": frozenset({"step"})}
    warnings: list[Finding] = []
    try:
        return [*lint(read_course(folder, warnings), known), *warnings]
    except CourseError as error:
        return error.findings


@pytest.mark.parametrize(
    ("was", "becomes", "line", "remedy"),
    [
        ("::: insight", "::: Insight", 15, "Did you mean insight?"),
        ("::: try", "::: tipp", 11, "Blocks are insight, try, prompt."),
        ("::: try", ":::: try", 11, "Blocks are insight, try, prompt."),
        ("A.\n:::", "A.", 11, "Write ::: on a line of its own where it ends."),
        ("A.\n", "::: insight\nA.\n:::\n", 11, "Write ::: on a line of its own where it ends."),
        ("{{ greeting }}", "{{ Greeting }}", 9, "Did you mean greeting?"),
        ("word word", "<b>word</b> word", 19, "Letters are plain Markdown. Take the tags out."),
        ("preview:", "preveiw:", 5, "Did you mean preview?"),
        ("id: listening", "id: Listening", 2, "small letters"),
        ("id: listening", "id: füße", 2, "small letters from a to z"),
        ("id: listening", "id: asking", 2, "Give each lesson an id of its own."),
        ("id: listening", "id: listing", None, "Did you mean listing?"),
    ],
)
def test_of_a_lesson(tmp_path: Path, was: str, becomes: str, line: int | None, remedy: str) -> None:
    folder = write(
        tmp_path / "evenings",
        listening=FINE.replace(was, becomes, 1),
        asking=FINE.replace("listening", "asking"),
    )
    (only,) = found(folder)
    assert (only.line, remedy in only.remedy) == (line or 3, True)


@pytest.mark.parametrize(
    ("was", "becomes", "remedy"),
    [
        ("[landing]", "[landin]", "Did you mean landing?"),
        ("headline", "hedline", "Did you mean headline?"),
        ('"asking"]', '"askin"]', "Did you mean asking?"),
    ],
)
def test_of_the_plan(tmp_path: Path, was: str, becomes: str, remedy: str) -> None:
    folder = write(
        tmp_path / "evenings",
        sequence=PLAN.replace(was, becomes),
        listening=FINE,
        asking=FINE.replace("listening", "asking"),
    )
    (only,) = found(folder)
    assert (only.source, only.remedy) == ("sequence.toml", remedy)


def test_of_a_letter_under_another_name(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "evenings", listening=FINE, asking=FINE.replace("listening", "asking")
    )
    (folder / "letters" / "closing.md").rename(folder / "letters" / "clossing.md")
    (only,) = found(folder)
    assert (only.source, only.remedy) == ("letters/clossing.md", "Did you mean closing?")
