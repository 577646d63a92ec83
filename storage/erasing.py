"""Taking personal values away: every table that may hold one, in one place."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.events import EventType
from engine.erasure import REMARKS, Closed, Heard, Remark, Value
from engine.exchange import MISSED
from storage import exchange_schema, file_schema, schema
from storage.statement import Link, Statement, parameter

_CASE: Final = schema.case.c
_EVENT: Final = schema.event.c
_PERSONAL: Final = schema.personal.c
_DRAFT: Final = schema.draft.c
_OUTBOX: Final = exchange_schema.outbox.c
_FILE: Final = file_schema.attachment.c
_UPLOAD: Final = file_schema.upload.c
_EMPTY: Final = {"value": sa.null(), "salt": sa.null()}
#: Long past: what was seen then is over.
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: Closed cases that one question gives.
_LISTED: Final = 1_000
_READ_REMARKS: Final = (
    sa.select(_EVENT.stream, _EVENT.type, _EVENT.at, _EVENT.body)
    .select_from(
        schema.case.join(
            schema.event,
            sa.and_(
                *(_EVENT.tenant_id == _CASE.tenant_id, _EVENT.month == _CASE.month),
                _EVENT.stream == _CASE.id,
            ),
        )
    )
    .where(
        _CASE.tenant_id == parameter("tenant", _CASE.tenant_id),
        _CASE.id.in_(sa.bindparam("cases", expanding=True)),
        _EVENT.type.in_(sorted(one.value for one in REMARKS)),
    )
    .order_by(_EVENT.stream, _EVENT.seq)
)
_ERASE: Final = Statement(
    sa.update(schema.personal)
    .where(
        _PERSONAL.tenant_id == parameter("tenant", _PERSONAL.tenant_id),
        _PERSONAL.month == parameter("month", _PERSONAL.month),
        _PERSONAL.stream == parameter("stream", _PERSONAL.stream),
        _PERSONAL.seq == parameter("at_seq", _PERSONAL.seq),
        _PERSONAL.name == parameter("at_name", _PERSONAL.name),
    )
    .values(value=sa.null(), salt=sa.null())
)


class Eraser:
    """Takes values away, inside one tenant and transaction."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._tenant = tenant

    def closed(self, version: UUID, before: datetime) -> tuple[Closed, ...]:
        """Cases of a version that closed before and hold values, the oldest first."""
        case = schema.case.c
        holds = sa.exists().where(
            *(_PERSONAL.tenant_id == case.tenant_id, _PERSONAL.month == case.month),
            *(_PERSONAL.stream == case.id, _PERSONAL.value.is_not(None)),
        )
        query = (
            sa.select(case.id, case.code, case.closed_at)
            .where(
                *(case.tenant_id == self._tenant, case.procedure_version == version),
                *(case.closed_at < before, holds),
            )
            .order_by(case.closed_at)
            .limit(_LISTED)
        )
        return tuple(Closed(*row) for row in self._link.connection.execute(query))

    def files(self, case: UUID) -> tuple[str, ...]:
        """The attachments of a case that no other case has: SHA-256, hex."""
        other = file_schema.attachment.alias()
        shared = sa.exists().where(
            other.c.tenant_id == self._tenant,
            other.c.sha256 == _FILE.sha256,
            other.c.case_id != case,
        )
        query = sa.select(_FILE.sha256).where(
            _FILE.tenant_id == self._tenant, _FILE.case_id == case, ~shared
        )
        return tuple(sorted(self._link.connection.scalars(query)))

    def remarks(self, cases: Iterable[UUID]) -> Mapping[UUID, tuple[Remark, ...]]:
        """Erasures and holds that the record of some cases tells, the oldest first."""
        wanted = sorted(set(cases))
        scope = {"tenant": self._tenant, "cases": wanted}
        found: dict[UUID, list[Remark]] = {}
        for row in self._link.connection.execute(_READ_REMARKS, scope):
            facts = json.loads(row.body)["facts"]
            remark = Remark(type=EventType(row.type), at=row.at, facts=facts)
            found.setdefault(row.stream, []).append(remark)
        return {case: tuple(told) for case, told in found.items()}

    def present(self, case: UUID, month: int) -> tuple[Value, ...]:
        """The values of a case that are still stored, in order."""
        query = (
            sa.select(_PERSONAL.seq, _PERSONAL.name)
            .where(
                *(_PERSONAL.tenant_id == self._tenant, _PERSONAL.month == month),
                *(_PERSONAL.stream == case, _PERSONAL.value.is_not(None)),
            )
            .order_by(_PERSONAL.seq, _PERSONAL.name)
        )
        return tuple(Value(*row) for row in self._link.connection.execute(query))

    def erase(self, case: UUID, month: int, values: tuple[Value, ...]) -> None:
        """Take values and salts away, and what was derived from them."""
        if not values:
            return
        scope = {"tenant": self._tenant, "month": month, "stream": case}
        rows = [scope | {"at_seq": one.seq, "at_name": one.name} for one in values]
        self._link.run_all(_ERASE, rows)
        connection = self._link.connection
        connection.execute(
            sa.delete(schema.draft).where(
                _DRAFT.tenant_id == self._tenant, _DRAFT.case_id == case
            )
        )
        # A letter that was not delivered has nothing to say any more.
        connection.execute(
            sa.update(exchange_schema.outbox)
            .where(_OUTBOX.tenant_id == self._tenant, _OUTBOX.stream == case)
            .values(body="{}", correlation="{}", next_try=None)
        )
        connection.execute(
            sa.delete(file_schema.attachment).where(
                _FILE.tenant_id == self._tenant, _FILE.case_id == case
            )
        )
        # Files on their way to it: the next cleaning takes their bytes.
        connection.execute(
            sa.update(file_schema.upload)
            .where(_UPLOAD.tenant_id == self._tenant, _UPLOAD.case_id == case)
            .values(name="", type="", seen_at=_LONG_AGO)
        )

    def erase_sent(
        self, letter: Heard, names: Iterable[str], now: datetime
    ) -> tuple[Value, ...]:
        """Take values away from a letter that no case sent, and from its event."""
        at, wanted = self._link.connection, sorted(set(names))
        mine = (
            *(_PERSONAL.tenant_id == self._tenant, _PERSONAL.month == letter.month),
            *(_PERSONAL.stream == letter.stream, _PERSONAL.seq == letter.seq),
            *(_PERSONAL.name.in_(wanted), _PERSONAL.value.is_not(None)),
        )
        held = at.scalars(sa.select(_PERSONAL.name).where(*mine)).all()
        at.execute(sa.update(schema.personal).where(*mine).values(_EMPTY))
        for table, values in (
            (exchange_schema.outbox, {"body": "{}", "correlation": "{}"}),
            (exchange_schema.parcel, {}),
        ):
            sent = table.c
            same = (
                *(sent.tenant_id == self._tenant, sent.stream == letter.stream),
                *(sent.seq == letter.seq, sent.n == letter.n),
            )
            if values:
                at.execute(sa.update(table).where(*same).values(values))
            # Nothing is left to be told.
            missed = {"delivered_at": now, "next_try": None, "reason": MISSED}
            late = sa.update(table).where(*same, sent.delivered_at.is_(None))
            at.execute(late.values(missed))
        return tuple(Value(letter.seq, name) for name in sorted(held))
