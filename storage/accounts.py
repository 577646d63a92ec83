"""Accounts and the organisation of one tenant.

The organisation is read by every act and changes rarely: each process keeps one
snapshot of it for every tenant, with the value that `tenant.organisation` had. Every
change of an agency, a position or a holder counts it up in the same transaction.
"""

import json
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

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
from engine.errors import ExistsError, NotFoundError, StaleError
from storage import naming_schema, organisation_rows, schema
from storage.moving import Moving
from storage.statement import Link, Statement, parameter

_TENANT: Final = schema.tenant.c
_ACCOUNT: Final = schema.account.c

_READ_VERSION: Final = Statement(
    sa.select(_TENANT.organisation).where(
        _TENANT.tenant_id == parameter("tenant", _TENANT.tenant_id)
    )
)
_ACCOUNTS: Final = sa.select(
    *(_ACCOUNT.id, _ACCOUNT.login, _ACCOUNT.name, _ACCOUNT.roles),
    *(_ACCOUNT.active, _ACCOUNT.valid_to, _ACCOUNT.language),
).where(_ACCOUNT.tenant_id == parameter("tenant", _ACCOUNT.tenant_id))
_BY_ID: Final = Statement(_ACCOUNTS.where(_ACCOUNT.id == parameter("id", _ACCOUNT.id)))
_BY_LOGIN: Final = Statement(
    _ACCOUNTS.where(_ACCOUNT.login == parameter("login", _ACCOUNT.login))
)

_ACTIVE: Final = _ACCOUNTS.where(_ACCOUNT.active).order_by(_ACCOUNT.login)

#: The snapshots of a process: tenant to (version, organisation).
Snapshots = dict[UUID, tuple[int, Organisation]]


