"""The ports: what the engine needs from the outside, as protocols.

Adapters implement them; the composition root `webui.bootstrap` joins them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from engine import limits
from engine.alarms import Alarms
from engine.auditing import Auditing
from engine.calendars import Calendars
from engine.counting import Codes
from engine.directory import Accounts
from engine.domain.case import Case, Differing, Task
from engine.domain.deciding import Decider
from engine.domain.dossier_text import Told
from engine.domain.events import Sealed, Stream, StreamKind
from engine.domain.model import Model
from engine.domain.procedure import Procedure, Version
from engine.domain.run import Act, Advance, Json, Picture, Visit
from engine.dossiers import Dossiers
from engine.erasure import Eraser
from engine.errors import IncidentError
from engine.exchange import Arrivals, OpenWait, Outbox, Outgoing
from engine.jobs import Jobs
from engine.notices import Notices
from engine.outages import Outages


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class Ids(Protocol):
    """Makes what must be unique or unguessable."""

    def uuid(self) -> UUID:
        """A new UUIDv7 (RFC 9562, 5.7)."""

    def random(self, size: int) -> bytes:
        """`size` bytes that nobody can guess."""


class Services(Protocol):
    """The registered functions that service tasks call."""

    def names(self) -> frozenset[str]:
        """The functions that exist, for the check at upload."""

    def call(self, name: str, parameters: Mapping[str, Json]) -> Json:
        """Call a function. Raises ServiceFailedError."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a decision answered, and the ids of the rules that matched, in order."""

    answer: Json
    rules: tuple[str, ...] = ()


class Decisions(Protocol):
    """The decisions (DMN) that business rule tasks ask."""

    def decide(self, decision: str, data: Mapping[str, Json]) -> Ruled:
        """Ask a decision. Raises IncidentError: unknown, or not for this data."""


