"""Keep what the cells of a draft put out last, to be shown when it is opened again."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the table of last outputs."""
    op.create_table(
        "draft_outputs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_outputs_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_outputs")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_draft_outputs_draft_id")),
    )
