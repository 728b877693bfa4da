"""Keep the executed notebook of a marking, for its feedback page."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the digest of the executed notebook; runs from before have none."""
    with op.batch_alter_table("grading_run") as table:
        table.add_column(sa.Column("executed", sa.String(length=64), nullable=True))
