"""`make migration NAME="what it does"`: compare the models with the tables and write the step."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from alembic import command
from alembic.config import Config

from course.db import MIGRATIONS, migrate

# What Alembic writes for our own column types, and what a migration should say instead: a step
# must still run when the models have long changed.
FROZEN = {
    "sqlmodel.sql.sqltypes.AutoString": "sa.String",
    "course.models.columns.Moment": "sa.DateTime",
}


def write(name: str) -> Path:
    """The new file, numbered after the newest one."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with tempfile.TemporaryDirectory() as folder:
        config.attributes["url"] = url = f"sqlite:///{folder}/compared.sqlite3"
        migrate(url)
        command.revision(config, message=name, autogenerate=True, rev_id=_next_number())
    written = max((MIGRATIONS / "versions").glob("*.py"))
    text = re.sub(r"^ +# ### .*\n", "", written.read_text(), flags=re.MULTILINE)
    for theirs, ours in FROZEN.items():
        text = text.replace(theirs, ours)
    written.write_text(text)
    subprocess.run([Path(sys.executable).parent / "ruff", "format", "-q", written], check=True)  # noqa: S603
    return written


def _next_number() -> str:
    numbers = [int(path.name[:4]) for path in (MIGRATIONS / "versions").glob("[0-9]*.py")]
    return f"{max(numbers) + 1:04}"


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('Say what it does: make migration NAME="a journal has a title"')
    click.echo(f"Written: {write(sys.argv[1])}. Read it, then run make test.")
