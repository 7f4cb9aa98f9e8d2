"""`letterpath broadcast`: one newsletter, to many, once."""

from pathlib import Path

import pytest

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
