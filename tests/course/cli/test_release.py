"""`letterpath release`: what a restored backup held."""

from tests.support.claims import take
from tests.support.terminal import Terminal, asks, lines, states
from tests.support.world import World


def test_after_a_restored_backup_nothing_goes_out_until_it_was_looked_at(
    world: World, terminal: Terminal
) -> None:
    world.enroll()
    asks(world, "grace")
    world.clock.at = world.enrollment().next_send_at or world.clock.at
    shown = lines(terminal("doctor", "--after-restore"))
    assert "1 confirmation emotional-safety this week 2026-12-04 12:00 2026-12-04 12:00" in shown
    assert "1 lesson emotional-safety today 2026-12-08 18:30 2026-12-08 18:30" in shown
    assert "2 letters are held; nothing of this is sent." in shown
    before = len(world.mail())
    world.settle()
    assert len(world.mail()) == before


def test_what_a_dead_worker_of_the_backup_held_is_held_too(
    world: World, terminal: Terminal
) -> None:
    asks(world, "ada")
    take(world)
    assert "1 letter is held" in terminal("doctor", "--after-restore").stdout
    assert states(world) == ["held"]
    assert "held: 1 wait for your word" in terminal("doctor").stdout


def test_what_was_held_is_let_go(world: World, terminal: Terminal) -> None:
    asks(world, "ada", "grace")
    terminal("doctor", "--after-restore")
    assert "2 letters are due now." in terminal("release").stdout
    world.settle()
    assert states(world) == ["sent", "sent"]
    assert terminal("release").stdout == "Nothing is held.\n"


def test_what_was_held_is_dropped_after_asking(world: World, terminal: Terminal) -> None:
    asks(world, "ada")
    terminal("doctor", "--after-restore")
    assert terminal("release", "--drop", answer="n\n").exit_code == 1
    assert states(world) == ["held"]
    assert "1 letter is withdrawn." in terminal("release", "--drop", answer="y\n").stdout
    assert states(world) == ["withdrawn"]
