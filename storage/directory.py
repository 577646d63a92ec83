"""The organisation as pages read it: outside the transactions of the engine."""

from datetime import date
from uuid import UUID

from engine.domain.organisation import Account, Actor, Organisation
from storage import accounts, statement
from storage.database import Database


class Directory:
    """Reads the organisation; keeps a snapshot of each tenant until it changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshots: accounts.Snapshots = {}

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

    def actor(self, account: Account, day: date) -> Actor:
        """An account with the positions it holds on a day."""
        return self.organisation(account.tenant).actor(account, day)
