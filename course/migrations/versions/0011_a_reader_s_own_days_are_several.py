"""A reader's own days are several"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

enrollment = sa.table("enrollment", sa.column("weekday", sa.Integer), sa.column("days", sa.String))


def upgrade() -> None:
    # Not as a batch: SQLite would make the table anew, and erase what belongs to enrollments.
    op.execute(
        """ALTER TABLE enrollment ADD COLUMN days VARCHAR(7)
           CONSTRAINT ck_enrollment_days CHECK (days <> '' AND ltrim(days, '0123456') = '')"""
    )
    own = sa.cast(enrollment.c.weekday, sa.String(7))
    op.execute(sa.update(enrollment).where(own.is_not(None)).values(days=own))
    op.drop_column("enrollment", "weekday")


def downgrade() -> None:
    """Of several days the first is left."""
    op.add_column("enrollment", sa.Column("weekday", sa.Integer()))
    first = sa.cast(sa.func.substr(enrollment.c.days, 1, 1), sa.Integer)
    op.execute(sa.update(enrollment).where(first.is_not(None)).values(weekday=first))
    op.execute("ALTER TABLE enrollment DROP COLUMN days")
