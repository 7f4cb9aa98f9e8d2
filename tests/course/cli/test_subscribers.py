"""`letterpath subscribers`: who there is."""

from sqlalchemy import text

from course.db.transactions import transaction
from tests.support.commands import run
from tests.support.terminal import Terminal, url
from tests.support.world import World


def test_the_subscribers_are_listed(world: World) -> None:
    world.enroll()
    done = run("subscribers", database_url=str(url(world)))
    row = next(line for line in done.stdout.splitlines() if "ada@example.org" in line)
    assert "Create a Judgment-Free Communication Zone" in row


def test_it_says_what_each_is_in_and_whose_hours_they_are(world: World, terminal: Terminal) -> None:
    world.enroll()
    world.subscribe("eve@example.org")
    shown = terminal("subscribers").stdout
    assert "next letter (UTC)" in shown
    lines = {line.split()[0]: line for line in shown.splitlines() if "@" in line}
    assert "Evening Notes" in lines["eve@example.org"]
    assert "Emotional Safety" in lines["ada@example.org"]


def test_a_title_that_looks_like_markup_is_listed_as_it_stands(
    world: World, terminal: Terminal
) -> None:
    world.enroll()
    change = "UPDATE revision SET digest = 'x', sequence = replace(sequence, 'Create a ', :it)"
    with transaction(world.runtime.engine) as session:
        session.execute(text(change), {"it": "[red]Create[/x] a "})
    assert "[red]Create[/x] a Judgment-Free" in terminal("subscribers").stdout
