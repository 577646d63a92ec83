"""What of BPMN 2.0.2 runs: one table, which the importer reads and the manual shows.

A row is a kind of node with the elements that draw it and the event definitions that it
may have. What stands in no row does not run (`vocabulary` says what else is known).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.domain.model import EventKind, NodeKind

Kinds = frozenset[EventKind]
_NONE: Final[Kinds] = frozenset({EventKind.NONE})
_NOTHING: Final[Kinds] = frozenset()
#: What is waited for, and what is sent.
_WAITS: Final = frozenset(
    {EventKind.TIMER, EventKind.MESSAGE, EventKind.SIGNAL, EventKind.CONDITIONAL}
)
_SENDS: Final = frozenset({EventKind.MESSAGE, EventKind.SIGNAL})
_THROWN: Final = _SENDS | {EventKind.ESCALATION, EventKind.COMPENSATION}
_CAUGHT: Final = _WAITS | {
    EventKind.ERROR,
    EventKind.ESCALATION,
    EventKind.COMPENSATION,
}

#: Event definitions by their elements.
DEFINITIONS: Final[Mapping[str, EventKind]] = {
    "timerEventDefinition": EventKind.TIMER,
    "messageEventDefinition": EventKind.MESSAGE,
    "signalEventDefinition": EventKind.SIGNAL,
    "errorEventDefinition": EventKind.ERROR,
    "terminateEventDefinition": EventKind.TERMINATE,
    "conditionalEventDefinition": EventKind.CONDITIONAL,
    "compensateEventDefinition": EventKind.COMPENSATION,
    "cancelEventDefinition": EventKind.CANCEL,
    "linkEventDefinition": EventKind.LINK,
    "escalationEventDefinition": EventKind.ESCALATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """A kind of node that runs."""

    kind: NodeKind
    #: What happens at it, for the manual.
    about: str
    #: Elements that draw it beside the one of its name.
    also: tuple[str, ...] = ()
    #: Events: which definition it may have.
    events: Kinds = _NOTHING
    #: Which it may have several of (semantics.md, rule 34).
    several: Kinds = _NOTHING
    #: Start events: which open a case (a condition has no data yet to be about, 10.5.2)
    #: and which begin an event sub-process (13.5.4).
    opens: Kinds = _NOTHING
    triggers: Kinds = _NOTHING


RUNS: Final = (
    Runs(
        kind=NodeKind.START_EVENT,
        about="Where a case, or a sub-process, begins",
        events=_NONE | _WAITS,
        several=_WAITS,
        opens=_WAITS - {EventKind.CONDITIONAL},
        triggers=_CAUGHT,
    ),
    Runs(
        kind=NodeKind.END_EVENT,
        about="Ends a token; with error or terminate, more than that",
        events=_NONE
        | _THROWN
        | {EventKind.ERROR, EventKind.CANCEL, EventKind.TERMINATE},
        several=_SENDS,
    ),
    Runs(
        kind=NodeKind.CATCH_EVENT,
        about="Waits for what it shows",
        events=_WAITS | {EventKind.LINK},
        several=_WAITS,
    ),
    Runs(
        kind=NodeKind.THROW_EVENT,
        about="Sends what it shows, or marks a milestone",
        events=_NONE | _THROWN | {EventKind.LINK},
        several=_SENDS,
    ),
    Runs(
        kind=NodeKind.BOUNDARY_EVENT,
        about="Sits on an activity and listens while it is open",
        events=_CAUGHT | {EventKind.CANCEL},
        several=_WAITS,
    ),
    Runs(kind=NodeKind.TASK, about="Work of a person"),
    Runs(kind=NodeKind.USER_TASK, about="Work of a person with a form"),
    Runs(
        kind=NodeKind.MANUAL_TASK,
        about="Work of a person away from the screen, confirmed here",
    ),
    Runs(
        kind=NodeKind.SERVICE_TASK, about="Calls a registered function (`qt:service`)"
    ),
    Runs(
        kind=NodeKind.BUSINESS_RULE_TASK,
        about="Asks a decision (a DMN table) and keeps its answer",
    ),
    Runs(kind=NodeKind.SEND_TASK, about="Sends a message"),
    Runs(kind=NodeKind.RECEIVE_TASK, about="Waits for a message"),
    Runs(
        kind=NodeKind.CALL_ACTIVITY,
        about="Runs another process: of the package, or a published procedure",
    ),
    Runs(
        kind=NodeKind.SUB_PROCESS,
        about="Steps inside, drawn in the same file",
        also=("transaction", "adHocSubProcess"),
    ),
    Runs(
        kind=NodeKind.EXCLUSIVE_GATEWAY,
        about="One way goes on: by choice or by condition",
    ),
    Runs(
        kind=NodeKind.PARALLEL_GATEWAY,
        about="All ways go on; a join waits for every one",
    ),
    Runs(
        kind=NodeKind.INCLUSIVE_GATEWAY,
        about="Every way whose condition holds; a join waits",
    ),
    Runs(kind=NodeKind.EVENT_BASED_GATEWAY, about="What happens first decides"),
    Runs(
        kind=NodeKind.COMPLEX_GATEWAY,
        about="Goes on when its activation condition holds",
    ),
)
