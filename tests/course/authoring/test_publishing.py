"""A new revision while people are in the middle of the course."""

import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select, update

from course.authoring import compiling, publishing
from course.authoring.compiling import NotPublishable
from course.db.transactions import reading, transaction
from course.letters import catalogue
from course.models import Enrollment, EnrollmentState, Revision
from course.scheduling import clock_loop
from tests.support.prepared import Prepare
from tests.support.shipped import COURSE
from tests.support.world import World

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)
WEEK, DAY = timedelta(days=7), timedelta(days=1)

ONE, TWO, THREE, FOUR, FIVE = (
    "judgment-free-zone",
    "validate-feelings",
    "check-ins",
    "repair",
    "everyday-affection",
)


@dataclass
class Author:
    """Edits the course's folder and publishes it."""

    world: World
    folder: Path

    def publish(self, *lessons: str) -> int | None:
        """These lessons, in this order."""
        plan = self.folder / "sequence.toml"
        head, rest = plan.read_text().split("lessons = [", 1)
        listed = "".join(f'  "{lesson}",\n' for lesson in lessons)
        plan.write_text(f"{head}lessons = [\n{listed}]{rest.split(']', 1)[1]}")
        for file in (self.folder / "lessons").glob("*.md"):
            if not any(f"id: {lesson}\n" in file.read_text() for lesson in lessons):
                file.unlink()
        return self.store()

    def store(self) -> int | None:
        compiled = compiling.compile_course(self.folder)
        with transaction(self.world.runtime.engine) as session:
            return publishing.publish(session, compiled, self.world.clock.now())

    def write(self, id_: str) -> None:
        """A new lesson, made from the first."""
        first = next(
            file for file in (COURSE / "lessons").glob("*.md") if f"id: {ONE}\n" in file.read_text()
        )
        text = first.read_text().replace(f"id: {ONE}\n", f"id: {id_}\n")
        (self.folder / "lessons" / f"{id_}.md").write_text(text)


@pytest.fixture
def author(prepare: Prepare, tmp_path: Path) -> Author:
    """Ada is enrolled, and has had the first lesson."""
    folder = tmp_path / COURSE.name
    shutil.copytree(COURSE, folder)
    return Author(prepare(a_lesson_has_arrived), folder)


def a_lesson_has_arrived(world: World) -> None:
    world.enroll()
    world.go(TUESDAY)


def got(world: World) -> list[str]:
    return world.enrollment().done


def test_the_door_s_edition_is_a_second_old_at_most(author: Author) -> None:
    a_minute_on = time.monotonic() + 60  # nobody has asked since

    def at_the_door(seconds: float) -> int:
        engine, elapsed = author.world.runtime.engine, lambda: a_minute_on + seconds
        return catalogue.by_slug_cached(engine, COURSE.name, elapsed).revision_id

    before = at_the_door(0.0)
    author.publish(ONE, TWO)
    assert at_the_door(0.9) == before
    assert at_the_door(1.1) > before


@pytest.mark.parametrize("file", ["sampler.md", "letters/welcome.md"])
def test_what_everybody_gets_who_confirms_has_to_be_written(author: Author, file: str) -> None:
    (author.folder / file).unlink()
    with pytest.raises(NotPublishable) as refused:
        author.store()
    assert [finding.source for finding in refused.value.findings] == ["letters/welcome.md"]


def test_a_course_whose_first_letter_links_to_no_sampler_needs_none(author: Author) -> None:
    (author.folder / "sampler.md").unlink()
    welcome = author.folder / "letters" / "welcome.md"
    head = "subject: Hello\npreview: Hello.\ntitle: Hello"
    welcome.write_text(f"---\n{head}\n---\n\n{{{{ greeting }}}}\n\n{{{{ next_line }}}}\n")
    assert author.store() is not None


def test_nobody_signs_up_for_what_is_not_published(author: Author) -> None:
    assert author.world.press("/courses/nothing/sign-ups", address="a@b.org").status_code == 404


def test_publishing_what_has_not_changed_writes_nothing(author: Author) -> None:
    before = author.world.rows()
    assert author.store() is None
    assert author.world.rows() == before


def test_a_revision_has_the_next_number_and_the_old_one_stays(author: Author) -> None:
    assert author.publish(ONE, THREE, TWO, FOUR, FIVE) == 2
    with reading(author.world.runtime.engine) as session:
        assert len(session.exec(select(Revision).where(Revision.course_id == 1)).all()) == 2


def test_a_lesson_added_before_the_next_one_comes_first(author: Author) -> None:
    author.write("breathing")
    author.publish(ONE, "breathing", TWO, THREE, FOUR, FIVE)
    author.world.go(TUESDAY + WEEK)
    assert got(author.world) == [ONE, "breathing"]
    assert "Step 2 of 6" in author.world.text(author.world.letters()[-1])


def test_a_lesson_added_behind_the_reader_still_comes(author: Author) -> None:
    author.write("breathing")
    author.publish("breathing", ONE, TWO, THREE, FOUR, FIVE)
    author.world.go(TUESDAY + 2 * WEEK)
    assert got(author.world) == [ONE, "breathing", TWO]


def test_a_moved_lesson_is_neither_repeated_nor_left_out(author: Author) -> None:
    author.publish(FIVE, FOUR, THREE, TWO, ONE)
    author.world.go(TUESDAY + 8 * WEEK)
    assert got(author.world) == [ONE, FIVE, FOUR, THREE, TWO, "closing"]


