"""What a measure is, and what a contestant is: the two things to write to add one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.contest import Run


class Missing(Exception):
    """A contestant that can't run here, and in one sentence what to install."""


@dataclass(frozen=True)
class Contestant:
    """A command that sends letters and ends.

    In `command` and the values of `environment`, `{port}` is the sink's on 127.0.0.1, `{letters}`
    how many to send, and `{letter}` the file with the letter (see specimen.py). It may print a line
    `ready SECONDS CPU` when its preparations are over (`peers.starting.ready`): neither clock nor
    CPU counts what was before; `prepare` is for what must not even be in its process. It gets an
    empty folder and the number of letters, and returns more environment.
    """

    name: str
    command: tuple[str, ...]
    letters: int
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Path, int], Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Hall:
    """What a measure is given: a folder for this run, one that stays for installed peers, and a
    voice for what has to be said. `letters`: how many, where the command line says so."""

    folder: Path
    installed: Path
    say: Callable[[str], None]
    letters: int | None = None


@dataclass(frozen=True)
class Measure:
    """`open` prepares everything and gives each contestant's run, by name; what it started ends
    with it. `unit` is what is counted, in the singular; `of` is whose CPU and memory they are."""

    name: str
    summary: str
    unit: str
    reference: str
    of: str
    open: Callable[[Hall], AbstractContextManager[Mapping[str, Run]]]


def gathered(makers: list[Callable[[Hall], Contestant]], hall: Hall) -> Iterator[Contestant]:
    """Those who can run here; of the others it is said what they lack."""
    for make in makers:
        try:
            yield make(hall)
        except Missing as lack:
            hall.say(str(lack))
