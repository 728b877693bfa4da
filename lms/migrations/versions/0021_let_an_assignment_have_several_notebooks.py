"""Let an assignment have several notebooks, in submissions, runs and drafts too.

What is there from before has one, without a name: its rows are made from the columns that held
it, which go. Nothing else may use the database meanwhile.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the tables of notebooks, fill them, and drop what they replace."""
    _assignments()
    _submissions()
    _runs()
    with op.batch_alter_table("draft") as table:
        table.add_column(
            sa.Column("notebook", sa.String(length=80), nullable=False, server_default="")
        )
        table.drop_constraint(op.f("uq_draft_enrolment_id_assignment_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_draft_enrolment_id_assignment_id_notebook"),
            ["enrolment_id", "assignment_id", "notebook"],
        )


def _assignments() -> None:
    _create(
        "assignment",
        "assignment_id",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("record", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("quality", sa.JSON(none_as_null=True), nullable=True),
    )
    op.execute(
        "INSERT INTO assignment_notebook (assignment_id, position, name, source, record, quality)"
        " SELECT id, 0, '', source, record, quality FROM assignment"
    )
    _drop("assignment", "source", "record", "quality")


def _submissions() -> None:
    _create(
        "submission", "submission_id", sa.Column("content", sa.String(length=64), nullable=False)
    )
    op.execute(
        "INSERT INTO submission_notebook (submission_id, position, name, content)"
        " SELECT id, 0, '', notebook FROM submission"
    )
    _drop("submission", "notebook")


def _runs() -> None:
    _create(
        "run",
        "run_id",
        sa.Column("ending", sa.String(length=20), nullable=True),
        sa.Column("message", sa.JSON(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("executed", sa.String(length=64), nullable=True),
        refers="grading_run",
    )
    op.execute(
        "INSERT INTO run_notebook"
        " (run_id, position, name, ending, message, seconds, evidence, executed)"
        " SELECT id, 0, '', ending, message, seconds, evidence, executed FROM grading_run"
        " WHERE state IN ('marked', 'refused')"
    )
    _drop("grading_run", "evidence", "executed")


def _create(of: str, owner: str, *columns: sa.Column[Any], refers: str = "") -> None:
    table = f"{of}_notebook"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(owner, sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        *columns,
        sa.ForeignKeyConstraint([owner], [f"{refers or of}.id"], name=op.f(f"fk_{table}_{owner}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(owner, "name", name=op.f(f"uq_{table}_{owner}_name")),
    )


def _drop(table: str, *columns: str) -> None:
    with op.batch_alter_table(table) as changed:
        for column in columns:
            changed.drop_column(column)
