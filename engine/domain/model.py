"""The parsed model: what a BPMN diagram says, as plain records.

`models_bpmn.importer` makes it, everyone else reads it; both interpreters (the compiled
token game and SpiffWorkflow) are built from it and from nothing else. Names are those
of BPMN 2.0.2.

A `Model` is *linked*: it holds the process that a case runs and every process it calls,
so that an element id means one element. Ids that two files share are qualified by the
importer as `<process id>.<element id>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from engine.domain.offering import SILENT, Offering


class NodeKind(Enum):
    """The flow nodes that run (BPMN 2.0.2, 13.3 to 13.5)."""

    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    CATCH_EVENT = "intermediateCatchEvent"
    THROW_EVENT = "intermediateThrowEvent"
    BOUNDARY_EVENT = "boundaryEvent"
    TASK = "task"
    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    SERVICE_TASK = "serviceTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    CALL_ACTIVITY = "callActivity"
    SUB_PROCESS = "subProcess"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"
    COMPLEX_GATEWAY = "complexGateway"


#: Work for a person: the token waits until somebody completes it.
WORK = frozenset({NodeKind.TASK, NodeKind.USER_TASK, NodeKind.MANUAL_TASK})
#: Activities that hold a scope of their own while they run.
SCOPED = frozenset({NodeKind.SUB_PROCESS, NodeKind.CALL_ACTIVITY})
#: Everything a boundary event may be attached to.
ACTIVITIES = (
    WORK
    | SCOPED
    | {
        NodeKind.SERVICE_TASK,
        NodeKind.BUSINESS_RULE_TASK,
        NodeKind.SEND_TASK,
        NodeKind.RECEIVE_TASK,
    }
)
GATEWAYS = frozenset(
    {
        NodeKind.EXCLUSIVE_GATEWAY,
        NodeKind.PARALLEL_GATEWAY,
        NodeKind.INCLUSIVE_GATEWAY,
        NodeKind.EVENT_BASED_GATEWAY,
        NodeKind.COMPLEX_GATEWAY,
    }
)


class EventKind(Enum):
    """The event definitions that run."""

    NONE = "none"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITIONAL = "conditional"
    LINK = "link"
    COMPENSATION = "compensation"
    CANCEL = "cancel"
    TERMINATE = "terminate"
    #: Any of several definitions, the parts of the node.
    MULTIPLE = "multiple"
    #: All of several definitions.
    PARALLEL_MULTIPLE = "parallelMultiple"


class TimerKind(Enum):
    """The three timer attributes of BPMN 2.0.2, table 10.101."""

    DURATION = "timeDuration"
    DATE = "timeDate"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event fires.

    `text` is plain ISO 8601 (`PT1H`, `2026-12-01T08:00:00+07:00`, `R3/PT1H`) or an
    expression that yields such a text; `literal` says which.
    """

    kind: TimerKind
    text: str
    literal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDefinition:
    """What an event waits for or throws."""

    kind: EventKind = EventKind.NONE
    #: Message, signal or link name; error or escalation code (empty on a catch: every
    #: one).
    name: str = ""
    #: Conditional events: the condition.
    condition: str = ""
    #: Compensation throw events: the activity to compensate; empty: all of the scope.
    activity: str = ""
    timer: Timer | None = None
    #: Correlation: key name -> expression evaluated when the wait opens, or when the
    #: message is thrown.
    correlation: Mapping[str, str] = field(default_factory=dict)
    #: What a throw event sends: field name -> expression; empty sends nothing.
    payload: Mapping[str, str] = field(default_factory=dict)
    #: Partner agency of a message, as drawn (`qt:partner`); empty when none.
    partner: str = ""
    #: Form document for a person who enters the message by hand; empty: none.
    form: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. Flows of a node stand in document order."""

    id: str
    source: str
    target: str
    name: str = ""
    #: Condition in the safe language; empty when there is none.
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """Multi-instance characteristics of an activity (BPMN 2.0.2, 13.3.7)."""

    sequential: bool
    #: Expression for the number of instances; empty when `collection` counts.
    cardinality: str = ""
    #: Name of the case value that holds the list of items.
    collection: str = ""
    #: Name under which an instance sees its item.
    item: str = ""
    #: Name of the case value that gathers results; empty when none.
    output_collection: str = ""
    #: Name of the instance value that is gathered.
    output_item: str = ""
    #: Expression; true after an instance ends the whole activity.
    completion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Standard loop characteristics of an activity (BPMN 2.0.2, 13.3.6)."""

    #: Expression; true: another iteration follows. Empty: `maximum` alone ends the
    #: loop.
    condition: str = ""
    #: The condition is asked before each iteration, the first included; else after it.
    test_before: bool = False
    #: Most iterations; 0: no such limit.
    maximum: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHoc:
    """What makes a sub-process an ad-hoc one (BPMN 2.0.2, 13.3.5)."""

    #: One activity at a time; else any number side by side.
    sequential: bool = False
    #: Expression; true after an activity inside ends the whole. Empty: a person ends
    #: it.
    completion: str = ""
    #: Whether the end cancels what still runs inside.
    cancel_remaining: bool = True


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A limit in legal units, for example 3 `working-day`."""

    amount: int
    #: `hour`, `working-hour`, `day`, `working-day`, `month`.
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the diagram says about a task that a person does."""

    #: Name of the form document in the package; empty: a comment field.
    form: str = ""
    #: At most 30 characters, for lists; empty: the element's name.
    short_name: str = ""
    #: Role or position key that does it; empty: the lane's name.
    performer: str = ""
    limit: TimeLimit | None = None
    #: Flow ids of the following exclusive gateway that the person chooses from.
    outcomes: tuple[str, ...] = ()
    #: Another task that the same person must not have done in the same case.
    four_eyes: str = ""
    #: ISO 9001 clauses this step gives evidence for.
    clauses: tuple[str, ...] = ()
    #: The record that the step produces, in words.
    record: str = ""
    documentation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A flow node."""

    id: str
    kind: NodeKind
    #: Id of the scope (process or sub-process) that the node stands in.
    scope: str
    name: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    #: Default flow id; empty when none.
    default: str = ""
    event: EventDefinition = EventDefinition()
    #: Boundary events only: the activity, and whether firing cancels it.
    attached_to: str = ""
    interrupting: bool = True
    #: Boundary events attached to this activity, in document order.
    boundaries: tuple[str, ...] = ()
    #: Sub-processes and call activities: the scope they run.
    body: str = ""
    multi_instance: MultiInstance | None = None
    loop: Loop | None = None
    #: Sub-processes: begun by the event of their start event (event sub-process). The
    #: start event's `interrupting` says whether it ends the rest of the scope.
    triggered: bool = False
    #: Sub-processes: a transaction; a cancel end event undoes it.
    transaction: bool = False
    #: Ad-hoc sub-processes only; the `starts` of their body are what may be begun.
    ad_hoc: AdHoc | None = None
    #: Multiple events: the nodes of their definitions, `<id>~1`, `<id>~2` and so on
    #: (no XML id has a `~`), in document order; and the other way round.
    parts: tuple[str, ...] = ()
    part_of: str = ""
    #: Complex gateways: the activation condition.
    activation: str = ""
    #: Compensation boundary events: the activity that undoes what they are attached to.
    handler: str = ""
    #: Activities that run only as the handler of a compensation boundary event.
    for_compensation: bool = False
    #: Business rule tasks: id of the decision.
    decision: str = ""
    #: Service tasks: registered function and its parameters (name -> expression).
    service: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    #: Of functions and decisions: the case value that takes the answer; empty: merged.
    result: str = ""
    #: Exclusive gateways: True when the outcome chosen by the person who completed the
    #: task before it decides; the arriving token carries it. False: conditions decide.
    by_outcome: bool = False
    #: Lane names from the pool's outermost lane to the innermost.
    lanes: tuple[str, ...] = ()
    work: Work = Work()
    #: What the case waits for here, and how the dossier ends here, as `qt:` says it.
    clock: str = ""
    ending: str = ""
    line: int = 0


def is_work(node: Node) -> bool:
    """Whether a person completes it: tasks, and ad-hoc sub-processes beside them."""
    return node.kind in WORK or node.ad_hoc is not None


def performer_of(node: Node) -> str:
    """Who does the work of a node: what the task says, else its innermost lane."""
    return node.work.performer or (node.lanes[-1] if node.lanes else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A process or an embedded sub-process: the nodes that share one life."""

    id: str
    name: str = ""
    #: Node ids in document order.
    nodes: tuple[str, ...] = ()
    #: The start event that begins it; for a scope without start event, the nodes
    #: without incoming flow (BPMN 2.0.2, 13.3.4).
    starts: tuple[str, ...] = ()
    #: Start events with an event, by which a process (not an event sub-process) may
    #: also be opened.
    triggers: tuple[str, ...] = ()
    #: Event sub-processes of this scope, in document order.
    handlers: tuple[str, ...] = ()
    #: True when it is a process, called or main.
    process: bool = False

    @property
    def opening(self) -> str:
        """The triggered start at which a person opens a case; empty: the none start.

        A process without a none start event begins at its first triggered one.
        """
        return "" if self.starts or not self.triggers else self.triggers[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What `qt:procedure` says about the procedure as a controlled document."""

    code: str = ""
    #: At most 30 characters, for lists.
    short_name: str = ""
    edition: str = ""
    levels: tuple[str, ...] = ()
    field: str = ""
    legal_basis: tuple[str, ...] = ()
    #: (name, kind `original`|`copy`|`e-copy`, quantity).
    documents: tuple[tuple[str, str, int], ...] = ()
    sets: int = 1
    limit: TimeLimit | None = None
    #: Hour `HH:MM` after which a receipt counts for the next working day.
    cutoff: str = ""
    #: `RESTART`, `SUSPEND` or `CONTINUE`, by what the case waits for; empty: as usual.
    supplement_policy: str = ""
    payment_policy: str = ""
    consultation_policy: str = ""
    #: (name, amount in đồng).
    fees: tuple[tuple[str, int], ...] = ()
    results: tuple[str, ...] = ()
    offering: Offering = SILENT
    clauses: tuple[str, ...] = ()
    retention: str = ""
    dossier_pattern: str = ""
    #: Form document that opens a case; empty: only the built-in fields.
    start_form: str = ""
    #: Name of the opening answer that holds the applicant's name.
    applicant: str = ""
    #: Names of answers that are not personal data.
    public: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A linked, checked model, ready to run."""

    #: Id of the process that a case runs.
    id: str
    name: str
    #: SHA-256, hex, over the bytes of all files in link order.
    hash: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    scopes: Mapping[str, Scope]
    facts: Facts = Facts()

    def __post_init__(self) -> None:
        """Freeze the maps: a model is shared by every case that runs it."""
        for name in ("nodes", "flows", "scopes"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def root(self) -> Scope:
        """The scope that a case starts in."""
        return self.scopes[self.id]

    def outgoing(self, node: Node) -> tuple[Flow, ...]:
        """The flows that leave a node, in document order."""
        return tuple(self.flows[flow] for flow in node.outgoing)

    def incoming(self, node: Node) -> tuple[Flow, ...]:
        """The flows that reach a node, in document order."""
        return tuple(self.flows[flow] for flow in node.incoming)


def four_eyes_pairs(model: Model) -> dict[str, tuple[str, ...]]:
    """The steps that somebody else must do, by step (ISO 9001:2015, 8.5.1 g).

    Pairs count both ways: either step may come first, or again.
    """
    pairs: dict[str, dict[str, None]] = {}
    for node in model.nodes.values():
        other = node.work.four_eyes
        if other in model.nodes:
            pairs.setdefault(node.id, {})[other] = None
            pairs.setdefault(other, {})[node.id] = None
    return {step: tuple(others) for step, others in pairs.items()}
