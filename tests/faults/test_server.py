"""Every verb, every misbehaviour, every way to speak: each letter has one result, the right one.

The server's own list of what it accepted is the judge.
"""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from emails.errors import Deferred, Refused, TransportError
from emails.transports.transport import Receipt
from tests.faults.scripted import HARMLESS, VERBS, Deed, Scripted
from tests.faults.server import serving
from tests.faults.smtp_client import LETTERS, REFUSED, WAYS, Results, agree, deliver, letter


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
