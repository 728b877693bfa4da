"""Keep the author's record of each assignment.

Assignments published before get theirs when they are next marked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column, empty."""
    with op.batch_alter_table("assignment") as table:
        table.add_column(sa.Column("record", sa.JSON(none_as_null=True), nullable=True))
