"""What the author sees, and what nobody else does."""

from datetime import timedelta

from course.config.defaults import development_password
from course.scheduling import clock_loop
from emails.errors import Refused
from emails.transports.memory import MemoryTransport
from tests.support.claims import take
from tests.support.world import World

WEEK = timedelta(days=7)


def sign_in(world: World) -> None:
    password = development_password(world.runtime.settings)
    assert world.press("/admin/session", password=password).status_code == 303


def test_the_overview_tells_who_is_where_and_what_was_sent(world: World) -> None:
    world.enroll()
    world.go(WEEK)
    sign_in(world)
    page = world.open("/admin/").get_data(as_text=True)
    assert "ada@example.org" in page
    assert "Validate Feelings Without Rushing to Fix Them" in page


def test_the_overview_shows_no_word_of_a_reflection(world: World) -> None:
    world.enroll()
    world.go(WEEK)
    world.press(world.link("/reflect/", world.letters()[-1]), text="At the lake.")
    sign_in(world)
    assert "At the lake." not in world.open("/admin/").get_data(as_text=True)


def test_without_the_password_there_is_only_the_door(world: World) -> None:
    assert world.open("/admin/").status_code == 303
    assert world.press("/admin/session", password="guess").status_code == 403
    assert world.open("/admin/").status_code == 303


def test_signing_out_closes_it(world: World) -> None:
    sign_in(world)
    world.press("/admin/session/end")
    assert world.open("/admin/").status_code == 303


def test_the_overview_says_what_goes_wrong_and_where(world: World) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {"grace@example.net": Refused(550, "5.7.1 <grace@example.net>: never")}
    world.sign_up("grace@example.net")
    world.press("/courses/emotional-safety/sign-ups", address="ada@example.org")
    clock_loop.write_due(world.runtime)
    take(world)
    sign_in(world)
    page = world.open("/admin/").get_data(as_text=True)
    assert "550 5.7.1 …: never" in page
    assert ">example.net<" in page
    assert "here:1" in page, "a worker has Ada's in its hands"
