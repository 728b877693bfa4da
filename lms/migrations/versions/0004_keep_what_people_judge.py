"""Keep what people judge of a cell, rubrics, second markers and requests for review.

Each mark that was given by hand before becomes a judgement of its marker's, without words.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables, and the run's own points where a person gave others."""
    with op.batch_alter_table("mark") as table:
        table.add_column(sa.Column("automatic", sa.Double(), nullable=True))
    _rubrics()
    _judgements()
    op.execute(
        "INSERT INTO judgement (submission_id, grade_id, kind, points, max_score, items,"
        " comment, marker_id, given)"
        " SELECT grading_run.submission_id, mark.grade_id, 'given', mark.score, mark.max_score,"
        " '[]', '', mark.marker_id, mark.marked"
        " FROM mark JOIN grading_run ON grading_run.id = mark.run_id"
        " WHERE mark.marker_id IS NOT NULL AND mark.marked IS NOT NULL"
        " AND mark.score >= 0 AND mark.score <= mark.max_score"
        " ORDER BY mark.marked, mark.id"
    )


def _rubrics() -> None:
    op.create_table(
        "hand_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("institute_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("grade_id", sa.String(length=200), nullable=False),
        _refers("hand_cell", "institute_id", "institute"),
        _refers("hand_cell", "course_id", "course"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_cell")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hand_cell_public_id")),
        sa.UniqueConstraint(
            "institute_id",
            "course_id",
            "slug",
            "grade_id",
            name=op.f("uq_hand_cell_institute_id_course_id_slug_grade_id"),
        ),
    )
    _within_cell(
        "rubric_item",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
    )
    _within_cell("saved_comment", sa.Column("text", sa.Text(), nullable=False))


def _within_cell(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        *columns,
        _refers(name, "cell_id", "hand_cell"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{name}_public_id")),
    )
    op.create_index(op.f(f"ix_{name}_cell_id"), name, ["cell_id"])


def _judgements() -> None:
    kind = sa.Enum(
        "given", "independent", "reconciled", "reviewed",
        name="kind", native_enum=False, create_constraint=True, length=20,
    )  # fmt: skip
    op.create_table(
        "second_marking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("tolerance", sa.Double(), nullable=False),
        sa.CheckConstraint("tolerance >= 0", name=op.f("ck_second_marking_tolerance")),
        _refers("second_marking", "run_id", "course_run"),
        _refers("second_marking", "assignment_id", "assignment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_marking")),
        sa.UniqueConstraint(
            "run_id", "assignment_id", name=op.f("uq_second_marking_run_id_assignment_id")
        ),
    )
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("grade_id", sa.String(length=200), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_score", sa.Double(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points >= 0 AND points <= max_score", name=op.f("ck_judgement_points")),
        _refers("judgement", "submission_id", "submission"),
        _refers("judgement", "marker_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    op.create_index(op.f("ix_judgement_submission_id"), "judgement", ["submission_id"])
    op.create_table(
        "review_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("grade_id", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered IS NULL)", name=op.f("ck_review_request_answer")
        ),
        _refers("review_request", "run_id", "grading_run"),
        _refers("review_request", "answerer_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_request_public_id")),
        sa.UniqueConstraint("run_id", "grade_id", name=op.f("uq_review_request_run_id_grade_id")),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
