"""Tell of a regrade whether all of its marks count, so that they can come to one after another.

Those that were decided by now were applied, or discarded, as a whole.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the moment, and set it where nothing more is to come."""
    with op.batch_alter_table("regrade") as table:
        table.add_column(sa.Column("finished", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(
            op.f("ck_regrade_finished"), "finished IS NULL OR decided IS NOT NULL"
        )
    op.execute("UPDATE regrade SET finished = decided")
