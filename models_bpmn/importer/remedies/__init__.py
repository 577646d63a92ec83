"""Which refusals a person can settle, and how: one row a code.

A refusal that stands here is a decision with choices, the first of them the default. A
construct that begins to run is no longer refused, and its row is simply never used.
"""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.remedies import events, nodes, ways
from models_bpmn.importer.remedies.case import (
    Case,
    Remedy,
    always,
    gateway,
    is_activity,
)

__all__ = ["ACCEPT", "LAST", "REMEDIES", "Case", "Remedy"]

#: The model runs as it is once a person has seen this.
ACCEPT: Final = "accept"
_STEP: Final = Remedy(choices=nodes.step_or_drop, act=nodes.act)
_SERVICE: Final = Remedy(choices=nodes.service, act=nodes.act)
_DECISION: Final = Remedy(choices=nodes.decision, act=nodes.decide)
_AD_HOC: Final = Remedy(choices=nodes.ad_hoc, act=nodes.scope)
_EVENT: Final = Remedy(choices=events.definition, act=events.act)
_DROP: Final = Remedy(choices=always(nodes.DROP), act=nodes.act)
_IGNORE: Final = Remedy(choices=always("ignore"), act=nodes.ignore)
_REFERENCE: Final = Remedy(choices=events.reference, act=events.named)
_TIME: Final = Remedy(choices=events.time, act=events.timed)
_CONDITION: Final = Remedy(
    choices=lambda case: (
        events.time(case) if events.is_timer(case) else ways.condition(case)
    ),
    act=lambda case, answer: (
        events.timed(case, answer)
        if events.is_timer(case)
        else ways.conditioned(case, answer)
    ),
)
_CUT: Final = Remedy(choices=always("cut"), act=ways.cut)
_ONCE: Final = Remedy(choices=always("once", "count:…", nodes.MANUAL), act=ways.once)
_LOOP: Final = Remedy(choices=always("once", nodes.MANUAL), act=ways.once)
_OWN: Final = Remedy(choices=always("ignore"), act=nodes.own)


def _nothing(_case: Case, _answer: str) -> None:
    """The repair is made already; the person is asked to accept it."""


#: When an answer did not settle the refusal.
LAST: Final = Remedy(choices=nodes.step_or_drop, act=ways.last)
REMEDIES: Final[Mapping[str, Remedy]] = {
    # Steps that nothing here performs.
    "service-unbound": _SERVICE,
    "service-unknown": _SERVICE,
    "element-scriptTask": _SERVICE,
    "decision-unbound": _DECISION,
    "decision-unknown": _DECISION,
    "call-missing": _STEP,
    "call-unknown": _STEP,
    "call-ambiguous": Remedy(choices=nodes.procedure, act=nodes.call),
    "call-start": _STEP,
    "call-bindings": Remedy(choices=always("as-first"), act=nodes.rebind),
    "call-cycle": _STEP,
    "call-depth": _STEP,
    "nesting-too-deep": _STEP,
    "vendor-execution": Remedy(
        choices=lambda case: (
            ("ignore", nodes.MANUAL) if is_activity(case) else ("ignore",)
        ),
        act=nodes.foreign,
    ),
    "element-unknown": Remedy(
        choices=lambda case: (
            nodes.step_or_drop(case) if nodes.is_foreign(case) else ("ignore",)
        ),
        act=nodes.unknown,
    ),
    # Elements that do not run, or not there.
    "ad-hoc-events": _AD_HOC,
    "ad-hoc-empty": _AD_HOC,
    "complex-without-condition": Remedy(
        choices=always(*nodes.GATEWAYS), act=nodes.complex_gateway
    ),
    "complex-waiting": Remedy(choices=nodes.phases, act=nodes.one_phase),
    "element-eventDefinitionRef": _EVENT,
    "element-eventPosition": _EVENT,
    "element-multipleEventDefinitions": Remedy(choices=events.several, act=events.keep),
    "element-startEventDefinition": Remedy(choices=events.start, act=events.begin),
    "element-parallelEventGateway": Remedy(
        choices=always("parallel", "exclusive"), act=events.parallel_gateway
    ),
    "element-assignment": _IGNORE,
    "element-transformation": _IGNORE,
    "element-correlationSubscription": _IGNORE,
    "element-quantity": _IGNORE,
    "element-multiInstanceBehavior": _IGNORE,
    "element-instantiate": _IGNORE,
    # What events name.
    "reference-missing": _REFERENCE,
    "reference-unknown": _REFERENCE,
    "timer-kind": _TIME,
    "timer": _TIME,
    # What is typed into elements.
    "expression": _CONDITION,
    "expression-empty": _CONDITION,
    "expression-language": _CONDITION,
    "multi-instance-count": _ONCE,
    "multi-instance-many": _ONCE,
    "multi-instance-both": Remedy(choices=always("list", "once"), act=ways.once),
    "multi-instance-output": Remedy(
        choices=always("without-results", "once"), act=ways.once
    ),
    "loop-endless": _LOOP,
    "loop-maximum": _LOOP,
    "loop-both": _LOOP,
    "name-invalid": _ONCE,
    "name-twice": _OWN,
    "attribute-value": Remedy(choices=always("ignore"), act=nodes.attribute),
    **{
        f"qt-{name}": _OWN
        for name in (
            *("unknown", "misplaced", "twice", "attribute-unknown", "value", "text"),
            *("attribute-missing", "empty", "foreign"),
        )
    },
    "four-eyes-unknown": Remedy(choices=always("ignore"), act=nodes.unnamed),
    **{
        code: Remedy(choices=always("comment"), act=nodes.unnamed)
        for code in ("form-missing", *nodes.FORM_FACTS)
    },
    # How elements hang together.
    "id-twice": Remedy(choices=always("first"), act=_nothing),
    "flow-crossing": _CUT,
    "flow-dangling": _CUT,
    "start-incoming": _CUT,
    "end-outgoing": _CUT,
    "boundary-host": _DROP,
    "event-sub-process-start": _DROP,
    "event-sub-process-flow": _CUT,
    "event-sub-process-loop": Remedy(choices=always("once"), act=ways.once),
    "compensation-handler": _DROP,
    "compensation-twice": _DROP,
    "compensation-unused": _DROP,
    "compensation-event-sub-process": _DROP,
    "compensation-activity": _EVENT,
    "cancel-place": _EVENT,
    "cancel-uncaught": Remedy(choices=always("plain"), act=events.act),
    "link-alone": _EVENT,
    "link-twice": _EVENT,
    "link-flow": _EVENT,
    "start-missing": Remedy(choices=ways.entries, act=ways.enter),
    "start-several": Remedy(choices=ways.starts, act=ways.one_start),
    "unreachable": Remedy(choices=ways.unentered, act=ways.unreached),
    "flow-without-condition": Remedy(
        choices=ways.undecided, act=ways.decide, subject=gateway
    ),
    "outcome-sources": Remedy(
        choices=always("outcome"), act=lambda case, _: ways.outcome(case)
    ),
    "event-gateway-target": Remedy(
        choices=always("outcome", "cut"), act=ways.events_after
    ),
    "event-gateway-boundary": _DROP,
    "gateway-no-way-out": _DROP,
    "event-gateway-ways": _DROP,
    "endless-loop": Remedy(choices=always("wait"), act=ways.wait),
    "end-unreachable": Remedy(choices=always(ACCEPT), act=_nothing),
    "join-never-complete": Remedy(choices=always(ACCEPT), act=_nothing),
    "never-ends": Remedy(choices=always(ACCEPT), act=_nothing),
}
