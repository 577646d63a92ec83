"""Deliveries of notices, for the postman and the pages of whoever administers.

Taking a delivery counts an attempt and puts off its next one, in one statement: nobody
else has it meanwhile, and a postman that is killed leaves it to be taken again then.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.notices import Kind, Way, name_of
from engine.notices import Delivery, Hook, Try, Wording
from storage import notice_rows
from storage import notice_schema as tables
from storage.database import Database
from storage.statement import INSERTS

_DELIVERY: Final = tables.delivery.c
_TRY: Final = tables.attempt.c
_HOOK: Final = tables.hook.c
_TEXT: Final = tables.wording.c


class Post:
    """Deliveries, the systems they go to, and their words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Deliveries.

    def take(
        self, tenant: UUID, way: Way, now: datetime, until: datetime
    ) -> Delivery | None:
        """Take what is due: nobody else gets it before `until`, an attempt counts."""
        due = (
            sa.select(tables.delivery)
            .where(
                *(_DELIVERY.tenant_id == tenant, _DELIVERY.next_try <= now),
                _DELIVERY.way == way.value,
            )
            .order_by(_DELIVERY.next_try, _DELIVERY.id)
            .limit(1)
        )
        # Mostly nothing is due: then nobody who writes is kept waiting.
        with self._database.read() as connection:
            if connection.execute(due).first() is None:
                return None
        with self._database.write() as connection:
            held = due.with_for_update(skip_locked=True)
            row = connection.execute(held).first()
            if row is None:
                return None
            taken = sa.update(tables.delivery).where(
                _DELIVERY.tenant_id == tenant, _DELIVERY.id == row.id
            )
            counted = {"attempts": row.attempts + 1, "next_try": until}
            connection.execute(taken.values(counted))
        return replace(notice_rows.delivery(row), attempts=row.attempts + 1)

    def done(self, tenant: UUID, delivery: UUID, tried: Try) -> None:
        """Note an attempt and what became of it."""
        row = {
            "tenant_id": tenant,
            "delivery": delivery,
            "number": tried.number,
            "at": tried.at,
            "target": tried.to,
            "reason": tried.reason,
            "answer": tried.answer,
            "next_try": tried.next_try,
        }
        became: dict[str, Any] = {"next_try": tried.next_try}
        if not tried.reason:
            became["delivered_at"] = tried.at
        with self._database.write() as connection:
            added = INSERTS[connection.dialect.name](tables.attempt).values(row)
            connection.execute(added.on_conflict_do_nothing())
            changed = sa.update(tables.delivery).where(
                _DELIVERY.tenant_id == tenant,
                _DELIVERY.id == delivery,
                _DELIVERY.delivered_at.is_(None),
            )
            connection.execute(changed.values(became))

    def again(self, tenant: UUID, delivery: UUID, now: datetime) -> bool:
        """Have one tried at once; False: it arrived, or there is none."""
        changed = sa.update(tables.delivery).where(
            _DELIVERY.tenant_id == tenant,
            _DELIVERY.id == delivery,
            _DELIVERY.delivered_at.is_(None),
        )
        with self._database.write() as connection:
            return connection.execute(changed.values(next_try=now)).rowcount == 1

    def deliveries(
        self, tenant: UUID, limit: int, offset: int = 0, *, stuck: bool = False
    ) -> tuple[Delivery, ...]:
        """Deliveries, the newest first; `stuck`: those that have not arrived."""
        question = sa.select(tables.delivery).where(_DELIVERY.tenant_id == tenant)
        if stuck:
            question = question.where(_DELIVERY.delivered_at.is_(None))
        question = question.order_by(_DELIVERY.at.desc(), _DELIVERY.id)
        with self._database.read() as connection:
            rows = connection.execute(question.limit(limit).offset(offset))
            return tuple(map(notice_rows.delivery, rows))

    def delivery(self, tenant: UUID, delivery: UUID) -> Delivery | None:
        """One delivery."""
        question = sa.select(tables.delivery).where(
            _DELIVERY.tenant_id == tenant, _DELIVERY.id == delivery
        )
        with self._database.read() as connection:
            row = connection.execute(question).first()
            return None if row is None else notice_rows.delivery(row)

    def tries(self, tenant: UUID, delivery: UUID) -> tuple[Try, ...]:
        """The attempts of a delivery, the first first."""
        question = (
            sa.select(tables.attempt)
            .where(_TRY.tenant_id == tenant, _TRY.delivery == delivery)
            .order_by(_TRY.number)
        )
        with self._database.read() as connection:
            return tuple(map(notice_rows.attempt, connection.execute(question)))

    # Systems.

    def hook(self, tenant: UUID, hook: UUID) -> Hook | None:
        """A system that is told."""
        question = sa.select(tables.hook).where(
            _HOOK.tenant_id == tenant, _HOOK.id == hook
        )
        with self._database.read() as connection:
            row = connection.execute(question).first()
            return None if row is None else notice_rows.hook(row)

    def hooks(self, tenant: UUID) -> tuple[Hook, ...]:
        """All of them, the oldest first."""
        question = sa.select(tables.hook).where(_HOOK.tenant_id == tenant)
        with self._database.read() as connection:
            rows = connection.execute(question.order_by(_HOOK.id))
            return tuple(map(notice_rows.hook, rows))

    def keep_hook(self, tenant: UUID, hook: Hook, now: datetime) -> None:
        """Store a hook, new or changed."""
        key = {"tenant_id": tenant, "id": hook.id}
        new = {
            "agency": hook.agency,
            "url": hook.url,
            "kinds": " ".join(sorted(kind.value for kind in hook.kinds)),
            "active": hook.active,
            "generation": hook.generation,
        }
        with self._database.write() as connection:
            added = INSERTS[connection.dialect.name](tables.hook)
            connection.execute(
                added.values(key | new | {"created_at": now}).on_conflict_do_update(
                    index_elements=list(key), set_=new
                )
            )

    def drop_hook(self, tenant: UUID, hook: UUID) -> None:
        """Forget a hook; what was on its way to it is over."""
        waiting = sa.update(tables.delivery).where(
            _DELIVERY.tenant_id == tenant, _DELIVERY.hook == hook
        )
        with self._database.write() as connection:
            connection.execute(waiting.values(next_try=None))
            connection.execute(
                sa.delete(tables.hook).where(
                    _HOOK.tenant_id == tenant, _HOOK.id == hook
                )
            )

    # Words.

    def texts(self, tenant: UUID) -> tuple[Wording, ...]:
        """The texts in force, by agency, kind and language."""
        question = sa.select(tables.wording).where(_TEXT.tenant_id == tenant)
        with self._database.read() as connection:
            rows = connection.execute(question.order_by(_TEXT.number))
            newest = {(row.agency, row.kind, row.language): row for row in rows}
        return tuple(map(notice_rows.wording, newest.values()))

    def versions(
        self, tenant: UUID, agency: UUID | None, kind: Kind, language: str
    ) -> tuple[Wording, ...]:
        """Every version of a text, the newest first."""
        question = sa.select(tables.wording).where(
            *(_TEXT.tenant_id == tenant, _TEXT.agency.is_not_distinct_from(agency)),
            *(_TEXT.kind == kind.value, _TEXT.language == language),
        )
        with self._database.read() as connection:
            rows = connection.execute(question.order_by(_TEXT.number.desc()))
            return tuple(map(notice_rows.wording, rows))

    def keep_text(self, tenant: UUID, wording: Wording) -> None:
        """Store the next version of a text; it never changes any more."""
        kind, language = wording.kind.value, wording.language
        of = wording.agency.hex if wording.agency else ""
        same = (
            *(_TEXT.tenant_id == tenant, _TEXT.kind == kind),
            *(_TEXT.agency.is_not_distinct_from(wording.agency),),
            _TEXT.language == language,
        )
        # Another version may be stored at this moment: this one gets the next number.
        while not self._stored(wording, (tenant, of), same):
            pass

    def _stored(
        self,
        wording: Wording,
        whose: tuple[UUID, str],
        same: tuple[sa.ColumnElement[bool], ...],
    ) -> bool:
        """Store a text under the number that follows, unless somebody else has it."""
        (tenant, of), kind, language = whose, wording.kind.value, wording.language
        with self._database.write() as connection:
            last = connection.scalar(sa.select(sa.func.max(_TEXT.number)).where(*same))
            number = (last or 0) + 1
            row = {
                "tenant_id": tenant,
                "id": name_of(tenant.hex, of, kind, language, str(number)),
                "agency": wording.agency,
                "kind": kind,
                "language": language,
                "number": number,
                "subject": wording.text.subject,
                "body": wording.text.body,
                "author": wording.author,
                "at": wording.at,
            }
            added = INSERTS[connection.dialect.name](tables.wording).values(row)
            done = added.on_conflict_do_nothing().returning(_TEXT.number)
            return connection.execute(done).first() is not None
