"""Let people leave: keep when an account will be deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the moment, which nobody has asked for yet."""
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("leaves", sa.DateTime(timezone=True), nullable=True))
        table.create_index(op.f("ix_person_leaves"), ["leaves"])
