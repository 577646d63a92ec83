"""Web sessions and the side of accounts that signing in needs.

A session's id is 256 random bits that only the browser keeps; the table knows its
SHA-256. Nothing here is an act of a procedure, so each method is a short transaction of
its own.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.organisation import Account
from engine.domain.run import Json
from storage import schema
from storage.accounts import account_of
from storage.database import Database
from storage.statement import Statement, parameter

_SESSION: Final = schema.web_session.c
_ACCOUNT: Final = schema.account.c
_BYTES: Final = 32

# Every page asks for the session and the account of whoever looks at it.
_LOAD: Final = Statement(
    sa.select(
        *(_SESSION.account, _SESSION.created_at, _SESSION.seen_at, _SESSION.data)
    ).where(
        _SESSION.tenant_id == parameter("tenant", _SESSION.tenant_id),
        _SESSION.hash == parameter("hash", _SESSION.hash),
    )
)


def _by(column: sa.Column[Any]) -> Statement:
    """The credentials of the account that has a value."""
    return Statement(
        sa.select(
            *(_ACCOUNT.password_hash, _ACCOUNT.fs_uniquifier, _ACCOUNT.must_change),
            *(_ACCOUNT.id, _ACCOUNT.login, _ACCOUNT.name, _ACCOUNT.roles),
            *(_ACCOUNT.active, _ACCOUNT.valid_to, _ACCOUNT.language),
        ).where(
            _ACCOUNT.tenant_id == parameter("tenant", _ACCOUNT.tenant_id),
            column == parameter("value", column),
        )
    )


_BY_LOGIN: Final = _by(_ACCOUNT.login)
_BY_ID: Final = _by(_ACCOUNT.id)
_BY_UNIQUIFIER: Final = _by(_ACCOUNT.fs_uniquifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser's session, as stored."""

    account: UUID | None
    created_at: datetime
    seen_at: datetime
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An account with what proves who it is."""

    account: Account
    password_hash: str
    #: Changes with the password; a session that carries an older one is dead.
    uniquifier: str
    #: The password opens only the page that changes it.
    must_change: bool


class Sessions:
    """Server-side sessions of the web pages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        tenant: UUID,
        now: datetime,
        data: Mapping[str, Json],
        account: UUID | None = None,
    ) -> str:
        """Store a new session and give the id for the cookie."""
        secret = secrets.token_urlsafe(_BYTES)
        row = {
            "tenant_id": tenant,
            "hash": _hash(secret),
            "account": account,
            "created_at": now,
            "seen_at": now,
            "data": _text(data),
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(schema.web_session), row)
        return secret

    def load(self, tenant: UUID, secret: str) -> Session | None:
        """The session of a cookie."""
        with self._database.glance() as link:
            row = link.first(_LOAD, {"tenant": tenant, "hash": _hash(secret)})
        if row is None:
            return None
        account, created_at, seen_at, data = row
        return Session(
            account=account,
            created_at=created_at,
            seen_at=seen_at,
            data=json.loads(data),
        )

    def save(
        self,
        tenant: UUID,
        secret: str,
        now: datetime,
        data: Mapping[str, Json],
    ) -> None:
        """Store what a session carries, and that it was seen."""
        self._write(
            sa.update(schema.web_session)
            .where(_this(tenant, secret))
            .values(data=_text(data), seen_at=now)
        )

    def drop(self, tenant: UUID, secret: str) -> None:
        """End a session."""
        self._write(sa.delete(schema.web_session).where(_this(tenant, secret)))

    def clear(self, tenant: UUID, seen: datetime, created: datetime) -> int:
        """Remove sessions last seen or made too long ago; say how many."""
        old = sa.or_(_SESSION.seen_at < seen, _SESSION.created_at < created)
        return self._write(
            sa.delete(schema.web_session).where(_SESSION.tenant_id == tenant, old)
        )

    def _write(self, statement: sa.Update | sa.Delete) -> int:
        with self._database.write() as connection:
            return connection.execute(statement).rowcount


class SignIn:
    """What signing in reads and writes of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_login(self, tenant: UUID, login: str) -> Credentials | None:
        """The account with a login."""
        return self._find(_BY_LOGIN, tenant, login)

    def by_id(self, tenant: UUID, account: UUID) -> Credentials | None:
        """The account with an id."""
        return self._find(_BY_ID, tenant, account)

    def by_uniquifier(self, tenant: UUID, uniquifier: str) -> Credentials | None:
        """The account that a session names."""
        return self._find(_BY_UNIQUIFIER, tenant, uniquifier)

    def set_language(self, tenant: UUID, account: UUID, language: str) -> None:
        """Store the language an account reads."""
        self._change(tenant, account, {"language": language})

    def _find(
        self, question: Statement, tenant: UUID, value: object
    ) -> Credentials | None:
        with self._database.glance() as link:
            row = link.first(question, {"tenant": tenant, "value": value})
        if row is None:
            return None
        password_hash, uniquifier, must_change, *account = row
        return Credentials(
            account=account_of(tenant, account),
            password_hash=password_hash,
            uniquifier=uniquifier,
            must_change=must_change,
        )

    def _change(self, tenant: UUID, account: UUID, values: dict[str, Any]) -> None:
        statement = (
            sa.update(schema.account)
            .where(_ACCOUNT.tenant_id == tenant, _ACCOUNT.id == account)
            .values(values)
        )
        with self._database.write() as connection:
            connection.execute(statement)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _this(tenant: UUID, secret: str) -> sa.ColumnElement[bool]:
    return sa.and_(_SESSION.tenant_id == tenant, _SESSION.hash == _hash(secret))


def _text(data: Mapping[str, Json]) -> str:
    return json.dumps(dict(data), ensure_ascii=False)
