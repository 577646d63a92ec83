"""Procedures, their versions, the bytes of their packages and what those run as."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.procedure import Procedure, Version, VersionKind, VersionStatus
from engine.errors import EvidenceError, ExistsError, NotFoundError
from storage import schema
from storage.statement import Link, parameter

_PROCEDURE: Final = schema.procedure.c
_VERSION: Final = schema.procedure_version.c
_FILE: Final = schema.version_file.c
_MODEL: Final = schema.version_model.c

_PROCEDURES: Final = sa.select(_PROCEDURE.id, _PROCEDURE.code, _PROCEDURE.name).where(
    _PROCEDURE.tenant_id == parameter("tenant", _PROCEDURE.tenant_id)
)
_BY_CODE: Final = _PROCEDURES.where(
    _PROCEDURE.code == parameter("code", _PROCEDURE.code)
)
_BY_ID: Final = _PROCEDURES.where(_PROCEDURE.id == parameter("id", _PROCEDURE.id))
_OF_TENANT: Final = sa.select(schema.procedure_version).where(
    _VERSION.tenant_id == parameter("tenant", _VERSION.tenant_id)
)
_VERSIONS: Final = _OF_TENANT.where(
    _VERSION.procedure == parameter("procedure", _VERSION.procedure)
).order_by(_VERSION.number)
_ONE: Final = _OF_TENANT.where(_VERSION.id == parameter("id", _VERSION.id))
_FILES: Final = sa.select(_FILE.path, _FILE.bytes).where(
    _FILE.tenant_id == parameter("tenant", _FILE.tenant_id),
    _FILE.version == parameter("version", _FILE.version),
)
_DOCUMENT: Final = sa.select(_MODEL.hash, _MODEL.bytes).where(
    _MODEL.tenant_id == parameter("tenant", _MODEL.tenant_id),
    _MODEL.version == parameter("version", _MODEL.version),
)
_IN_FORCE: Final = _OF_TENANT.where(
    _VERSION.status == VersionStatus.PUBLISHED.value
).order_by(_VERSION.procedure, _VERSION.number)
_WITHOUT: Final = (
    _OF_TENANT.outerjoin(
        schema.version_model,
        (_MODEL.tenant_id == _VERSION.tenant_id) & (_MODEL.version == _VERSION.id),
    )
    .where(_MODEL.version.is_(None))
    .order_by(_VERSION.created_at, _VERSION.id)
)


class Procedures:
    """Procedures, their versions and the bytes of their packages, inside one tenant."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._connection = link.connection
        self._tenant = tenant

    def by_code(self, code: str) -> Procedure | None:
        """The procedure with a code."""
        row = self._connection.execute(
            _BY_CODE, {"tenant": self._tenant, "code": code}
        ).first()
        return None if row is None else self._procedure(row)

    def get(self, procedure: UUID) -> Procedure:
        """A procedure. Raises NotFoundError."""
        row = self._connection.execute(
            _BY_ID, {"tenant": self._tenant, "id": procedure}
        ).first()
        if row is None:
            raise NotFoundError
        return self._procedure(row)

    def all(self) -> tuple[UUID, ...]:
        """The ids of all procedures."""
        question = sa.select(_PROCEDURE.id).where(_PROCEDURE.tenant_id == self._tenant)
        return tuple(self._connection.scalars(question.order_by(_PROCEDURE.id)))

    def versions(self, procedure: UUID) -> tuple[Version, ...]:
        """All versions, oldest first."""
        rows = self._connection.execute(
            _VERSIONS, {"tenant": self._tenant, "procedure": procedure}
        )
        return tuple(map(_version, rows))

    def in_force(self) -> tuple[Version, ...]:
        """The published versions of all procedures, by procedure."""
        rows = self._connection.execute(_IN_FORCE, {"tenant": self._tenant})
        return tuple(map(_version, rows))

    def calling(self, code: str) -> tuple[Version, ...]:
        """The published versions that hold a version of a procedure which they call."""
        held = (
            sa.select(_FILE.version)
            .where(_FILE.tenant_id == self._tenant)
            .where(_FILE.version == _VERSION.id)
            .where(_FILE.path.startswith(f"called/{code}@", autoescape=True))
        )
        question = _IN_FORCE.where(held.exists())
        rows = self._connection.execute(question, {"tenant": self._tenant})
        return tuple(map(_version, rows))

    def version(self, version: UUID) -> Version:
        """A version. Raises NotFoundError."""
        row = self._connection.execute(
            _ONE, {"tenant": self._tenant, "id": version}
        ).first()
        if row is None:
            raise NotFoundError
        return _version(row)

    def files(self, version: UUID) -> Mapping[str, bytes]:
        """What was uploaded, and what that calls. Raises NotFoundError."""
        rows = self._connection.execute(
            _FILES, {"tenant": self._tenant, "version": version}
        )
        files = {path: bytes(content) for path, content in rows}
        if not files:
            raise NotFoundError
        return files

    def normalised(self, version: UUID) -> bytes | None:
        """What a version runs as; None: it has no document yet.

        Raises:
            EvidenceError: The stored bytes are not those that were stored first.
        """
        row = self._connection.execute(
            _DOCUMENT, {"tenant": self._tenant, "version": version}
        ).first()
        if row is None:
            return None
        content = bytes(row.bytes)
        if hashlib.sha256(content).hexdigest() != row.hash:
            raise EvidenceError("The stored model of a version changed.")
        return content

    def without_document(self) -> tuple[Version, ...]:
        """The versions that have no document, oldest first."""
        rows = self._connection.execute(_WITHOUT, {"tenant": self._tenant})
        return tuple(map(_version, rows))

    def add(self, procedure: Procedure) -> None:
        """Store a new procedure."""
        self._connection.execute(
            sa.insert(schema.procedure),
            {
                "tenant_id": self._tenant,
                "id": procedure.id,
                "code": procedure.code,
                "name": procedure.name,
            },
        )

    def add_version(
        self, version: Version, files: Mapping[str, bytes], document: bytes
    ) -> None:
        """Store a new version with its bytes and what it runs as."""
        # Files are accepted only while the version is a draft (`storage.guards`).
        draft = _version_row(version) | {"status": VersionStatus.DRAFT.value}
        self._connection.execute(sa.insert(schema.procedure_version), draft)
        self._connection.execute(
            sa.insert(schema.version_file),
            [
                {
                    "tenant_id": self._tenant,
                    "version": version.id,
                    "path": path,
                    "bytes": content,
                }
                for path, content in files.items()
            ],
        )
        self.add_document(version.id, document)
        if version.status is not VersionStatus.DRAFT:
            self.change_version(version)

    def add_document(self, version: UUID, document: bytes) -> None:
        """Store what a version runs as. Raises ExistsError when it has a document."""
        if self.normalised(version) is not None:
            raise ExistsError
        self._connection.execute(
            sa.insert(schema.version_model),
            {
                "tenant_id": self._tenant,
                "version": version,
                "hash": hashlib.sha256(document).hexdigest(),
                "bytes": document,
            },
        )

    def change_version(self, version: Version) -> None:
        """Store the life-cycle columns of a version; its bytes never change.

        Raises:
            NotFoundError: There is no such version in this tenant.
        """
        done = self._connection.execute(
            sa.update(schema.procedure_version)
            .where(_VERSION.tenant_id == self._tenant, _VERSION.id == version.id)
            .values(
                status=version.status.value,
                publisher=version.publisher,
                published_at=version.published_at,
            )
        )
        if done.rowcount != 1:
            raise NotFoundError

    def _procedure(self, row: Any) -> Procedure:
        return Procedure(tenant=self._tenant, id=row.id, code=row.code, name=row.name)


def _version(row: sa.Row[Any]) -> Version:
    return Version(
        tenant=row.tenant_id,
        id=row.id,
        procedure=row.procedure,
        number=row.number,
        status=VersionStatus(row.status),
        hash=row.hash,
        name=row.name,
        controlled=row.controlled,
        author=row.author,
        created_at=row.created_at,
        publisher=row.publisher,
        published_at=row.published_at,
        kind=VersionKind(row.kind),
    )


def _version_row(version: Version) -> dict[str, Any]:
    return {
        "tenant_id": version.tenant,
        "id": version.id,
        "procedure": version.procedure,
        "number": version.number,
        "status": version.status.value,
        "hash": version.hash,
        "name": version.name,
        "controlled": version.controlled,
        "author": version.author,
        "created_at": version.created_at,
        "publisher": version.publisher,
        "published_at": version.published_at,
        "kind": version.kind.value,
    }
