"""The database's schema: Alembic's migrations, applied to the newest."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from course.config import file_permissions

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest revision; its files are its owner's alone."""
    file_permissions.make_private(file_permissions.database_files(url))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    file_permissions.make_private(file_permissions.database_files(url))
