"""Keep how many learners have been told of an announcement; of those there are, all have been."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Add the column."""
    op.add_column("announcement", sa.Column("told", sa.Integer(), nullable=True))
