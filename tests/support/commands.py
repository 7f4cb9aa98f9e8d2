"""`letterpath …` in a process of its own, forked from one that has imported it (`fork_server`)."""

import subprocess
import tempfile
from pathlib import Path

from tests.support import fork_server
from tests.support.environment import environment

# Seconds until a command is killed.
PATIENCE = 120


def run(
    *words: str, stdin: str = "", umask: str = "022", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Given no setting but these, and started under that umask."""
    given = {**environment(**settings), "COLUMNS": "100"}
    with tempfile.TemporaryDirectory() as folder:
        said, out, err = (Path(folder) / name for name in ("in", "out", "err"))
        said.write_text(stdin, newline="")
        files = (str(said), str(out), str(err))
        pid = fork_server.start("letterpath", words, given, files, int(umask, 8), PATIENCE)
        code = fork_server.exit_code(pid, wait=True)
        assert code is not None
        return subprocess.CompletedProcess(list(words), code, out.read_text(), err.read_text())
