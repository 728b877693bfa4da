"""Keep when work was done without a link, and whether that is accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Add the table, and the moment from which accepted work counts."""
    op.create_table(
        "done_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("done", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "standing",
            sa.Enum(
                "needless", "waiting", "accepted", "declined",
                name="standing", native_enum=False, create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(decided IS NULL) = (decider_id IS NULL)", name=op.f("ck_done_time_decided")
        ),
        sa.CheckConstraint(
            "(standing IN ('accepted', 'declined')) = (decided IS NOT NULL)",
            name=op.f("ck_done_time_standing_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_done_time_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_done_time_submission_id")
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["person.id"], name=op.f("fk_done_time_decider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_done_time")),
        sa.UniqueConstraint("enrolment_id", "deed", name=op.f("uq_done_time_enrolment_id_deed")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_done_time_submission_id")),
    )  # fmt: skip
    op.create_index(
        op.f("ix_done_time_standing_submission_id"), "done_time", ["standing", "submission_id"]
    )
    op.add_column(
        "submission", sa.Column("accepted_time", sa.DateTime(timezone=True), nullable=True)
    )
