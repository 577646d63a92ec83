"""Events: what the history is made of.

An event says that one act happened: when, by whom in which position, on which version
of the procedure, what the tokens did, and which decisions were made. Values that people
entered are not in it: it carries commitments, `personal` rows carry the values (see
`engine.evidence.record`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple
from uuid import UUID

from engine.domain.case import Task
from engine.domain.run import Advance, Json, Visit

#: The budget of acts whose event names none; it never changes.
BUDGET: Final = 200


class EventType(Enum):
    """The acts that are recorded, as past participles."""

    CASE_OPENED = "case.opened"
    CASE_CONTINUED = "case.continued"
    CASE_HALTED = "case.halted"
    CASE_RESUMED = "case.resumed"
    CASE_STOPPED = "case.stopped"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_SUSPENDED = "case.suspended"
    CASE_TRANSFERRED = "case.transferred"
    SUSPENSION_ENDED = "suspension.ended"
    INCIDENT_RETRIED = "incident.retried"
    COMPONENT_ADDED = "component.added"
    COMPONENT_RETURNED = "component.returned"
    FEE_PAID = "fee.paid"
    RESULT_ISSUED = "result.issued"
    RESULT_RETURNED = "result.returned"
    CASE_RATED = "case.rated"
    #: Somebody noted something, and completed nothing (`engine.commands.remark_case`).
    CASE_REMARKED = "case.remarked"
    WITHDRAWAL_ASKED = "withdrawal.asked"
    HANDOVER_OFFERED = "handover.offered"
    HANDOVER_ACCEPTED = "handover.accepted"
    RECEPTION_INCOMPLETE = "reception.incomplete"
    RECEPTION_REFUSED = "reception.refused"
    TASK_CLAIMED = "task.claimed"
    TASK_RELEASED = "task.released"
    TASK_REASSIGNED = "task.reassigned"
    TASK_COMPLETED = "task.completed"
    TASK_RETURNED = "task.returned"
    TASK_RECALLED = "task.recalled"
    ACTIVITY_BEGUN = "activity.begun"
    TIMER_FIRED = "timer.fired"
    MESSAGE_RECEIVED = "message.received"
    SIGNAL_RECEIVED = "signal.received"
    SIGNAL_SENT = "signal.sent"
    PERSONAL_ERASED = "personal.erased"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    VERSION_UPLOADED = "version.uploaded"
    VERSION_PUBLISHED = "version.published"
    VERSION_RETIRED = "version.retired"
    VERSION_NORMALISED = "version.normalised"
    TENANT_FOUNDED = "tenant.founded"
    AGENCY_CREATED = "agency.created"
    AGENCY_RENAMED = "agency.renamed"
    AGENCY_DESCRIBED = "agency.described"
    AGENCIES_REORGANISED = "agencies.reorganised"
    POSITION_CREATED = "position.created"
    POSITION_HELD = "position.held"
    HOLDING_ENDED = "holding.ended"
    SUBSTITUTION_GIVEN = "substitution.given"
    SUBSTITUTION_ENDED = "substitution.ended"
    #: Work went on on paper (`engine.domain.outages`).
    OUTAGE_DECLARED = "outage.declared"
    OUTAGE_ENDED = "outage.ended"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CLOSED = "account.closed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a name, no password
    PASSWORD_RESET = "password.reset"  # noqa: S105 - a name, no password
    CASE_VIEWED = "case.viewed"
    FILE_TAKEN = "file.taken"
    #: A paper of a case was given its number (`engine.commands.number_paper`).
    PAPER_NUMBERED = "paper.numbered"
    PAPER_PRINTED = "paper.printed"
    ACCESS_REFUSED = "access.refused"
    KEY_ROTATED = "key.rotated"
    DAY_SEALED = "day.sealed"
    CALENDAR_PROPOSED = "calendar.proposed"
    CALENDAR_CONFIRMED = "calendar.confirmed"
    #: A target of punctuality was set (`engine.domain.targets`).
    TARGET_SET = "target.set"
    #: An edition of the calendar moved what a case is due (`docs/manual/clock.md`, 9).
    DUE_CHANGED = "due.changed"
    SUPPLEMENT_REQUESTED = "supplement.requested"
    SUPPLEMENT_RECEIVED = "supplement.received"
    PAYMENT_REQUESTED = "payment.requested"
    PAYMENT_RECEIVED = "payment.received"
    AGENCY_CONSULTED = "agency.consulted"
    AGENCY_ANSWERED = "agency.answered"
    #: Beside a step (`engine.domain.side_work`).
    OPINION_ASKED = "opinion.asked"
    OPINION_GIVEN = "opinion.given"
    OPINION_WITHDRAWN = "opinion.withdrawn"
    COSIGN_ASKED = "cosign.asked"
    COSIGN_GIVEN = "cosign.given"
    COSIGN_WITHDRAWN = "cosign.withdrawn"
    EXTENSION_ASKED = "extension.asked"
    EXTENSION_REFUSED = "extension.refused"
    DEADLINE_EXTENDED = "deadline.extended"
    EVIDENCE_CHECKED = "evidence.checked"
    EVIDENCE_EXPORTED = "evidence.exported"
    HISTORY_IMPORTED = "history.imported"
    AUDIT_PLANNED = "audit.planned"
    AUDIT_SAMPLED = "audit.sampled"
    CHECKLIST_ANSWERED = "checklist.answered"
    FINDING_RAISED = "finding.raised"
    ACTION_OPENED = "action.opened"
    AUDIT_CONCLUDED = "audit.concluded"


class StreamKind(Enum):
    """What a stream of events is about."""

    CASE = "case"
    PROCEDURE = "procedure"
    ORGANISATION = "organisation"
    ACCOUNT = "account"
    ACCESS = "access"
    #: What the log says of itself: its keys and its sealed days.
    LOG = "log"
    #: What a desk sent back before receipt, a stream a day and agency.
    RECEPTION = "reception"
    #: An audit: its plan, samples, answers and findings.
    AUDIT = "audit"
    #: The calendars of a tenant: every edition proposed and confirmed.
    CALENDAR = "calendar"
    #: The targets of a tenant, each as it was set.
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who did it. All empty: the engine itself (a timer, a continuation)."""

    account: UUID | None = None
    position: UUID | None = None
    agency: UUID | None = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRef:
    """The version of the procedure that was in force."""

    procedure: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act, before it is sealed."""

    type: EventType
    at: datetime
    doer: Doer = Doer()
    model: ModelRef | None = None
    visit: Visit | None = None
    #: Flow id that a person chose.
    outcome: str = ""
    effect: Advance | None = None
    #: Automatic steps that the act was allowed.
    budget: int = BUDGET
    #: The work that `effect.opened` gives to people, in the same order.
    opened: tuple[Task, ...] = ()
    #: Plain facts that are not personal data (codes, ids, names of documents).
    facts: Mapping[str, Json] = field(default_factory=dict)
    #: What was entered or received; committed to, stored apart, erasable.
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Where an event goes: one gapless chain."""

    tenant: UUID
    kind: StreamKind
    id: UUID
    month: int
    #: Sequence number and leaf hash of its last event; 0 and 32 zero bytes before the
    #: first.
    seq: int = 0
    head: bytes = bytes(32)


class Personal(NamedTuple):
    """A value behind a commitment, with the salt that keeps it from being guessed.

    A check of everything makes some of them for each event, so they are named tuples.
    """

    name: str
    #: The value as canonical JSON text; None once it has been erased.
    value: str | None
    salt: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed event, ready to be stored; `body` is the authority."""

    stream: Stream
    seq: int
    type: str
    at: datetime
    #: Canonical bytes (RFC 8785).
    body: bytes
    #: RFC 6962 leaf hash of `body`.
    leaf: bytes
    personal: tuple[Personal, ...] = ()

    def next(self) -> Stream:
        """The stream after this event."""
        return Stream(
            tenant=self.stream.tenant,
            kind=self.stream.kind,
            id=self.stream.id,
            month=self.stream.month,
            seq=self.seq,
            head=self.leaf,
        )
