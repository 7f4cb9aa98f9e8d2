"""`letterpath uncertain`: letters of which nobody knows whether they arrived."""

import pytest
from sqlmodel import update

from course.db.transactions import transaction
from course.models import Delivery
from emails.errors import Deferred, Uncertain
from emails.transports.memory import MemoryTransport
from tests.support.terminal import Terminal, asks, states
from tests.support.world import World


def left_uncertain(world: World, name: str) -> None:
    """Whether that letter arrived nobody knows."""
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    words = f"cut off after <{name}@example.org>"
    transport.replies = {f"{name}@example.org": Uncertain(None, words)}
    asks(world, name)
    world.settle()
    transport.replies = {}


def test_uncertain_letters_are_listed_without_whom_they_are_for(
    world: World, terminal: Terminal
) -> None:
    left_uncertain(world, "ada")
    shown = terminal("uncertain").stdout
    assert "1 confirmation 2026-12-04 12:00 2026-12-04 12:05 cut off after …" in " ".join(
        shown.split()
    )
    assert "ada" not in shown
    assert "ada@example.org" in terminal("uncertain", "--addresses").stdout


@pytest.mark.parametrize(
    "words",
    ["[/red] no", "[link=https://evil.example]click[/link]", "\x1b[31mred\x9b1m", "a\rb\u202ec"],
)
def test_a_server_s_words_are_shown_as_they_stand(
    world: World, terminal: Terminal, words: str
) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    said = {"ada": Uncertain(None, words), "alan": Deferred(554, f"Relay access denied {words}")}
    transport.replies = {f"{name}@example.org": fate for name, fate in said.items()}
    asks(world, *said)
    world.settle()
    with transaction(world.runtime.engine) as session:
        session.execute(update(Delivery).values(words=words))  # from before it was kept so
    for command in ("uncertain", "status", "doctor"):
        shown = terminal(command)
        assert shown.exit_code == (command == "doctor")
        assert all(line.isprintable() for line in shown.stdout.splitlines())
        assert command == "doctor" or words.split()[0].strip("\x1b\r")[:5] in shown.stdout


def test_a_letter_that_did_not_arrive_goes_out_again_under_its_message_id(
    world: World, terminal: Terminal
) -> None:
    left_uncertain(world, "ada")
    done = terminal("uncertain", "--again", "1")
    assert "1 letter is due now" in done.stdout
    world.settle()
    assert states(world) == ["sent"]
    first, second = world.letters()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_letter_that_did_arrive_is_taken_as_sent(world: World, terminal: Terminal) -> None:
    left_uncertain(world, "ada")
    left_uncertain(world, "grace")
    assert "1 letter is taken as sent" in terminal("uncertain", "--sent", "2").stdout
    assert states(world) == ["uncertain", "sent"]
    assert "1 letter is taken as sent" in terminal("uncertain", "--sent", "all").stdout
    assert "No letter is uncertain." in terminal("uncertain").stdout


@pytest.mark.parametrize("option", ["--again", "--sent"])
def test_only_what_is_uncertain_can_be_resolved(
    world: World, terminal: Terminal, option: str
) -> None:
    world.sign_up()
    before = world.rows()
    assert terminal("uncertain", option, "1").exit_code == 1
    assert terminal("uncertain", option, "ada").exit_code == 2
    assert world.rows() == before
