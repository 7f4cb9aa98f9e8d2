"""One connection's conversation, every moment of it with everything a server may do."""

from collections.abc import Callable, Iterable

import pytest

from emails.errors import Deferred, Refused, Uncertain, Withheld
from emails.transports.connect import Extensions
from emails.transports.conversation import Conversation
from emails.transports.reply import Reply
from emails.transports.results import RETRY, AttemptResult, Retry
from emails.transports.transport import Outgoing, Receipt

PIPELINED = Extensions(pipelining=True)
STREAMING = Extensions(pipelining=True, chunking=True)
WAYS = {"lock-step": (Extensions(), 1), "pipelined": (PIPELINED, 1), "streaming": (STREAMING, 4)}

FINE, GO_ON, TAKEN = Reply(250, "fine"), Reply(354, "go on"), Reply(250, "2.0.0 taken")

# Until the letter's end has left; what is told at each moment, by the way it is handed over.
STEPS = {
    "lock-step": [("MAIL", FINE), ("RCPT", FINE), ("DATA", GO_ON), ("end", TAKEN)],
    "pipelined": [("MAIL", FINE), ("RCPT", FINE), ("DATA", GO_ON), ("end", TAKEN)],
    "streaming": [("MAIL", FINE), ("RCPT", FINE), ("end", TAKEN)],
}
MOMENTS = [(way, number) for way, steps in STEPS.items() for number in range(len(steps))]


def letter(id_: int = 1) -> Outgoing:
    return Outgoing(id_, "letters@example.org", "ada@example.org", b"Hear.\r\n", dotless=True)


def begin(way: str) -> Conversation:
    extensions, window = WAYS[way]
    talk = Conversation(extensions, window)
    assert talk.take(letter()) is None
    return talk


def speak(talk: Conversation) -> bytes:
    """All that it has to send, sent."""
    sent = b"".join(bytes(chunk.data) for chunk in talk.to_send)
    talk.sent(len(sent))
    return sent


def at(way: str, moment: int) -> Conversation:
    """Everything went well until that moment's answer."""
    talk = begin(way)
    for _, reply in STEPS[way][:moment]:
        speak(talk)
        assert list(talk.receive(reply)) == []
    speak(talk)
    return talk


def results(answers: Iterable[tuple[int, AttemptResult]]) -> list[AttemptResult]:
    return [answer for _, answer in answers]


@pytest.mark.parametrize("way", WAYS)
def test_a_letter_that_is_taken(way: str) -> None:
    talk = at(way, len(STEPS[way]) - 1)
    assert list(talk.receive(TAKEN)) == [(1, Receipt("250 2.0.0 taken"))]
    assert talk.is_idle
    assert talk.has_room


@pytest.mark.parametrize(("way", "moment"), MOMENTS)
@pytest.mark.parametrize(("code", "kind"), [(450, Deferred), (550, Refused)])
def test_a_no_at_any_moment_is_the_letter_s_only_fate(
    way: str, moment: int, code: int, kind: type
) -> None:
    talk = at(way, moment)
    found = results(talk.receive(Reply(code, "no")))
    # The answers to what was sent already are heard out.
    for _, _ in STEPS[way][moment + 1 :]:
        speak(talk)
        found += results(talk.receive(Reply(503, "out of order")))
    assert len(found) == 1
    expected = Deferred if (STEPS[way][moment][0], code) == ("MAIL", 550) else kind
    assert type(found[0]) is expected
    assert talk.is_idle
    assert talk.take(letter(2)) is None
    assert (b"RSET" in speak(talk)) == (STEPS[way][moment][0] != "end" or way == "streaming")


@pytest.mark.parametrize(("way", "moment"), MOMENTS)
def test_a_line_lost_at_any_moment(way: str, moment: int) -> None:
    talk = at(way, moment)
    (found,) = results(talk.lose("gone"))
    may_be_there = STEPS[way][moment][0] == "end" or way == "streaming"
    assert isinstance(found, Uncertain) == may_be_there
    assert isinstance(found, Retry) != may_be_there
    assert talk.over
    assert not talk.has_room
    assert list(talk.receive(FINE)) == []


@pytest.mark.parametrize(("way", "moment"), MOMENTS)
def test_nonsense_at_any_moment(way: str, moment: int) -> None:
    talk = at(way, moment)
    (found,) = results(talk.protocol_error("what?"))
    assert talk.broken
    assert isinstance(found, Uncertain | Retry)


