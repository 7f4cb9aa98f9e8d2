"""An enrollment has its zone, so the clock has no second row to read"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Neither table is made anew: on SQLite that would take every row away that belongs to theirs.
FROM_SUBSCRIBER = """
    UPDATE enrollment SET zone =
        (SELECT zone FROM subscriber WHERE subscriber.id = enrollment.subscriber_id)
"""
FROM_NEWEST_ENROLLMENT = """
    UPDATE subscriber SET zone = coalesce(
        (SELECT zone FROM enrollment WHERE enrollment.subscriber_id = subscriber.id
         ORDER BY enrollment.id DESC LIMIT 1), 'UTC')
"""


def zone() -> sa.Column[str]:
    return sa.Column("zone", sa.String(length=64), server_default=sa.text("'UTC'"), nullable=False)


def upgrade() -> None:
    op.add_column("enrollment", zone())
    op.execute(FROM_SUBSCRIBER)
    op.drop_column("subscriber", "zone")


def downgrade() -> None:
    op.add_column("subscriber", zone())
    op.execute(FROM_NEWEST_ENROLLMENT)
    op.drop_column("enrollment", "zone")
