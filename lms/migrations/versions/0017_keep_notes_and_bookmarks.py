"""Keep what learners note and mark beside lessons, and what the pages of lessons need for it.

Lessons published before this date have no code to run and tell no headings.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the columns and the tables."""
    with op.batch_alter_table("lesson") as table:
        table.add_column(sa.Column("profile", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("limits", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("lesson_text") as table:
        table.add_column(sa.Column("headings", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "lesson_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_lesson_note_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_note_lesson_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_note")),
        sa.UniqueConstraint(
            "enrolment_id", "lesson_id", name=op.f("uq_lesson_note_enrolment_id_lesson_id")
        ),
    )
    op.create_index(op.f("ix_lesson_note_lesson_id"), "lesson_note", ["lesson_id"])
    op.create_table(
        "bookmark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("part >= 0", name=op.f("ck_bookmark_part")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_bookmark_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_bookmark_lesson_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark")),
        sa.UniqueConstraint(
            "enrolment_id",
            "lesson_id",
            "part",
            name=op.f("uq_bookmark_enrolment_id_lesson_id_part"),
        ),
    )
    op.create_index(op.f("ix_bookmark_lesson_id"), "bookmark", ["lesson_id"])
