"""What many tests begin with, lived through once for each database and copied for the others."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from emails.transports.memory import MemoryTransport
from emails.transports.transport import Outgoing
from tests.support.restored import Restored
from tests.support.world import World

Steps = Callable[[World], object]
Prepare = Callable[[Steps], World]


@dataclass(frozen=True)
class Moment:
    """A world as its steps left it, but for its database."""

    at: datetime
    sent: list[Outgoing]
    cookies: dict[Any, Any]


@dataclass
class Prepared:
    """By dialect and steps. The database's copies stand in `folder`, or in PostgreSQL itself."""

    folder: Path
    postgres: Callable[[], Restored]
    moments: dict[str, Moment] = field(default_factory=dict)

    def bring(self, world: World, steps: Steps) -> None:
        """A world as fresh as new to where the steps lead, which depend on nothing else."""
        name = f"{world.runtime.engine.dialect.name}.{steps.__module__}.{steps.__qualname__}"
        if name in self.moments:
            world.runtime.engine.dispose()
            self._restore(world, name)
            _take_up(world, self.moments[name])
        else:
            steps(world)
            world.runtime.engine.dispose()
            self._keep(world, name)
            self.moments[name] = _seen(world)

    def forget(self, world: World) -> None:
        """What stands in its database's own files; it is prepared anew."""
        if not _file(world):
            self.postgres().forget()
            self.moments.clear()

    def _keep(self, world: World, name: str) -> None:
        if file := _file(world):
            shutil.copy(file, self.folder / name)
        else:
            self.postgres().keep(name)

    def _restore(self, world: World, name: str) -> None:
        if file := _file(world):
            shutil.copy(self.folder / name, file)
        else:
            self.postgres().restore(name)


def _file(world: World) -> str | None:
    """SQLite's; nobody has it open."""
    engine = world.runtime.engine
    return engine.url.database if engine.dialect.name == "sqlite" else None


def _seen(world: World) -> Moment:
    return Moment(world.clock.at, list(_sent(world)), dict(world.client._cookies or {}))


def _take_up(world: World, moment: Moment) -> None:
    world.clock.at = moment.at
    _sent(world)[:] = moment.sent
    if world.client._cookies is not None:
        world.client._cookies.update(moment.cookies)


def _sent(world: World) -> list[Outgoing]:
    """Where letters are kept in memory; steps that send any take such a world."""
    transport = world.runtime.transports[0].transport
    return transport.sent if isinstance(transport, MemoryTransport) else []