class Undecided:
    """The decisions of a model that comes without any."""

    def decide(self, decision: str, data: Mapping[str, Json]) -> Ruled:
        """Refuse, whatever `data` is. Raises IncidentError."""
        raise IncidentError(f"There is no decision “{decision[:80]}”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a model may ask besides its data."""

    services: Services
    decisions: Decisions = field(default_factory=Undecided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What surrounds one act: everything an interpreter may use besides its state."""

    now: datetime
    decider: Decider
    services: Services
    decisions: Decisions = field(default_factory=Undecided)
    #: Automatic steps allowed before `Advance.more` is returned.
    budget: int = limits.STEPS_PER_TRANSACTION


class Execution(Protocol):
    """The tokens and data of one case in memory."""

    def act(self, act: Act, context: Context) -> Advance:
        """Apply one act and go on until every token waits.

        An automatic step that fails leaves its token as an incident. After an exception
        the execution must be thrown away: NotReadyError, the visit is not open, or
        nothing waits for it; OutcomeRequiredError, there is no such outcome.
        """

    def picture(self) -> Picture:
        """Everything that is open now."""

    def dump(self) -> bytes:
        """The state as bytes, the same for the same state in every process."""


class Runtime(Protocol):
    """An interpreter of models."""

    def begin(self, model: Model) -> Execution:
        """A case before its first act, which must be `Open`."""

    def load(self, model: Model, state: bytes) -> Execution:
        """A case from its dumped state. Raises StateError: damaged, or of another."""


class Signer(Protocol):
    """Signs heads of the log; the keys are out of the caller's reach."""

    def keys(self, log: str) -> tuple[str, ...]:
        """The verifier keys of a log (C2SP signed-note). Raises SignerRefusedError."""

    def last(self, origin: str) -> bytes | None:
        """The last signed note of an origin. Raises SignerRefusedError."""

    def sign(self, text: bytes, proof: Sequence[bytes]) -> bytes:
        """The note of a checkpoint that grew by a proof. Raises SignerRefusedError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """Everything one act changes in a case; stored whole or not at all."""

    #: The case as it is after the act.
    case: Case
    #: The version that was loaded; None when the act opens the case.
    expected: int | None
    #: Work opened by the act, and work whose row changes (claimed, done, cancelled).
    opened: tuple[Task, ...] = ()
    changed: tuple[Task, ...] = ()
    events: tuple[Sealed, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    #: Waits for messages and signals that the act opened, and those it closed.
    waits: tuple[OpenWait, ...] = ()
    closed: tuple[Visit, ...] = ()
    #: What the case is searched by besides its code; None: as before.
    words: str | None = None
    #: What its record tells of the dossier; None: as before.
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case locked for one act, with the work that the act is about."""

    case: Case
    task: Task | None = None


class Cases(Codes, Protocol):
    """Cases, their work and their history, inside one tenant."""

    def lock(self, case: UUID, element: str = "", occurrence: int = 0) -> Loaded:
        """Load and lock a case, with a task when an element is named; one statement.

        `task` is None when there is no such work, open or closed. Raises NotFoundError.
        """

    def get(self, case: UUID) -> Case:
        """A case as it is now, not locked. Raises NotFoundError."""

    def active(self, case: Case) -> tuple[Task, ...]:
        """The open work of a case, in the order of opening."""

    def work(self, case: Case) -> tuple[Task, ...]:
        """All work of a case, open and closed, in the order of opening."""

    def doers(self, case: Case, element: str) -> frozenset[UUID]:
        """Accounts with a hand in an element: who completed it, and for whom."""

    def due(self, now: datetime, limit: int) -> tuple[UUID, ...]:
        """Cases whose next wake-up has come, oldest first, not locked by others."""

    def save(self, change: CaseChange) -> None:
        """Write an act, or what a rebuild found. Raises StaleError: another version."""

    def take_draft(self, case: Case, visit: Visit, account: UUID) -> None:
        """Give what was typed last for a visit to an account that typed nothing."""

    def keep_draft(
        self,
        case: Case,
        visit: Visit,
        account: UUID,
        answers: Mapping[str, Json],
        at: datetime,
    ) -> None:
        """Keep what an account typed for a visit, in place of what it typed before."""

    def drafted(self, case: Case) -> frozenset[Visit]:
        """The visits for which somebody has typed something."""

    def replace_tasks(self, case: Case, tasks: tuple[Task, ...]) -> None:
        """Write rebuilt work, and what no act changes, in place of what is stored."""

    def differing(self, change: CaseChange) -> tuple[Differing, ...]:
        """What of the rows of a case, and of the work that was opened, is another."""

    def find(self, ref: str) -> tuple[UUID, ...]:
        """The case with an id or a dossier code; empty when there is none."""

    def all(self, after: UUID | None = None) -> Iterator[UUID]:
        """Every case of the tenant, oldest first; those behind one that is named."""


class History(Protocol):
    """Streams of sealed events, insert-only."""

    def read(self, stream: UUID, month: int) -> tuple[Sealed, ...]:
        """The events of a stream in order, with their personal values."""

    def recent(
        self, stream: UUID, month: int, limit: int
    ) -> tuple[tuple[str, datetime], ...]:
        """Types and instants of the last events of a stream, the newest first."""

    def known(self, kind: StreamKind, stream: UUID) -> Stream | None:
        """A stream that is not a case's, as it stands, not locked; None: no event."""

    def stream(self, kind: StreamKind, stream: UUID) -> Stream | None:
        """Lock a stream that is not a case's; None before its first event."""

    def append(self, sealed: Sealed) -> None:
        """Store an event of a stream that is not a case's, with its personal values."""


class Procedures(Protocol):
    """Procedures, their versions and the bytes of their packages."""

    def by_code(self, code: str) -> Procedure | None:
        """The procedure with a code."""

    def get(self, procedure: UUID) -> Procedure:
        """A procedure. Raises NotFoundError."""

    def all(self) -> tuple[UUID, ...]:
        """The ids of all procedures."""

    def versions(self, procedure: UUID) -> tuple[Version, ...]:
        """All versions, oldest first."""

    def in_force(self) -> tuple[Version, ...]:
        """The published versions of all procedures, by procedure."""

    def calling(self, code: str) -> tuple[Version, ...]:
        """The published versions that hold a version of a procedure which they call."""

    def version(self, version: UUID) -> Version:
        """A version. Raises NotFoundError."""

    def files(self, version: UUID) -> Mapping[str, bytes]:
        """What was uploaded, and what that calls. Raises NotFoundError."""

    def add(self, procedure: Procedure) -> None:
        """Store a new procedure."""

    def normalised(self, version: UUID) -> bytes | None:
        """What a version runs as; None: not stored yet. Raises EvidenceError."""

    def without_document(self) -> tuple[Version, ...]:
        """The versions that were stored before there were such documents."""

    def add_version(
        self, version: Version, files: Mapping[str, bytes], document: bytes
    ) -> None:
        """Store a new version with its bytes and what it runs as."""

    def add_document(self, version: UUID, document: bytes) -> None:
        """Store what a version runs as, once. Raises ExistsError."""

    def change_version(self, version: Version) -> None:
        """Store the life-cycle columns of a version; its bytes never change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The stored answer to an idempotency key."""

    request: bytes
    response: str


class UnitOfWork(Protocol):
    """One transaction in one tenant. Leaving without `commit` rolls back."""

    @property
    def cases(self) -> Cases:
        """Cases, their work and their history."""

    @property
    def history(self) -> History:
        """Streams of sealed events."""

    @property
    def outbox(self) -> Outbox:
        """Letters on their way."""

    @property
    def auditing(self) -> Auditing:
        """Cases to sample, and audits."""

    @property
    def eraser(self) -> Eraser:
        """Takes personal values away."""

    @property
    def arrivals(self) -> Arrivals:
        """Who waits for them."""

    @property
    def alarms(self) -> Alarms:
        """What is due soon or overdue."""

    @property
    def notices(self) -> Notices:
        """What people are told."""

    @property
    def outages(self) -> Outages:
        """When people worked on paper."""

    @property
    def dossiers(self) -> Dossiers:
        """What is told of each."""

    @property
    def jobs(self) -> Jobs:
        """Long work."""

    @property
    def procedures(self) -> Procedures:
        """Procedures and their versions."""

    @property
    def accounts(self) -> Accounts:
        """Accounts and the organisation."""

    @property
    def calendars(self) -> Calendars:
        """Editions of calendars."""

    def __enter__(self) -> Self:
        """Begin (`BEGIN IMMEDIATE` on SQLite)."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, *_: object
    ) -> None:
        """Roll back what was not committed."""

    def remember(self, key: str, request: bytes, response: str) -> Answered | None:
        """Store a key's answer, or give the stored one; waits for who else uses it."""

    def recall(self, key: str) -> Answered | None:
        """The answer stored under an idempotency key, if any."""

    def commit(self) -> None:
        """Make everything durable. Only `engine.dispatch` calls this."""


class Store(Protocol):
    """A database."""

    def begin(self, tenant: UUID) -> UnitOfWork:
        """A unit of work in a tenant."""

    def read(self, tenant: UUID) -> UnitOfWork:
        """A unit of work that only reads, waits for no writer and is never durable."""

    def tenants(self) -> tuple[UUID, ...]:
        """All tenants."""

    def name(self, tenant: UUID) -> str:
        """The name of a tenant. Raises NotFoundError."""
