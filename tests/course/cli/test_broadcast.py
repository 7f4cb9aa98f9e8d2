"""`letterpath broadcast`: one newsletter, to many, once."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.pictures import add, photo, saved
from tests.support.shipped import NEWSLETTER
from tests.support.terminal import Terminal
from tests.support.world import World

NEWS = """---
subject: A new course in spring
preview: Save the date.
title: There is news
---

In spring we begin anew.
"""


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "spring.md"
    path.write_text(NEWS)
    return path


def test_a_newsletter_says_to_how_many_it_goes_and_asks(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.subscribe()
    refused = terminal("broadcast", str(news), answer="n\n")
    assert (refused.exit_code, len(world.letters())) == (1, 1)
    assert "to 1 reader" in refused.stdout
    done = terminal("broadcast", str(news), answer="y\n")
    assert (done.exit_code, "Broadcast 1 is on its way" in done.stdout) == (0, True)
    world.settle()
    assert world.letters()[-1]["Subject"] == "A new course in spring"


def test_the_same_newsletter_is_refused_the_second_time(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.subscribe()
    assert terminal("broadcast", str(news), "--yes").exit_code == 0
    again = terminal("broadcast", str(news), "--yes")
    assert again.exit_code == 1
    assert "went out as broadcast 1" in again.stderr


def test_a_newsletter_s_mistake_is_named_with_file_line_and_remedy(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.subscribe()
    news.write_text(NEWS.replace("spring we", "spring {{ brnd }} we"))
    shown = terminal("broadcast", str(news), "--yes")
    assert shown.exit_code == 1
    assert "spring.md:7: error:" in shown.stderr
    assert "Did you mean brand?" in shown.stderr


def test_an_issue_for_nobody_or_of_no_newsletter_is_refused(
    world: World, terminal: Terminal, news: Path
) -> None:
    nobody = terminal("broadcast", str(news), "--yes")
    assert (nobody.exit_code, "Nobody subscribes to it yet" in nobody.stderr) == (1, True)
    world.subscribe()
    unknown = terminal("broadcast", str(news), "--newsletter", "kindness")
    assert "There is: evening-notes." in unknown.stderr


def test_that_it_went_out_before_is_said_before_anything_is_asked(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.subscribe()
    terminal("broadcast", str(news), "--yes")
    again = terminal("broadcast", str(news), answer="y\n")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "went out as broadcast 1" in again.stderr


def test_an_issue_is_linted_and_shown_and_nobody_gets_it(
    world: World, terminal: Terminal, news: Path
) -> None:
    shown = terminal("broadcast", str(news), "--lint", "--preview")
    assert shown.stdout.startswith("spring.md: ready to send.")
    index = world.runtime.settings.state / "preview" / "evening-notes" / "index.html"
    assert "A new course in spring" in index.read_text()
    assert world.rows()["broadcast"] == []


def test_a_preview_shows_who_signs_as_published(
    world: World, terminal: Terminal, news: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "quiet-news"
    shutil.copytree(NEWSLETTER, folder)
    (folder / "ada.jpg").write_bytes(saved(photo(200, 200)))
    add(folder / "newsletter.toml", '[signature]\nname = "Ada"\nportrait = "ada.jpg"')
    terminal("publish", str(folder))
    terminal("broadcast", str(news), "--newsletter", "quiet-news", "--preview")
    shown = world.runtime.settings.state / "preview" / "quiet-news"
    (portrait,) = (shown / "pictures").iterdir()
    assert f'src="pictures/{portrait.name}"' in (shown / "issue.html").read_text()


def test_a_test_letter_comes_to_its_author_alone(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.subscribe()
    terminal("broadcast", str(news), "--to-me", "author@example.org")
    [letter] = world.letters("author@example.org")
    assert letter["Subject"] == "[Test] A new course in spring"
    assert letter["List-ID"] == "Evening Notes <evening-notes.example.org>"
    assert world.rows()["broadcast"] == []


def test_an_issue_waits_for_its_hour_in_its_zone(
    world: World, terminal: Terminal, news: Path
) -> None:
    world.subscribe()
    hour = ("--at", "2026-12-05 18:00", "--zone", "Europe/Berlin")
    asked = terminal("broadcast", str(news), *hour, answer="y\n")
    assert "on Saturday, 2026-12-05 at 18:00 (Europe/Berlin)" in asked.stdout
    world.go(datetime(2026, 12, 5, 16, 59, tzinfo=UTC))
    assert len(world.letters()) == 1
    world.go(timedelta(minutes=1))
    assert world.letters()[-1]["Subject"] == "A new course in spring"


def test_later_than_its_limit_it_is_held_until_somebody_lets_it_go(
    world: World, terminal: Terminal, news: Path
) -> None:
    """A server that was away until three in the morning."""
    world.subscribe()
    terminal("broadcast", str(news), "--at", "2026-12-05 18:00", "--yes")
    world.clock.at = datetime(2026, 12, 6, 3, tzinfo=UTC)
    world.settle()
    assert len(world.letters()) == 1
    assert terminal("release").exit_code == 0
    world.settle()
    assert world.letters()[-1]["Subject"] == "A new course in spring"


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (("--at", "tomorrow"), "tomorrow is no hour of a day."),
        (("--at", "2026-01-01 18:00"), "is over: it is 20"),
        (("--at", "2026-12-05 18:00", "--zone", "Mars/Olympus"), "Mars/Olympus is no time zone."),
        (("--at", "2026-12-05 18:00", "--lateness", "soon"), "soon is no length of time."),
    ],
)
def test_an_hour_that_can_not_be_is_refused(
    world: World, terminal: Terminal, news: Path, hour: tuple[str, ...], said: str
) -> None:
    world.subscribe()
    refused = terminal("broadcast", str(news), *hour, "--yes")
    assert refused.exit_code == 2
    assert said in refused.stderr
