"""Reading a course folder that is in order."""

from pathlib import Path

import pytest

from sequences.reading import read_course, read_letter
from tests.sequences.courses import CLOSING, LESSON, PLAN, write

SHIPPED = Path(__file__).parents[2] / "sequences" / "emotional-safety"


def test_the_shipped_course_reads() -> None:
    course = read_course(SHIPPED)
    assert (course.steps[0], course.steps[-1]) == ("judgment-free-zone", "closing")
    assert [lesson.calendar for lesson in course.lessons] == [False, False, True, False, False]
    assert all(lesson.prompt for lesson in course.lessons)


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


def test_a_space_that_may_not_be_broken_stays_in_a_prompt(tmp_path: Path) -> None:
    asks = LESSON.format(id="asking").replace("And when did you?", "Et vous\N{NO-BREAK SPACE}?")
    lesson = read_course(write(tmp_path / "evenings", asking=asks)).lessons[1]
    assert lesson.prompt_paragraphs[-1] == "Et vous\N{NO-BREAK SPACE}?"


@pytest.mark.parametrize("body", ["Hello.", "::: prompt\nWhy?\n:::\n\nHello.", "\n\n\nHello."])
def test_every_line_of_the_body_can_be_found_in_its_file(tmp_path: Path, body: str) -> None:
    text = LESSON.format(id="asking").partition("{{ greeting }}")[0] + body
    folder = write(tmp_path / "evenings", asking=text)
    lesson = read_course(folder).lessons[1]
    line = lesson.line + lesson.body.splitlines().index("Hello.")
    assert (folder / lesson.source).read_text().splitlines()[line - 1] == "Hello."


def test_a_line_is_counted_as_an_editor_counts_it(tmp_path: Path) -> None:
    """Text that comes from a word processor may hold line ends that are none."""
    lesson = LESSON.format(id="asking").replace("Some words.", "Some\u2028\fwords.\n\nHello.")
    read = read_course(write(tmp_path / "evenings", asking=lesson)).lessons[1]
    assert lesson.split("\n")[read.line - 1 :][read.body.splitlines().index("Hello.")] == "Hello."


def test_what_a_mac_leaves_beside_a_file_is_no_lesson(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    for name in ("._1-arriving.md", "._notes.txt"):
        (folder / "lessons" / name).write_bytes(b"\0\5\x16\7")
    assert read_course(folder)


def test_a_quoted_label_may_have_a_number_sign(tmp_path: Path) -> None:
    lesson = LESSON.format(id="asking").replace("title: asking well", 'title: "Tip #1 of 5"')
    assert (
        read_course(write(tmp_path / "evenings", asking=lesson)).lessons[1].title == "Tip #1 of 5"
    )


def test_a_file_saved_on_windows_is_the_same_text(tmp_path: Path) -> None:
    """A byte-order mark at the beginning, and CRLF at the end of each line."""
    plain, windows = write(tmp_path / "a" / "evenings"), write(tmp_path / "b" / "evenings")
    for file in (path for path in windows.rglob("*") if path.is_file()):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_course(windows) == read_course(plain)


def test_numbers_and_dates_stay_as_they_were_typed(tmp_path: Path) -> None:
    closing = CLOSING.replace("title: The end", "title: 2026-12-08").replace("It was good.", "007")
    letter = read_course(write(tmp_path / "evenings", closing=closing)).letters[0]
    assert (letter.title, letter.preview) == ("2026-12-08", "007")


def test_a_letter_on_its_own_has_the_name_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "already.md"
    path.write_text(CLOSING)
    letter = read_letter(path, "course/letters/own/already.md")
    assert (letter.id, letter.source, letter.line) == (
        "already",
        "course/letters/own/already.md",
        7,
    )
