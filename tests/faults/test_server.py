"""Every verb, every misbehaviour, every way to speak: each letter has one result, the right one.

The server's own list of what it accepted is the judge.
"""

import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from emails.errors import Deferred, Refused, TransportError, Uncertain, Unreachable, Withheld
from emails.transports.factory import open_transport
from emails.transports.transport import MaySend, Outgoing, Receipt, always
from tests.faults.scripted import HARMLESS, VERBS, Deed, Scripted, serving

# What EHLO names, the window that goes with it, and the verbs that are never said.
WAYS = {
    "lock-step": ((), 1, {"BDAT"}),
    "pipelined": (("PIPELINING", "CHUNKING", "SIZE 1000000"), 1, {"BDAT"}),
    "window": (("PIPELINING", "CHUNKING", "8BITMIME"), 3, {"DATA", "body", "dot"}),
}

LETTERS = 7

# The letter to somebody the server doesn't know: after it comes RSET.
REFUSED = 2
TIMEOUT = 0.3

Results = list[tuple[int, Receipt | TransportError]]


def letter(id_: int, lines: int = 20) -> Outgoing:
    head = f"Message-ID: <{id_}@example.org>\r\nSubject: Hear\r\n\r\n"
    data = (head + ".a line that begins with a dot\r\n" * lines).encode()
    name = "nobody" if id_ == REFUSED else f"ada{id_}"
    return Outgoing(id_, "letters@example.org", f"{name}@example.org", data)


def deliver(
    port: int,
    options: str = "",
    batch: Iterable[Outgoing] | None = None,
    may_send: MaySend = always,
) -> Results:
    transport = open_transport(f"smtp://127.0.0.1:{port}?timeout={TIMEOUT}{options}")
    found = list(transport.deliver(batch or map(letter, range(LETTERS)), may_send))
    transport.close()
    return found


def agree(scene: object, script: Scripted, results: Results, most_uncertain: int) -> None:
    """What the client believes is what the server knows."""
    accepted = Counter(script.accepted)
    # Where there is no server to speak with, the rest is not asked for.
    gone = any(isinstance(result, Unreachable) for _, result in results)
    assert sorted(id_ for id_, _ in results) == list(range(len(results) if gone else LETTERS)), (
        scene
    )
    assert max(accepted.values(), default=0) <= 1, scene
    for id_, result in results:
        if not isinstance(result, Uncertain):
            assert (accepted[id_] == 1) is isinstance(result, Receipt), (scene, id_, result)
    assert sum(isinstance(result, Uncertain) for _, result in results) <= most_uncertain, scene
    # Who answers twice puts the conversation out of step: then it isn't we who hurry.
    assert script.complaints == [] or script.deed is Deed.TWICE, scene


@dataclass(frozen=True)
class Scene:
    """`times`: how often the deed is done; once, it is the second time that the verb is heard."""

    verb: str
    way: str
    deed: Deed
    times: int

    def play(self) -> tuple[Scripted, Results]:
        extensions, window, _ = WAYS[self.way]
        after = 1 if self.times == 1 else 0
        script = Scripted(self.verb, self.deed, after, self.times, extensions)
        with serving(script) as port:
            return script, deliver(port, f"&connections=3&window={window}")


@pytest.mark.parametrize(
    ("verb", "way"),
    [(verb, way) for way, (_, _, unsaid) in WAYS.items() for verb in VERBS if verb not in unsaid],
)
def test_whatever_the_server_does_each_letter_has_the_fate_it_knows_of(verb: str, way: str) -> None:
    scenes = [Scene(verb, way, deed, times) for deed in Deed for times in (1, 1_000)]
    with ThreadPoolExecutor(len(scenes)) as stage:
        for scene, (script, results) in zip(scenes, stage.map(Scene.play, scenes), strict=True):
            agree(scene, script, results, script.connections * WAYS[way][1])


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_in_several_lines_or_packets_is_an_answer(way: str) -> None:
    verbs = [verb for verb in VERBS if verb != "body"]
    scenes = [Scene(verb, way, deed, 1_000) for verb in verbs for deed in HARMLESS]
    with ThreadPoolExecutor(len(scenes)) as stage:
        for scene, (script, _) in zip(scenes, stage.map(Scene.play, scenes), strict=True):
            taken = sorted(script.accepted)
            assert taken == [id_ for id_ in range(LETTERS) if id_ != REFUSED], scene


# A yes by its first digit

YES = {
    "greeting": "231 come in",
    "EHLO": "251 scripted",
    "MAIL": "252 2.5.9 sender maybe",
    "RCPT": "252 2.1.5 recipient can't be verified",
    "DATA": "399 go on",
    "dot": "250 2.1.5 Message accepted",
    "RSET": "299 forgotten",
}


@pytest.mark.parametrize("verb", YES)
@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
def test_any_yes_is_one_and_every_letter_arrives_once(
    verb: str, extensions: tuple[str, ...]
) -> None:
    script = Scripted(extensions=extensions, sayings={verb: YES[verb]})
    if verb == "EHLO" and extensions:
        script.sayings[verb] = "251-scripted\r\n251 PIPELINING"
    with serving(script) as port:
        results = deliver(port, "&connections=1")
    agree(verb, script, results, 0)
    assert len(script.accepted) == LETTERS - 1


