"""Sessions have an epoch, a journal's key opens once, and leaving ends what was asked before"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Neither table is made anew: on SQLite that would take every row away that belongs to theirs.
COLUMNS: dict[str, dict[str, tuple[Any, str | None]]] = {
    "enrollment": {"left_after": (sa.Integer(), None)},
    "subscriber": {
        "journal_epoch": (sa.Integer(), "0"),
        "journal_key_at": (sa.DateTime(timezone=True), None),
        "journal_opened_at": (sa.DateTime(timezone=True), None),
        "journal_opened_by": (sa.String(length=32), "''"),
    },
}

# What was asked for until now doesn't bring back who has left.
LEFT = """
    UPDATE enrollment SET left_after =
        (SELECT coalesce(max(delivery.id), 0) FROM delivery
         WHERE delivery.enrollment_id = enrollment.id)
    WHERE state = 'left'
"""


def upgrade() -> None:
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
    )
    op.execute("INSERT INTO author (id, session_epoch) VALUES (1, 0)")
    for table, columns in COLUMNS.items():
        for name, (kind, default) in columns.items():
            given = sa.text(default) if default else None
            column = sa.Column(name, kind, server_default=given, nullable=default is None)
            op.add_column(table, column)
    op.execute(LEFT)


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
    op.drop_table("author")
