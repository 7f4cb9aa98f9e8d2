"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("slug", name=op.f("uq_course_slug")),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "confirmed",
                "left",
                name="subscriberstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("newsletters", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("address_key", name=op.f("uq_subscriber_address_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suppression",
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "refused",
                "bounce",
                "complaint",
                "asked",
                name="suppressionreason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_suppression")),
    )
    op.create_table(
        "time_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_shift")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_consent_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_subscriber_id"), "consent", ["subscriber_id"], unique=False)

    op.create_table(
        "enrollment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "active",
                "paused",
                "finished",
                "left",
                name="enrollmentstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=5), nullable=True),
        sa.Column("next_send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudge_step", sa.String(length=100), nullable=True),
        sa.Column("nudge_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_enrollment_course_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_enrollment_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollment")),
        sa.UniqueConstraint(
            "subscriber_id", "course_id", name=op.f("uq_enrollment_subscriber_id_course_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_enrollment_due",
        "enrollment",
        ["next_send_at"],
        unique=False,
        sqlite_where=sa.text("next_send_at IS NOT NULL"),
        postgresql_where=sa.text("next_send_at IS NOT NULL"),
    )
    op.create_index(
        "ix_enrollment_nudge",
        "enrollment",
        ["nudge_at"],
        unique=False,
        sqlite_where=sa.text("nudge_at IS NOT NULL"),
        postgresql_where=sa.text("nudge_at IS NOT NULL"),
    )

    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sign-up",
                "journal",
                name="requestkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_request_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.String(), nullable=False),
        sa.Column("sampler_pdf", sa.LargeBinary(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_revision_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_revision_course_id_number")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_letter_revision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("revision_id", "key", name=op.f("uq_letter_revision_id_key")),
    )
    op.create_table(
        "reflection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrollment_id"],
            ["enrollment.id"],
            name=op.f("fk_reflection_enrollment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
    )
    op.create_index(
        op.f("ix_reflection_enrollment_id"), "reflection", ["enrollment_id"], unique=False
    )

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "confirmation",
                "already",
                "sampler",
                "lesson",
                "nudge",
                "closing",
                "journal",
                "erasure",
                name="deliverykind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("slot", sa.String(length=100), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "claimed",
                "attempting",
                "sent",
                "refused",
                "deferred",
                "uncertain",
                "failed",
                "withdrawn",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertainties", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrollment_id"],
            ["enrollment.id"],
            name=op.f("fk_delivery_enrollment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_delivery_letter_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_delivery_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "enrollment_id",
            "round",
            "kind",
            "slot",
            name=op.f("uq_delivery_enrollment_id_round_kind_slot"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('due', 'deferred')"),
        postgresql_where=sa.text("state IN ('due', 'deferred')"),
    )
    op.create_index(
        "ix_delivery_lease",
        "delivery",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'attempting')"),
        postgresql_where=sa.text("state IN ('claimed', 'attempting')"),
    )
    op.create_index("ix_delivery_subscriber", "delivery", ["subscriber_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_delivery_subscriber", "delivery")
    op.drop_index(
        "ix_delivery_lease",
        "delivery",
        sqlite_where=sa.text("state IN ('claimed', 'attempting')"),
        postgresql_where=sa.text("state IN ('claimed', 'attempting')"),
    )
    op.drop_index(
        "ix_delivery_due",
        "delivery",
        sqlite_where=sa.text("state IN ('due', 'deferred')"),
        postgresql_where=sa.text("state IN ('due', 'deferred')"),
    )

    op.drop_table("delivery")
    op.drop_index(op.f("ix_reflection_enrollment_id"), "reflection")

    op.drop_table("reflection")
    op.drop_table("letter")
    op.drop_table("revision")
    op.drop_table("request")
    op.drop_index(
        "ix_enrollment_nudge",
        "enrollment",
        sqlite_where=sa.text("nudge_at IS NOT NULL"),
        postgresql_where=sa.text("nudge_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_enrollment_due",
        "enrollment",
        sqlite_where=sa.text("next_send_at IS NOT NULL"),
        postgresql_where=sa.text("next_send_at IS NOT NULL"),
    )

    op.drop_table("enrollment")
    op.drop_index(op.f("ix_consent_subscriber_id"), "consent")

    op.drop_table("consent")
    op.drop_table("time_shift")
    op.drop_table("suppression")
    op.drop_table("subscriber")
    op.drop_table("course")