@pytest.mark.parametrize(
    "text", ["250 2.1.0 ok", "250 2.1.99", "251 odd", "252", "220 ok", "299 x"]
)
def test_any_yes_to_a_letter_is_a_receipt(text: str) -> None:
    script = Scripted(sayings={"dot": text})
    with serving(script) as port:
        results = deliver(port)
    assert [type(result) for id_, result in results if id_ != REFUSED] == [Receipt] * (LETTERS - 1)
    assert len(script.accepted) == LETTERS - 1


# Limits


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


# Permits


@pytest.mark.parametrize("way", WAYS)
def test_a_letter_taken_back_does_not_leave_and_the_others_do(way: str) -> None:
    extensions, window, _ = WAYS[way]
    script = Scripted(extensions=extensions)
    with serving(script) as port:
        options = f"&connections=2&window={window}"
        results = dict(deliver(port, options, may_send=lambda id_: id_ not in (1, 4)))
    agree(way, script, list(results.items()), 0)
    assert [id_ for id_ in range(LETTERS) if isinstance(results[id_], Withheld)] == [1, 4]


@pytest.mark.parametrize("way", WAYS)
def test_a_permit_comes_before_the_letter_and_one_for_each_write(way: str) -> None:
    extensions, window, _ = WAYS[way]
    script, before = Scripted(extensions=extensions), dict[int, bool]()

    def may_send(id_: int) -> bool:
        before.setdefault(id_, id_ not in script.accepted)
        return True

    with serving(script) as port:
        agree(way, script, deliver(port, f"&window={window}", may_send=may_send), 0)
    assert all(before.values())
    assert set(script.accepted) <= before.keys()


@pytest.mark.parametrize("way", WAYS)
def test_a_long_letter_taken_back_half_way_never_ends(way: str) -> None:
    """Longer than any buffer, so that it takes several writes, each with its may_send."""
    extensions, window, _ = WAYS[way]
    script, asked = Scripted(extensions=extensions[:2]), Counter[int]()

    def may_send(id_: int) -> bool:
        asked[id_] += 1
        return id_ != 1 or asked[id_] < 2

    batch = [letter(id_, 600_000 if id_ == 1 else 20) for id_ in range(LETTERS)]
    with serving(script) as port:
        results = deliver(port, f"&connections=2&window={window}", batch, may_send)
    # The line is given up, with whatever else is under way on it.
    agree(way, script, results, window - 1)
    assert isinstance(dict(results)[1], Withheld)
    assert asked[1] == 2


# Answers in the middle of a letter


@pytest.mark.parametrize(
    ("deed", "kind"), [(Deed.LATER, Deferred), (Deed.NEVER, Refused), (Deed.GOODBYE, Deferred)]
)
def test_an_answer_before_the_end_of_a_letter_is_no_doubt(
    deed: Deed, kind: type[TransportError]
) -> None:
    script = Scripted("body", deed, extensions=("PIPELINING",))
    with serving(script) as port:
        [(_, result)] = deliver(port, batch=[letter(1, 600_000)])
    assert type(result) is kind
    assert script.accepted == []


def test_a_connection_lost_in_the_middle_of_a_letter_is_no_doubt_either() -> None:
    script = Scripted("body", Deed.CUT, extensions=("PIPELINING",))
    with serving(script) as port:
        [(_, result)] = deliver(port, batch=[letter(1, 600_000)])
    assert isinstance(result, Deferred)
    assert script.connections == 2


# Batches that take their time


def test_answers_do_not_wait_for_a_slow_batch() -> None:
    script, seen = Scripted(extensions=("PIPELINING",)), list[int]()

    def batch() -> Iterator[Outgoing]:
        for id_ in (3, 4, 5):
            time.sleep(0.05)
            lag.append(len(script.accepted) - len(seen))
            yield letter(id_)

    lag: list[int] = []
    with serving(script) as port:
        transport = open_transport(f"smtp://127.0.0.1:{port}?timeout=3")
        for id_, _ in transport.deliver(batch()):
            seen.append(id_)
        transport.close()
    assert lag == [0, 0, 0]
    assert len(seen) == 3


def test_a_batch_that_waits_longer_than_a_timeout_harms_nobody() -> None:
    script = Scripted(extensions=("PIPELINING",))

    def batch() -> Iterator[Outgoing]:
        for id_ in range(LETTERS):
            time.sleep(2 * TIMEOUT if id_ == 3 else 0)
            yield letter(id_)

    with serving(script) as port:
        results = deliver(port, "&connections=2", batch())
    agree("a long wait", script, results, 0)
    assert len(script.accepted) == LETTERS - 1


def test_a_batch_that_ends_early_has_its_letters_answered_and_the_connection_stays() -> None:
    script = Scripted(extensions=("PIPELINING",))
    with serving(script) as port:
        transport = open_transport(f"smtp://127.0.0.1:{port}?timeout=3&connections=1")
        for ids in ([0], [], [1, 3], [4]):
            results = transport.deliver(map(letter, ids))
            assert [id_ for id_, result in results if isinstance(result, Receipt)] == ids
        transport.close()
    assert script.connections == 1


def test_a_flood_of_words_is_not_kept() -> None:
    script = Scripted("MAIL", Deed.FLOOD, extensions=("PIPELINING",))
    with serving(script) as port:
        tracemalloc.start()
        [(_, result)] = deliver(port, batch=[letter(1)])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(result, Deferred)
    assert len(result.words) < 1_000
    assert peak < 2_000_000
