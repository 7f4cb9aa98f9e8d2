"""Batches that take their time, or end early: their letters are answered as they leave."""

import time
from collections.abc import Iterator

from emails.transports.factory import open_transport
from emails.transports.transport import Outgoing, Receipt
from tests.faults.scripted import Scripted
from tests.faults.server import serving
from tests.faults.smtp_client import LETTERS, TIMEOUT, agree, deliver, letter


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