def test_a_letter_whose_end_has_not_left_is_not_in_doubt() -> None:
    talk = at("pipelined", 2)
    list(talk.receive(GO_ON))
    talk.sent(3)
    assert results(talk.lose("gone")) == [RETRY]


def test_a_server_that_speaks_in_the_middle_of_a_letter_does_not_get_its_end() -> None:
    talk = at("pipelined", 2)
    list(talk.receive(GO_ON))
    talk.sent(3)
    (found,) = results(talk.receive(Reply(552, "5.3.4 too large")))
    assert type(found) is Refused
    assert talk.over
    assert not talk.to_send


def test_a_letter_that_is_taken_back_never_ends() -> None:
    talk = at("pipelined", 2)
    list(talk.receive(GO_ON))
    (chunk, _) = talk.to_send
    assert chunk.body is not None
    (found,) = results(talk.withhold(chunk.body))
    assert type(found) is Withheld
    assert talk.over
    assert not talk.to_send


def test_the_next_envelope_goes_out_with_the_letter_s_end() -> None:
    talk = at("pipelined", 2)
    list(talk.receive(GO_ON))
    assert talk.has_room
    talk.take(letter(2))
    assert not talk.has_room
    sent = speak(talk)
    assert sent.startswith(b"Hear.\r\n.\r\nMAIL")
    assert sent.endswith(b"DATA\r\n")
    assert results(talk.receive(TAKEN)) == [Receipt("250 2.0.0 taken")]


def test_nobody_to_send_it_to_and_the_server_asks_for_it_all_the_same() -> None:
    talk = at("pipelined", 1)
    assert list(talk.receive(Reply(550, "5.1.1 nobody"))) == []
    assert list(talk.receive(GO_ON)) == []
    assert speak(talk) == b".\r\n"
    (found,) = results(talk.receive(Reply(554, "no valid recipients")))
    assert str(found) == "550 5.1.1 nobody"


def test_after_some_letters_421_is_a_limit_of_the_connection() -> None:
    talk = at("pipelined", 3)
    list(talk.receive(TAKEN))
    talk.take(letter(2))
    speak(talk)
    assert results(talk.receive(Reply(421, "4.7.0 enough for now"))) == [RETRY]
    assert talk.over


def test_on_a_fresh_connection_421_puts_the_letter_off() -> None:
    talk = at("pipelined", 0)
    (found,) = results(talk.receive(Reply(421, "4.3.2 going home")))
    assert type(found) is Deferred
    assert talk.over


def test_letters_behind_the_first_one_make_no_connection_less_fresh() -> None:
    talk = begin("streaming")
    talk.take(letter(2))
    speak(talk)
    first, second = results(talk.receive(Reply(421, "4.3.2 going home")))
    assert (type(first), second) == (Deferred, RETRY)
    assert talk.over


def test_streaming_several_letters_are_under_way_and_each_has_its_own_answer() -> None:
    talk = begin("streaming")
    for id_ in (2, 3, 4):
        assert talk.take(letter(id_)) is None
    assert not talk.has_room
    speak(talk)
    answers = [*talk.receive(FINE), *talk.receive(FINE), *talk.receive(TAKEN)]
    for last in (TAKEN, Reply(451, "later"), TAKEN):
        for reply in (FINE, FINE, FINE, last):
            answers += talk.receive(reply)
    assert [id_ for id_, _ in answers] == [1, 2, 3, 4]
    kinds: list[Callable[..., object]] = [type(answer) for _, answer in answers]
    assert kinds == [Receipt, Receipt, Deferred, Receipt]


@pytest.mark.parametrize(
    ("extensions", "outgoing"),
    [
        (Extensions(size=3), letter()),
        (Extensions(), letter()._replace(recipient="ädä@example.org")),
        (Extensions(), letter()._replace(recipient="a b@example.org")),
        (Extensions(), letter()._replace(recipient="a>\r\nRCPT TO:<b@example.org")),
    ],
)
def test_what_the_server_has_no_way_for_is_refused_at_once(
    extensions: Extensions, outgoing: Outgoing
) -> None:
    talk = Conversation(extensions)
    assert isinstance(talk.take(outgoing), Refused)
    assert talk.is_idle
    assert not talk.to_send
