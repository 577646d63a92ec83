"""One's own notices, and what one chose to be told, each in a short transaction."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.notices import Choice
from engine.notices import Notice
from storage import alarm_schema, notice_rows, schema
from storage import notice_schema as tables
from storage.database import Database
from storage.statement import INSERTS, Statement, parameter

_NOTICE: Final = tables.notice.c
_CHOICE: Final = tables.choice.c
_DELIVERY: Final = tables.delivery.c
_TRY: Final = tables.attempt.c
_ALARM: Final = alarm_schema.alarm.c
_CASE: Final = schema.case.c
#: Every page asks for this.
_UNREAD: Final = Statement(
    sa.select(sa.func.count()).select_from(
        sa.select(sa.literal_column("1"))
        .where(
            _NOTICE.tenant_id == parameter("tenant", _NOTICE.tenant_id),
            _NOTICE.account == parameter("account", _NOTICE.account),
            _NOTICE.read_at.is_(None),
        )
        .limit(sa.bindparam("most", type_=sa.Integer()))
        # Else SQLite is given a parameter that nobody named.
        .offset(sa.literal_column("0"))
        .subquery()
    )
)


class Bell:
    """One's own notices and choices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self, tenant: UUID, account: UUID, most: int) -> int:
        """How many are not read, counted up to a number."""
        values = {"tenant": tenant, "account": account, "most": most}
        with self._database.glance() as link:
            row = link.first(_UNREAD, values)
        return 0 if row is None else int(row[0])

    def listed(
        self, tenant: UUID, account: UUID, limit: int, offset: int = 0
    ) -> tuple[Notice, ...]:
        """One's notices, the newest first."""
        question = (
            sa.select(tables.notice)
            .where(_NOTICE.tenant_id == tenant, _NOTICE.account == account)
            .order_by(_NOTICE.at.desc(), _NOTICE.id)
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as connection:
            return tuple(map(notice_rows.notice, connection.execute(question)))

    def notice(self, tenant: UUID, account: UUID, notice: UUID) -> Notice | None:
        """One of one's own notices."""
        question = sa.select(tables.notice).where(
            *(_NOTICE.tenant_id == tenant, _NOTICE.account == account),
            _NOTICE.id == notice,
        )
        with self._database.read() as connection:
            row = connection.execute(question).first()
            return None if row is None else notice_rows.notice(row)

    def read(
        self, tenant: UUID, account: UUID, now: datetime, notice: UUID | None = None
    ) -> None:
        """Note that one notice was read, or all."""
        mine = (_NOTICE.tenant_id == tenant, _NOTICE.account == account)
        noted = sa.update(tables.notice).where(*mine, _NOTICE.read_at.is_(None))
        if notice is not None:
            noted = noted.where(_NOTICE.id == notice)
        with self._database.write() as connection:
            connection.execute(noted.values(read_at=now))

    def choice(self, tenant: UUID, account: UUID) -> Choice:
        """What an account chose."""
        question = sa.select(tables.choice).where(
            _CHOICE.tenant_id == tenant, _CHOICE.account == account
        )
        with self._database.read() as connection:
            row = connection.execute(question).first()
            return Choice(account=account) if row is None else notice_rows.choice(row)

    def choose(self, tenant: UUID, choice: Choice) -> None:
        """Store what an account chose."""
        key = {"tenant_id": tenant, "account": choice.account}
        new = {
            "mail": choice.mail,
            "ways": notice_rows.ways_text(choice),
            "digest_hour": choice.digest_hour,
        }
        with self._database.write() as connection:
            added = INSERTS[connection.dialect.name](tables.choice).values(key | new)
            connection.execute(
                added.on_conflict_do_update(index_elements=list(key), set_=new)
            )

    def digests(self, tenant: UUID, day: date, hour: int) -> tuple[Choice, ...]:
        """Who has an address, and had no digest that day though the hour has come."""
        question = (
            sa.select(tables.choice)
            .where(
                *(_CHOICE.tenant_id == tenant, _CHOICE.mail != ""),
                _CHOICE.digest_hour <= hour,
                sa.or_(_CHOICE.digest_day.is_(None), _CHOICE.digest_day < day),
            )
            .order_by(_CHOICE.account)
        )
        with self._database.read() as connection:
            return tuple(map(notice_rows.choice, connection.execute(question)))

    def clear(self, tenant: UUID, before: datetime) -> int:
        """Remove what was told before an instant: notices, deliveries, alarms.

        A delivery must be over, and so must the case of an alarm: its row is what keeps
        work that goes on from being told of twice.
        """
        over = (
            _DELIVERY.tenant_id == tenant,
            _DELIVERY.at < before,
            _DELIVERY.next_try.is_(None),
        )
        old = sa.select(_DELIVERY.id).where(*over)
        gone = (
            sa.delete(tables.attempt).where(
                _TRY.tenant_id == tenant, _TRY.delivery.in_(old)
            ),
            sa.delete(tables.delivery).where(*over),
            sa.delete(tables.notice).where(
                _NOTICE.tenant_id == tenant, _NOTICE.at < before
            ),
        )
        told = sa.delete(alarm_schema.alarm).where(
            _ALARM.tenant_id == tenant,
            _ALARM.delivered_at < before,
            _ALARM.case_id.in_(_over(tenant)),
        )
        with self._database.write() as connection:
            return sum(connection.execute(one).rowcount for one in (*gone, told))


def _over(tenant: UUID) -> sa.Select[tuple[UUID]]:
    """Cases that have ended."""
    mine = (_CASE.tenant_id == tenant, _CASE.id == _ALARM.case_id)
    return sa.select(_CASE.id).where(*mine, _CASE.closed_at.is_not(None))
