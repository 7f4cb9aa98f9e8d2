"""Claims are rows of their own, and what is due stands in a narrow index by time"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE = ("due", "claimed", "attempting", "sent", "refused", "deferred", "uncertain", "failed",
          "withdrawn")  # fmt: skip
AFTER = ("due", "attempting", "sent", "refused", "deferred", "uncertain", "failed", "withdrawn",
         "held")  # fmt: skip


def one_of(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


QUEUES = {"ix_enrollment_due": "next_send_at", "ix_enrollment_nudge": "nudge_at"}


def queue_by(*more: str) -> None:
    """The enrollments' two queues, each by its hour and these columns."""
    for name, hour in QUEUES.items():
        filled = sa.text(f"{hour} IS NOT NULL")
        op.drop_index(name, "enrollment")
        op.create_index(
            name, "enrollment", [hour, *more], sqlite_where=filled, postgresql_where=filled
        )


def upgrade() -> None:
    # Thousands may wait for one hour: without their numbers each batch would sort them all.
    queue_by("id")
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=False),
        sa.Column("transport", sa.String(length=100), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("token", name=op.f("uq_claim_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("claim", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.create_index(
            "ix_claim_lease",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("lease_until IS NOT NULL"),
            postgresql_where=sa.text("lease_until IS NOT NULL"),
        )

    op.create_table(
        "tally",
        sa.Column("transport", sa.String(length=100), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("deferred", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("transport", "minute", name=op.f("pk_tally")),
    )
    # No worker runs while tables change: whatever was under way when the last one ended is unsure.
    op.execute("UPDATE delivery SET state = 'due' WHERE state = 'claimed'")
    op.execute(
        "UPDATE delivery SET state = 'uncertain', uncertainties = uncertainties + 1"
        " WHERE state = 'attempting'"
    )
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("try_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(
            batch_op.f("ix_delivery_due"), sqlite_where=sa.text("state IN ('due', 'deferred')")
        )
        batch_op.drop_index(
            batch_op.f("ix_delivery_lease"),
            sqlite_where=sa.text("state IN ('claimed', 'attempting')"),
        )
        batch_op.create_index(
            "ix_delivery_trouble",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('refused', 'uncertain', 'failed', 'held')"),
            postgresql_where=sa.text("state IN ('refused', 'uncertain', 'failed', 'held')"),
        )
        batch_op.create_index(
            "ix_delivery_waiting",
            ["try_at", "id"],
            unique=False,
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )
        batch_op.drop_column("lease_until")
        # A delivery's reader is its enrollment's: nothing needs to be said, or checked, twice.
        batch_op.drop_index("ix_delivery_subscriber")
        batch_op.drop_constraint(op.f("fk_delivery_subscriber_id"), type_="foreignkey")
        batch_op.drop_column("subscriber_id")
        batch_op.drop_constraint(op.f("ck_delivery_deliverystate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_delivery_deliverystate"), one_of(AFTER))
    op.execute(
        "UPDATE delivery SET try_at = due_at WHERE state IN ('due', 'deferred', 'uncertain')"
    )
    op.execute("UPDATE delivery SET fence = 0")


def downgrade() -> None:
    queue_by()
    op.execute("UPDATE delivery SET state = 'withdrawn' WHERE state = 'held'")
    op.execute("UPDATE delivery SET due_at = try_at WHERE try_at IS NOT NULL")
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("lease_until", sa.DATETIME(), nullable=True))
        batch_op.drop_index(
            "ix_delivery_waiting",
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_delivery_trouble",
            sqlite_where=sa.text("state IN ('refused', 'uncertain', 'failed', 'held')"),
            postgresql_where=sa.text("state IN ('refused', 'uncertain', 'failed', 'held')"),
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_lease"),
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state IN ('claimed', 'attempting')"),
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_due"),
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('due', 'deferred')"),
        )
        batch_op.drop_column("try_at")
        batch_op.add_column(sa.Column("subscriber_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_delivery_deliverystate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_delivery_deliverystate"), one_of(BEFORE))

    op.execute(
        "UPDATE delivery SET subscriber_id ="
        " (SELECT subscriber_id FROM enrollment WHERE enrollment.id = enrollment_id)"
    )
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("subscriber_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            op.f("fk_delivery_subscriber_id"),
            "subscriber",
            ["subscriber_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index("ix_delivery_subscriber", ["subscriber_id", "id"], unique=False)

    op.drop_table("tally")
    with op.batch_alter_table("claim", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_index(
            "ix_claim_lease",
            sqlite_where=sa.text("lease_until IS NOT NULL"),
            postgresql_where=sa.text("lease_until IS NOT NULL"),
        )

    op.drop_table("claim")
