"""What somebody asked for and waits for stands in a queue of its own, before the lessons"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ASKED = (
    "try_at IS NOT NULL AND kind IN ('confirmation', 'already', 'sampler', 'journal', 'erasure')"
)


def upgrade() -> None:
    op.create_index(
        "ix_delivery_asked",
        "delivery",
        ["try_at", "id"],
        unique=False,
        sqlite_where=sa.text(ASKED),
        postgresql_where=sa.text(ASKED),
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_asked", "delivery")
