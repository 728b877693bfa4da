"""Keep, with a mark, the visible test that did not pass, the author's hint, and what was refused.

Marks from before have none of these; their sentences stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the three to marks."""
    with op.batch_alter_table("mark") as table:
        table.add_column(sa.Column("code", sa.Text(), nullable=True))
        table.add_column(sa.Column("hint", sa.JSON(), nullable=True))
        table.add_column(sa.Column("refused", sa.Text(), nullable=True))
