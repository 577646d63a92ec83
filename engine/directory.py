"""The port of the people: accounts, the organisation, and what moves with it."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from engine.domain.organisation import (
    Account,
    Agency,
    Holder,
    Naming,
    Organisation,
    Position,
    Reach,
    Role,
    Substitution,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A piece of open work that somebody has claimed in a position."""

    case: UUID
    element: str
    occurrence: int
    #: Dossier code and short name of the step, for lists.
    code: str
    step: str
    account: UUID
    position: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """An open case in which an agency takes part, or has work."""

    case: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclaimed:
    """Open work of one performer in one agency."""

    agency: UUID
    performer: str
    count: int


class Moving(Protocol):
    """Open work and cases of one tenant, by whom they belong to."""

    def held(self, position: UUID | None = None) -> tuple[Held, ...]:
        """Work that is claimed in a position, or in any, by case."""

    def claimants(self) -> frozenset[tuple[UUID, UUID]]:
        """Who has claimed open work, and in which position: account, position."""

    def lying(
        self, agencies: frozenset[UUID], after: UUID | None, limit: int
    ) -> tuple[Lying, ...]:
        """Open cases of these agencies, by id, the next after one.

        Args:
            agencies: Take part in the case, or have open work of it.
            after: The last case that was given before; None: from the beginning.
            limit: As many at most.
        """

    def count(self, agencies: frozenset[UUID]) -> int:
        """How many open cases these agencies have."""

    def work(self, agencies: frozenset[UUID]) -> tuple[Unclaimed, ...]:
        """The open work in these agencies, by agency and performer."""


class Accounts(Protocol):
    """Accounts and the organisation of one tenant."""

    def organisation(self) -> Organisation:
        """The organisation now: a shared snapshot, read again only after a change."""

    @property
    def moving(self) -> Moving:
        """Open work and cases, by whom they belong to."""

    def account(self, account: UUID) -> Account | None:
        """An account by id."""

    def by_login(self, login: str) -> Account | None:
        """An account by login."""

    def with_role(self, role: Role) -> tuple[Account, ...]:
        """The active accounts that have a role, by login."""

    def add_account(
        self, account: Account, password_hash: str, *, must_change: bool = False
    ) -> None:
        """Store a new account; `must_change`: its password opens only its own page."""

    def add_agency(self, agency: Agency) -> None:
        """Store a new agency."""

    def add_position(self, position: Position) -> None:
        """Store a new position."""

    def add_holder(self, holder: Holder) -> None:
        """Store who holds a position."""

    def end_holding(self, holder: Holder) -> None:
        """Store the last day of a holding; position, account and first day name it."""

    def add_substitution(self, substitution: Substitution) -> None:
        """Store who acts in a position for its holder."""

    def end_substitution(self, substitution: UUID, valid_to: date) -> None:
        """Store the last day of a substitution.

        Raises:
            NotFoundError: There is no such substitution in this tenant.
        """

    def rename_agency(self, agency: UUID, naming: Naming) -> None:
        """Store what an agency is called from a day on."""

    def describe_agency(self, agency: UUID, reach: Reach) -> None:
        """Store how an agency is reached from a day on."""

    def close_agency(
        self, agency: UUID, valid_to: date, successors: tuple[UUID, ...]
    ) -> None:
        """Store the last day of an agency, and who follows it."""

    def close_position(
        self, position: UUID, valid_to: date, successor: UUID | None
    ) -> None:
        """Store the last day of a position, and which one takes its place."""

    def close_account(self, account: UUID) -> None:
        """Store that nobody signs in with an account; its sessions are dead."""

    def change_password(self, account: UUID, password_hash: str, replaces: str) -> None:
        """Store the password that a person chose; the account's sessions are dead.

        Raises:
            StaleError: The stored hash is not `replaces` any more.
        """

    def reset_password(self, account: UUID, password_hash: str) -> None:
        """Store a password that must be changed; the account's sessions are dead."""

    def found(self, name: str, *, beside: bool = False) -> None:
        """Store the tenant itself.

        Raises:
            ExistsError: The database holds a tenant already, and none may stand beside.
        """
