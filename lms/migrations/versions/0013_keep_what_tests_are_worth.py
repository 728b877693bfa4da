"""Keep what trying the tests of an assignment has shown.

Assignments published before have none until they are published again with ``--quality``.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column, empty."""
    with op.batch_alter_table("assignment") as table:
        table.add_column(sa.Column("quality", sa.JSON(none_as_null=True), nullable=True))
