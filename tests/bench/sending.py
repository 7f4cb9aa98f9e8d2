"""A contest of senders: the same letter into a fresh sink, every letter counted there."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import specimen
from tests.bench.contest import Effort, Failed, Run
from tests.bench.measure import Contestant, Hall
from tests.bench.running import compiled, effort
from tests.bench.sinks import OpenSink


@dataclass(frozen=True)
class Contest:
    """Everything that a run needs besides its contestant."""

    hall: Hall
    sink: OpenSink
    letter: Path
    measured: Path

    def run(self, contestant: Contestant) -> Effort:
        """Raises `Failed` unless exactly as many letters arrived as were to be sent."""
        letters = self.hall.letters or contestant.letters
        with tempfile.TemporaryDirectory(dir=self.hall.folder) as name:
            folder = Path(name)
            more = _prepared(contestant, folder, letters)
            with self.sink(folder) as sink:
                places = {"port": sink.port, "letters": letters, "letter": self.letter}
                environment = {**contestant.environment, **more}
                spent = effort(
                    self.measured,
                    [part.format(**places) for part in contestant.command],
                    letters,
                    {name: value.format(**places) for name, value in environment.items()},
                    folder,
                )
                arrived = sink.total()
        if arrived != letters:
            raise Failed(f"{arrived:,} of {letters:,} letters arrived")
        return spent


@contextmanager
def contest(
    hall: Hall, sink: OpenSink, contestants: Iterable[Contestant]
) -> Iterator[Mapping[str, Run]]:
    """A run for each contestant, by name. Raises `Missing`."""
    measured = compiled("measured", hall.installed / "bin")
    letter = specimen.write(hall.folder)
    hall.say(f"The letter has {letter.with_suffix('.eml').stat().st_size:,} bytes.")
    contest = Contest(hall, sink, letter, measured)
    yield {one.name: _run(contest, one) for one in contestants}


def _run(contest: Contest, contestant: Contestant) -> Run:
    return lambda: contest.run(contestant)


def _prepared(contestant: Contestant, folder: Path, letters: int) -> Mapping[str, str]:
    if contestant.prepare is None:
        return {}
    own = folder / "prepared"
    own.mkdir()
    return contestant.prepare(own, letters)
