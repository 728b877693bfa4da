"""Keep how far each learner has come, so that a page about ten thousand reads one row of each.

Nothing is known of anybody yet; the worker works it out from the rows there are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the columns, and the way to those enrolments of which nothing is known."""
    op.add_column("enrolment", sa.Column("trail", sa.Text(), nullable=False, server_default=""))
    op.add_column("enrolment", sa.Column("worked", sa.DateTime(timezone=True), nullable=True))
    unknown = sa.text("trail = ''")
    op.create_index(
        "ix_enrolment_trail_unknown",
        "enrolment",
        ["id"],
        sqlite_where=unknown,
        postgresql_where=unknown,
    )
