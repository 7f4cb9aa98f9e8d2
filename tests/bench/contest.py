"""Rounds, ratios and medians. Pure, but for the runs that it is given."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median


class Failed(Exception):
    """A run that doesn't count, and why: letters are missing, say."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What one run took: `seconds` by the clock, `cpu` in seconds, `memory` in bytes at its peak.

    `units` are what was done: letters, requests, rows.
    """

    units: int
    seconds: float
    cpu: float
    memory: int

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.units / self.seconds

    @property
    def cpu_each(self) -> float:
        """Seconds for one unit."""
        return self.cpu / self.units


@dataclass(frozen=True, slots=True)
class Lap:
    """One contestant in one round (from 1). Without an effort it has failed."""

    contestant: str
    round: int
    effort: Effort | None
    failure: str = ""

    @property
    def rate(self) -> float | None:
        """Units a second."""
        return self.effort.rate if self.effort else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A contestant after all rounds. What no lap tells is None.

    `rate`: units a second. `ratio`: to the reference, with the `lowest` and `highest` of a round.
    `cpu`: seconds for one unit; `more`: of these, beyond the reference's. `memory`: bytes. All of
    them medians of the `counted` rounds.
    """

    contestant: str
    counted: int
    rounds: int
    rate: float | None
    ratio: float | None
    lowest: float | None
    highest: float | None
    cpu: float | None
    more: float | None
    memory: float | None
    failures: tuple[str, ...]


Run = Callable[[], Effort]


def hold(
    runs: Mapping[str, Run],
    rounds: int,
    shuffler: random.Random,
    about_to: Callable[[str, int], None],
    seen: Callable[[Lap], None],
) -> list[Lap]:
    """Every contestant once a round, in a new order each time. A run may raise `Failed`.

    `about_to` hears who runs next in which round, `seen` each lap as it ends.
    """
    laps = []
    for round_ in range(1, rounds + 1):
        for name in shuffler.sample(list(runs), len(runs)):
            about_to(name, round_)
            laps.append(_lap(name, round_, runs[name]))
            seen(laps[-1])
    return laps


def standings(laps: Iterable[Lap], reference: str) -> list[Standing]:
    """Everybody who ran: the reference first, then the fastest."""
    laps = list(laps)
    names = {lap.contestant: None for lap in laps}
    found = [_standing(name, laps, reference) for name in names]
    return sorted(found, key=lambda one: (one.contestant != reference, -(one.rate or 0)))


def ratios(laps: Iterable[Lap], contestant: str, reference: str) -> list[float]:
    """Round by round, where both of them counted."""
    return [one.rate / other.rate for one, other in _pairs(laps, contestant, reference)]


def additions(laps: Iterable[Lap], contestant: str, reference: str) -> list[float]:
    """Seconds of CPU for one unit beyond the reference's, round by round."""
    return [one.cpu_each - other.cpu_each for one, other in _pairs(laps, contestant, reference)]


def _pairs(laps: Iterable[Lap], contestant: str, reference: str) -> list[tuple[Effort, Effort]]:
    """Of the rounds in which both counted."""
    found = {(lap.contestant, lap.round): lap.effort for lap in laps if lap.effort}
    return [
        (effort, found[reference, round_])
        for (name, round_), effort in found.items()
        if name == contestant and (reference, round_) in found
    ]


def _lap(name: str, round_: int, run: Run) -> Lap:
    try:
        return Lap(name, round_, run())
    except Failed as failure:
        return Lap(name, round_, None, str(failure))


def _standing(name: str, laps: list[Lap], reference: str) -> Standing:
    own = [lap for lap in laps if lap.contestant == name]
    efforts = [lap.effort for lap in own if lap.effort]
    shares = ratios(laps, name, reference)
    return Standing(
        contestant=name,
        counted=len(efforts),
        rounds=len(own),
        rate=_median(effort.rate for effort in efforts),
        ratio=_median(shares),
        lowest=min(shares, default=None),
        highest=max(shares, default=None),
        cpu=_median(effort.cpu_each for effort in efforts),
        more=_median(additions(laps, name, reference)),
        memory=_median(effort.memory for effort in efforts),
        failures=tuple(lap.failure for lap in own if lap.effort is None),
    )


def _median(values: Iterable[float]) -> float | None:
    known = list(values)
    return median(known) if known else None
