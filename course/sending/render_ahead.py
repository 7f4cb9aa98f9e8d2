"""Messages are built several in a row: the code for it then stays in the processor's caches.

Eight in a row took 45 µs of CPU a letter for 57 one by one (docs/performance.md). With 32 the mail
server would have nothing to do meanwhile; but for signed letters it waits anyway.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

RENDERED_AHEAD, SIGNED_AHEAD = 8, 32

T = TypeVar("T")


def in_groups(letters: Iterator[T], signed: bool) -> Iterator[T]:
    """The same letters, in the same order; each group is built before its first one is used."""
    while group := list(islice(letters, SIGNED_AHEAD if signed else RENDERED_AHEAD)):
        yield from group
