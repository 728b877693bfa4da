"""Find the marks that wait for a person in an index of their own: they are few among millions."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Add the index."""
    waits = sa.text("score IS NULL")
    op.create_index(
        "ix_mark_waiting", "mark", ["run_id"], sqlite_where=waits, postgresql_where=waits
    )
