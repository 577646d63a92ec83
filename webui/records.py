"""What the web keeps in the database besides the engine's records, as protocols.

`storage` implements them and `webui.bootstrap` joins them; the rows are plain values.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from engine.domain.calendars import Register
from engine.domain.office_hours import Calendar
from engine.domain.organisation import Account, Actor, Organisation
from engine.domain.run import Json
from engine.queries import WakeFailure


class Session(Protocol):
    """A browser's session, as stored."""

    @property
    def created_at(self) -> datetime:
        """When it began."""

    @property
    def seen_at(self) -> datetime:
        """When its last request was noted."""

    @property
    def data(self) -> Mapping[str, Json]:
        """What it carries."""


class Sessions(Protocol):
    """Server-side sessions; only the browser keeps the secret, the table its hash."""

    def create(
        self,
        tenant: UUID,
        now: datetime,
        data: Mapping[str, Json],
        account: UUID | None = None,
    ) -> str:
        """Store a new session and give the secret for the cookie."""

    def load(self, tenant: UUID, secret: str) -> Session | None:
        """The session of a cookie."""

    def save(
        self, tenant: UUID, secret: str, now: datetime, data: Mapping[str, Json]
    ) -> None:
        """Store what a session carries, and that it was seen."""

    def drop(self, tenant: UUID, secret: str) -> None:
        """End a session; one that does not exist is no error."""

    def clear(self, tenant: UUID, seen: datetime, created: datetime) -> int:
        """Remove sessions not seen since an instant or made before another."""


class Credentials(Protocol):
    """An account with what proves who it is."""

    @property
    def account(self) -> Account:
        """The account."""

    @property
    def password_hash(self) -> str:
        """Argon2id, as a PHC string."""

    @property
    def uniquifier(self) -> str:
        """Changes with the password: a session that carries an older one is dead."""

    @property
    def must_change(self) -> bool:
        """Whether the password opens nothing but the page that changes it."""


class SignIn(Protocol):
    """What signing in reads and writes of accounts."""

    def by_login(self, tenant: UUID, login: str) -> Credentials | None:
        """The account with a login."""

    def by_uniquifier(self, tenant: UUID, uniquifier: str) -> Credentials | None:
        """The account that a session names."""

    def set_language(self, tenant: UUID, account: UUID, language: str) -> None:
        """Store the language an account reads."""


class Attempts(Protocol):
    """Failed sign-ins, under a key of account and address together."""

    def count(self, tenant: UUID, key: bytes, since: datetime) -> int:
        """Failures under a key since an instant."""

    def failed(self, tenant: UUID, key: bytes, now: datetime) -> None:
        """Note a failure."""

    def forget(self, tenant: UUID, key: bytes) -> None:
        """Forget the failures under a key."""

    def clear(self, tenant: UUID, before: datetime) -> int:
        """Remove failures older than an instant."""


class Wakes(Protocol):
    """Wake-ups of cases that failed."""

    def failed(self, tenant: UUID, case: UUID, now: datetime, reason: str) -> None:
        """Note a failure; those of one case are counted."""

    def standing(self, tenant: UUID) -> tuple[WakeFailure, ...]:
        """The cases that could not be woken, the longest first."""

    def clear(self, tenant: UUID) -> int:
        """Remove what does not count any more; say how much."""


class Answers(Protocol):
    """Answers to requests that carried an idempotency key."""

    def clear(self, tenant: UUID, days: int) -> int:
        """Remove those older than so many days by the database's clock; how many."""


class Directory(Protocol):
    """The organisation, read without a transaction of the engine."""

    def name(self, tenant: UUID) -> str:
        """What a tenant is called. Raises NotFoundError."""

    def organisation(self, tenant: UUID) -> Organisation:
        """The organisation now: a shared snapshot."""

    def calendars(self, tenant: UUID, seed: Calendar) -> Register:
        """Which calendars are in force: a shared snapshot."""

    def actor(self, account: Account, day: date) -> Actor:
        """An account with the positions it holds on a day."""

    def accounts(self, tenant: UUID) -> tuple[Account, ...]:
        """Every account of a tenant, open and closed, by login."""

    def changes(self, tenant: UUID, limit: int) -> tuple[bytes, ...]:
        """The latest events of the organisation, newest first, as they were sealed."""
