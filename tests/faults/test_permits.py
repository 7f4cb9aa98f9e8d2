"""A letter leaves by permit, asked for before each write; one taken back does not leave."""

from collections import Counter

import pytest

from emails.errors import Withheld
from tests.faults.scripted import Scripted
from tests.faults.server import serving
from tests.faults.smtp_client import LETTERS, WAYS, agree, deliver, letter


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
