"""Alembic's entry: runs the revisions on the connection that `upgrade` lends."""

from alembic import context

from storage import log_schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=log_schema.metadata,
    render_as_batch=True,
)
context.run_migrations()
