"""Keep what people prefer: names in two scripts, a time zone, light or dark, larger text.

Accounts opened before have chosen nothing yet.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the columns, empty."""
    theme = sa.Enum(
        "light", "dark", name="theme", native_enum=False, create_constraint=True, length=20
    )
    text_size = sa.Enum(
        "larger", "largest", name="textsize", native_enum=False, create_constraint=True, length=20
    )
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("latin_name", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("arabic_name", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("time_zone", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("theme", theme, nullable=True))
        table.add_column(sa.Column("text_size", text_size, nullable=True))
