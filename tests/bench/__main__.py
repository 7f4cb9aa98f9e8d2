"""`python -m tests.bench`: measures, one after the other."""

import argparse
import os
import random
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench import machine, report
from tests.bench.contest import Failed, Lap, hold, standings
from tests.bench.cycle import CYCLE
from tests.bench.distance import DISTANCE
from tests.bench.fanout import FAN_OUT_POSTGRESQL, FAN_OUT_SQLITE
from tests.bench.letters import LETTERS, SMTP_SINK
from tests.bench.measure import Hall, Measure, Missing
from tests.bench.memory import MEMORY
from tests.bench.signature import SIGNATURE
from tests.bench.signup import SIGN_UP
from tests.bench.tick import TICK_POSTGRESQL, TICK_SQLITE
from tests.support.environment import ROOT

DEFAULT = (CYCLE, LETTERS, SMTP_SINK, SIGNATURE, DISTANCE, SIGN_UP)
# These take minutes to prepare, or have gigabytes to copy.
ONLY_BY_NAME = (TICK_SQLITE, TICK_POSTGRESQL, MEMORY, FAN_OUT_SQLITE, FAN_OUT_POSTGRESQL)
MEASURES = {one.name: one for one in (*DEFAULT, *ONLY_BY_NAME)}

ENDINGS = (signal.SIGINT, signal.SIGTERM)

RESULTS = ROOT / "var" / "bench"

WORDS = """\
Measures how fast the product is beside others, in the same run and on the same machine.

Everybody runs once a round, in a new order each round. What counts is the ratio to the yardstick,
round by round, and then the median of these: the figures of one machine, or of one afternoon,
don't carry to another. A run in which a letter is missing at the other end is shown, and counts
for nothing. Nothing is asserted. All of it stays on 127.0.0.1, and Ctrl-C ends all of it.

Time and CPU are counted from the moment a program is ready until its process has ended; memory is
that of its largest process, or of all of a server's. Node's and Django's packages are installed
into var/bench, once.
Needs Linux, a C compiler, and for the yardstick Postfix's two test programs (on Debian:
apt install build-essential postfix); what is missing is named and left out."""

# What goes into a file or a pipe is neither folded nor cut.
ENDLESS = 200


def main(arguments: list[str]) -> int:
    """The exit code."""
    given = _given(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else ENDLESS)
    for ending in ENDINGS:
        signal.signal(ending, _interrupted)
    facts = machine.facts()
    for number, name in enumerate(given.names, start=1):
        what = f"{name} ({number} of {len(given.names)})"
        console.print(f"\n[bold]{what}[/]: {MEASURES[name].summary}")
        path = Path(given.json) if given.json else RESULTS / f"{name}.json"
        try:
            _hold(MEASURES[name], given, console, facts, path)
        except (Missing, Failed) as obstacle:
            console.print(f"{name} is left out. {obstacle}.")
        except KeyboardInterrupt:
            console.print("Stopped; nothing is left running.")
            return 130
    return os.EX_OK


def _given(arguments: list[str]) -> argparse.Namespace:
    parser = _parser()
    given = parser.parse_args(arguments)
    given.names = given.names or [one.name for one in DEFAULT]
    if unknown := [name for name in given.names if name not in MEASURES]:
        parser.error(f"there is no measure {unknown[0]}; there are {', '.join(MEASURES)}")
    if given.json and len(given.names) > 1:
        parser.error("--json names the file of one measure; name that one, too")
    return given


def _hold(
    measure: Measure,
    given: argparse.Namespace,
    console: Console,
    facts: dict[str, object],
    path: Path,
) -> None:
    # Beside the results and not in /tmp, which may be memory: a commit has to reach a disk.
    RESULTS.mkdir(parents=True, exist_ok=True)
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    with (
        tempfile.TemporaryDirectory(prefix="run-", dir=RESULTS) as folder,
        console.status("preparing") as status,
    ):
        hall = Hall(Path(folder), RESULTS, lambda words: console.print(words), given.letters)
        with measure.open(hall) as runs:
            laps = hold(
                runs,
                given.rounds,
                random.Random(seed),
                lambda name, round_: status.update(f"round {round_} of {given.rounds}: {name}"),
                lambda lap: console.print(report.line(lap, measure.unit)),
            )
    _show(measure, laps, console, {**facts, "rounds": given.rounds, "seed": seed}, path)


def _show(
    measure: Measure, laps: list[Lap], console: Console, facts: dict[str, object], path: Path
) -> None:
    found = standings(laps, measure.reference)
    console.print(report.table(measure, found))
    for failure in report.failures(found):
        console.print(f"not counted: {failure}")
    console.print(
        f"Medians of {facts['rounds']} rounds. CPU and memory are the {measure.of}'s, and the CPU "
        f'that is "more" is beyond the µs of {measure.reference}. '
        f"Every round is in {os.path.relpath(path)}."
    )
    report.write(path, measure, facts, laps, found)


def _interrupted(number: int, frame: object) -> None:  # noqa: ARG001
    """An impatient second Ctrl-C must not break off the cleaning up."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=WORDS,
        epilog=_measures(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="what to measure, of the list below")
    add("--rounds", type=_positive, default=5, metavar="N", help="how many (5)")
    add(
        "--letters",
        type=_positive,
        metavar="N",
        help="in each run, for everybody (also sign-ups or rows)",
    )
    add("--json", metavar="FILE", help="where the rounds go, if not to var/bench/NAME.json")
    add("--seed", type=int, metavar="N", help="repeats the order of an earlier run")
    return parser


def _measures() -> str:
    lines = [
        f"  {one.name:<20}{one.summary}{'' if one in DEFAULT else ' (only by name)'}"
        for one in MEASURES.values()
    ]
    return "\n".join(["measures:", *lines])


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