class Accounts:
    """Accounts and the organisation of one tenant."""

    def __init__(
        self,
        link: Link,
        tenant: UUID,
        snapshots: Snapshots,
        seen: Callable[[], int | None],
    ) -> None:
        self._link = link
        self._tenant = tenant
        self._snapshots = snapshots
        #: Gives the organisation's version when another statement has read it already.
        self._seen = seen
        self._changed = False

    def organisation(self) -> Organisation:
        """The organisation now: a shared snapshot, read again only after a change.

        Raises:
            NotFoundError: There is no such tenant.
        """
        if self._changed:
            # Not committed yet: nobody else may see it.
            return organisation_rows.read(self._link.connection, self._tenant)
        version = self._seen()
        if version is None:
            row = self._link.first(_READ_VERSION, {"tenant": self._tenant})
            if row is None:
                raise NotFoundError
            version = row[0]
        known = self._snapshots.get(self._tenant)
        if known is None or known[0] != version:
            read = organisation_rows.read(self._link.connection, self._tenant)
            known = (version, read)
            self._snapshots[self._tenant] = known
        return known[1]

    @property
    def moving(self) -> Moving:
        """Open work and cases, by whom they belong to."""
        return Moving(self._link, self._tenant)

    def account(self, account: UUID) -> Account | None:
        """An account by id."""
        row = self._link.first(_BY_ID, {"tenant": self._tenant, "id": account})
        return None if row is None else account_of(self._tenant, row)

    def by_login(self, login: str) -> Account | None:
        """An account by login."""
        row = self._link.first(_BY_LOGIN, {"tenant": self._tenant, "login": login})
        return None if row is None else account_of(self._tenant, row)

    def with_role(self, role: Role) -> tuple[Account, ...]:
        """The active accounts that have a role, by login."""
        rows = self._link.connection.execute(_ACTIVE, {"tenant": self._tenant})
        accounts = (account_of(self._tenant, row) for row in rows)
        return tuple(account for account in accounts if role in account.roles)

    def add_account(
        self, account: Account, password_hash: str, *, must_change: bool = False
    ) -> None:
        """Store a new account; `must_change`: its password opens only its own page."""
        self._insert(
            schema.account,
            {
                "id": account.id,
                "login": account.login,
                "name": account.name,
                "password_hash": password_hash,
                "fs_uniquifier": secrets.token_hex(16),
                "roles": " ".join(sorted(role.value for role in account.roles)),
                "active": account.active,
                "language": account.language,
                "valid_to": account.valid_to,
                "failures": 0,
                "must_change": must_change,
            },
        )

    def add_agency(self, agency: Agency) -> None:
        """Store a new agency."""
        self._change(
            schema.agency,
            {
                "id": agency.id,
                "name": agency.name,
                "codes": json.dumps(agency.codes, ensure_ascii=False),
                "level": agency.level,
                "parent": agency.parent,
                "valid_from": agency.valid_from,
                "valid_to": agency.valid_to,
                "successors": json.dumps([each.hex for each in agency.successors]),
                "calendar": agency.calendar,
                "colour": agency.colour,
            },
        )

    def add_position(self, position: Position) -> None:
        """Store a new position."""
        self._change(
            schema.position,
            {
                "id": position.id,
                "agency": position.agency,
                "name": position.name,
                "performers": json.dumps(
                    sorted(position.performers), ensure_ascii=False
                ),
                "valid_from": position.valid_from,
                "valid_to": position.valid_to,
            },
        )

    def add_holder(self, holder: Holder) -> None:
        """Store who holds a position."""
        self._change(
            schema.holder,
            {
                "position": holder.position,
                "account": holder.account,
                "valid_from": holder.valid_from,
                "valid_to": holder.valid_to,
            },
        )

    def end_holding(self, holder: Holder) -> None:
        """Store the last day of a holding; position, account and first day name it.

        Raises:
            NotFoundError: There is no such holding in this tenant.
        """
        self._update(
            schema.holder,
            {"position": holder.position, "account": holder.account}
            | {"valid_from": holder.valid_from},
            {"valid_to": holder.valid_to},
        )
        self.touch()

    def add_substitution(self, substitution: Substitution) -> None:
        """Store who acts in a position for its holder."""
        self._change(
            schema.substitution,
            {
                "id": substitution.id,
                "position": substitution.position,
                "absent": substitution.absent,
                "substitute": substitution.substitute,
                "procedures": json.dumps(
                    sorted(each.hex for each in substitution.procedures)
                ),
                "reference": substitution.order,
                "valid_from": substitution.valid_from,
                "valid_to": substitution.valid_to,
            },
        )

    def end_substitution(self, substitution: UUID, valid_to: date) -> None:
        """Store the last day of a substitution.

        Raises:
            NotFoundError: There is no such substitution in this tenant.
        """
        ended = {"valid_to": valid_to}
        self._update(schema.substitution, {"id": substitution}, ended)
        self.touch()

    def rename_agency(self, agency: UUID, naming: Naming) -> None:
        """Store what an agency is called from a day on."""
        self._change(
            naming_schema.agency_naming,
            {
                "agency": agency,
                "since": naming.since,
                "name": naming.name,
                "codes": json.dumps(naming.codes, ensure_ascii=False),
                "level": naming.level,
                "parent": naming.parent,
                "reference": naming.document,
            },
        )

    def describe_agency(self, agency: UUID, reach: Reach) -> None:
        """Store how an agency is reached from a day on, said of it before or not."""
        table = naming_schema.agency_reach
        said = {"agency": agency, "since": reach.since}
        told = {"address": reach.address, "phone": reach.phone}
        try:
            self._update(table, said, told)
        except NotFoundError:
            self._insert(table, said | told)
        self.touch()

    def close_agency(
        self, agency: UUID, valid_to: date, successors: tuple[UUID, ...]
    ) -> None:
        """Store the last day of an agency, and who follows it.

        Raises:
            NotFoundError: There is no such agency in this tenant.
        """
        followed = json.dumps([one.hex for one in successors])
        values = {"valid_to": valid_to, "successors": followed}
        self._update(schema.agency, {"id": agency}, values)
        self.touch()

    def close_position(
        self, position: UUID, valid_to: date, successor: UUID | None
    ) -> None:
        """Store the last day of a position, and which one takes its place.

        Raises:
            NotFoundError: There is no such position in this tenant.
        """
        self._update(schema.position, {"id": position}, {"valid_to": valid_to})
        if successor is not None:
            row = {"position": position, "successor": successor}
            self._insert(naming_schema.position_successor, row)
        self.touch()

    def close_account(self, account: UUID) -> None:
        """Store that nobody signs in with an account; its sessions are dead.

        Raises:
            NotFoundError: There is no such account in this tenant.
        """
        dead = {"active": False, "fs_uniquifier": secrets.token_hex(16)}
        self._update(schema.account, {"id": account}, dead)

    def change_password(self, account: UUID, password_hash: str, replaces: str) -> None:
        """Store the password that a person chose; the account's sessions are dead.

        Raises:
            StaleError: The stored hash is not `replaces` any more.
        """
        present = {"id": account, "password_hash": replaces}
        try:
            self._update(schema.account, present, _password(password_hash))
        except NotFoundError as changed:
            raise StaleError from changed

    def reset_password(self, account: UUID, password_hash: str) -> None:
        """Store a password that must be changed; the account's sessions are dead.

        Raises:
            NotFoundError: There is no such account in this tenant.
        """
        given = _password(password_hash, must_change=True)
        self._update(schema.account, {"id": account}, given)

    def found(self, name: str, *, beside: bool = False) -> None:
        """Store the tenant itself.

        Raises:
            ExistsError: The database holds a tenant already, and none may stand beside.
        """
        connection = self._link.connection
        if connection.dialect.name == "postgresql":
            # Two installations that start at once found one tenant, not two.
            connection.exec_driver_sql("LOCK TABLE tenant IN EXCLUSIVE MODE")
        others = sa.select(_TENANT.tenant_id).limit(1)
        if not beside and connection.execute(others).first():
            raise ExistsError
        self._insert(schema.tenant, {"name": name, "organisation": 0})

    def _update(
        self, table: sa.Table, key: dict[str, Any], values: dict[str, Any]
    ) -> None:
        same = [table.c[name] == value for name, value in key.items()]
        done = self._link.connection.execute(
            sa.update(table)
            .where(table.c.tenant_id == self._tenant, *same)
            .values(values)
        )
        if done.rowcount != 1:
            raise NotFoundError

    def _change(self, table: sa.Table, row: dict[str, Any]) -> None:
        self._insert(table, row)
        self.touch()

    def touch(self) -> None:
        """Make every process read anew what stands beside the organisation."""
        self._link.connection.execute(
            sa.update(schema.tenant)
            .where(_TENANT.tenant_id == self._tenant)
            .values(organisation=_TENANT.organisation + 1)
        )
        self._changed = True

    def _insert(self, table: sa.Table, row: dict[str, Any]) -> None:
        self._link.connection.execute(
            sa.insert(table), row | {"tenant_id": self._tenant}
        )


def _password(password_hash: str, *, must_change: bool = False) -> dict[str, Any]:
    return {
        "password_hash": password_hash,
        "fs_uniquifier": secrets.token_hex(16),
        "must_change": must_change,
    }


def account_of(tenant: UUID, row: Any) -> Account:
    """An account from its id, login, name, roles, active, valid_to and language."""
    known, login, name, roles, active, valid_to, language = row
    return Account(
        tenant=tenant,
        id=known,
        login=login,
        name=name,
        roles=frozenset(map(Role, roles.split())),
        active=active,
        valid_to=valid_to,
        language=language,
    )
