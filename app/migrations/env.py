"""How Alembic runs our migrations: on the connection that `app.schema` hands it."""

from alembic import context

from app.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
