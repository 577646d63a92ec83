"""What a handler works with: the installation's collaborators, one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.commands import edition as editions
from engine.commands.edition import Edition
from engine.domain import calendars, policy
from engine.domain.events import Doer, ModelRef
from engine.domain.organisation import Actor, Seat
from engine.domain.run import Json
from engine.domain.working_time import Calendar
from engine.erasure import Register
from engine.errors import NotAllowedError
from engine.package import Packages
from engine.ports import Clock, Ids, Runtime, Services, UnitOfWork

Result = Mapping[str, Json]


class Files(Protocol):
    """Where the bytes of uploaded files are kept, under their hash."""

    def holds(self, tenant: UUID, name: str) -> bool:
        """Whether a tenant has a file with a SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The collaborators, made once in the composition root."""

    runtime: Runtime
    #: The second interpreter, for replay and verification.
    game: Runtime
    packages: Packages
    services: Services
    #: Counted on where no edition of a calendar is confirmed.
    calendar: Calendar
    clock: Clock
    ids: Ids
    files: Files
    #: What was erased, kept outside of the database.
    erasures: Register
    #: Editions by version id and process; a version never changes once cases run on
    #: it.
    editions: dict[tuple[UUID, str], Edition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One command on its way: the unit of work, who asks, and when."""

    uow: UnitOfWork
    tools: Tools
    now: datetime
    tenant: UUID
    #: None: the engine itself (timers, continuations, installation).
    actor: Actor | None

    def check(self, action: policy.Action, thing: policy.Thing) -> None:
        """Ask policy; the engine itself may do what it schedules.

        Raises:
            NotAllowedError: The actor may not do this.
            NotFoundError: The actor may not know of it.
        """
        if self.actor is not None:
            policy.check(self.actor, action, thing)

    def doer(self, seat: Seat | None = None) -> Doer:
        """Who does it, for the record."""
        if self.actor is None:
            return Doer()
        account = self.actor.account.id
        if seat is None:
            return Doer(account=account)
        return Doer(
            account=account,
            position=seat.position.id,
            agency=seat.position.agency,
            on_behalf_of=seat.on_behalf_of,
        )

    @property
    def person(self) -> Actor:
        """Whoever answers for the act.

        Raises:
            NotAllowedError: The engine itself writes no documents and does no work.
        """
        if self.actor is None:
            raise NotAllowedError(code="no-account")
        return self.actor

    def calendars(self) -> calendars.Register:
        """Which calendars are in force."""
        return self.uow.calendars.register(self.tools.calendar)

    def edition(self, version: UUID, process: str = "") -> Edition:
        """The package and name of a version, as cases of a process run it."""
        known = self.tools.editions.get((version, process))
        if known is None:
            stored = self.uow.procedures.version(version)
            procedure = self.uow.procedures.get(stored.procedure)
            package = self.tools.packages.published(stored, self.uow.procedures).pool(
                process
            )
            ref = ModelRef(
                procedure=procedure.code, number=stored.number, hash=stored.hash
            )
            known = editions.edition(package, ref)
            self.tools.editions[version, process] = known
        return known
