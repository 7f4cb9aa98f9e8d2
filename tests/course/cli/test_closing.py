"""`letterpath close`, `open`, `withdraw` and `courses`: a course's end, and who is told."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from course.letters import recent
from tests.support.shipped import COURSE
from tests.support.terminal import Terminal, lines
from tests.support.world import World

DOOR = "/courses/emotional-safety"
WEEKS = timedelta(weeks=8)


@pytest.fixture(autouse=True)
def _known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form, which may believe for a second what was true before."""
    monkeypatch.setattr(recent, "CACHED_FOR", 0.0)


def test_a_closed_course_says_so_and_takes_nobody(world: World, terminal: Terminal) -> None:
    world.enroll()
    done = terminal("close", "emotional-safety")
    assert "closed to new readers. On their way, and going on: 1 reader." in done.stdout
    page = world.open(DOOR)
    assert (page.status_code, "<form" in page.text) == (200, False)
    assert "taking new readers right now" in page.text
    assert world.sign_up("grace@example.org").status_code == 403
    assert world.letters("grace@example.org") == []
    world.go(timedelta(weeks=1))
    assert "Hear it first" in world.letters()[-1]["Subject"]


def test_who_had_asked_before_it_was_closed_may_confirm(world: World, terminal: Terminal) -> None:
    world.sign_up()
    terminal("close", "emotional-safety")
    world.press(world.link("/confirm/", world.letters()[-1]))
    world.settle()
    assert world.enrollment().state == "active"


def test_a_closed_course_is_opened_again(world: World, terminal: Terminal) -> None:
    terminal("close", "emotional-safety")
    assert DOOR in terminal("open", "emotional-safety").stdout
    assert "<form" in world.open(DOOR).text


def test_a_course_that_is_withdrawn_sends_no_more(world: World, terminal: Terminal) -> None:
    world.enroll()
    world.sign_up("grace@example.org")
    world.enroll("zoe@example.org")
    world.go(timedelta(weeks=1))
    before = len(world.mail())
    done = terminal("withdraw", "emotional-safety", answer="y\n")
    assert "without a further letter: 2 readers" in done.stdout
    assert "can't confirm any more: 1 reader" in done.stdout
    world.go(WEEKS)
    assert (done.exit_code, len(world.mail())) == (0, before)
    assert (world.open(DOOR).status_code, world.open("/").status_code) == (410, 410)


def test_nobody_begins_a_course_that_was_withdrawn(world: World, terminal: Terminal) -> None:
    world.enroll()
    world.sign_up("grace@example.org")
    terminal("withdraw", "emotional-safety", "--yes")
    link = world.link("/confirm/", world.letters("grace@example.org")[-1])
    assert (world.open(link).status_code, world.press(link).status_code) == (410, 410)
    again = world.press(world.link("/pace/", world.letters()[-1]) + "/restart")
    assert (again.status_code, "This course has ended." in again.text) == (422, True)
    assert world.sign_up("zoe@example.org").status_code == 410
    world.go(WEEKS)
    assert {mail["To"] for mail in world.mail()} == {"ada@example.org", "grace@example.org"}


def test_leaving_and_the_journal_outlive_the_course(world: World, terminal: Terminal) -> None:
    world.enroll()
    terminal("withdraw", "emotional-safety", "--yes")
    mail = world.letters()[-1]
    assert world.press("/journal/link", address="ada@example.org").status_code < 400
    world.settle()
    assert "/journal/open/" in world.text(world.letters()[-1])
    assert world.open(world.link("/pace/", mail)).status_code == 200
    assert world.press(world.link("/u/", mail) + "/departure").status_code == 200
    assert world.enrollment().state == "left"


def test_withdrawing_is_asked_and_can_be_declined(world: World, terminal: Terminal) -> None:
    world.enroll()
    declined = terminal("withdraw", "emotional-safety", answer="n\n")
    unanswered = terminal("withdraw", "emotional-safety")
    assert (declined.exit_code, unanswered.exit_code) == (1, 1)
    assert "add --yes" in unanswered.stderr
    assert world.open(DOOR).status_code == 200


def test_withdrawn_and_opened_again_it_sends_nothing_by_itself(
    world: World, terminal: Terminal
) -> None:
    world.enroll()
    terminal("withdraw", "emotional-safety", "--yes")
    terminal("open", "emotional-safety")
    before = len(world.mail())
    world.go(WEEKS)
    assert len(world.mail()) == before
    world.press(world.link("/pace/", world.letters()[-1]) + "/restart")
    world.go(WEEKS)
    assert len(world.mail()) > before


def test_courses_are_listed_with_their_state(world: World, terminal: Terminal) -> None:
    world.enroll()
    terminal("close", "emotional-safety")
    (shown,) = lines(terminal("courses"))[1:]
    assert shown.startswith("1 0 0 emotional-safety closed revision 1")


def test_a_course_that_is_not_published_is_answered(terminal: Terminal) -> None:
    done = terminal("close", "emotional-safty")
    assert (done.exit_code, "Did you mean emotional-safety?" in done.stderr) == (1, True)


def test_the_doctor_says_what_to_do_about_a_folder_that_is_gone(
    world: World, terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "none").mkdir()
    world.runtime.settings = world.runtime.settings.model_copy(
        update={"courses": str(tmp_path / "none")}
    )
    assert "letterpath withdraw emotional-safety" in terminal("doctor").stdout
    terminal("withdraw", "emotional-safety", "--yes")
    assert "withdraw" not in terminal("doctor").stdout


def test_a_course_that_is_published_anew_stays_closed(
    world: World, terminal: Terminal, tmp_path: Path
) -> None:
    mine = Path(shutil.copytree(COURSE, tmp_path / COURSE.name))
    (mine / "landing.md").write_text("## Anew\n")
    terminal("close", "emotional-safety")
    done = terminal("publish", str(mine))
    assert "It is closed, and stays so until: letterpath open emotional-safety" in done.stdout
    assert "<form" not in world.open(DOOR).text
