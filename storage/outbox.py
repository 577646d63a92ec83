"""Letters on their way and their parcels, written and found.

Lock order: a letter, parcel or start event first, then the case that receives it. An
act holds its case before it wakes letters, so it passes over those that are held.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.run import Json
from engine.errors import NotFoundError
from engine.exchange import (
    BEFORE,
    MESSAGE,
    NOBODY,
    OUTSIDE,
    Attempts,
    Letter,
    Outgoing,
    Parcel,
    Ref,
)
from engine.ports import CaseChange
from storage import exchange_schema as tables
from storage import waiting
from storage.statement import Link, Statement, parameter, setting

_OUTBOX: Final = tables.outbox.c
_PARCEL: Final = tables.parcel.c

_INSERT_LETTER: Final = Statement(
    sa.insert(tables.outbox).values(setting(tables.outbox, *tables.outbox.c.keys()))
)
#: A letter that found nobody, or whose keys nobody had, has a new chance.
_SLEEPING: Final = (
    sa.select(_OUTBOX.stream, _OUTBOX.seq, _OUTBOX.n)
    .where(
        _OUTBOX.tenant_id == parameter("tenant", _OUTBOX.tenant_id),
        tables.UNDELIVERED,
        _OUTBOX.kind == sa.literal_column(f"'{MESSAGE}'"),
        _OUTBOX.name == parameter("name", _OUTBOX.name),
        _OUTBOX.reason == sa.literal_column(f"'{NOBODY}'"),
    )
    .with_for_update(skip_locked=True)
)
_WAKE: Final = Statement(
    sa.update(tables.outbox)
    .where(
        _OUTBOX.tenant_id == parameter("tenant", _OUTBOX.tenant_id),
        sa.tuple_(_OUTBOX.stream, _OUTBOX.seq, _OUTBOX.n).in_(_SLEEPING),
    )
    .values(next_try=parameter("now", _OUTBOX.next_try))
)


def store(link: Link, tenant: UUID, change: CaseChange) -> None:
    """Write what an act sends and what it waits for; mostly nothing."""
    if change.outgoing:
        link.run_all(_INSERT_LETTER, [_letter_row(tenant, o) for o in change.outgoing])
    waiting.store(link, tenant, change)
    since = {each.name: each.since for each in change.waits if each.kind == MESSAGE}
    for name, now in since.items():
        link.run(_WAKE, {"tenant": tenant, "name": name, "now": now})


class Outbox:
    """Letters and their parcels inside one tenant."""

    def __init__(self, link: Link, tenant: UUID) -> None:
        self._link = link
        self._connection = link.connection
        self._tenant = tenant

    # Letters.

    def add(self, sent: Outgoing) -> None:
        """Store a letter that no case sent."""
        self._link.run(_INSERT_LETTER, _letter_row(self._tenant, sent))

    def due(self, now: datetime, limit: int) -> tuple[Ref, ...]:
        """Letters to try now, in the order of sending, not locked by others."""
        before = tables.outbox.alias("before")
        same = (
            before.c[name] == _OUTBOX[name]
            for name in ("tenant_id", "stream", "kind", "name", "partner")
        )
        earlier = sa.tuple_(before.c.seq, before.c.n) < sa.tuple_(
            _OUTBOX.seq, _OUTBOX.n
        )
        blocked = sa.exists().where(
            *same,
            before.c.correlation == _OUTBOX.correlation,
            before.c.delivered_at.is_(None),
            earlier,
        )
        question = (
            sa.select(_OUTBOX.stream, _OUTBOX.seq, _OUTBOX.n)
            .where(
                _OUTBOX.tenant_id == self._tenant,
                tables.UNDELIVERED,
                _OUTBOX.next_try <= now,
                ~blocked,
            )
            .order_by(_OUTBOX.sent_at, _OUTBOX.stream, _OUTBOX.seq, _OUTBOX.n)
            .limit(limit)
            .with_for_update(skip_locked=True, of=tables.outbox)
        )
        return tuple(Ref(*row) for row in self._connection.execute(question))

    def lock(self, ref: Ref) -> Letter | None:
        """Lock a letter; None when another holds it or there is none."""
        question = (
            sa.select(tables.outbox)
            .where(*self._letter(ref))
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(question).first()
        return None if row is None else _letter(row, ())

    def letter(self, ref: Ref) -> Letter:
        """A letter with its parcels, not locked.

        Raises:
            NotFoundError: There is none in this tenant.
        """
        question = sa.select(tables.outbox).where(*self._letter(ref))
        row = self._connection.execute(question).first()
        if row is None:
            raise NotFoundError
        return _letter(row, self._parcels(ref))

    def mark(self, ref: Ref, tried: Attempts) -> None:
        """Store what became of a letter."""
        changed = sa.update(tables.outbox).where(*self._letter(ref))
        self._connection.execute(changed.values(_attempts_row(tried)))

    def correct(self, sent: Outgoing) -> None:
        """Write again what a letter says, as its event tells."""
        said = {
            **{name: getattr(sent, name) for name in ("kind", "name", "partner")},
            "body": _text(sent.body),
            "correlation": _text(sent.correlation),
            "sent_at": sent.sent_at,
        }
        changed = sa.update(tables.outbox).where(*self._letter(sent.ref))
        self._connection.execute(changed.values(said))

    def letters_of(self, stream: UUID) -> tuple[Letter, ...]:
        """The letters that a case sent, with their parcels, the oldest first."""
        question = sa.select(tables.outbox).where(
            _OUTBOX.tenant_id == self._tenant, _OUTBOX.stream == stream
        )
        rows = self._connection.execute(question.order_by(_OUTBOX.seq, _OUTBOX.n)).all()
        return tuple(_letter(row, self._parcels(_ref(row))) for row in rows)

    def letters(self, limit: int, *, all_: bool) -> tuple[Letter, ...]:
        """Letters with their parcels, the newest first.

        Not `all_`: those that have not arrived and that we have to deliver.
        """
        question = sa.select(tables.outbox).where(_OUTBOX.tenant_id == self._tenant)
        if not all_:
            ours = sa.and_(tables.UNDELIVERED, _OUTBOX.reason.not_in((OUTSIDE, BEFORE)))
            question = question.where(sa.or_(ours, self._unarrived()))
        # A letter of a case carries the case's id, which grows with time.
        order = (
            _OUTBOX.sent_at.desc().nulls_last(),
            _OUTBOX.stream.desc(),
            _OUTBOX.seq.desc(),
        )
        rows = self._connection.execute(
            question.order_by(*order, _OUTBOX.n.desc()).limit(limit)
        ).all()
        return tuple(_letter(row, self._parcels(_ref(row))) for row in rows)

    # Parcels.

    def parcels_due(self, now: datetime, limit: int) -> tuple[Parcel, ...]:
        """Parcels to try now, in the order of sending, not locked by others."""
        question = (
            sa.select(tables.parcel)
            .where(
                _PARCEL.tenant_id == self._tenant,
                tables.UNDELIVERED_PARCEL,
                _PARCEL.next_try <= now,
            )
            .order_by(_PARCEL.next_try, _PARCEL.stream, _PARCEL.seq, _PARCEL.n)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(map(_parcel, self._connection.execute(question)))

    def lock_parcel(self, ref: Ref, target: UUID, element: str) -> Parcel | None:
        """Lock a parcel; None when another holds it or there is none."""
        question = (
            sa.select(tables.parcel)
            .where(*self._of(ref), _PARCEL.target == target, _PARCEL.element == element)
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(question).first()
        return None if row is None else _parcel(row)

    def put(self, parcel: Parcel) -> None:
        """Store a parcel, new or changed."""
        changed = sa.update(tables.parcel).where(
            *self._of(parcel.ref),
            _PARCEL.target == parcel.target,
            _PARCEL.element == parcel.element,
        )
        values = {"receiver": parcel.receiver, **_attempts_row(parcel.tried)}
        if self._connection.execute(changed.values(values)).rowcount:
            return
        row = {
            "tenant_id": self._tenant,
            "stream": parcel.ref.stream,
            "seq": parcel.ref.seq,
            "n": parcel.ref.n,
            "target": parcel.target,
            "element": parcel.element,
            "process": parcel.process,
        }
        self._connection.execute(sa.insert(tables.parcel), row | values)

    def _parcels(self, ref: Ref) -> tuple[Parcel, ...]:
        question = sa.select(tables.parcel).where(*self._of(ref))
        order = question.order_by(_PARCEL.target, _PARCEL.element)
        return tuple(map(_parcel, self._connection.execute(order)))

    def _unarrived(self) -> sa.ColumnElement[bool]:
        return sa.exists().where(
            _PARCEL.tenant_id == _OUTBOX.tenant_id,
            _PARCEL.stream == _OUTBOX.stream,
            _PARCEL.seq == _OUTBOX.seq,
            _PARCEL.n == _OUTBOX.n,
            tables.UNDELIVERED_PARCEL,
        )

    def _letter(self, ref: Ref) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            _OUTBOX.tenant_id == self._tenant,
            _OUTBOX.stream == ref.stream,
            _OUTBOX.seq == ref.seq,
            _OUTBOX.n == ref.n,
        )

    def _of(self, ref: Ref) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            _PARCEL.tenant_id == self._tenant,
            _PARCEL.stream == ref.stream,
            _PARCEL.seq == ref.seq,
            _PARCEL.n == ref.n,
        )


def _letter_row(tenant: UUID, sent: Outgoing) -> Mapping[str, Any]:
    return {
        "new_tenant_id": tenant,
        "new_stream": sent.stream,
        "new_seq": sent.seq,
        "new_n": sent.n,
        "new_kind": sent.kind,
        "new_name": sent.name,
        "new_partner": sent.partner,
        "new_body": _text(sent.body),
        "new_correlation": _text(sent.correlation),
        "new_sent_at": sent.sent_at,
        "new_attempts": 0,
        "new_reason": "",
        # At once.
        "new_next_try": sent.sent_at,
        "new_delivered_at": None,
    }


def _text(values: Mapping[str, Json]) -> str:
    """Values as text, equal for equal values: letters are compared by it."""
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)


def _attempts_row(tried: Attempts) -> dict[str, Any]:
    return {
        "attempts": tried.attempts,
        "reason": tried.reason,
        "next_try": tried.next_try,
        "delivered_at": tried.delivered_at,
    }


def _attempts(row: sa.Row[Any]) -> Attempts:
    return Attempts(
        attempts=row.attempts,
        reason=row.reason,
        next_try=row.next_try,
        delivered_at=row.delivered_at,
    )


def _ref(row: sa.Row[Any]) -> Ref:
    return Ref(row.stream, row.seq, row.n)


def _letter(row: sa.Row[Any], parcels: tuple[Parcel, ...]) -> Letter:
    sent = Outgoing(
        stream=row.stream,
        seq=row.seq,
        n=row.n,
        kind=row.kind,
        name=row.name,
        partner=row.partner,
        body=json.loads(row.body),
        correlation=json.loads(row.correlation),
        sent_at=row.sent_at,
    )
    return Letter(sent=sent, tried=_attempts(row), parcels=parcels)


def _parcel(row: sa.Row[Any]) -> Parcel:
    return Parcel(
        ref=_ref(row),
        target=row.target,
        element=row.element,
        process=row.process,
        receiver=row.receiver,
        tried=_attempts(row),
    )
