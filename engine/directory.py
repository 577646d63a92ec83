"""The port of the people: accounts and the organisation."""

from datetime import date
from typing import Protocol
from uuid import UUID

from engine.domain.organisation import (
    Account,
    Agency,
    Holder,
    Organisation,
    Position,
    Role,
    Substitution,
)


class Accounts(Protocol):
    """Accounts and the organisation of one tenant."""

    def organisation(self) -> Organisation:
        """The organisation now: a shared snapshot, read again only after a change."""

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
