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


def test_a_title_that_looks_like_markup_is_listed_as_it_stands(
    world: World, terminal: Terminal
) -> None:
    world.enroll()
    change = "UPDATE revision SET digest = 'x', sequence = replace(sequence, 'Create a ', :it)"
    with transaction(world.runtime.engine) as session:
        session.execute(text(change), {"it": "[red]Create[/x] a "})
    assert "[red]Create[/x] a Judgment-Free" in terminal("subscribers").stdout
