"""Let people give extra credit beside the points of a cell.

What was judged before said nothing of extra credit, and no mark or grade has any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add it to judgements, marks and grades; a judgement may now leave the points."""
    with op.batch_alter_table("judgement") as table:
        table.add_column(sa.Column("extra", sa.Double(), nullable=True))
        table.alter_column("points", existing_type=sa.Double(), nullable=True)
        table.create_check_constraint(op.f("ck_judgement_extra"), "extra >= 0")
        table.create_check_constraint(
            op.f("ck_judgement_something"), "points IS NOT NULL OR extra IS NOT NULL"
        )
    with op.batch_alter_table("mark") as table:
        table.add_column(sa.Column("extra", sa.Double(), nullable=False, server_default="0"))
        table.create_check_constraint(op.f("ck_mark_extra"), "extra >= 0")
    with op.batch_alter_table("grade") as table:
        table.add_column(sa.Column("extra", sa.Double(), nullable=False, server_default="0"))
