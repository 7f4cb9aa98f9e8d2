"""Who is left alone for a while, and how much a transport has carried"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "throttle",
        sa.Column("scope", sa.String(length=300), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_throttle")),
    )
    op.create_index(
        "ix_throttle_resting",
        "throttle",
        ["scope"],
        sqlite_where=sa.text("rests_until IS NOT NULL"),
        postgresql_where=sa.text("rests_until IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("throttle")
