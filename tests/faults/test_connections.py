"""Limits of a server, and connections that it closes: they cost nobody a letter."""

import pytest

from emails.errors import Uncertain
from emails.transports.factory import open_transport
from emails.transports.transport import Receipt
from tests.faults.scripted import Deed, Scripted
from tests.faults.server import serving
from tests.faults.smtp_client import LETTERS, TIMEOUT, WAYS, agree, deliver, letter


@pytest.mark.parametrize("way", WAYS)
def test_a_limit_of_letters_for_each_connection_costs_nobody_a_letter(way: str) -> None:
    extensions, window, _ = WAYS[way]
    script = Scripted(extensions=extensions, letters_each=2)
    with serving(script) as port:
        results = deliver(port, f"&connections=2&window={window}")
    # A goodbye may be lost with the connection; then what was under way behind it is in doubt.
    doubts = sum(isinstance(result, Uncertain) for _, result in results)
    agree(way, script, results, script.connections * (window - 1))
    assert len(script.accepted) >= LETTERS - 1 - doubts


def test_our_own_limit_says_goodbye_before_the_server_does() -> None:
    script = Scripted(extensions=("PIPELINING",), letters_each=2)
    with serving(script) as port:
        results = deliver(port, "&connections=1&messages=2")
    agree("messages=2", script, results, 0)
    assert script.connections == 4
    assert script.commands["QUIT"] == 4


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
def test_a_server_that_always_goes_home_is_not_called_for_ever(way: str, verb: str) -> None:
    extensions, window, _ = WAYS[way]
    script = Scripted(verb, Deed.GOODBYE, extensions=extensions)
    with serving(script) as port:
        results = deliver(port, f"&connections=1&window={window}")
    agree(way, script, results, 0)
    assert script.accepted == []
    assert script.connections <= LETTERS


def test_where_only_some_connections_are_allowed_those_will_do() -> None:
    script = Scripted(extensions=("PIPELINING",), most_connections=2)
    with serving(script) as port:
        results = deliver(port, "&connections=7")
    agree("two connections", script, results, 0)
    assert len(script.accepted) == LETTERS - 1


def test_a_connection_closed_while_nobody_wrote_is_opened_again_unseen() -> None:
    script = Scripted(extensions=("PIPELINING",))
    with serving(script) as port:
        transport = open_transport(f"smtp://127.0.0.1:{port}?timeout={TIMEOUT}&connections=1")
        for id_ in (0, 1):
            [(_, result)] = transport.deliver([letter(id_)])
            assert isinstance(result, Receipt)
            script.hang_up()
        transport.close()
    assert script.connections == 2
