"""The files that jobs make: a folder a job, in a folder a tenant, under their hash."""

import shutil
from pathlib import Path
from uuid import UUID

from storage.files import Files


class Results:
    """Files of jobs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, tenant: UUID, job: UUID, content: bytes) -> str:
        """Store bytes durably and give their SHA-256 in hex."""
        return self._of(tenant).put(job, content)

    def get(self, tenant: UUID, job: UUID, sha256: str) -> bytes:
        """The bytes.

        Raises:
            NotFoundError: The job made no such file, or it was removed.
            EvidenceError: They are not what was stored.
        """
        return self._of(tenant).get(job, sha256)

    def forget(self, tenant: UUID, job: UUID) -> None:
        """Remove every file of a job; what is gone already is no error."""
        shutil.rmtree(self._folder / tenant.hex / job.hex, ignore_errors=True)

    def _of(self, tenant: UUID) -> Files:
        return Files(self._folder / tenant.hex)
