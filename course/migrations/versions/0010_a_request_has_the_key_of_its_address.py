"""A request has the key of its address"""

import sqlalchemy as sa
from alembic import op

from emails.address import normalise

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

request = sa.table(
    "request", sa.column("id"), sa.column("address"), sa.column("address_key", sa.String)
)


def upgrade() -> None:
    op.add_column("request", sa.Column("address_key", sa.String()))
    fill()
    # Nothing belongs to a request, so SQLite may make the table anew.
    with op.batch_alter_table("request") as batch_op:
        batch_op.alter_column("address_key", existing_type=sa.String(), nullable=False)
    if op.get_bind().dialect.name == "postgresql":  # no samples of addresses: see revision 0007
        op.execute('ALTER TABLE "request" ALTER "address_key" SET STATISTICS 0')


def downgrade() -> None:
    with op.batch_alter_table("request") as batch_op:
        batch_op.drop_column("address_key")


def fill() -> None:
    """The keys of those that wait: as a subscriber's, or erasing would not find them."""
    connection = op.get_bind()
    for id_, address in connection.execute(sa.select(request.c.id, request.c.address)).all():
        row = sa.update(request).where(request.c.id == id_)
        connection.execute(row.values(address_key=normalise(address)))
