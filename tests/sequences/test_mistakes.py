"""Every mistake in a course folder has a file, a line and a remedy."""

from pathlib import Path

import pytest

from sequences.findings import CourseError, Finding
from sequences.reading import read_course, read_letter
from tests.sequences.courses import CLOSING, LESSON, PLAN, write


def findings(folder: Path) -> list[Finding]:
    with pytest.raises(CourseError) as caught:
        read_course(folder)
    return caught.value.findings


def places(found: list[Finding]) -> list[tuple[str, int]]:
    return sorted((finding.source, finding.line) for finding in found)


def test_a_lesson_that_cannot_be_read_is_not_also_called_missing(tmp_path: Path) -> None:
    lesson = LESSON.format(id="asking").replace("title: ", "title: a: ")
    found = findings(write(tmp_path / "evenings", asking=lesson))
    assert places(found) == [("lessons/2-asking.md", 3)]


@pytest.mark.parametrize("ending", [".txt", ".md.txt", ".MD", ".markdown"])
def test_a_lesson_with_another_ending_is_not_passed_over_in_silence(
    tmp_path: Path, ending: str
) -> None:
    folder = write(tmp_path / "evenings")
    file = min((folder / "lessons").glob("*.md"))
    file.rename(file.with_name(f"{file.stem}{ending}"))
    said = {f.source: f.remedy for f in findings(folder)}
    assert said[f"lessons/{file.stem}{ending}"] == f"Call it {file.name}."


def test_mistakes_in_several_files_are_said_at_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "evenings",
        sequence=PLAN.replace('"3 hours"', '"soon"'),
        listening=LESSON.format(id="listening").replace("preview:", "preveiw:"),
        closing=CLOSING.replace("title: The end", "title:"),
    )
    (folder / "sampler.md").write_text(
        "---\ntitle: A sampler\nlead: One page.\nled: x\n---\n\nHello.\n"
    )
    (folder / "landing.md").write_bytes(b"caf\xe9")
    found = findings(folder)
    assert places(found) == [
        ("landing.md", 1),
        ("lessons/1-listening.md", 5),  # preveiw is unknown, so preview is not called missing
        ("letters/closing.md", 4),
        ("sampler.md", 4),
        ("sequence.toml", 13),
    ]
    assert all(finding.message and finding.remedy for finding in found)


def test_the_error_says_where_each_mistake_is(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings", sequence=PLAN.replace('"tuesday"', '"tusday"'))
    with pytest.raises(CourseError, match=r"^sequence\.toml:9: tusday is no day of the week\.$"):
        read_course(folder)


def test_a_plan_that_cannot_be_read_is_one_mistake_and_not_ten(tmp_path: Path) -> None:
    plan = PLAN.replace('at = "19:30"', "at = half past seven")
    assert places(findings(write(tmp_path / "evenings", sequence=plan))) == [("sequence.toml", 10)]


def test_lessons_without_labels_do_not_have_the_same_id(tmp_path: Path) -> None:
    found = findings(write(tmp_path / "evenings", listening="Hello.", asking="Hello."))
    assert not any("has this id too" in finding.message for finding in found)
    assert {("lessons/1-listening.md", 1), ("lessons/2-asking.md", 1)} <= set(places(found))


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
        ('day = "tuesday"', 'days = ["monday", "tusday"]', 9, "Did you mean tuesday?"),
        ('day = "tuesday"', "day = 2", 9, '"tuesday"'),
        ('day = "tuesday"', "days = []", 9, 'days = ["tuesday"]'),
        ('day = "tuesday"', 'days = "tuesday"', 9, 'days = ["tuesday"]'),
        ('day = "tuesday"', 'day = "tuesday"\ndays = ["friday"]', 10, "Keep one of the two"),
        ('"asking"]', '"asking", "asking"]', 3, "Keep one."),
        ('at = "19:30"', 'at = "25:00"', 10, '"19:30"'),
        ('at = "19:30"', "at = 19:30:00", 10, '"19:30"'),
        ('delay = "4 days"', 'delay = "36 hours"', 11, '"4 days"'),
        ('nudge_after = "4 days"', 'nudge_after = "12 hours"', 12, '"4 days"'),
        ('nudge_after = "4 days"', 'nudge-after = "4 days"', 12, "Did you mean nudge_after?"),
        ('lateness = "3 hours"', "lateness = 3", 13, '"3 hours"'),
        ("headline =", 'title = "Listen"\nheadline =', 16, "headline, lead, button, consent"),
        ('headline = "Listen."\n', "", 15, 'headline = "…" below [landing]'),
        ('headline = "Listen."', 'headline = " "', 16, 'headline = "…" below [landing]'),
        ("[course]", "weather = 1\n[course]", 1, "course, brand, sender,"),
        ('["listening", "asking"]', '"listening"', 3, '["first", "second"]'),
        ('"asking"]', '"asking", "weather"]', 3, "Write the lesson"),
        ("ask us", 'ask" us', 19, "straight quotes"),
        ('consent = "', 'consent = """', 19, "straight quotes"),
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
        ("id: listening", "id: asking", 2, "has this id too"),
        ("preview:", "subject: again\npreview:", 5, "twice"),
        ("summary: One breath.\n---", "summary: One breath.", 1, "do not end"),
        ("title: listening well", "title: [a, b]", 3, "not one piece of text"),
        ("title: listening well", "title:", 3, "title is missing"),
        ("title: listening well", "title: listening \x07well", 3, "no text"),
        ("summary:", "sumary: x\nsummary:", 6, "no label sumary"),
        ("And when did you?", ":::\n\n::: prompt\nAnd when?", 19, "a second prompt"),
        ("id: listening", "id: listening/in", 2, "can't be part of an address"),
        ("title: listening well", "title: Tip #1 of 5", 3, "only up to the #"),
        ("And when did you?", "And when, {{ greeting }}?", 13, "has no placeholders"),
        ("And when did you?", "![A door](door.png)", 13, "words alone"),
        ("id: listening", "id: weather", 2, "weather is not in the list"),
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


def test_a_file_that_holds_nothing_between_its_labels_says_so(tmp_path: Path) -> None:
    found = findings(write(tmp_path / "evenings", closing="---\n---\n\nGo well.\n"))
    assert [(f.source, f.line, f.message) for f in found] == [
        ("letters/closing.md", 2, "There are no labels.")
    ]


def test_a_folder_whose_name_is_no_address_is_refused(tmp_path: Path) -> None:
    found = findings(write(tmp_path / "Quiet Evenings"))
    assert [f.message for f in found] == ["Quiet Evenings can't be part of an address."]


def test_a_letter_on_its_own_can_be_wrong_too(tmp_path: Path) -> None:
    (tmp_path / "already.md").write_text(CLOSING.replace("preview", "previw"))
    with pytest.raises(CourseError) as caught:
        read_letter(tmp_path / "already.md", "course/letters/own/already.md")
    assert [found.remedy for found in caught.value.findings] == ["Did you mean preview?"]


def test_a_colour_without_its_pair_is_a_warning(tmp_path: Path) -> None:
    plan = PLAN.replace('name = "CNT"', 'name = "CNT"\naccent = "#7A2E4A"\npaper = "#FBF6F2"')
    warnings: list[Finding] = []
    read_course(write(tmp_path / "evenings", sequence=plan), warnings)
    assert [(found.line, found.severity, found.remedy) for found in warnings] == [
        (7, "warning", "Write accent_dark as well."),
        (8, "warning", "Write paper_dark as well."),
    ]
