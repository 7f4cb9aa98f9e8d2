"""How much of a promised number of inputs is tried: a part in `make test`, all in `make test-full`.

A part is spread evenly over the whole and is the same in every run.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

FULL = os.environ.get("LETTERPATH_TESTS") == "full"

# Of what a property is tried with, where a test names no number of its own.
EXAMPLES = 1000 if FULL else 30

T = TypeVar("T")


def of(full: int, part: int) -> int:
    """The number to try."""
    return full if FULL else part


def spread(every: Sequence[T], part: int) -> list[T]:
    """All of them, or `part` at equal distances, the first and the last among them."""
    if FULL or part >= len(every):
        return list(every)
    last = len(every) - 1
    return [every[round(number * last / (part - 1))] for number in range(part)]


def load_profile() -> None:
    """Hypothesis without a deadline, which a busy machine would break."""
    settings.register_profile("letterpath", max_examples=EXAMPLES, deadline=None)
    settings.load_profile("letterpath")
