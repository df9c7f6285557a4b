"""Alembic's entry: runs the steps on the connection that `store.engine.migrate` gives."""

from alembic import context
from sqlmodel import SQLModel

from store import models

__all__ = ["models"]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
)
# No transaction is begun here: the caller's covers all steps, so that two processes cannot mix.
context.run_migrations()
