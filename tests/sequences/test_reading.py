"""Reading a course folder; every mistake has a file, a line and a remedy."""

from pathlib import Path

import pytest

from sequences.findings import CourseError, Finding
from sequences.reading import read_course
from sequences.sequence import Sequence
from tests.sequences.courses import LESSON, PLAN, write

SHIPPED = Path(__file__).parents[2] / "sequences" / "emotional-safety"


def findings(folder: Path) -> list[Finding]:
    with pytest.raises(CourseError) as caught:
        read_course(folder)
    return caught.value.findings


def test_the_shipped_course_reads_and_survives_being_stored() -> None:
    course = read_course(SHIPPED)
    assert (course.steps[0], course.steps[-1]) == ("judgment-free-zone", "closing")
    assert Sequence.from_json(course.to_json()) == course


def test_lessons_come_in_the_order_of_the_plan(tmp_path: Path) -> None:
    plan = PLAN.replace('["listening", "asking"]', '["asking", "listening"]')
    course = read_course(write(tmp_path / "evenings", sequence=plan))
    assert course.steps == ("asking", "listening", "closing")
    assert course.number("listening") == 2


def test_the_prompt_is_taken_out_of_the_body_and_unwrapped(tmp_path: Path) -> None:
    lesson = read_course(write(tmp_path / "evenings")).lessons[0]
    assert lesson.prompt is not None
    assert lesson.prompt.text == "When did somebody last hear you out?\n\nAnd when did you?"
    assert lesson.body == "{{ greeting }}\n\nSome words."
    assert lesson.line == 9


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    plan = PLAN.replace('day = "tuesday"', 'day = "tusday"').replace('"19:30"', '"half past"')
    lesson = LESSON.format(id="listening").replace("preview: One", "previw: One")
    found = findings(write(tmp_path / "evenings", sequence=plan, listening=lesson))
    assert ("sequence.toml", 9) in {(f.source, f.line) for f in found}
    assert ("sequence.toml", 10) in {(f.source, f.line) for f in found}
    assert ("lessons/1-listening.md", 5) in {(f.source, f.line) for f in found}
    assert all(finding.remedy for finding in found)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "remedy"),
    [
        ('day = "tuesday"', 'day = "tusday"', 9, "Did you mean tuesday?"),
        ('name = "CNT"', 'name = "CNT"\naccent = "red"', 7, '"#9C4A2F"'),
        ("headline =", "hedline =", 16, "Did you mean headline?"),
        ("[landing]", "[landng]", 15, "Did you mean landing?"),
        ('delay = "4 days"', 'delay = "soon"', 11, '"4 days"'),
        ('title = "Two', "title = Two", 2, "straight quotes"),
        ('"asking"]', '"askin"]', 3, "Did you mean asking?"),
    ],
)
def test_a_mistake_in_the_plan(
    tmp_path: Path, was: str, becomes: str, line: int, remedy: str
) -> None:
    found = findings(write(tmp_path / "evenings", sequence=PLAN.replace(was, becomes)))
    assert any(f.line == line and remedy in f.remedy for f in found), found


@pytest.mark.parametrize(
    ("was", "becomes", "line", "message"),
    [
        ("---\nid", "id", 1, "does not begin with its labels"),
        ("title: listening well", "title: a: b", 3, "can't be read"),
        ("preview: One breath is enough.\n", "", 1, "preview is missing"),
        ("summary:", "calendar: perhaps\nsummary:", 6, "neither true nor false"),
        ("And when did you?\n:::", "And when did you?", 13, "does not end"),
        ("id: listening", "id: asking", 9, "has this id too"),
        ("preview:", "subject: again\npreview:", 5, "twice"),
    ],
)
def test_a_mistake_in_a_lesson(
    tmp_path: Path, was: str, becomes: str, line: int, message: str
) -> None:
    lesson = LESSON.format(id="listening").replace(was, becomes, 1)
    found = findings(write(tmp_path / "evenings", listening=lesson))
    assert any(f.line == line and message in f.message for f in found), found


def test_a_folder_without_anything_names_the_files_that_are_missing(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    sources = {finding.source for finding in findings(tmp_path / "nothing")}
    assert {"sequence.toml", "landing.md"} <= sources
