"""What BPMN 2.0.2 knows, written down: element, event definition, position.

Kept apart from the rows, so that a construct without a row is missed. Events are those
of table 10.93 with its columns, activities those of 10.3, gateways those of 10.6.
"""

from typing import Final, TypeAlias

#: Element, event definition, position.
Cell: TypeAlias = tuple[str, str, str]

TOP: Final = "top level"
EMBEDDED: Final = "sub-process"
CUTS: Final = "event sub-process, interrupting"
ADDS: Final = "event sub-process, not interrupting"
FLOW: Final = "normal flow"
BOUNDARY: Final = "interrupting"
BESIDE: Final = "not interrupting"
NONE: Final = "–"

_WAITS: Final = ("message", "timer", "conditional", "signal")
_SEVERAL: Final = ("multiple", "parallel multiple")
_HEARS: Final = (*_WAITS, *_SEVERAL, "escalation")
#: Every event definition of the standard, and an event without any.
TRIGGERS: Final = (
    *(NONE, *_HEARS, "error", "compensation", "cancel", "link", "terminate"),
)
#: Column of table 10.93 → its rows.
EVENTS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("startEvent", TOP): (NONE, *_WAITS, *_SEVERAL),
    ("startEvent", EMBEDDED): (NONE,),
    ("startEvent", CUTS): (*_HEARS, "error", "compensation"),
    ("startEvent", ADDS): _HEARS,
    ("intermediateCatchEvent", FLOW): (*_WAITS, *_SEVERAL, "link"),
    ("boundaryEvent", BOUNDARY): (*_HEARS, "error", "compensation", "cancel"),
    ("boundaryEvent", BESIDE): _HEARS,
    ("intermediateThrowEvent", FLOW): (
        *(NONE, "message", "signal", "escalation", "link", "compensation", "multiple"),
    ),
    ("endEvent", ""): (
        *(NONE, "message", "signal", "escalation", "error", "compensation", "cancel"),
        *("terminate", "multiple"),
    ),
}
#: What throws has no attribute that would tell the two apart (10.5.1).
_THROWS: Final = frozenset({"intermediateThrowEvent", "endEvent"})

INSIDE: Final[tuple[Cell, ...]] = tuple(
    (element, trigger, position)
    for (element, position), triggers in EVENTS.items()
    for trigger in triggers
)
#: The other fields of the table.
OUTSIDE: Final[tuple[Cell, ...]] = tuple(
    (element, trigger, position)
    for (element, position), triggers in EVENTS.items()
    for trigger in TRIGGERS
    if trigger not in triggers
    and not (element in _THROWS and trigger == "parallel multiple")
)


def _plain(element: str, *positions: str) -> tuple[Cell, ...]:
    return tuple((element, NONE, position) for position in positions or ("",))


#: Tasks, sub-processes, calls and what activities are marked with (10.3, 13.3).
ACTIVITIES: Final[tuple[Cell, ...]] = (
    *_plain("task"),
    *_plain("userTask"),
    *_plain("manualTask"),
    *_plain("serviceTask"),
    ("serviceTask", "error", ""),
    *_plain("scriptTask"),
    *_plain("businessRuleTask"),
    *_plain("sendTask"),
    *_plain("receiveTask", "", "instantiate"),
    *_plain("subProcess", "", "triggered by an event"),
    *_plain("transaction"),
    *_plain(
        "adHocSubProcess",
        *("parallel", "sequential", "completion condition"),
        "remaining instances are not cancelled",
    ),
    *_plain(
        "callActivity",
        *("process", "latest version", "globalTask", "globalUserTask"),
        *("globalManualTask", "globalScriptTask", "globalBusinessRuleTask"),
    ),
    *_plain(
        "activity",
        *("compensation", "token quantity", "several incoming flows"),
        *("several outgoing flows", "no flows"),
        *("standard loop, tested after", "standard loop, tested before"),
        "standard loop, maximum",
        *("several instances, parallel", "several instances, sequential"),
        *("several instances, without a number", "several instances and a loop"),
        "several instances, more than the limit",
        *("several instances, behavior None", "several instances, behavior One"),
        "several instances, behavior Complex",
    ),
    *_plain(
        "sequenceFlow",
        *("conditional, out of an activity", "default, out of an activity"),
    ),
)
_MIXED: Final = "several incoming and outgoing flows"
#: Gateways (10.6, 13.4).
GATEWAYS: Final[tuple[Cell, ...]] = (
    *_plain("exclusiveGateway", "split", "merge", _MIXED),
    *_plain("inclusiveGateway", "split and join", _MIXED),
    *_plain("parallelGateway", "split and join", _MIXED),
    *_plain("complexGateway", "split", "join"),
    *(
        ("eventBasedGateway", trigger, "exclusive")
        for trigger in (NONE, *_WAITS, *_SEVERAL, "receive task")
    ),
    *_plain(
        "eventBasedGateway",
        *("instantiating, exclusive", "instantiating, parallel"),
    ),
)
#: Data, artifacts, pools, and the diagrams of other chapters (8 to 11).
OTHERS: Final[tuple[Cell, ...]] = (
    *_plain("dataObject"),
    *_plain("dataStoreReference"),
    *_plain("property"),
    *_plain("dataInputAssociation", "", "assignment", "transformation"),
    *_plain("correlationSubscription"),
    *_plain("eventDefinitionRef"),
    *_plain("textAnnotation"),
    *_plain("group"),
    *_plain("lane"),
    *_plain(
        "participant",
        *("closed pool", "main pool", "another pool"),
        "pool that says it does not run",
    ),
    *_plain("choreography"),
    *_plain("conversation"),
    *_plain("choreographyTask"),
    *_plain("subChoreography"),
    *_plain("callChoreography"),
    *_plain("implicitThrowEvent"),
)
CELLS: Final = (*INSIDE, *OUTSIDE, *ACTIVITIES, *GATEWAYS, *OTHERS)
