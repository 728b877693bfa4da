"""Take quizzes: their questions, attempts and answers, time granted, lessons known beforehand."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the tables of quizzes and of what learners do with them."""
    _quiz()
    _attempts()
    _granted()


def _quiz() -> None:
    counts, reveal = ("best", "last", "first"), ("each", "last")
    op.create_table(
        "quiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("intro", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=True),
        sa.Column(
            "counts",
            sa.Enum(*counts, name="counts", native_enum=False, length=20, create_constraint=False),
            nullable=False,
        ),
        sa.Column("time_limit", sa.Integer(), nullable=True),
        sa.Column("pass_mark", sa.Double(), nullable=True),
        sa.Column("graded", sa.Boolean(), nullable=False),
        sa.Column(
            "reveal",
            sa.Enum(*reveal, name="reveal", native_enum=False, length=20, create_constraint=False),
            nullable=False,
        ),
        sa.Column("places_past", sa.JSON(), nullable=False),
        sa.Column("place_mark", sa.Double(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint("attempts_allowed > 0", name=op.f("ck_quiz_attempts_allowed")),
        sa.CheckConstraint("counts IN ('best', 'last', 'first')", name=op.f("ck_quiz_counts")),
        sa.CheckConstraint("pass_mark BETWEEN 0 AND 1", name=op.f("ck_quiz_pass_mark")),
        sa.CheckConstraint("place_mark BETWEEN 0 AND 1", name=op.f("ck_quiz_place_mark")),
        sa.CheckConstraint("reveal IN ('each', 'last')", name=op.f("ck_quiz_reveal")),
        sa.CheckConstraint("time_limit > 0", name=op.f("ck_quiz_time_limit")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_quiz_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz")),
        sa.UniqueConstraint("module_id", "slug", name=op.f("uq_quiz_module_id_slug")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quiz_public_id")),
    )


def _attempts() -> None:
    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("possible", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "(finished IS NULL) = (score IS NULL)", name=op.f("ck_quiz_attempt_finished")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_quiz_attempt_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_attempt_quiz_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempt")),
        sa.UniqueConstraint(
            "enrolment_id",
            "quiz_id",
            "number",
            name=op.f("uq_quiz_attempt_enrolment_id_quiz_id_number"),
        ),
    )
    op.create_index(op.f("ix_quiz_attempt_ends"), "quiz_attempt", ["ends"])
    op.create_index(op.f("ix_quiz_attempt_quiz_id"), "quiz_attempt", ["quiz_id"])
    op.create_table(
        "quiz_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("given", sa.JSON(), nullable=True),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.JSON(), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("possible", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quiz_attempt.id"], name=op.f("fk_quiz_answer_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_answer")),
        sa.UniqueConstraint(
            "attempt_id", "question", name=op.f("uq_quiz_answer_attempt_id_question")
        ),
    )


def _granted() -> None:
    op.create_table(
        "quiz_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granter_id", sa.Integer(), nullable=False),
        sa.Column("granted", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("factor > 1 AND factor <= 4", name=op.f("ck_quiz_time_factor")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_quiz_time_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["granter_id"], ["person.id"], name=op.f("fk_quiz_time_granter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_time")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_quiz_time_enrolment_id")),
    )
    op.create_table(
        "known_lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("placed", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quiz_attempt.id"], name=op.f("fk_known_lesson_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_known_lesson_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_known_lesson_lesson_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_lesson")),
        sa.UniqueConstraint(
            "enrolment_id", "lesson_id", name=op.f("uq_known_lesson_enrolment_id_lesson_id")
        ),
    )
