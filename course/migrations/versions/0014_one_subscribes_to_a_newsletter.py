"""One subscribes to a newsletter: each course gets one, with those who wanted newsletters"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ENROLLED = "enrollment_id IS NOT NULL"
SUBSCRIBED = "subscription_id IS NOT NULL"
ACTIVE = "state = 'active'"

NEWSLETTERS = """
    INSERT INTO newsletter (slug, title, course_id) SELECT slug, title, id FROM course ORDER BY id
"""
# The newest consent that was given on the course's own page, or else the newest of all.
SUBSCRIPTIONS = """
    INSERT INTO subscription (subscriber_id, newsletter_id, state, zone, wording, place, asked_at,
                              since, left_at)
    SELECT e.subscriber_id, n.id, CASE WHEN s.newsletters THEN 'active' ELSE 'left' END, e.zone,
           coalesce(c.wording, ''), coalesce(c.place, ''), c.given_at,
           coalesce(s.confirmed_at, c.given_at, e.created_at),
           CASE WHEN s.newsletters THEN NULL ELSE CURRENT_TIMESTAMP END
    FROM enrollment AS e
    JOIN newsletter AS n ON n.course_id = e.course_id
    JOIN subscriber AS s ON s.id = e.subscriber_id
    LEFT JOIN consent AS c ON c.id = coalesce(
        (SELECT max(there.id) FROM consent AS there
         WHERE there.subscriber_id = s.id AND there.place = '/courses/' || n.slug),
        (SELECT max(ever.id) FROM consent AS ever WHERE ever.subscriber_id = s.id))
    WHERE s.state = 'confirmed' AND e.state IN ('active', 'paused', 'finished')
    ORDER BY s.id, n.id
"""
# Who didn't want newsletters any more was found when a letter was claimed.
UNWANTED = """
    UPDATE delivery SET state = 'withdrawn', try_at = NULL
    WHERE kind = 'broadcast' AND state IN ('due', 'deferred', 'uncertain', 'held')
      AND enrollment_id IN (
        SELECT e.id FROM enrollment AS e JOIN subscriber AS s ON s.id = e.subscriber_id
        WHERE NOT s.newsletters)
"""
# As the clock would have written them: of the first enrollment, as the rows before them are, so
# the same key keeps everybody from a second one.
REST = """
    INSERT INTO delivery (enrollment_id, round, kind, slot, letter_id, state, due_at, try_at,
                          attempts, uncertainties, fence, message_id, words, created_at)
    SELECT min(e.id), 0, 'broadcast', CAST(b.id AS text), b.letter_id, 'due', b.due_at, b.due_at,
           0, 0, 0, '<' || {name} || :domain, '', CURRENT_TIMESTAMP
    FROM broadcast AS b
    JOIN subscriber AS s ON s.id > b.reached
    JOIN enrollment AS e ON e.subscriber_id = s.id
    WHERE b.written_at IS NULL AND s.state = 'confirmed' AND s.newsletters
      AND NOT EXISTS (SELECT 1 FROM suppression AS x WHERE x.address_key = s.address_key)
    GROUP BY b.id, b.letter_id, b.due_at, s.id
    ORDER BY b.id, s.id
    ON CONFLICT DO NOTHING
"""
LEFT = """
    UPDATE enrollment SET left_at =
        (SELECT left_at FROM subscriber WHERE subscriber.id = enrollment.subscriber_id)
    WHERE state = 'left'
