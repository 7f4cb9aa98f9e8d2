"""Files are 0600 and folders 0700, whatever the umask of whoever starts us."""

import shutil
import stat
from pathlib import Path

import pytest

from course.db.engine import connect
from course.db.schema import migrate
from course.db.transactions import transaction
from course.operations.doctor import checks
from tests.support import forked, shipped, worlds
from tests.support.commands import run
from tests.support.environment import environment
from tests.support.shipped import COURSE
from tests.support.world import World


def open_to_others(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} {stat.S_IMODE(path.stat().st_mode):o}"
        for path in folder.rglob("*")
        if path.stat().st_mode & 0o077
    ]


def test_what_commands_write_is_for_nobody_else(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/data/letterpath.sqlite3"
    for words in (["migrate"], ["publish", str(COURSE)], ["send"]):
        state = str(tmp_path / "state")
        done = run(*words, umask="000", database_url=database, state=state, log="text")
        assert done.returncode == 0
    assert (tmp_path / "data" / "letterpath.sqlite3").exists()
    assert (tmp_path / "state" / "secret_key").exists()
    assert open_to_others(tmp_path) == []


@pytest.mark.parametrize("door", ["wsgi", "worker"])
def test_what_doors_write_is_for_nobody_else(tmp_path: Path, door: str) -> None:
    """All that happens after the door is open happens under its umask."""
    first = {"wsgi": "import wsgi", "worker": "import worker; worker._begin()"}[door]
    script = (
        f"import os; os.umask(0); {first};"
        "from course.runtime.process import runtime; runtime().engine.connect().close();"
        "import pathlib; pathlib.Path(runtime().settings.state, 'new').mkdir()"
    )
    folder, log = tmp_path / "made", tmp_path / "log"
    given = environment(state=folder / "state", log="text", redis_url="redis://127.0.0.1:1")
    assert forked.script(script, environment=given, log=log).wait(timeout=60) == 0, log.read_text()
    assert (folder / "state" / "new").exists()
    assert open_to_others(folder) == []


def test_a_database_of_before_is_closed_with_the_next_migration(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "letterpath.sqlite3"
    shutil.copy(sqlite_template, file)
    file.chmod(0o664)
    engine = connect(f"sqlite:///{file}")
    with transaction(engine) as session:
        shipped.publish(session)  # its log and its index are there now, as open as the file
    assert len(open_to_others(tmp_path)) == 3
    migrate(f"sqlite:///{file}")
    assert open_to_others(tmp_path) == []
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "mode", "remedy"),
    [
        ("letterpath.sqlite3", 0o604, "chmod 600"),
        ("letterpath.sqlite3", 0o640, "chmod 600"),
        (".", 0o755, "chmod 700"),
        ("state", 0o711, "chmod 700"),
        ("state/secret_key", 0o644, "chmod 600"),
    ],
)
def test_the_doctor_names_what_others_can_get_at(
    sqlite_template: Path, tmp_path: Path, name: str, mode: int, remedy: str
) -> None:
    shutil.copy(sqlite_template, tmp_path / "letterpath.sqlite3")
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "secret_key").touch(mode=0o600)
    made = worlds.make(f"sqlite:///{tmp_path}/letterpath.sqlite3", tmp_path / "state")
    assert found(made) == ["fine"]
    (tmp_path / name).chmod(mode)
    (finding,) = (f for f in checks.check_all(made.runtime) if f.part == "files")
    assert finding.level == "trouble"
    assert finding.words.endswith(f"Run: {remedy} {tmp_path / name}")
    made.runtime.engine.dispose()


def found(world: World) -> list[str]:
    return [f.level for f in checks.check_all(world.runtime) if f.part == "files"]
