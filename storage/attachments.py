"""Attachments of cases: the bytes under their hash, and a row that says whose they are.

An answer holds the SHA-256 of a file, so that the sealed history commits to the
content itself; the row adds the name that a person gave it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from engine.ports import Ids
from storage import orphans
from storage.database import Database
from storage.file_schema import attachment
from storage.files import Files

_ROW: Final = attachment.c


class Attachments:
    """Files that people attach to cases."""

    def __init__(self, database: Database, files: Files, ids: Ids) -> None:
        self._database = database
        self._files = files
        self._ids = ids

    def put(self, tenant: UUID, content: bytes) -> str:
        """Store bytes and give their SHA-256 in hex."""
        return self._files.put(tenant, content)

    def get(self, tenant: UUID, sha256: str) -> bytes:
        """The bytes with a hash. Raises NotFoundError."""
        return self._files.get(tenant, sha256)

    def forget(self, tenant: UUID, sha256: str) -> None:
        """Remove bytes that no case has any more."""
        question = sa.select(_ROW.id).where(
            _ROW.tenant_id == tenant, _ROW.sha256 == sha256
        )
        with self._database.read() as connection:
            kept = connection.scalar(question.limit(1)) is not None
        if not kept:
            self._files.erase(tenant, sha256)

    def tidy(self, tenant: UUID, before: datetime) -> int:
        """Remove what servers that died had begun to write before an instant."""
        return self._files.tidy(tenant, before)

    def sweep(self, tenant: UUID, now: datetime) -> int:
        """Once a day, remove files that nothing has named for a day; how many."""
        return orphans.sweep(self._database, self._files, tenant, now)

    def attach(
        self,
        place: tuple[UUID, UUID, int],
        account: UUID,
        at: datetime,
        files: Mapping[str, tuple[str, str, int]],
    ) -> None:
        """Note files of a case; noting a file again changes nothing.

        Args:
            place: Tenant, case and month of opening.
            account: Who attached them.
            at: When.
            files: SHA-256 to name, media type and size.
        """
        tenant, case, month = place
        known = self.of_case(tenant, case)
        rows = [
            {
                "tenant_id": tenant,
                "id": self._ids.uuid(),
                "case_id": case,
                "month": month,
                "sha256": sha256,
                "size": size,
                "type": kind,
                "name": name,
                "account": account,
                "added_at": at,
            }
            for sha256, (name, kind, size) in files.items()
            if sha256 not in known
        ]
        if rows:
            with self._database.write() as connection:
                connection.execute(sa.insert(attachment), rows)

    def of_case(self, tenant: UUID, case: UUID) -> Mapping[str, tuple[str, str, int]]:
        """The files of a case: SHA-256 to name, media type and size."""
        question = sa.select(_ROW.sha256, _ROW.name, _ROW.type, _ROW.size).where(
            _ROW.tenant_id == tenant, _ROW.case_id == case
        )
        with self._database.read() as connection:
            rows = connection.execute(question).all()
        return {row.sha256: (row.name, row.type, row.size) for row in rows}
