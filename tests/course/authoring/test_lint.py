"""The course that ships has nothing to mend, by the placeholders that the engine really fills."""

from course.letters.placeholders import PLACEHOLDERS, known_to
from sequences.linting import lint
from sequences.reading import read_course
from tests.support.shipped import COURSE


def test_the_shipped_course_has_no_findings_and_no_warnings() -> None:
    course = read_course(COURSE)
    assert lint(course, known_to(course, PLACEHOLDERS)) == []
