"""What was found: a table for people, and a file with every single round."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from tests.bench.contest import Lap, Standing
from tests.bench.measure import Measure

NOTHING = "–"


def table(measure: Measure, standings: Sequence[Standing]) -> Table:
    """One line for each contestant. What nobody knows is a dash.

    `more`: the µs of CPU that come on top of the reference's.
    """
    found = Table(title=f"{measure.name}: {measure.summary}", title_justify="left")
    found.add_column("contestant")
    for heading in (
        f"{measure.unit}s/s",
        f"× {measure.reference}",
        "from – to",
        f"µs of CPU/{measure.unit}",
        "more",
        "MB at peak",
        "rounds",
    ):
        found.add_column(heading, justify="right")
    for standing in standings:
        found.add_row(*cells(standing))
    return found


def cells(one: Standing) -> list[str]:
    spread = NOTHING
    if one.lowest is not None and one.highest is not None:
        spread = f"{one.lowest:.3g} – {one.highest:.3g}"
    return [
        one.contestant,
        NOTHING if one.rate is None else figure(one.rate),
        NOTHING if one.ratio is None else f"{one.ratio:.3g}",
        spread,
        NOTHING if one.cpu is None else figure(one.cpu * 1e6),
        NOTHING if one.more is None else figure(one.more * 1e6),
        NOTHING if one.memory is None else f"{one.memory / 1e6:,.0f}",
        str(one.rounds) if one.counted == one.rounds else f"{one.counted} of {one.rounds}",
    ]


def figure(value: float) -> str:
    """Three digits, or as many as a whole number has."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def failures(standings: Sequence[Standing]) -> list[str]:
    """A sentence for each round that doesn't count."""
    return [f"{one.contestant}: {why}" for one in standings for why in one.failures]


def line(lap: Lap, unit: str) -> str:
    if lap.effort is None or lap.rate is None:
        return f"round {lap.round}  {lap.contestant:<22} failed: {lap.failure}"
    done = f"{lap.effort.units:,} in {lap.effort.seconds:.1f} s"
    return f"round {lap.round}  {lap.contestant:<22} {figure(lap.rate):>9} {unit}s/s   {done}"


def write(
    path: Path,
    measure: Measure,
    machine: dict[str, object],
    laps: Sequence[Lap],
    standings: Sequence[Standing],
) -> None:
    """The same for programs. Seconds and bytes; every round is in `laps`."""
    found: dict[str, Any] = {
        "measure": measure.name,
        "summary": measure.summary,
        "unit": measure.unit,
        "reference": measure.reference,
        "machine": machine,
        "standings": [asdict(one) for one in standings],
        "laps": [{**asdict(lap), "rate": lap.rate} for lap in laps],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n")
