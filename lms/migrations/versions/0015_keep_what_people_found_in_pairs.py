"""Keep what people found who looked at works that resemble one another."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "pair_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_pair_note_order")),
        sa.CheckConstraint("finding IN ('nothing', 'talked')", name=op.f("ck_pair_note_finding")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["submission.id"], name=op.f("fk_pair_note_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["submission.id"], name=op.f("fk_pair_note_second_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_pair_note_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_note")),
    )
    op.create_index(op.f("ix_pair_note_first_id"), "pair_note", ["first_id"])
    op.create_index(op.f("ix_pair_note_second_id"), "pair_note", ["second_id"])
