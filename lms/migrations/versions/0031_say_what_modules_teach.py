"""Say what one can do after each module.

Versions published before this date name nothing for their modules.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("module") as table:
        table.add_column(sa.Column("outcomes", sa.JSON(), nullable=False, server_default="[]"))
