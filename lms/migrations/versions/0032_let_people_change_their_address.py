"""Let people change their e-mail address.

Letters about an account go to an address of their own, as many as there are a day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Add the table, and to letters where they go when not to the account's address."""
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_address_change_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_address_change_public_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_address_change_person_id")),
    )
    with op.batch_alter_table("letter") as table:
        table.add_column(sa.Column("address", sa.String(length=254), nullable=True))
        table.alter_column("day", existing_type=sa.Date(), nullable=True)
