"""Files on their way: parts that come one after the other, until a file is whole.

Each part is stored under its own hash before the row says that it came, so that a
connection or a server that breaks leaves a row that tells what is there. Two requests
with the same part race for the row: one wins, the other is told where the file stands.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine import limits
from engine.domain.case import month_of
from engine.unsent import Full, Room, Upload
from storage import schema
from storage.database import Database
from storage.file_schema import upload
from storage.results import Results

_ROW: Final = upload.c
#: Rows that one cleaning takes.
_CLEARED: Final = 500
#: A form that names a file is sent within this time.
_LATEST: Final = timedelta(hours=limits.UPLOAD_HOURS)
_EVENT: Final = schema.event.c
_PERSONAL: Final = schema.personal.c
_SAME: Final = sa.and_(
    *(_PERSONAL[name] == _EVENT[name] for name in ("tenant_id", "month")),
    *(_PERSONAL[name] == _EVENT[name] for name in ("stream", "seq")),
)


class Uploads:
    """Files that no answer refers to yet."""

    def __init__(self, database: Database, parts: Results) -> None:
        self._database = database
        self._parts = parts

    def begin(self, tenant: UUID, new: Upload, room: Room) -> Full | None:
        """Note a file that begins to come, or one that came at once, if there is room.

        The account is locked meanwhile, so that files which begin at the same moment
        are counted one after the other.

        Returns:
            Whose room it does not fit in; None: it is noted.
        """
        row = {
            "tenant_id": tenant,
            "id": new.id,
            "account": new.account,
            "case_id": new.case,
            "name": new.name,
            "type": new.type,
            "size": new.size,
            "received": new.received,
            "parts": "",
            "sha256": new.sha256,
            "began_at": new.began_at,
            "seen_at": new.seen_at,
        }
        with self._database.write() as connection:
            connection.execute(_owner(tenant, new.account))
            full = _full(connection, tenant, new, room)
            if full is None:
                connection.execute(sa.insert(upload).values(row))
        return full

    def find(self, tenant: UUID, account: UUID, identity: UUID) -> Upload | None:
        """A file that an account sends; None also for somebody else's."""
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(upload).where(
                    _ROW.tenant_id == tenant,
                    _ROW.id == identity,
                    _ROW.account == account,
                )
            ).one_or_none()
        return None if row is None else _upload(row)

    def underway(self, tenant: UUID, account: UUID) -> tuple[int, int]:
        """How many files of an account are not whole, and their bytes in all."""
        question = sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(_ROW.size), 0)
        ).where(
            _ROW.tenant_id == tenant, _ROW.account == account, _ROW.sha256.is_(None)
        )
        with self._database.read() as connection:
            count, size = connection.execute(question).one()
        return int(count), int(size)

    def add(
        self, tenant: UUID, known: Upload, part: bytes, now: datetime
    ) -> Upload | None:
        """Add a part at the end of what came; None: it stands elsewhere by now."""
        sha256 = self._parts.put(tenant, known.id, part)
        received = known.received + len(part)
        with self._database.write() as connection:
            changed = connection.execute(
                sa.update(upload)
                .where(
                    _ROW.tenant_id == tenant,
                    _ROW.id == known.id,
                    _ROW.received == known.received,
                )
                .values(
                    received=received,
                    parts=_ROW.parts + f"{sha256} ",
                    seen_at=now,
                )
            )
        if changed.rowcount != 1:
            if self.find(tenant, known.account, known.id) is None:
                # Given up meanwhile: nobody would remove the part any more.
                self._parts.forget(tenant, known.id)
            return None
        return self.find(tenant, known.account, known.id)

    def content(self, tenant: UUID, identity: UUID) -> bytes:
        """What came so far, joined."""
        return b"".join(self._read(tenant, identity))

    def whole(self, tenant: UUID, identity: UUID, sha256: str, kind: str) -> None:
        """Say that a file is whole, under which hash and of which media type."""
        self._set(tenant, identity, {"sha256": sha256, "type": kind, "parts": ""})
        self._parts.forget(tenant, identity)

    def forget(self, tenant: UUID, identity: UUID) -> None:
        """Remove a file that does not come any more, with its parts.

        The parts first: a row without them goes with the next sweep, parts without a
        row would stay for ever.
        """
        self._parts.forget(tenant, identity)
        with self._database.write() as connection:
            connection.execute(
                sa.delete(upload).where(_ROW.tenant_id == tenant, _ROW.id == identity)
            )

    def used(self, tenant: UUID, account: UUID, names: Collection[str]) -> None:
        """Remove the rows of an account's files that a case holds by now."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(upload).where(
                    _ROW.tenant_id == tenant,
                    _ROW.account == account,
                    _ROW.sha256.in_(sorted(names)),
                )
            )

    def keep(self, tenant: UUID, identity: UUID, now: datetime) -> None:
        """Count the time of a file from now."""
        self._set(tenant, identity, {"seen_at": now})

    def abandoned(self, tenant: UUID, before: datetime) -> tuple[Upload, ...]:
        """Files that nobody has touched since an instant, the oldest first."""
        question = (
            sa.select(upload)
            .where(_ROW.tenant_id == tenant, _ROW.seen_at < before)
            .order_by(_ROW.seen_at)
            .limit(_CLEARED)
        )
        with self._database.read() as connection:
            return tuple(_upload(row) for row in connection.execute(question))

    def drafted(self, tenant: UUID, sha256: str) -> bool:
        """Whether a draft refers to bytes."""
        draft = schema.draft.c
        mentions = sa.or_(
            draft.typed.contains(sha256, autoescape=True),
            draft.aside.contains(sha256, autoescape=True),
        )
        return self._any(draft.tenant_id == tenant, mentions)

    def wanted(self, tenant: UUID, sha256: str) -> bool:
        """Whether an upload or a draft refers to bytes."""
        sent = self._any(_ROW.tenant_id == tenant, _ROW.sha256 == sha256)
        return sent or self.drafted(tenant, sha256)

    def recorded(self, tenant: UUID, known: Upload) -> bool:
        """Whether a record names the bytes since they came.

        An answer is durable before the row that says whose its file is; a server that
        dies between the two leaves it to this. Looked at are the events of the case
        that the file came for, or the receipts since then.
        """
        sha256 = known.sha256 or ""
        events = _events(tenant, known)
        values = (
            sa.select(_PERSONAL.value)
            .join(schema.event, _SAME)
            .where(*events, _PERSONAL.value.is_not(None))
        )
        with self._database.read() as connection:
            bodies = connection.scalars(sa.select(_EVENT.body).where(*events))
            if any(sha256.encode() in bytes(one) for one in bodies):
                return True
            return any(sha256 in one for one in connection.scalars(values))

    def _any(self, *which: sa.ColumnElement[bool]) -> bool:
        question = sa.select(sa.literal(1)).where(*which).limit(1)
        with self._database.read() as connection:
            return connection.execute(question).first() is not None

    def _read(self, tenant: UUID, identity: UUID) -> Iterator[bytes]:
        with self._database.read() as connection:
            names = connection.scalar(
                sa.select(_ROW.parts).where(
                    _ROW.tenant_id == tenant, _ROW.id == identity
                )
            )
        for name in (names or "").split():
            yield self._parts.get(tenant, identity, name)

    def _set(self, tenant: UUID, identity: UUID, values: dict[str, Any]) -> None:
        with self._database.write() as connection:
            connection.execute(
                sa.update(upload)
                .where(_ROW.tenant_id == tenant, _ROW.id == identity)
                .values(values)
            )


def _owner(tenant: UUID, account: UUID) -> sa.Select[tuple[UUID]]:
    """Lock an account against others who count; rows that refer to it may come."""
    known = schema.account.c
    mine = sa.select(known.id).where(known.tenant_id == tenant, known.id == account)
    return mine.with_for_update(key_share=True)


def _full(
    connection: sa.Connection, tenant: UUID, new: Upload, room: Room
) -> Full | None:
    size = sa.func.coalesce(sa.func.sum(_ROW.size), 0)
    here = sa.select(sa.func.count(), size).where(_ROW.tenant_id == tenant)
    count, own = connection.execute(here.where(_ROW.account == new.account)).one()
    if count >= room.files or own + new.size > room.own:
        return Full.OWN
    _, taken = connection.execute(here).one()
    return Full.ALL if taken + new.size > room.all else None


def _events(tenant: UUID, known: Upload) -> tuple[sa.ColumnElement[bool], ...]:
    """The events that may name a file that came."""
    since = (_EVENT.tenant_id == tenant, _EVENT.at >= known.began_at)
    if known.case is None:
        days = range((known.seen_at + _LATEST - known.began_at).days + 2)
        months = {month_of(known.began_at + timedelta(days=day)) for day in days}
        return (*since, _EVENT.month.in_(sorted(months)), _EVENT.seq == 1)
    case = schema.case.c
    mine = (case.tenant_id == tenant, case.id == known.case)
    month = sa.select(case.month).where(*mine).scalar_subquery()
    return (*since, _EVENT.month == month, _EVENT.stream == known.case)


def _upload(row: Any) -> Upload:
    return Upload(
        id=row.id,
        account=row.account,
        case=row.case_id,
        name=row.name,
        type=row.type,
        size=row.size,
        received=row.received,
        sha256=row.sha256,
        began_at=row.began_at,
        seen_at=row.seen_at,
    )
