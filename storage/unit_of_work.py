"""The unit of work: one transaction in one tenant, and the store that begins them.

`UnitOfWork.commit` is the only place in the program where a command becomes durable.
"""

from typing import Final, Self
from uuid import UUID

import sqlalchemy as sa

from engine import (
    alarms,
    auditing,
    calendars,
    directory,
    dossiers,
    erasure,
    exchange,
    jobs,
    notices,
    outages,
    ports,
)
from engine.errors import NotFoundError
from engine.ports import Answered
from storage import failures, schema
from storage.accounts import Accounts, Snapshots
from storage.alarms import Alarms
from storage.auditing import Auditing
from storage.calendars import Calendars, Registers
from storage.cases import Cases
from storage.database import Database
from storage.dossiers import Dossiers
from storage.erasing import Eraser
from storage.history import History
from storage.jobs import Jobs
from storage.notices import Notices
from storage.outages import Outages
from storage.outbox import Outbox
from storage.procedures import Procedures
from storage.statement import Link, Statement, parameter, setting
from storage.waiting import Arrivals

_KEY: Final = schema.idempotency.c
_REMEMBER: Final = Statement.upsert(
    schema.idempotency,
    lambda added: added.values(
        setting(schema.idempotency, "tenant_id", "key", "request", "response")
    ).on_conflict_do_nothing(),
)
_RECALL: Final = Statement(
    sa.select(_KEY.request, _KEY.response).where(
        _KEY.tenant_id == parameter("new_tenant_id", _KEY.tenant_id),
        _KEY.key == parameter("new_key", _KEY.key),
    )
)


class UnitOfWork:
    """One transaction in one tenant. Leaving without `commit` rolls back."""

    cases: ports.Cases
    history: ports.History
    outbox: exchange.Outbox
    auditing: auditing.Auditing
    eraser: erasure.Eraser
    arrivals: exchange.Arrivals
    jobs: jobs.Jobs
    alarms: alarms.Alarms
    notices: notices.Notices
    dossiers: dossiers.Dossiers
    outages: outages.Outages
    procedures: ports.Procedures
    accounts: directory.Accounts
    calendars: calendars.Calendars

    def __init__(
        self,
        database: Database,
        tenant: UUID,
        snapshots: tuple[Snapshots, Registers],
        *,
        writes: bool = True,
    ) -> None:
        self._database = database
        self._writes = writes
        self._tenant = tenant
        self._snapshots = snapshots
        self._link: Link

    def __enter__(self) -> Self:
        """Begin (`BEGIN IMMEDIATE` on SQLite, when it is to write).

        Raises:
            BusyError: The writers before us took too long (SQLite).
        """
        database = self._database
        link = self._link = database.take() if self._writes else database.look()
        cases = Cases(link, self._tenant)
        self.cases = cases
        self.history = History(link, self._tenant)
        self.outbox = Outbox(link, self._tenant)
        self.auditing = Auditing(link, self._tenant)
        self.eraser = Eraser(link, self._tenant)
        self.arrivals = Arrivals(link, self._tenant)
        self.jobs = Jobs(link, self._tenant)
        self.alarms = Alarms(link, self._tenant)
        self.notices = Notices(link, self._tenant)
        self.dossiers = Dossiers(link, self._tenant)
        self.outages = Outages(link, self._tenant)
        self.procedures = Procedures(link, self._tenant)
        organisations, registers = self._snapshots
        accounts = Accounts(
            link, self._tenant, organisations, lambda: cases.organisation
        )
        self.accounts = accounts
        self.calendars = Calendars(accounts, link, self._tenant, registers)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        *_: object,
    ) -> None:
        """Roll back what was not committed.

        Raises:
            UnavailableError: The database failed on the way. Whether a commit that
                failed took place is told by its idempotency key.
        """
        self._database.leave(self._link, turn=self._writes)
        refusal = failures.refusal(error)
        if refusal is not None:
            raise refusal from error

    def remember(self, key: str, request: bytes, response: str) -> Answered | None:
        """Store an answer under an idempotency key; give the stored one, if any.

        Waits for another transaction that uses the same key.
        """
        values = {
            "new_tenant_id": self._tenant,
            "new_key": key,
            "new_request": request,
            "new_response": response,
        }
        if self._link.run(_REMEMBER, values).rowcount == 1:
            return None
        return self.recall(key)

    def recall(self, key: str) -> Answered | None:
        """The answer stored under an idempotency key, if any."""
        values = {"new_tenant_id": self._tenant, "new_key": key}
        row = self._link.first(_RECALL, values)
        return None if row is None else Answered(request=row[0], response=row[1])

    def commit(self) -> None:
        """Make everything durable. Only `engine.dispatch` calls this."""
        if not self._writes:
            raise AssertionError("What was begun to read commits nothing.")
        self._link.connection.commit()


class Store:
    """A database, as the engine sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshots: tuple[Snapshots, Registers] = {}, {}

    def begin(self, tenant: UUID) -> UnitOfWork:
        """A unit of work in a tenant."""
        return UnitOfWork(self._database, tenant, self._snapshots)

    def read(self, tenant: UUID) -> UnitOfWork:
        """A unit of work that only reads, waits for no writer and is never durable."""
        return UnitOfWork(self._database, tenant, self._snapshots, writes=False)

    def tenants(self) -> tuple[UUID, ...]:
        """All tenants."""
        key = schema.tenant.c.tenant_id
        with self._database.read() as connection:
            return tuple(connection.scalars(sa.select(key).order_by(key)))

    def name(self, tenant: UUID) -> str:
        """The name of a tenant. Raises NotFoundError."""
        row = schema.tenant.c
        with self._database.read() as connection:
            found = connection.scalar(
                sa.select(row.name).where(row.tenant_id == tenant)
            )
        if found is None:
            raise NotFoundError
        return str(found)
