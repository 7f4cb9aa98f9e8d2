"""A course can be closed to new readers, and withdrawn"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# In one statement, as SQLite takes it: made anew, the table would lose the rows that belong to it.
ADD = """
    ALTER TABLE course ADD COLUMN state VARCHAR(20) DEFAULT 'open' NOT NULL
        CONSTRAINT ck_course_coursestate CHECK (state IN ('open', 'closed', 'withdrawn'))
"""


def upgrade() -> None:
    op.execute(ADD)


def downgrade() -> None:
    op.drop_column("course", "state")
