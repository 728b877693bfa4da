"""Keep which of many works are alike, since nobody waits for a page that compares them."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Add the tables of wishes and of the pairs that came of them."""
    op.create_table(
        "similarity_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("works", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        _refers("similarity_check", "assignment_id", "assignment"),
        _refers("similarity_check", "by_id", "person"),
        _refers("similarity_check", "run_id", "course_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similarity_check")),
    )
    op.create_index(
        op.f("ix_similarity_check_run_id_assignment_id"),
        "similarity_check",
        ["run_id", "assignment_id"],
    )
    op.create_index(op.f("ix_similarity_check_settled"), "similarity_check", ["settled"])
    op.create_table(
        "similar_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("overlap", sa.Double(), nullable=False),
        sa.Column("holders", sa.JSON(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_similar_pair_order")),
        _refers("similar_pair", "check_id", "similarity_check"),
        _refers("similar_pair", "first_id", "submission"),
        _refers("similar_pair", "second_id", "submission"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similar_pair")),
        sa.UniqueConstraint(
            "check_id",
            "first_id",
            "second_id",
            name=op.f("uq_similar_pair_check_id_first_id_second_id"),
        ),
    )
    op.create_index(op.f("ix_similar_pair_first_id"), "similar_pair", ["first_id"])
    op.create_index(op.f("ix_similar_pair_second_id"), "similar_pair", ["second_id"])


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
