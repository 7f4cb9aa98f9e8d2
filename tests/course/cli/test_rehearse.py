"""`letterpath rehearse`: a course day by day before anybody gets it."""

from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.terminal import invoke


def test_a_broken_course_can_not_be_rehearsed_either(broken: Path) -> None:
    done = invoke("rehearse", "mine", courses=str(broken))
    assert done.exit_code == 1
    assert "mine/sequence.toml:" in done.stderr
    assert done.stdout == ""


def test_a_newsletter_has_no_lessons_to_rehearse() -> None:
    done = invoke("rehearse", "evening-notes")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "evening-notes is a newsletter: it has no lessons." in done.stderr
    assert "letterpath broadcast FILE --newsletter evening-notes --preview" in done.stderr


def test_a_rehearsal_keeps_the_hour_over_the_autumn_change() -> None:
    words = ("rehearse", "emotional-safety", "--from", "2026-10-20", "--zone", "America/New_York")
    said = run(*words).stdout
    lines = [line for line in said.splitlines() if "lesson " in line]
    assert len(lines) == 5
    assert [line[17:29] for line in lines] == ["19:30 -04:00"] * 2 + ["19:30 -05:00"] * 3
    assert "Create a Judgment-Free Communication Zone" in lines[0]
    assert "Letters go out on Tuesdays at 19:30.\n" in said


def test_a_rehearsed_pause_moves_what_comes_after_it() -> None:
    words = ("rehearse", "emotional-safety", "--from", "2026-12-04", "--answers")
    pause = ("--pause", "2026-12-10/2027-01-10")
    with_pause, without = invoke(*words, *pause).stdout, invoke(*words).stdout
    assert "Tue 15 Dec 2026" in without
    assert "nudge" not in without
    assert "Dec 2026  19:30 +00:00  lesson 2" not in with_pause
    assert "Tue 12 Jan 2027  19:30 +00:00  lesson 2" in with_pause


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--zone", "Berlin", "Europe/Berlin"),
        ("--pause", "2026-11-01", "2026-11-01/2026-11-15"),
        ("--pause", "2026-11-15/2026-11-01", "ends before it begins"),
        ("--from", "tomorrow", "%Y-%m-%d"),
    ],
)
def test_a_rehearsal_says_how_its_options_are_written(option: str, value: str, remedy: str) -> None:
    done = invoke("rehearse", "emotional-safety", option, value)
    assert done.exit_code == 2
    assert remedy in done.stderr
