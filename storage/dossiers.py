"""What is told of dossiers: written with the act, read by lists and reports."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain import dossier_text
from engine.domain.case import Case
from engine.domain.dossier_text import Told
from engine.domain.indicators import Filed, Period
from engine.dossiers import ALL, Offer, Part
from engine.evidence import record, told
from storage import scans, schema
from storage.dossier_schema import dossier
from storage.statement import Link, Statement, parameter, setting

_DOSSIER: Final = dossier.c
_CASE: Final = schema.case.c
_EVENT: Final = schema.event.c
_PROCEDURE: Final = schema.procedure.c
_KEY: Final = ("tenant_id", "case_id")
_STORE: Final = Statement.upsert(
    dossier,
    lambda added: added.values(
        setting(dossier, *dossier.c.keys())
    ).on_conflict_do_update(
        index_elements=_KEY,
        set_={
            one.name: added.excluded[one.name]
            for one in dossier.c
            if one.name not in _KEY
        },
    ),
)
_GET: Final = Statement(
    sa.select(_DOSSIER.told, _DOSSIER.changed_at, _DOSSIER.field).where(
        _DOSSIER.tenant_id == parameter("tenant", _DOSSIER.tenant_id),
        _DOSSIER.case_id == parameter("case", _DOSSIER.case_id),
    )
)
_OF_CASE: Final = sa.and_(
    _CASE.tenant_id == _DOSSIER.tenant_id, _CASE.id == _DOSSIER.case_id
)
_OF_PROCEDURE: Final = sa.and_(
    _PROCEDURE.tenant_id == _DOSSIER.tenant_id, _PROCEDURE.id == _DOSSIER.procedure
)
_FILED: Final = sa.select(
    *(_DOSSIER.case_id, _DOSSIER.told, _DOSSIER.changed_at, _DOSSIER.field),
    *(_CASE.handling, _CASE.month, _CASE.code),
    *(_CASE.procedure_version, _CASE.process),
    _PROCEDURE.code.label("procedure"),
).select_from(dossier.join(schema.case, _OF_CASE).join(schema.procedure, _OF_PROCEDURE))
_BODIES: Final = (
    sa.select(_EVENT.body)
    .where(
        _EVENT.tenant_id == parameter("tenant", _EVENT.tenant_id),
        _EVENT.month == parameter("month", _EVENT.month),
        _EVENT.stream == parameter("case", _EVENT.stream),
    )
    .order_by(_EVENT.seq)
)


def store(link: Link, case: Case, found: Told) -> None:
    """Write what is told of a case in place of what was told before."""
    row = row_of(case, found)
    link.run(_STORE, {f"new_{name}": value for name, value in row.items()})


def row_of(case: Case, found: Told) -> dict[str, Any]:
    """What is told of a case, as its row."""
    one = found.dossier
    offer = one.handover
    return {
        "tenant_id": case.tenant,
        "case_id": case.id,
        "procedure": case.procedure,
        "channel": one.channel,
        "field": found.field,
        "portal": found.state.value,
        "paid": one.paid.value,
        "score": one.score,
        "received_at": one.received_at or case.opened_at,
        "changed_at": found.changed_at,
        "ending": None if one.ending is None else one.ending.value,
        "ended_at": one.ended_at,
        "returned_at": one.returned_at,
        "giver": None if offer is None else UUID(offer.giver),
        "taker": None if offer is None else UUID(offer.taker),
        "told": dossier_text.dump(one),
    }


class Dossiers:
    """Dossiers of one tenant, inside a transaction."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._tenant = tenant

    def get(self, case: UUID) -> Told | None:
        """What is stored of a case; None: nothing yet."""
        row = self._link.first(_GET, {"tenant": self._tenant, "case": case})
        if row is None:
            return None
        text, changed, field = row
        read = dossier_text.load(text)
        return Told(dossier=read, changed_at=changed, field=field)

    def owns(self, scan: str, case: UUID | None, account: UUID) -> bool:
        """Whether a scan is of a case (`storage.scans`)."""
        return scans.belongs(self._link, self._tenant, scan, case, account)

    def offered(self, positions: Iterable[UUID]) -> tuple[Offer, ...]:
        """The files that were offered to or by these positions, the oldest first."""
        some = tuple(positions)
        question = (
            sa.select(_DOSSIER.told, _CASE.id, _CASE.code)
            .select_from(dossier.join(schema.case, _OF_CASE))
            .where(_DOSSIER.tenant_id == self._tenant)
            .where(sa.or_(_DOSSIER.taker.in_(some), _DOSSIER.giver.in_(some)))
        )
        rows = self._link.connection.execute(question)
        found = (_offer(*row) for row in rows)
        return tuple(sorted(found, key=lambda one: (one.at, one.code)))

    def cases_of(self, period: Period, part: Part = ALL) -> tuple[UUID, ...]:
        """The cases of `of_period` alone, in the order of their ids."""
        question = self._of(_FILED.with_only_columns(_DOSSIER.case_id), period, part)
        return tuple(self._link.connection.scalars(question))

    def of_period(self, period: Period, part: Part = ALL) -> tuple[Filed, ...]:
        """Every dossier with a part in a period, as its record stood at its end."""
        rows = self._link.connection.execute(self._of(_FILED, period, part)).all()
        return tuple(self._filed(row, period.end) for row in rows)

    def _of(self, question: sa.Select[Any], period: Period, part: Part) -> Any:
        """A question about the dossiers of a period, narrowed to a part of them."""
        question = question.where(
            _DOSSIER.tenant_id == self._tenant,
            _DOSSIER.received_at <= period.end,
            sa.or_(_DOSSIER.ended_at.is_(None), _DOSSIER.ended_at >= period.begin),
        ).order_by(_DOSSIER.case_id)
        if part.agencies is not None:
            question = question.where(_CASE.handling.in_(part.agencies))
        if part.first is not None:
            question = question.where(_DOSSIER.case_id >= part.first)
        if part.last is not None:
            question = question.where(_DOSSIER.case_id <= part.last)
        return question.limit(part.most)

    def _filed(self, row: Any, end: datetime) -> Filed:
        """A row; where the case was changed later, its events until then."""
        if row.changed_at <= end:
            stood = dossier_text.load(row.told)
        else:
            scope = {"tenant": self._tenant, "month": row.month, "case": row.case_id}
            bodies = self._link.connection.scalars(_BODIES, scope)
            stood = told.of_bodies(map(record.parse, bodies), until=end).dossier
        return Filed(
            procedure=row.procedure,
            field=row.field,
            agency=row.handling.hex,
            case=row.case_id,
            code=row.code,
            version=row.procedure_version,
            process=row.process,
            dossier=stood,
        )


def _offer(text: str, case: UUID, code: str) -> Offer:
    found = dossier_text.load(text).handover
    if found is None:
        message = f"The dossier {code} is offered by its columns alone."
        raise ValueError(message)
    return Offer(
        case=case,
        code=code,
        giver=UUID(found.giver),
        taker=UUID(found.taker),
        at=found.at,
    )
