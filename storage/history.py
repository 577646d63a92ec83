"""Streams of sealed events: inserted and read; the database refuses anything else."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.events import Personal, Sealed, Stream, StreamKind
from engine.errors import NotFoundError, StaleError
from storage import schema
from storage.statement import Link, Statement, insert, parameter, setting

_EVENT: Final = schema.event.c
_PERSONAL: Final = schema.personal.c
_STREAM: Final = schema.stream.c

_INSERT_EVENT: Final = insert(schema.event)
_INSERT_PERSONAL: Final = insert(schema.personal)
_READ_EVENTS: Final = (
    sa.select(_EVENT.seq, _EVENT.kind, _EVENT.type, _EVENT.at, _EVENT.body, _EVENT.leaf)
    .where(
        _EVENT.tenant_id == parameter("tenant", _EVENT.tenant_id),
        _EVENT.month == parameter("month", _EVENT.month),
        _EVENT.stream == parameter("stream", _EVENT.stream),
    )
    .order_by(_EVENT.seq)
)
_READ_RECENT: Final = (
    sa.select(_EVENT.type, _EVENT.at)
    .where(
        _EVENT.tenant_id == parameter("tenant", _EVENT.tenant_id),
        _EVENT.month == parameter("month", _EVENT.month),
        _EVENT.stream == parameter("stream", _EVENT.stream),
    )
    .order_by(_EVENT.seq.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_READ_PERSONAL: Final = (
    sa.select(_PERSONAL.seq, _PERSONAL.name, _PERSONAL.value, _PERSONAL.salt)
    .where(
        _PERSONAL.tenant_id == parameter("tenant", _PERSONAL.tenant_id),
        _PERSONAL.month == parameter("month", _PERSONAL.month),
        _PERSONAL.stream == parameter("stream", _PERSONAL.stream),
    )
    .order_by(_PERSONAL.seq, _PERSONAL.name)
)
_THIS_STREAM: Final = sa.and_(
    _STREAM.tenant_id == parameter("tenant", _STREAM.tenant_id),
    _STREAM.id == parameter("stream", _STREAM.id),
    _STREAM.kind == parameter("kind", _STREAM.kind),
)
_LOOK_STREAM: Final = sa.select(_STREAM.month, _STREAM.seq, _STREAM.head).where(
    _THIS_STREAM
)
_LOCK_STREAM: Final = _LOOK_STREAM.with_for_update()
_MOVE_STREAM: Final = Statement(
    sa.update(schema.stream)
    .where(_THIS_STREAM, _STREAM.seq == parameter("before", _STREAM.seq))
    .values(setting(schema.stream, "seq", "head"))
)
_BEGIN_STREAM: Final = Statement.upsert(
    schema.stream,
    lambda added: added.values(
        setting(schema.stream, *(each.name for each in schema.stream.c))
    ).on_conflict_do_nothing(),
)


class History:
    """Streams of sealed events inside one tenant."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._tenant = tenant

    def read(self, stream: UUID, month: int) -> tuple[Sealed, ...]:
        """The events of a stream in order, with their personal values."""
        scope = {"tenant": self._tenant, "month": month, "stream": stream}
        personal: dict[int, list[Personal]] = {}
        for seq, name, value, salt in self._link.connection.execute(
            _READ_PERSONAL, scope
        ):
            known = Personal(name=name, value=value, salt=salt)
            personal.setdefault(seq, []).append(known)
        events: list[Sealed] = []
        head = bytes(32)
        for row in self._link.connection.execute(_READ_EVENTS, scope):
            before = Stream(
                tenant=self._tenant,
                kind=StreamKind(row.kind),
                id=stream,
                month=month,
                seq=row.seq - 1,
                head=head,
            )
            values = tuple(personal.get(row.seq, ()))
            events.append(_sealed(before, row, values))
            head = row.leaf
        return tuple(events)

    def recent(
        self, stream: UUID, month: int, limit: int
    ) -> tuple[tuple[str, datetime], ...]:
        """Types and instants of the last events of a stream, the newest first."""
        scope = {"tenant": self._tenant, "month": month, "stream": stream}
        rows = self._link.connection.execute(_READ_RECENT, {**scope, "most": limit})
        return tuple((row.type, row.at) for row in rows)

    def known(self, kind: StreamKind, stream: UUID) -> Stream | None:
        """A stream that is not a case's, as it stands, not locked; None: no event."""
        return self._stream(_LOOK_STREAM, kind, stream)

    def stream(self, kind: StreamKind, stream: UUID) -> Stream | None:
        """Lock a stream that is not a case's; None before its first event."""
        return self._stream(_LOCK_STREAM, kind, stream)

    def _stream(
        self, question: sa.Select[Any], kind: StreamKind, stream: UUID
    ) -> Stream | None:
        values = {"tenant": self._tenant, "stream": stream, "kind": kind.value}
        row = self._link.connection.execute(question, values).first()
        if row is None:
            return None
        return Stream(
            tenant=self._tenant,
            kind=kind,
            id=stream,
            month=row.month,
            seq=row.seq,
            head=row.head,
        )

    def append(self, sealed: Sealed) -> None:
        """Store an event of a stream that is not a case's, with its personal values.

        Raises:
            StaleError: Another event came first; nothing can be locked before the first
                event.
        """
        stream = sealed.stream
        if stream.tenant != self._tenant:
            raise NotFoundError
        values = {
            "tenant": self._tenant,
            "stream": stream.id,
            "kind": stream.kind.value,
            "before": stream.seq,
            "new_tenant_id": self._tenant,
            "new_id": stream.id,
            "new_kind": stream.kind.value,
            "new_month": stream.month,
            "new_seq": sealed.seq,
            "new_head": sealed.leaf,
        }
        move = _BEGIN_STREAM if stream.seq == 0 else _MOVE_STREAM
        if self._link.run(move, values).rowcount != 1:
            raise StaleError
        store(self._link, (sealed,))


def store(link: Link, events: Sequence[Sealed]) -> None:
    """Insert sealed events with their personal values, in at most two statements."""
    if len(events) == 1:
        link.run(_INSERT_EVENT, _event_row(events[0]))
    elif events:
        link.run_all(_INSERT_EVENT, map(_event_row, events))
    personal = [row for sealed in events for row in _personal_rows(sealed)]
    if personal:
        link.run_all(_INSERT_PERSONAL, personal)


def _event_row(sealed: Sealed) -> dict[str, Any]:
    stream = sealed.stream
    return {
        "new_tenant_id": stream.tenant,
        "new_month": stream.month,
        "new_stream": stream.id,
        "new_seq": sealed.seq,
        "new_kind": stream.kind.value,
        "new_type": sealed.type,
        "new_at": sealed.at,
        "new_leaf": sealed.leaf,
        "new_body": sealed.body,
    }


def _personal_rows(sealed: Sealed) -> Iterable[dict[str, Any]]:
    stream = sealed.stream
    for one in sealed.personal:
        yield {
            "new_tenant_id": stream.tenant,
            "new_month": stream.month,
            "new_stream": stream.id,
            "new_seq": sealed.seq,
            "new_name": one.name,
            "new_value": one.value,
            "new_salt": one.salt,
        }


def _sealed(before: Stream, row: Any, personal: tuple[Personal, ...]) -> Sealed:
    return Sealed(
        stream=before,
        seq=row.seq,
        type=row.type,
        at=row.at,
        body=row.body,
        leaf=row.leaf,
        personal=personal,
    )
