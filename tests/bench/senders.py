"""Who sends letters: the yardstick, other people's programs, and ours.

Each of them is made when it is known that it can run here, or says what it lacks (`Missing`).
"""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests.bench.measure import Contestant, Hall, Missing
from tests.bench.running import SOURCES
from tests.bench.sinks import postfix

PEERS = SOURCES / "peers"

# What smtp-source puts into a message is this long without its headers.
PAYLOAD = 31_000

YARDSTICK = "smtp-source"


def smtp_source(hall: Hall, letters: int, connections: int) -> Contestant:  # noqa: ARG001
    """Postfix's own load generator: C, a constant body, a command at a time."""
    flags = f"-s {connections} -d -m {{letters}} -l {PAYLOAD} -M bench.example.org"
    people = "-f letters@example.org -t ada@example.org 127.0.0.1:{port}"
    return Contestant(YARDSTICK, (postfix("smtp-source"), *flags.split(), *people.split()), letters)


def nodemailer(hall: Hall, letters: int, connections: int) -> Contestant:
    """Its pool. Installed into the hall when it is first needed."""
    modules = _nodemailer(hall)
    script = str(PEERS / "nodemailer" / "send.js")
    return Contestant(
        "nodemailer",
        ("node", script, "{letter}", "{port}", "{letters}", str(connections)),
        letters,
        {"NODE_PATH": str(modules)},
    )


def django(hall: Hall, letters: int) -> Contestant:
    """On one connection. Installed into a virtual environment of its own."""
    python = str(_django(hall))
    command = (python, "-m", "tests.bench.peers.with_django", "{letter}", "{port}", "{letters}")
    return Contestant("django", command, letters)


def smtplib(hall: Hall, letters: int) -> Contestant:  # noqa: ARG001
    return _ours("smtplib", "with_smtplib", letters)


def letterpath_transport(
    hall: Hall,  # noqa: ARG001
    letters: int,
    connections: int,
    window: int = 1,
) -> Contestant:
    """The transport alone, with a constant message: what smtp-source does."""
    how = f"streaming, window {window}" if window > 1 else "pipelined"
    more = (str(connections), str(window))
    return _ours(f"letterpath, {how}", "letterpath_transport", letters, more)


def letterpath_letters(
    hall: Hall,  # noqa: ARG001
    letters: int,
    name: str = "letterpath letters",
    keys: str = "",
) -> Contestant:
    """Rendered, composed and delivered: what nodemailer and Django do; and signed, where there
    are `keys` (LETTERPATH_DKIM_KEYS)."""
    contestant = _ours(name, "letterpath_letters", letters)
    return replace(contestant, environment={"LETTERPATH_DKIM_KEYS": keys})


def _ours(name: str, module: str, letters: int, more: tuple[str, ...] = ()) -> Contestant:
    """In this Python, with our packages."""
    command = (sys.executable, "-m", f"tests.bench.peers.{module}", "{letter}", "{port}")
    return Contestant(name, (*command, "{letters}", *more), letters)


def _nodemailer(hall: Hall) -> Path:
    if not shutil.which("npm") or not shutil.which("node"):
        raise Missing("nodemailer needs Node, which is not installed; on Debian: apt install npm")
    home, wanted = hall.installed / "node", PEERS / "nodemailer" / "package.json"
    if not _is_there(home, wanted):
        hall.say("Installing nodemailer, once.")
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(wanted, home / "package.json")
        npm = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        _install(npm, home, wanted, "nodemailer")
    return home.absolute() / "node_modules"


def _django(hall: Hall) -> Path:
    home, wanted = hall.installed / "django", PEERS / "requirements-django.txt"
    python = home.absolute() / "bin" / "python"
    if not _is_there(home, wanted):
        hall.say("Installing Django, once.")
        _run([sys.executable, "-m", "venv", "--clear", str(home.absolute())], Path(), "Django")
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _install([*pip, "--require-hashes", "-r", str(wanted.absolute())], home, wanted, "Django")
    return python


def _is_there(home: Path, wanted: Path) -> bool:
    """The very same version was installed to its end."""
    stamp = home / ".installed"
    return stamp.exists() and stamp.read_bytes() == wanted.read_bytes()


def _install(command: list[str], home: Path, wanted: Path, name: str) -> None:
    _run(command, home, name)
    (home / ".installed").write_bytes(wanted.read_bytes())


def _run(command: list[str], folder: Path, name: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise Missing(f"{name} could not be installed: {''.join(said)}")
