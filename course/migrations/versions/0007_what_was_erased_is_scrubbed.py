"""What was erased is scrubbed"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# PostgreSQL would keep samples of these in its statistics, and show them there.
PERSONAL = {
    "subscriber": ("address", "address_key", "first_name"),
    "request": ("address", "first_name"),
    "reflection": ("text",),
}


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sqlite_autoincrement=True,
    )
    sample(0)


def downgrade() -> None:
    sample(-1)
    op.drop_table("erasure")


def sample(values: int) -> None:
    """How many values of each column the statistics keep; -1 is as many as of any other."""
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in PERSONAL.items():
            for column in columns:
                op.execute(f'ALTER TABLE "{table}" ALTER "{column}" SET STATISTICS {values}')
