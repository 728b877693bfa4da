"""How alembic runs our migrations: on the connection it is given, in its transaction."""

from alembic import context

from lms.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    # SQLite alters tables by copying them; alembic does that in batches.
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
