"""The organisation as pages read it: outside the transactions of the engine."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from engine.domain.calendars import Register
from engine.domain.events import StreamKind
from engine.domain.office_hours import Calendar
from engine.domain.organisation import Account, Actor, Organisation
from engine.errors import NotFoundError
from storage import accounts, calendars, schema, statement
from storage.database import Database


class Directory:
    """Reads the organisation; keeps a snapshot of each tenant until it changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshots: accounts.Snapshots = {}
        self._registers: calendars.Registers = {}

    def organisation(self, tenant: UUID) -> Organisation:
        """The organisation now: a shared snapshot, read again only after a change.

        Raises:
            NotFoundError: There is no such tenant.
        """
        with self._database.read() as connection:
            link = statement.Link(connection, None)
            return accounts.Accounts(
                link, tenant, self._snapshots, lambda: None
            ).organisation()

    def name(self, tenant: UUID) -> str:
        """What a tenant is called. Raises NotFoundError."""
        row = schema.tenant.c
        question = sa.select(row.name).where(row.tenant_id == tenant)
        with self._database.read() as connection:
            found = connection.execute(question).scalar()
        if found is None:
            raise NotFoundError(code="no-tenant")
        return str(found)

    def calendars(self, tenant: UUID, seed: Calendar) -> Register:
        """Which calendars are in force: a shared snapshot, as of the organisation."""
        with self._database.read() as connection:
            link = statement.Link(connection, None)
            people = accounts.Accounts(link, tenant, self._snapshots, lambda: None)
            known = calendars.Calendars(people, link, tenant, self._registers)
            return known.register(seed)

    def actor(self, account: Account, day: date) -> Actor:
        """An account with the positions it holds on a day."""
        return self.organisation(account.tenant).actor(account, day)

    def accounts(self, tenant: UUID) -> tuple[Account, ...]:
        """Every account of a tenant, open and closed, by login."""
        row = schema.account.c
        question = (
            sa.select(
                *(row.id, row.login, row.name, row.roles),
                *(row.active, row.valid_to, row.language),
            )
            .where(row.tenant_id == tenant)
            .order_by(row.login)
        )
        with self._database.read() as connection:
            rows = connection.execute(question).all()
        return tuple(accounts.account_of(tenant, each) for each in rows)

    def changes(self, tenant: UUID, limit: int) -> tuple[bytes, ...]:
        """The latest events of the organisation, newest first, as they were sealed."""
        event, stream = schema.event.c, schema.stream.c
        question = (
            sa.select(event.body)
            .where(
                stream.tenant_id == tenant,
                stream.id == tenant,
                stream.kind == StreamKind.ORGANISATION.value,
                event.tenant_id == stream.tenant_id,
                event.month == stream.month,
                event.stream == stream.id,
            )
            .order_by(event.seq.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple(bytes(body) for body in connection.scalars(question))
