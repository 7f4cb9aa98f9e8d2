"""`make migration NAME="what it does"`: compare the models with the tables and write the step."""

import re
import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from sqlmodel import SQLModel

import course.models  # noqa: F401  registers the tables
from course.db.schema import MIGRATIONS, migrate

# What Alembic writes for our own column types, and what a migration should say instead: a step
# must still run when the models have long changed.
FROZEN = {
    "sqlmodel.sql.sqltypes.AutoString": "sa.String",
    "course.models.columns.Moment": "sa.DateTime",
}

EMPTY = "    pass\n"


def write(name: str) -> Path:
    """The new file, numbered after the newest one. Its steps are `pass` where nothing differs."""
    config = Config(cmd_opts=Namespace(quiet=True))
    config.set_main_option("script_location", str(MIGRATIONS))
    number = _next_number()
    with tempfile.TemporaryDirectory() as folder:
        config.attributes["url"] = url = f"sqlite:///{folder}/compared.sqlite3"
        migrate(url)
        command.revision(config, message=name, autogenerate=True, rev_id=number)
    written = next((MIGRATIONS / "versions").glob(f"{number}_*.py"))
    written.write_text(_in_our_words(written.read_text()))
    subprocess.run([Path(sys.executable).parent / "ruff", "format", "-q", written], check=True)  # noqa: S603
    return written


def _next_number() -> str:
    numbers = [int(path.name[:4]) for path in (MIGRATIONS / "versions").glob("[0-9]*.py")]
    return f"{max(numbers) + 1:04}"


def _in_our_words(text: str) -> str:
    text = re.sub(r"^ +# ### .*\n", "", text, flags=re.MULTILINE)
    for theirs, ours in FROZEN.items():
        text = text.replace(theirs, ours)
    return re.sub(r"batch_alter_table\(['\"](\w+)['\"], schema=None\)", _batch, text)


def _batch(found: "re.Match[str]") -> str:
    """SQLite makes a changed table anew; unless told, it would give an erased row's id again."""
    options = SQLModel.metadata.tables[found[1]].dialect_options["sqlite"]
    more = ', table_kwargs={"sqlite_autoincrement": True}' if options["autoincrement"] else ""
    return f'batch_alter_table("{found[1]}"{more})'


def _report(written: Path) -> str:
    path = written.relative_to(Path.cwd()) if written.is_relative_to(Path.cwd()) else written
    nothing = ", with nothing to do in it: no table, column or index differs"
    return (
        f"Written: {path}{nothing if EMPTY in written.read_text() else ''}. A changed CHECK can't "
        "be seen: write it yourself, as `allow` in revision 0005. Read it, then run make test."
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('Say what it does: make migration NAME="a journal has a title"')
    click.echo(_report(write(sys.argv[1])))
