"""`letterpath sessions`: everybody signed in is signed out."""

from datetime import timedelta

from emails.tokens import Purpose
from tests.support.terminal import Terminal
from tests.support.world import World


def test_sessions_are_ended_by_a_command(world: World, terminal: Terminal) -> None:
    world.enroll()
    for words in (("--end",), ("--end", "--subscriber", "1")):
        world.clock.advance(timedelta(minutes=2))
        world.press(world.runtime.links.to(Purpose.JOURNAL, 1, world.clock.now()))
        assert world.open("/journal").status_code == 200
        assert terminal("sessions", *words).exit_code == 0
        assert world.open("/journal").status_code == 303
    assert terminal("sessions").exit_code == 2
    assert terminal("sessions", "--end", "--subscriber", "99").exit_code == 1


def test_the_command_that_ends_sessions_signs_the_author_out(
    world: World, terminal: Terminal
) -> None:
    password = (world.runtime.settings.state / "admin_password").read_text()
    world.press("/admin/session", password=password)
    assert world.open("/admin/").status_code == 200
    terminal("sessions", "--end")
    assert world.open("/admin/").status_code == 303