def test_where_the_next_lesson_was_removed_the_one_after_it_comes(author: Author) -> None:
    author.publish(ONE, THREE, FOUR, FIVE)
    author.world.go(TUESDAY + WEEK)
    assert got(author.world) == [ONE, THREE]


def test_where_all_that_was_left_is_removed_the_closing_letter_comes(author: Author) -> None:
    author.publish(ONE)
    author.world.go(TUESDAY + 4 * WEEK)
    assert got(author.world) == [ONE, "closing"]
    assert author.world.enrollment().state is EnrollmentState.FINISHED


def test_who_has_finished_is_left_in_peace(author: Author) -> None:
    author.world.go(TUESDAY + 6 * WEEK)
    before = len(author.world.letters())
    author.write("breathing")
    author.publish(ONE, TWO, THREE, FOUR, FIVE, "breathing")
    author.world.go(4 * WEEK)
    assert len(author.world.letters()) == before


def test_a_letter_that_was_written_goes_out_as_it_was_written(author: Author) -> None:
    author.world.clock.at = TUESDAY + WEEK
    clock_loop.write_due(author.world.runtime)
    author.publish(ONE, THREE, FOUR, FIVE)
    author.world.settle()
    assert "Step 2 of 5" in author.world.text(author.world.letters()[-1])
    author.world.go(WEEK)
    assert got(author.world) == [ONE, TWO, THREE]


def test_a_lesson_taken_back_comes_again_in_the_new_words(author: Author) -> None:
    author.world.clock.at = TUESDAY + WEEK
    clock_loop.write_due(author.world.runtime)
    author.world.clock.advance(timedelta(hours=4))
    author.publish(ONE, TWO, THREE)
    author.world.settle()
    author.world.go(WEEK)
    assert "Step 2 of 3" in author.world.text(author.world.letters()[-1])


def test_nobody_is_asked_about_a_lesson_that_was_removed(author: Author) -> None:
    before = len(author.world.letters())
    author.publish(TWO, THREE, FOUR, FIVE)
    author.world.go(TUESDAY + 5 * DAY)
    assert len(author.world.letters()) == before


def test_in_the_browser_a_letter_runs_as_its_language_does(author: Author) -> None:
    plan = author.folder / "sequence.toml"
    plan.write_text(plan.read_text().replace('language = "en-US"', 'language = "he"'))
    (author.folder / "phrases.po").unlink()
    author.store()
    author.world.go(TUESDAY + WEEK)
    lesson = author.world.letters()[-1]
    for part in ("/letters/", "/reflect/"):
        page = author.world.open(author.world.link(part, lesson)).get_data(as_text=True)
        assert '<html lang="en" dir="ltr">' in page, "what the engine says by itself"
        assert ('<div class="prose" lang="he" dir="rtl">' in page) == (part == "/letters/")
    assert '<h1 class="small-title" lang="he" dir="rtl">' in author.world.open(
        author.world.link("/reflect/", lesson)
    ).get_data(as_text=True)


def reschedule(author: Author, **changes: str) -> None:
    """`[schedule]` has these keys in place of its `day`, as they stand in the file."""
    plan = author.folder / "sequence.toml"
    keys = "\n".join(f"{key} = {value}" for key, value in changes.items())
    rest = re.sub(r"(?m)^(day|at|delay|nudge_after) = .*$", "", plan.read_text())
    plan.write_text(rest.replace("[schedule]\n", f"[schedule]\n{keys}\n"))
    author.store()


def test_another_schedule_moves_the_next_letter_of_the_enrolled(author: Author) -> None:
    reschedule(author, days='["monday", "thursday"]', at='"06:45"')
    thursday = datetime(2026, 12, 10, 5, 45, tzinfo=UTC)
    assert author.world.enrollment().next_send_at == thursday
    author.world.go(thursday)
    assert author.world.enrollment().next_send_at == thursday + 4 * DAY


def test_who_chose_a_day_and_an_hour_keeps_them(author: Author) -> None:
    sunday = datetime(2026, 12, 13, 7, 15, tzinfo=UTC)
    with transaction(author.world.runtime.engine) as session:
        session.execute(update(Enrollment).values(days="6", at="08:15", next_send_at=sunday))
    reschedule(author, every='"day"', at='"06:45"')
    assert author.world.enrollment().next_send_at == sunday


def test_another_schedule_does_not_end_a_pause(author: Author) -> None:
    until = TUESDAY + 3 * WEEK
    pause = {"state": "paused", "paused_until": until, "next_send_at": until}
    with transaction(author.world.runtime.engine) as session:
        session.execute(update(Enrollment).values(**pause))
    reschedule(author, every='"day"', at='"06:45"')
    assert author.world.enrollment().next_send_at == datetime(2026, 12, 30, 5, 45, tzinfo=UTC)


def test_an_unchanged_schedule_moves_nobody(author: Author) -> None:
    """Not even who waits for a date that no schedule has."""
    odd = TUESDAY + 3 * DAY
    with transaction(author.world.runtime.engine) as session:
        session.execute(update(Enrollment).values(next_send_at=odd))
    author.publish(ONE, THREE, TWO)
    assert author.world.enrollment().next_send_at == odd
