"""The declared outages of one tenant."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.outages import Outage
from engine.errors import NotFoundError, StaleError
from storage.outage_schema import outage
from storage.statement import Link, parameter

_OUTAGE: Final = outage.c
_ALL: Final = sa.select(outage).where(
    _OUTAGE.tenant_id == parameter("tenant", _OUTAGE.tenant_id)
)
_LISTED: Final = _ALL.order_by(_OUTAGE.begins.desc(), _OUTAGE.id.desc())
_ONE: Final = _ALL.where(_OUTAGE.id == parameter("id", _OUTAGE.id))
_AT: Final = parameter("at", _OUTAGE.begins)
_COVERING: Final = (
    _ALL.where(
        _OUTAGE.begins <= _AT, sa.or_(_OUTAGE.ends.is_(None), _OUTAGE.ends > _AT)
    )
    .order_by(_OUTAGE.begins, _OUTAGE.id)
    .limit(1)
)


class Outages:
    """The declared outages of one tenant."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._tenant = tenant

    def in_force(self, at: datetime) -> Outage | None:
        """The outage in which an instant lies; of several the one that began first."""
        return next(iter(self._rows(_COVERING, at=at)), None)

    def listed(self) -> tuple[Outage, ...]:
        """Every outage, the newest first."""
        return tuple(self._rows(_LISTED))

    def get(self, outage: UUID) -> Outage:
        """An outage. Raises NotFoundError."""
        for one in self._rows(_ONE, id=outage):
            return one
        raise NotFoundError(code="no-outage")

    def add(self, one: Outage) -> None:
        """Store a new outage."""
        row = {
            "tenant_id": self._tenant,
            "id": one.id,
            "begins": one.begins,
            "ends": one.ends,
            "reason": one.reason,
            "reference": one.document,
            "declared_by": one.declared_by,
            "declared_at": one.declared_at,
            "ended_by": one.ended_by,
            "ended_at": one.ended_at,
        }
        self._link.connection.execute(sa.insert(outage), row)

    def end(self, one: Outage) -> None:
        """Store that one is over. Raises StaleError: it was ended meanwhile."""
        done = self._link.connection.execute(
            sa.update(outage)
            .where(
                _OUTAGE.tenant_id == self._tenant,
                _OUTAGE.id == one.id,
                _OUTAGE.ends.is_(None),
            )
            .values(ends=one.ends, ended_by=one.ended_by, ended_at=one.ended_at)
        )
        if done.rowcount != 1:
            raise StaleError

    def _rows(self, question: sa.Select[Any], **values: Any) -> list[Outage]:
        scope = {"tenant": self._tenant, **values}
        rows = self._link.connection.execute(question, scope)
        return [
            Outage(
                id=row.id,
                begins=row.begins,
                ends=row.ends,
                reason=row.reason,
                document=row.reference,
                declared_by=row.declared_by,
                declared_at=row.declared_at,
                ended_by=row.ended_by,
                ended_at=row.ended_at,
            )
            for row in rows
        ]
