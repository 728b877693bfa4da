"""Keep questions and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "help_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("cell", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("nameless", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_help_thread_asker_id")),
        sa.ForeignKeyConstraint(["run_id"], ["course_run.id"], name=op.f("fk_help_thread_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_thread")),
        sa.UniqueConstraint("public_id", name=op.f("uq_help_thread_public_id")),
    )
    op.create_index(op.f("ix_help_thread_asker_id"), "help_thread", ["asker_id"], unique=False)
    op.create_index(
        op.f("ix_help_thread_run_id_answered"), "help_thread", ["run_id", "answered"], unique=False
    )
    op.create_index(
        op.f("ix_help_thread_run_id_changed"), "help_thread", ["run_id", "changed"], unique=False
    )
    op.create_index(
        op.f("ix_help_thread_run_id_slug_cell"),
        "help_thread",
        ["run_id", "slug", "cell"],
        unique=False,
    )
    op.create_table(
        "help_follower",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_help_follower_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["help_thread.id"], name=op.f("fk_help_follower_thread_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_follower")),
        sa.UniqueConstraint(
            "thread_id", "person_id", name=op.f("uq_help_follower_thread_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_help_follower_person_id"), "help_follower", ["person_id"], unique=False
    )
    op.create_table(
        "help_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("is_question", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("teaching", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("for_instructors", sa.Boolean(), nullable=False),
        sa.Column("posted", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_reason", sa.String(length=500), nullable=False),
        sa.Column("endorsed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsed_by_id", sa.Integer(), nullable=True),
        sa.Column("helped", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(endorsed IS NULL) = (endorsed_by_id IS NULL)", name=op.f("ck_help_post_endorsed")
        ),
        sa.CheckConstraint(
            "(hidden IS NULL) = (hidden_by_id IS NULL)", name=op.f("ck_help_post_hidden")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_help_post_author_id")),
        sa.ForeignKeyConstraint(
            ["endorsed_by_id"], ["person.id"], name=op.f("fk_help_post_endorsed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["person.id"], name=op.f("fk_help_post_hidden_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["help_thread.id"], name=op.f("fk_help_post_thread_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_post")),
        sa.UniqueConstraint("public_id", name=op.f("uq_help_post_public_id")),
    )
    op.create_index(
        op.f("ix_help_post_author_id_posted"), "help_post", ["author_id", "posted"], unique=False
    )
    op.create_index(
        op.f("ix_help_post_thread_id_is_question"),
        "help_post",
        ["thread_id", "is_question"],
        unique=False,
    )
    op.create_table(
        "help_earlier_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["help_post.id"], name=op.f("fk_help_earlier_post_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_earlier_post")),
    )
    op.create_index(
        op.f("ix_help_earlier_post_post_id"), "help_earlier_post", ["post_id"], unique=False
    )
    op.create_table(
        "help_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reported", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "hidden",
                "kept",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(decided IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_help_report_decided_by")
        ),
        sa.CheckConstraint(
            "(decided IS NULL) = (decision IS NULL)", name=op.f("ck_help_report_decided")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_help_report_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["help_post.id"], name=op.f("fk_help_report_post_id")),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["person.id"], name=op.f("fk_help_report_reporter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_report")),
        sa.UniqueConstraint(
            "post_id", "reporter_id", name=op.f("uq_help_report_post_id_reporter_id")
        ),
    )
    op.create_index(op.f("ix_help_report_decided"), "help_report", ["decided"], unique=False)
    op.create_index(
        op.f("ix_help_report_reporter_id_reported"),
        "help_report",
        ["reporter_id", "reported"],
        unique=False,
    )
