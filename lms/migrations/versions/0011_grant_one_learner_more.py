"""Grant one learner more time or attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table of extensions."""
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granter_id", sa.Integer(), nullable=False),
        sa.Column("granted", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "extra_attempts >= 0 AND (due IS NOT NULL OR extra_attempts > 0)",
            name=op.f("ck_extension_granted"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_extension_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_extension_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["granter_id"], ["person.id"], name=op.f("fk_extension_granter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint(
            "enrolment_id",
            "assignment_id",
            name=op.f("uq_extension_enrolment_id_assignment_id"),
        ),
    )
