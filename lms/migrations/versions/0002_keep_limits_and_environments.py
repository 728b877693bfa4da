"""Keep the limits of an assignment, and what each run was executed with.

Assignments published before have no limits of their own, and runs that were marked before
do not say their environment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the limits of assignments, and the environments of runs."""
    op.create_table(
        "environment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=60), nullable=False),
        sa.Column("python", sa.String(length=40), nullable=False),
        sa.Column("packages", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment")),
        sa.UniqueConstraint("digest", name=op.f("uq_environment_digest")),
    )
    with op.batch_alter_table("assignment") as table:
        table.add_column(sa.Column("limits", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("grading_run") as table:
        table.add_column(sa.Column("environment_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_grading_run_environment_id"), "environment", ["environment_id"], ["id"]
        )
