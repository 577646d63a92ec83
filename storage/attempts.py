"""Failed sign-ins, counted under a key that names account and address together.

The key is a hash made by the caller: the table names nobody. Rows are only added and,
once they no longer count, removed, so that two servers never wait for each other.
"""

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from storage import schema
from storage.database import Database

_FAILURE: Final = schema.sign_in_failure.c
_NONCE_BYTES: Final = 8


class Attempts:
    """Failed sign-ins of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, tenant: UUID, key: bytes, since: datetime) -> int:
        """Failures under a key since an instant."""
        question = sa.select(sa.func.count()).where(
            _FAILURE.tenant_id == tenant, _FAILURE.key == key, _FAILURE.at >= since
        )
        with self._database.read() as connection:
            return connection.scalar(question) or 0

    def failed(self, tenant: UUID, key: bytes, now: datetime) -> None:
        """Note a failure."""
        row = {
            "tenant_id": tenant,
            "key": key,
            "at": now,
            "nonce": secrets.token_bytes(_NONCE_BYTES),
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(schema.sign_in_failure), row)

    def forget(self, tenant: UUID, key: bytes) -> None:
        """Forget the failures under a key."""
        self._delete(_FAILURE.tenant_id == tenant, _FAILURE.key == key)

    def clear(self, tenant: UUID, before: datetime) -> int:
        """Remove failures older than an instant; say how many."""
        return self._delete(_FAILURE.tenant_id == tenant, _FAILURE.at < before)

    def _delete(self, *conditions: sa.ColumnElement[bool]) -> int:
        with self._database.write() as connection:
            return connection.execute(
                sa.delete(schema.sign_in_failure).where(*conditions)
            ).rowcount
