"""Keep what the marks of each grading run came from, so that they can be had again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column, empty: what earlier runs came from was not written down."""
    with op.batch_alter_table("grading_run") as table:
        table.add_column(sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True))
