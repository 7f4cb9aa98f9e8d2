"""`letterpath subscribers`: who there is."""

from tests.support.commands import run
from tests.support.terminal import url
from tests.support.world import World


def test_the_subscribers_are_listed(world: World) -> None:
    world.enroll()
    done = run("subscribers", database_url=str(url(world)))
    row = next(line for line in done.stdout.splitlines() if "ada@example.org" in line)
    assert "Create a Judgment-Free Communication Zone" in row
