"""`letterpath doctor`: who may read our files, and the room on their disks."""

from collections.abc import Iterator
from pathlib import Path

from course.config import dkim_keys, file_permissions
from course.operations import health
from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime


def check_files(runtime: Runtime) -> Iterator[CheckResult]:
    yield from _permissions(runtime)
    yield from _room(runtime)


def _permissions(runtime: Runtime) -> Iterator[CheckResult]:
    """Nobody else on this machine reads addresses, journals and keys."""
    settings = runtime.settings
    state, database = settings.state, file_permissions.database_files(settings.database_url)
    secrets = [state / "secret_key", state / "admin_password"]
    # A folder of its own; what belongs to somebody else, such as /srv, is theirs to open.
    folders = [file.parent for file in database[:1] if _uid(file) == _uid(file.parent)]
    own = ([*database, *secrets], [*{*folders, state}], dkim_keys.files(settings.dkim_keys))
    found = list(file_permissions.exposed(*own))
    for path, mode in found:
        words = f"other accounts of this machine can get at {path}. Run: chmod {mode:o} {path}"
        yield CheckResult(Level.ERROR, "files", words)
    if not found:
        yield CheckResult(Level.OK, "files", "for our own account alone")


def _uid(path: Path) -> int:
    return path.stat().st_uid


def _room(runtime: Runtime) -> Iterator[CheckResult]:
    if words := health.room(runtime.settings):
        yield CheckResult(
            Level.ERROR, "disk", f"{words}. Without room nothing can be kept or sent."
        )
