"""The arithmetic of `make bench`; the measures themselves are run by hand, never by pytest."""

import random
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench import report
from tests.bench.contest import Effort, Failed, Lap, hold, ratios, standings
from tests.bench.measure import Hall, Measure
from tests.bench.running import Report, counted


def lap(contestant: str, round_: int, rate: float) -> Lap:
    """A thousand letters at so many a second, for 50 µs of CPU each."""
    return Lap(contestant, round_, Effort(1000, 1000 / rate, 0.05, 8_000_000))


def missing(contestant: str, round_: int) -> Lap:
    return Lap(contestant, round_, None, "999 of 1,000 letters arrived")


def held(rounds: int, seed: int = 1) -> list[Lap]:
    runs = {name: lambda: Effort(10, 1.0, 0.1, 1) for name in ("one", "other", "third")}
    return hold(runs, rounds, random.Random(seed), lambda *_: None, lambda _: None)


def test_everybody_runs_once_in_every_round() -> None:
    for round_ in (1, 2, 3, 4):
        names = [lap.contestant for lap in held(4) if lap.round == round_]
        assert sorted(names) == ["one", "other", "third"]


def test_the_order_changes_from_round_to_round() -> None:
    laps = held(20)
    assert len({laps[start].contestant for start in range(0, 60, 3)}) == 3


def test_the_same_seed_repeats_the_order() -> None:
    orders = [[lap.contestant for lap in held(5, seed=7)] for _ in range(2)]
    assert orders[0] == orders[1]


def test_a_ratio_is_of_the_same_round() -> None:
    laps = [lap("ours", 1, 100), lap("theirs", 1, 200), lap("ours", 2, 90), lap("theirs", 2, 30)]
    assert ratios(laps, "ours", "theirs") == pytest.approx([0.5, 3.0])


def test_the_median_of_the_ratios_is_not_the_ratio_of_the_medians() -> None:
    """A slow minute slows both, so the ratio stays where the figures jump."""
    ours, theirs = (100, 20, 300), (50, 10, 900)
    laps = [lap("ours", number, rate) for number, rate in enumerate(ours)]
    laps += [lap("theirs", number, rate) for number, rate in enumerate(theirs)]
    standing = standings(laps, "theirs")[1]
    assert standing.ratio == pytest.approx(2)
    assert (standing.lowest, standing.highest) == pytest.approx((1 / 3, 2))
    assert standing.rate == pytest.approx(100)


def test_what_is_added_to_the_reference_is_counted_round_by_round() -> None:
    """A slow minute makes both dearer."""
    laps = [
        Lap(name, round_, Effort(1000, 1.0, cpu, 1))
        for name, cpus in {"bare": (0.04, 0.08), "sealed": (0.10, 0.16)}.items()
        for round_, cpu in enumerate(cpus)
    ]
    bare, sealed = standings(laps, "bare")
    assert bare.more == 0
    assert sealed.more == pytest.approx(70e-6)


def test_a_run_with_a_missing_letter_is_never_averaged_in() -> None:
    laps = [lap("ours", 1, 100), missing("ours", 2), lap("theirs", 1, 50), lap("theirs", 2, 50)]
    standing = standings(laps, "theirs")[1]
    assert (standing.counted, standing.rounds) == (1, 2)
    assert standing.rate == pytest.approx(100)
    assert standing.failures == ("999 of 1,000 letters arrived",)


def test_a_round_in_which_the_yardstick_failed_has_no_ratio() -> None:
    laps = [lap("ours", 1, 100), missing("theirs", 1)]
    assert standings(laps, "theirs")[1].ratio is None
    assert standings(laps, "theirs")[0].rate is None


def test_a_run_that_fails_does_not_stop_the_others() -> None:
    def fails() -> Effort:
        raise Failed("ended with 1")

    runs = {"well": lambda: Effort(10, 2.0, 0.1, 1), "badly": fails}
    laps = hold(runs, 3, random.Random(1), lambda *_: None, lambda _: None)
    assert sorted(lap.rate or 0 for lap in laps) == [0, 0, 0, 5, 5, 5]


def test_whoever_runs_is_announced_and_reported() -> None:
    heard: list[str] = []
    hold(
        {"one": lambda: Effort(1, 1.0, 0.0, 0)},
        2,
        random.Random(1),
        lambda name, round_: heard.append(f"{name} {round_}"),
        lambda lap: heard.append(f"{lap.contestant} ended"),
    )
    assert heard == ["one 1", "one ended", "one 2", "one ended"]


def test_what_was_before_ready_does_not_count() -> None:
    found = Report(begun=10.0, ended=15.0, cpu=3.0, memory=1, code=0)
    assert counted(found, "a warning\nready 12.5 0.5\n", 100) == Effort(100, 2.5, 2.5, 1)
    assert counted(found, "", 100) == Effort(100, 5.0, 3.0, 1)


def test_the_yardstick_is_first_and_then_the_fastest() -> None:
    laps = [lap(name, 1, rate) for name, rate in (("slow", 1), ("fast", 100), ("yard", 10))]
    assert [one.contestant for one in standings(laps, "yard")] == ["yard", "fast", "slow"]


def test_the_table_has_every_figure_in_its_unit() -> None:
    laps = [lap("yard", 1, 20_000), lap("ours", 1, 30_000), lap("ours", 2, 1), missing("yard", 2)]
    shown = drawn(laps)
    assert "30,000" not in shown  # the median of its two rounds
    for figure in ("20,000", "15,000", "1.5", "50", "8", "1 of 2"):
        assert f" {figure} " in shown, shown


def test_what_nobody_knows_is_a_dash() -> None:
    assert drawn([missing("yard", 1)]).count(report.NOTHING) >= 5


def test_the_file_has_every_round(tmp_path: Path) -> None:
    laps = [lap("yard", number, 10) for number in range(1, 6)]
    path = tmp_path / "deep" / "letters.json"
    report.write(path, MEASURE, {"cores": 2}, laps, standings(laps, "yard"))
    assert path.read_text().count('"rate": 10.0') == 6  # five rounds, one standing


def test_nothing_in_the_folder_is_collected_by_pytest(request: pytest.FixtureRequest) -> None:
    patterns = request.config.getini("python_files")
    files = list((Path(__file__).parent / "bench").rglob("*.py"))
    assert files
    assert not [path for path in files if any(path.match(pattern) for pattern in patterns)]


def unopened(_hall: Hall) -> None:
    raise AssertionError("a table needs no run")


MEASURE = Measure("letters", "a summary", "letter", "yard", "sender", unopened)  # type: ignore[arg-type]


def drawn(laps: list[Lap]) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(report.table(MEASURE, standings(laps, "yard")))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().replace("│", " ")
