"""What is worth a thought, and keeps nobody from publishing."""

from pathlib import Path

import pytest

from sequences.linting import lint
from sequences.reading import read_course
from tests.sequences.courses import CLOSING, KNOWN, LESSON, PLAN, write


def test_a_short_lesson_is_worth_a_thought_and_no_error(tmp_path: Path) -> None:
    found = lint(read_course(write(tmp_path / "evenings")), KNOWN)
    assert {f.severity for f in found} == {"warning"}
    assert any("words" in f.message for f in found)


@pytest.mark.parametrize(("words", "fits"), [(249, False), (250, True), (450, True), (451, False)])
def test_how_long_a_lesson_reads_well(tmp_path: Path, words: int, fits: bool) -> None:
    """The greeting's placeholder is a word, too."""
    lesson = LESSON.format(id="asking").replace("Some words.", "word " * (words - 1))
    found = lint(read_course(write(tmp_path / "evenings", asking=lesson)), KNOWN)
    about = [f.message for f in found if f.source == "lessons/2-asking.md"]
    assert (f"The lesson has {words} words." not in about) is fits


@pytest.mark.parametrize("name", ["insight", "try"])
def test_a_part_that_some_lessons_have_is_missed_once_in_the_others(
    tmp_path: Path, name: str
) -> None:
    ids = [f"lesson-{number}" for number in range(8)]
    texts = {id_: LESSON.format(id=id_) for id_ in ids}
    texts["lesson-3"] = texts["lesson-3"].replace("Some words.", f"::: {name}\nSome words.\n:::")
    plan = PLAN.replace('["listening", "asking"]', str(ids).replace("'", '"'))
    folder = write(tmp_path / "evenings", sequence=plan, listening=texts["lesson-0"])
    (folder / "lessons" / "2-asking.md").unlink()
    for id_ in ids[1:]:
        (folder / "lessons" / f"{id_}.md").write_text(texts[id_])
    said = [f for f in lint(read_course(folder), KNOWN) if ":::" in f.message]
    assert [(f.source, f.line, f.severity) for f in said] == [("sequence.toml", 3, "warning")]
    assert said[0].message == (
        f"Some lessons have ::: {name}, and these have none: "
        "lesson-0, lesson-1, lesson-2, lesson-4, lesson-5 …"
    )


def test_a_course_without_such_parts_misses_none(tmp_path: Path) -> None:
    found = lint(read_course(write(tmp_path / "evenings")), KNOWN)
    assert not [f for f in found if "insight" in f.message or "try" in f.message]


def test_a_nudge_without_words_or_without_a_date_is_never_sent(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    said = [f for f in lint(read_course(folder), KNOWN) if f.source == "letters/nudge.md"]
    assert [(f.severity, "no nudge is ever sent" in f.message) for f in said] == [("warning", True)]
    (folder / "letters" / "nudge.md").write_text(CLOSING)
    plan = folder / "sequence.toml"
    plan.write_text(plan.read_text().replace("nudge_after =", "# nudge_after ="))
    nudge = {**KNOWN, "nudge": frozenset({"greeting"})}
    said = [f for f in lint(read_course(folder), nudge) if f.source == "letters/nudge.md"]
    assert [f.message.partition(":")[0] for f in said][-1:] == ["It is never sent"]


@pytest.mark.parametrize(("subject", "alike"), [("The end", True), ("{{ step }}, again", False)])
def test_nudges_of_one_subject_would_be_taken_for_one_letter(
    tmp_path: Path, subject: str, alike: bool
) -> None:
    folder = write(tmp_path / "evenings")
    nudge = CLOSING.replace("subject: The end", f'subject: "{subject}"')
    (folder / "letters" / "nudge.md").write_text(nudge)
    said = lint(read_course(folder), {**KNOWN, "nudge": frozenset({"step"})})
    assert any("same subject" in finding.message for finding in said) is alike


def test_words_that_nobody_would_see_are_pointed_at(tmp_path: Path) -> None:
    words = LESSON.format(id="listening").replace("Some words.", '![A door](door.png "By Ada")')
    found = lint(read_course(write(tmp_path / "evenings", listening=words)), KNOWN)
    (warning,) = (f for f in found if "By Ada" in f.message)
    assert (warning.severity, warning.line) == ("warning", 11)
