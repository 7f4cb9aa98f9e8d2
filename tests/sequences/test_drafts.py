"""Lessons that are written and not sent yet, and files that nobody reads."""

from pathlib import Path

import pytest

from sequences.findings import CourseError, Finding
from sequences.linting import lint_drafts
from sequences.reading import read_course
from sequences.sequence import Lesson
from tests.sequences.courses import LESSON, PLAN, write

DRAFT = LESSON.format(id="asking").replace("title:", "draft: true\ntitle:")
ONE = PLAN.replace(', "asking"', "")


def read(folder: Path) -> tuple[tuple[str, ...], list[Lesson], list[Finding]]:
    warnings: list[Finding] = []
    drafts: list[Lesson] = []
    return read_course(folder, warnings, drafts).steps, drafts, warnings


@pytest.mark.parametrize("plan", [PLAN, ONE])
def test_a_draft_is_not_sent_be_it_in_the_list_or_not(tmp_path: Path, plan: str) -> None:
    steps, drafts, warnings = read(write(tmp_path / "evenings", sequence=plan, asking=DRAFT))
    assert (steps, warnings) == (("listening", "closing"), [])
    assert [draft.id for draft in drafts] == ["asking"]


def test_what_is_wrong_with_a_draft_is_a_warning(tmp_path: Path) -> None:
    draft = DRAFT.replace("subject:", "sbject:").replace("Some words.", "{{ greting }}")
    _, drafts, warnings = read(write(tmp_path / "evenings", asking=draft))
    warnings += lint_drafts(drafts, {"*": frozenset({"greeting"})})
    assert {finding.severity for finding in warnings} == {"warning"}
    said = {finding.message for finding in warnings}
    assert {"There is no label sbject.", "There is no placeholder greting here."} <= said


def test_a_course_of_drafts_alone_is_none_yet(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings", sequence=ONE.replace("listening", "asking"), asking=DRAFT)
    (folder / "lessons" / "1-listening.md").unlink()
    with pytest.raises(CourseError, match="All lessons are drafts"):
        read_course(folder)


def test_a_lesson_out_of_the_list_is_told_of_drafts(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        read_course(write(tmp_path / "evenings", sequence=ONE))
    assert ["draft: true" in finding.remedy for finding in caught.value.findings] == [True]


@pytest.mark.parametrize("name", ["3-resting.docx", "later/3-resting.md", "3-resting.md~"])
def test_what_nobody_reads_is_named(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "evenings")
    path = folder / "lessons" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("Rest.")
    _, _, warnings = read(folder)
    assert [finding.source for finding in warnings] == [f"lessons/{name.partition('/')[0]}"]


def test_a_picture_beside_a_lesson_is_no_lesson(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    (folder / "lessons" / "chair.PNG").write_bytes(b"")
    assert read(folder)[2] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("TODO write this", "There is a TODO here."),
        ("Ent\u00adspan\u00adnung", "There are 2 soft hyphens here, which nobody sees."),
        ("a\u200bb", "There is a space without width here."),
        ("the \ufb01rst", "The letters fi are one character here, which not every font has."),
        ("• one\n• two", "This looks like a list, and its lines would run into one another."),
    ],
)
def test_what_was_left_in_a_text_by_accident(tmp_path: Path, words: str, message: str) -> None:
    lesson = LESSON.format(id="asking").replace("Some words.", words)
    _, _, warnings = read(write(tmp_path / "evenings", asking=lesson))
    assert [(found.line, found.message) for found in warnings] == [(11, message)]


def test_joiners_of_persian_and_emoji_are_left_alone(tmp_path: Path) -> None:
    lesson = LESSON.format(id="asking").replace("Some words.", "می\u200cروم 👩\u200d🏫 • one")
    assert read(write(tmp_path / "evenings", asking=lesson))[2] == []


def test_a_plan_that_is_no_text_is_one_mistake(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    (folder / "sequence.toml").write_bytes(PLAN.replace("CNT", "Grünfeld").encode("latin-1"))
    with pytest.raises(CourseError) as caught:
        read_course(folder)
    assert [finding.line for finding in caught.value.findings] == [6]
