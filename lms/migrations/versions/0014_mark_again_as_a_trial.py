"""Mark the work of a run again as a trial, and with the tests of another version.

Runs from before this date belong to no regrade and count.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table of regrades, and what runs say of theirs."""
    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("scope", _one_of("scope", "all", "counting"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("beginner_id", sa.Integer(), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", _one_of("decision", "applied", "discarded"), nullable=True),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided IS NULL) AND (decision IS NULL) = (decider_id IS NULL)",
            name=op.f("ck_regrade_decided"),
        ),
        _refers("assignment_id", "assignment"),
        _refers("beginner_id", "person"),
        _refers("decider_id", "person"),
        _refers("run_id", "course_run"),
        _refers("version_id", "course_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
        sa.UniqueConstraint("public_id", name=op.f("uq_regrade_public_id")),
    )
    op.create_index(op.f("ix_regrade_run_id"), "regrade", ["run_id"])
    with op.batch_alter_table("grading_run") as table:
        table.add_column(sa.Column("against_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("regrade_id", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("trial", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.create_foreign_key(
            op.f("fk_grading_run_against_id"), "assignment", ["against_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_grading_run_regrade_id"), "regrade", ["regrade_id"], ["id"]
        )
        table.drop_index(op.f("ix_grading_run_state_id"))
        table.create_index(
            op.f("ix_grading_run_state_regrade_id_id"), ["state", "regrade_id", "id"]
        )
        table.create_index(op.f("ix_grading_run_regrade_id"), ["regrade_id"])


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_regrade_{column}"))