"""
WRITTEN = "UPDATE broadcast SET written_at = CURRENT_TIMESTAMP WHERE written_at IS NULL"

# 128 bits, for a Message-ID.
NAMES = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(CAST(gen_random_uuid() AS text), '-', '')",
}


def upgrade() -> None:
    create_tables()
    op.execute(NEWSLETTERS)
    op.execute(SUBSCRIPTIONS)
    op.execute(UNWANTED)
    finish_broadcasts()
    op.drop_column("subscriber", "newsletters")
    revisions_are_of_either()
    broadcasts_are_of_newsletters()
    deliveries_are_of_either()
    op.add_column("enrollment", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("enrollment", sa.Column("left_from", sa.String(length=20), nullable=True))
    op.execute(LEFT)
    op.add_column("request", sa.Column("newsletter_id", sa.Integer(), nullable=True))
    op.add_column(
        "request",
        sa.Column("newsletter_wording", sa.String(), server_default=sa.text("''"), nullable=False),
    )
    # Nothing belongs to a request, so SQLite may make the table anew.
    with op.batch_alter_table("request") as batch_op:
        batch_op.create_foreign_key(
            op.f("fk_request_newsletter_id"),
            "newsletter",
            ["newsletter_id"],
            ["id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    raise NotImplementedError("a reader of a newsletter who is in no course has no row before this")


def create_tables() -> None:
    op.create_table(
        "newsletter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_newsletter_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter")),
        sa.UniqueConstraint("slug", name=op.f("uq_newsletter_slug")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("newsletter_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'active', 'left')",
            name=op.f("ck_subscription_subscriptionstate"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_subscription_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["newsletter_id"], ["newsletter.id"], name=op.f("fk_subscription_newsletter_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_subscription_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "subscriber_id",
            "newsletter_id",
            name=op.f("uq_subscription_subscriber_id_newsletter_id"),
        ),
        sqlite_autoincrement=True,
    )
    index("ix_subscription_active", "subscription", ["newsletter_id", "id"], ACTIVE)


def finish_broadcasts() -> None:
    """Nobody gets a half-written one twice, and nobody loses it."""
    connection = op.get_bind()
    known = connection.execute(sa.text("SELECT message_id FROM delivery LIMIT 1")).scalar()
    domain = f"@{str(known or '<@letterpath.invalid>').rpartition('@')[2]}"
    rest = sa.text(REST.format(name=NAMES[connection.dialect.name]))
    connection.execute(rest.bindparams(domain=domain))
    op.execute(WRITTEN)


def revisions_are_of_either() -> None:
    with op.batch_alter_table("revision") as batch_op:
        batch_op.add_column(sa.Column("newsletter_id", sa.Integer(), nullable=True))
        batch_op.alter_column("course_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_revision_newsletter_id"),
            "newsletter",
            ["newsletter_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_unique_constraint(
            op.f("uq_revision_newsletter_id_number"), ["newsletter_id", "number"]
        )
        batch_op.create_check_constraint(
            op.f("ck_revision_published"), "(course_id IS NULL) <> (newsletter_id IS NULL)"
        )


def broadcasts_are_of_newsletters() -> None:
    op.add_column("broadcast", sa.Column("newsletter_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE broadcast SET newsletter_id = (SELECT newsletter.id FROM newsletter"
        " WHERE newsletter.course_id = broadcast.course_id)"
    )
    newest = newest_number("broadcast")
    with op.batch_alter_table("broadcast", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("newsletter_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            op.f("fk_broadcast_newsletter_id"), "newsletter", ["newsletter_id"], ["id"]
        )
        batch_op.drop_constraint(op.f("fk_broadcast_course_id"), type_="foreignkey")
        batch_op.drop_column("course_id")
    keep_number("broadcast", newest)


def deliveries_are_of_either() -> None:
    newest = newest_number("delivery")
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("subscription_id", sa.Integer(), nullable=True))
        batch_op.alter_column("enrollment_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_delivery_subscription_id"),
            "subscription",
            ["subscription_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.drop_constraint(op.f("uq_delivery_enrollment_id_round_kind_slot"), type_="unique")
        batch_op.create_check_constraint(
            op.f("ck_delivery_place"), "(enrollment_id IS NULL) <> (subscription_id IS NULL)"
        )
    keep_number("delivery", newest)
    key = ["enrollment_id", "round", "kind", "slot"]
    index("uq_delivery_enrolled", "delivery", key, ENROLLED, unique=True)
    key = ["subscription_id", "kind", "slot"]
    index("uq_delivery_subscribed", "delivery", key, SUBSCRIBED, unique=True)


def index(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def newest_number(table: str) -> int | None:
    """SQLite's; none elsewhere, or where there never was one."""
    if op.get_bind().dialect.name != "sqlite":
        return None
    given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    number: int | None = op.get_bind().execute(given, {"table": table}).scalar()
    return number


def keep_number(table: str, newest: int | None) -> None:
    """A table that was made anew would give the numbers of erased rows again."""
    if newest is not None:
        forget = sa.text("DELETE FROM sqlite_sequence WHERE name = :table")
        op.execute(forget.bindparams(table=table))
        again = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :seq)")
        op.execute(again.bindparams(table=table, seq=newest))
