"""SMTP, against servers that are real, rude, or gone."""

import socket
import time

import pytest

from emails.errors import Deferred, Refused, TransportError, Uncertain, Unreachable
from emails.transports.factory import open_transport
from emails.transports.server import Server
from emails.transports.transport import Receipt
from tests.emails.servers import Post, running, scripted
from tests.emails.transports.letters import DATA, at, outgoing, result_of


def test_a_letter_arrives_as_it_was_dots_and_all(post: Post, port: int) -> None:
    assert result_of(at(port)) == Receipt("250 2.0.0 queued as 1")
    [envelope] = post.taken
    assert envelope.original_content == DATA
    assert envelope.mail_from == "letters@example.org"
    assert envelope.rcpt_tos == ["ada@example.org"]


def test_one_connection_carries_a_batch_and_the_next_batch(post: Post, port: int) -> None:
    transport = at(port, "&connections=1")
    assert [id_ for id_, _ in transport.deliver(outgoing(n) for n in range(3))] == [0, 1, 2]
    list(transport.deliver([outgoing()]))
    transport.close()
    assert len(post.taken) == 4
    assert len(post.sessions) == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("550 5.1.1 nobody here", Refused),
        ("452 4.2.2 mailbox full", Deferred),
        ("421 4.3.2 going home", Deferred),
    ],
)
def test_a_refused_recipient_does_not_hold_up_the_others(
    post: Post, port: int, said: str, kind: type[TransportError]
) -> None:
    post.replies["grace@example.org"] = said
    transport = at(port)
    results = dict(transport.deliver([outgoing(1, "grace@example.org"), outgoing(2)]))
    transport.close()
    assert isinstance(results[1], kind)
    assert str(results[1]) == said
    assert isinstance(results[2], Receipt)


@pytest.mark.parametrize(
    ("said", "kind"), [("554 5.7.1 looks like spam", Refused), ("451 4.7.1 greylisted", Deferred)]
)
def test_the_answer_to_the_letter_counts(
    post: Post, port: int, said: str, kind: type[TransportError]
) -> None:
    post.final_replies = [said]
    found = result_of(at(port))
    assert isinstance(found, kind)
    assert str(found) == said


HELLO = ["220 hello", "250 hello", "250 sender", "250 recipient", "354 go on"]


def test_a_connection_lost_after_the_final_dot_leaves_the_letter_uncertain() -> None:
    with scripted([*HELLO, "…"]) as port:
        assert isinstance(result_of(at(port)), Uncertain)


def test_nonsense_after_the_final_dot_leaves_the_letter_uncertain() -> None:
    with scripted([*HELLO, "…" + "x" * 9000]) as port:
        assert isinstance(result_of(at(port)), Uncertain)


def test_a_connection_lost_in_the_middle_of_a_letter_defers_it() -> None:
    with scripted(*[[*HELLO, "."]] * 2) as port:
        large = outgoing(data=b"x" * 70 + b"\r\n" + b"y\r\n" * 3_000_000)
        assert isinstance(result_of(at(port), large), Deferred)


def test_a_connection_lost_before_the_letter_defers_it() -> None:
    with scripted(*[["220 hello", "250 hello", "250 sender"]] * 2) as port:
        assert isinstance(result_of(at(port)), Deferred)


def test_a_connection_that_went_stale_is_opened_again_unnoticed() -> None:
    with scripted([*HELLO, "…250 taken"], [*HELLO, "…250 taken"]) as port:
        transport = at(port)
        found = [dict(transport.deliver([outgoing(n)]))[n] for n in (1, 2)]
        assert found == [Receipt("250 taken"), Receipt("250 taken")]


def test_without_a_server_the_whole_batch_is_deferred_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    results = [found for _, found in at(nobody).deliver(outgoing(n) for n in range(3))]
    assert all(isinstance(found, Deferred) for found in results)
    with pytest.raises(Deferred, match="no connection"):
        at(nobody).check()


def test_a_server_that_is_busy_defers() -> None:
    with scripted(["421 too busy"]) as port:
        found = result_of(at(port))
    assert isinstance(found, Deferred)
    assert found.code == 421


# Addresses


def test_an_address_beyond_ascii_goes_where_it_is_understood(post: Post) -> None:
    letter = outgoing(to="zoë@example.org", data="To: zoë@example.org\r\n\r\nHi\r\n".encode())
    with running(post, enable_SMTPUTF8=True) as port:
        assert isinstance(result_of(at(port), letter), Receipt)
    assert post.taken[0].rcpt_tos == ["zoë@example.org"]


def test_an_address_beyond_ascii_is_refused_where_it_is_not(post: Post) -> None:
    with running(post, enable_SMTPUTF8=False) as port:
        found = result_of(at(port), outgoing(to="zoë@example.org"))
    assert isinstance(found, Refused)
    assert not found.is_about_the_address


def test_mallorys_address_says_nothing_to_the_server(post: Post, port: int) -> None:
    transport = at(port)
    evil = outgoing(1, "mallory@example.org>\r\nRCPT TO:<grace@example.org")
    results = dict(transport.deliver([evil, outgoing(2)]))
    transport.close()
    assert isinstance(results[1], Refused)
    assert isinstance(results[2], Receipt)
    assert [envelope.rcpt_tos for envelope in post.taken] == [["ada@example.org"]]


def test_a_host_that_can_t_be_one_is_no_connection_and_no_letter_is_to_blame() -> None:
    transport = open_transport(f"smtp://{'a' * 70}.example.org:25")
    with pytest.raises(Unreachable):
        transport.check()


def test_a_connection_without_a_letter_is_closed_with_a_goodbye(post: Post, port: int) -> None:
    transport = at(port, "&idle=0.2")
    assert isinstance(next(iter(transport.deliver([outgoing()])))[1], Receipt)
    until = time.monotonic() + 60
    while not post.goodbyes and time.monotonic() < until:
        time.sleep(0.05)
    assert post.goodbyes == 1
    assert isinstance(result_of(transport), Receipt), "and the next letter opens another"


@pytest.mark.parametrize("name", ["letters.example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]"])
def test_we_introduce_ourselves_by_the_name_we_are_given(post: Post, port: int, name: str) -> None:
    assert isinstance(result_of(at(port, f"&ehlo={name}")), Receipt)
    assert {session.host_name for session in post.sessions} == {name}


def test_a_machine_without_a_name_says_the_sender_s_domain() -> None:
    server = Server.at("smtp://mail.example.org", "example.org")
    assert server.ehlo is not None
    assert "." in server.ehlo
    assert not server.ehlo.startswith(("localhost", "["))


@pytest.mark.parametrize(
    "name", ["", "localhost", "a b.example", "x.org%0d%0aQUIT", "bücher.example"]
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="ehlo is this machine's whole name"):
        at(25, f"&ehlo={name or '-'}")
