"""A newsletter goes to many, once, and stands in a queue of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = ("confirmation", "already", "sampler", "lesson", "nudge", "closing", "journal",
          "erasure")  # fmt: skip
AFTER = (*BEFORE, "broadcast")

ALL = "try_at IS NOT NULL"
OTHERS = "try_at IS NOT NULL AND kind <> 'broadcast'"
BROADCASTS = "try_at IS NOT NULL AND kind = 'broadcast'"


def queue(name: str, which: str) -> None:
    op.create_index(
        name,
        "delivery",
        ["try_at", "id"],
        unique=False,
        sqlite_where=sa.text(which),
        postgresql_where=sa.text(which),
    )


def allow(kinds: tuple[str, ...]) -> None:
    """On SQLite that makes the table anew: no row of another table belongs to a delivery's."""
    one_of = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    newest = _newest_number()
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_delivery_deliverykind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_delivery_deliverykind"), one_of)
    if newest is not None:
        # Or the numbers of rows that were erased would be given again.
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'delivery'")
        again = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('delivery', :seq)")
        op.execute(again.bindparams(seq=newest))


def upgrade() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_broadcast_course_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_broadcast_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_broadcast_letter_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_broadcast_unwritten",
        "broadcast",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("written_at IS NULL"),
        postgresql_where=sa.text("written_at IS NULL"),
    )
    op.drop_index("ix_delivery_waiting", "delivery")
    allow(AFTER)
    queue("ix_delivery_waiting", OTHERS)
    queue("ix_delivery_broadcast", BROADCASTS)


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE kind = 'broadcast'")
    op.drop_index("ix_delivery_broadcast", "delivery")
    op.drop_index("ix_delivery_waiting", "delivery")
    allow(BEFORE)
    queue("ix_delivery_waiting", ALL)
    op.drop_index("ix_broadcast_unwritten", "broadcast")
    op.drop_table("broadcast")


def _newest_number() -> int | None:
    """SQLite's, of the deliveries; none elsewhere, or where there never was one."""
    if op.get_bind().dialect.name != "sqlite":
        return None
    given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'delivery'")
    number: int | None = op.get_bind().execute(given).scalar()
    return number
