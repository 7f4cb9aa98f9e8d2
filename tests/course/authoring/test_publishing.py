"""A new revision while people are in the middle of the course."""

import time
from datetime import timedelta

import pytest
from sqlmodel import select

from course.authoring.compiling import NotPublishable
from course.db.transactions import reading
from course.letters import catalogue
from course.models import EnrollmentState, Revision
from course.scheduling import clock_loop
from tests.course.authoring.author import (
    DAY,
    FIVE,
    FOUR,
    ONE,
    THREE,
    TUESDAY,
    TWO,
    WEEK,
    Author,
    got,
)
from tests.support.shipped import COURSE


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
