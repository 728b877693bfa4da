"""Let people choose what they are told, and where.

Notices from before stay in the product and are not mailed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the choices, and to notices where they are told."""
    op.create_table(
        "notice_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_notice_choice_person_id_kind")),
    )
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("part", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("shown", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_notice_mail_at"), "notice", ["mail_at"])
    op.create_index(op.f("ix_notice_about"), "notice", ["about"])
    with op.batch_alter_table("person") as table:
        table.add_column(
            sa.Column("wants_mail", sa.Boolean(), nullable=False, server_default=sa.true())
        )
