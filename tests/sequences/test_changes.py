"""What publishing a course anew changes, and for how many."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from sequences.changes import Change, Standing, changes
from sequences.reading import read_course
from sequences.sequence import Sequence
from tests.sequences.courses import write

NEW, HAD_ONE, HAD_BOTH = (
    frozenset[str](),
    frozenset({"listening"}),
    frozenset({"listening", "asking"}),
)

HERE = [Standing(NEW, True, 5), Standing(HAD_ONE, True, 2), Standing(HAD_BOTH, False, 1)]


@pytest.fixture
def before(tmp_path: Path) -> Sequence:
    return read_course(write(tmp_path / "evenings"))


def said(before: Sequence, after: Sequence) -> list[tuple[str, int]]:
    return [(change.words, change.readers) for change in changes(before, after, HERE)]


def test_nothing_changes_where_nothing_has(before: Sequence) -> None:
    assert changes(before, before, HERE) == []


def test_an_id_renamed_mid_flight_is_told_apart_from_a_new_lesson(before: Sequence) -> None:
    first, second = before.lessons
    after = replace(before, lessons=(replace(first, id="hearing"), second))
    assert changes(before, after, HERE) == [
        Change(
            "listening is called hearing now: 3 readers who had listening will get hearing as new."
            " To spare them, keep the id listening.",
            3,
        )
    ]


def test_a_lesson_renamed_and_rewritten_in_its_place_is_still_the_same(before: Sequence) -> None:
    first, second = before.lessons
    again = replace(second, id="questions", title="Questions", body="Another text.")
    ((words, readers),) = said(before, replace(before, lessons=(first, again)))
    assert (words.startswith("asking is called questions now"), readers) == (True, 1)


def test_a_lesson_taken_out_is_missed_by_those_who_had_not_had_it(before: Sequence) -> None:
    ((words, readers),) = said(before, replace(before, lessons=before.lessons[:1]))
    assert words == "asking (“asking well”) is gone: 7 readers who have not had it will not get it."
    assert readers == 7


def test_of_one_reader_it_is_said_as_of_one(before: Sequence) -> None:
    only = [Standing(HAD_ONE, True, 1)]
    (gone,) = changes(before, replace(before, lessons=before.lessons[:1]), only)
    assert gone.words.endswith("is gone: 1 reader who has not had it will not get it.")
    first = replace(before.lessons[0], id="breathing", title="Breathe", body="Breathe.")
    (new,) = changes(before, replace(before, lessons=(first, *before.lessons)), only)
    assert new.words.endswith("and 1 reader who is past its place gets it next.")


def test_a_lesson_added_at_the_end_affects_nobody(before: Sequence) -> None:
    more = replace(before.lessons[0], id="resting", title="Rest", body="Rest.")
    ((words, readers),) = said(before, replace(before, lessons=(*before.lessons, more)))
    assert (words, readers) == (
        "resting (“Rest”) is new: 8 readers on their way will get it in its place.",
        0,
    )


def test_a_lesson_added_before_the_place_where_somebody_is_comes_next(before: Sequence) -> None:
    more = replace(before.lessons[0], id="resting", title="Rest", body="Rest.")
    ((words, readers),) = said(before, replace(before, lessons=(more, *before.lessons)))
    assert (words.endswith("and 3 readers who are past its place get it next."), readers) == (
        True,
        3,
    )


def test_a_lesson_that_moves_comes_to_nobody_twice(before: Sequence) -> None:
    ((words, readers),) = said(before, replace(before, lessons=before.lessons[::-1]))
    assert (words, readers) == (
        "The order is asking, listening, closing. Nobody gets one of them twice.",
        0,
    )


def test_new_days_are_for_those_who_chose_none_of_their_own(before: Sequence) -> None:
    schedule = replace(before.schedule, days=frozenset({4}), at=time(7))
    ((words, readers),) = said(before, replace(before, schedule=schedule))
    assert words.startswith("Letters go out on Fridays at 07:00")
    assert ("For 7 readers" in words, readers) == (True, 7)


def test_a_better_text_affects_nobody(before: Sequence) -> None:
    first, second = before.lessons
    after = replace(before, lessons=(replace(first, body="Better words."), second))
    assert said(before, after) == [
        ("With a new text, for those who have not had it: listening.", 0)
    ]
    after = replace(before, letters=(replace(before.letters[0], body="Farewell."),))
    assert said(before, after) == [("Letters that are worded anew: closing.", 0)]


def test_a_closing_letter_taken_out_is_a_step_that_is_gone(before: Sequence) -> None:
    assert said(before, replace(before, letters=())) == [
        ("The closing letter is gone: 8 readers who have not had it will not get it.", 8)
    ]


def test_where_nobody_is_on_their_way_it_says_only_what_changes(before: Sequence) -> None:
    first, second = before.lessons
    new = replace(first, id="silence", title="Silence", body="Another text.")
    after = replace(before, lessons=(second, new))
    assert [change.words for change in changes(before, after, [])] == [
        "listening (“listening well”) is gone.",
        "silence (“Silence”) is new.",
    ]
