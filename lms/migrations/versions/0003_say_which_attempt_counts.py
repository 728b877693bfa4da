"""Say which attempt counts, and how long after the due date work is not late yet.

Assignments published before keep their practice: the best attempt, and no grace.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add both to assignments."""
    counts = sa.Enum(
        "best", "last", "first", name="counts", native_enum=False, create_constraint=True, length=20
    )
    with op.batch_alter_table("assignment") as table:
        table.add_column(sa.Column("counts", counts, nullable=False, server_default="best"))
        table.add_column(
            sa.Column("grace_minutes", sa.Integer(), nullable=False, server_default="0")
        )
        table.create_check_constraint(op.f("ck_assignment_grace_minutes"), "grace_minutes >= 0")
