"""The ports of notices: what has happened, who is told, and what is delivered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from engine.domain.notices import About, Choice, Kind, Text, Told, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event as it stands in the log, in the order of its place there."""

    stream: UUID
    seq: int
    type: str
    at: datetime
    #: Canonical bytes.
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work, or a case as a whole, as it stands now."""

    case: UUID
    code: str
    procedure: UUID
    handling: UUID
    deciding: UUID
    #: Of work; empty, 0 and the agency that handles the case where all of it is meant.
    element: str = ""
    occurrence: int = 0
    step: str = ""
    performer: str = ""
    agency: UUID
    #: Whether it is still to be done, and by whom; None: nobody has taken it.
    active: bool
    assignee: UUID | None = None
    due_at: datetime | None = None

    @property
    def about(self) -> About:
        """What a notice says of it."""
        return About(
            case=self.case,
            element=self.element,
            occurrence=self.occurrence,
            code=self.code,
            step=self.step,
            due=self.due_at,
            agency=self.agency,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A system of an agency that is told by HTTPS."""

    id: UUID
    #: Its units are told of, and those below; None: all of the tenant.
    agency: UUID | None
    url: str
    kinds: frozenset[Kind]
    active: bool = True
    #: Counts its secrets; the secret itself stands nowhere.
    generation: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notice on its way by mail or to a system."""

    #: Names it for ever: the receiver's idempotency key.
    id: UUID
    way: Way
    kind: Kind
    #: Whom it is for: an account (mail), or a hook.
    account: UUID | None
    hook: UUID | None
    at: datetime
    about: About
    #: Of a hook: the accounts that are told.
    accounts: tuple[UUID, ...] = ()
    attempts: int = 0
    #: When it is tried next; None: not by itself, or it arrived.
    next_try: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt to deliver, for the log."""

    number: int
    at: datetime
    #: Where to: a host, or a mail address of which little is shown.
    to: str
    #: Empty: it arrived; else the code of the reason.
    reason: str
    #: What the other side said, cut short.
    answer: str = ""
    next_try: datetime | None = None


class Notices(Protocol):
    """Notices of one tenant, inside a transaction."""

    def waits(self) -> bool:
        """Whether events have places that nobody has looked at."""

    def take(self, limit: int) -> tuple[Happened, ...]:
        """The next events of cases, in the order of the log; they count as taken.

        They are taken again when the transaction does not become durable. One worker
        takes at a time; another finds nothing meanwhile.
        """

    def work(self, case: UUID, element: str, occurrence: int) -> Work | None:
        """Work, or (no element) a case, as it stands; None: there is none."""

    def doers(self, case: UUID) -> frozenset[UUID]:
        """The accounts that have taken open work of a case."""

    def choices(self, accounts: Iterable[UUID]) -> Mapping[UUID, Choice]:
        """What accounts chose; those that chose nothing have the defaults."""

    def hooks(self) -> tuple[Hook, ...]:
        """The systems that are told."""

    def tell(self, told: Told, ways: frozenset[Way]) -> bool:
        """Store a notice and its mail; False: its cause has told the account before."""

    def post(self, hook: UUID, told: Told, accounts: Iterable[UUID]) -> None:
        """Store what a system is told, once for its cause and kind."""

    def digested(self, account: UUID, day: date) -> bool:
        """Note the day of an account's digest; False: it had one that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A line of one's notices."""

    id: UUID
    kind: Kind
    at: datetime
    about: About
    read_at: datetime | None


class Bell(Protocol):
    """One's own notices and choices, each in a short transaction."""

    def unread(self, tenant: UUID, account: UUID, most: int) -> int:
        """How many are not read, counted up to a number."""

    def listed(
        self, tenant: UUID, account: UUID, limit: int, offset: int = 0
    ) -> tuple[Notice, ...]:
        """One's notices, the newest first."""

    def notice(self, tenant: UUID, account: UUID, notice: UUID) -> Notice | None:
        """One of one's own notices."""

    def read(
        self, tenant: UUID, account: UUID, now: datetime, notice: UUID | None = None
    ) -> None:
        """Note that one notice was read, or all."""

    def choice(self, tenant: UUID, account: UUID) -> Choice:
        """What an account chose."""

    def choose(self, tenant: UUID, choice: Choice) -> None:
        """Store what an account chose."""

    def digests(self, tenant: UUID, day: date, hour: int) -> tuple[Choice, ...]:
        """Who has an address, and had no digest that day though the hour has come."""

    def clear(self, tenant: UUID, before: datetime) -> int:
        """Remove notices and what is over of deliveries, older than an instant."""


class Post(Protocol):
    """Deliveries of one tenant as the postman and its pages see them."""

    def take(
        self, tenant: UUID, way: Way, now: datetime, until: datetime
    ) -> Delivery | None:
        """Take what is due: nobody else gets it before `until`, an attempt counts."""

    def done(self, tenant: UUID, delivery: UUID, tried: Try) -> None:
        """Note an attempt and what became of it."""

    def again(self, tenant: UUID, delivery: UUID, now: datetime) -> bool:
        """Have one tried at once; False: it arrived, or there is none."""

    def deliveries(
        self, tenant: UUID, limit: int, offset: int = 0, *, stuck: bool = False
    ) -> tuple[Delivery, ...]:
        """Deliveries, the newest first; `stuck`: those that have not arrived."""

    def delivery(self, tenant: UUID, delivery: UUID) -> Delivery | None:
        """One delivery."""

    def tries(self, tenant: UUID, delivery: UUID) -> tuple[Try, ...]:
        """The attempts of a delivery, the first first."""

    def hook(self, tenant: UUID, hook: UUID) -> Hook | None:
        """A system that is told."""

    def hooks(self, tenant: UUID) -> tuple[Hook, ...]:
        """All of them, the oldest first."""

    def keep_hook(self, tenant: UUID, hook: Hook, now: datetime) -> None:
        """Store a hook, new or changed."""

    def drop_hook(self, tenant: UUID, hook: UUID) -> None:
        """Forget a hook; what was on its way to it is over."""

    def texts(self, tenant: UUID) -> tuple["Wording", ...]:
        """The texts in force, by agency, kind and language."""

    def versions(
        self, tenant: UUID, agency: UUID | None, kind: Kind, language: str
    ) -> tuple["Wording", ...]:
        """Every version of a text, the newest first."""

    def keep_text(self, tenant: UUID, wording: "Wording") -> None:
        """Store the next version of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A version of a text of an agency; its number is given when it is stored."""

    #: None: for every agency that has none of its own.
    agency: UUID | None
    kind: Kind
    language: str
    text: Text
    author: UUID
    at: datetime
    number: int = 0
