"""Answers about single nodes: a step of a person, a registered function, left out."""

import re
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.published import LATEST, PINNED
from models_bpmn.importer.remedies.case import Case, is_activity

MANUAL: Final = "manual"
DROP: Final = "drop"
_FUNCTION: Final = "function:"
_DECISION: Final = "decision:"
_PROCEDURE: Final = "procedure:"
_BINDING: Final = f"{{{words.QT}}}binding"
_WAITING: Final = re.compile(r"\bwaitingForStart\b")
_ENDS: Final = ("startEvent", "endEvent")
#: What takes the place of a complex gateway, or its condition typed out.
GATEWAYS: Final = ("inclusive", "parallel", "exclusive", "expression:…")


def step_or_drop(case: Case) -> tuple[str, ...]:
    """A step of a person where that is possible, or leaving the node out."""
    return (MANUAL, DROP) if is_activity(case) else (DROP,)


def service(case: Case) -> tuple[str, ...]:
    """A step of a person, each registered function, or leaving the node out."""
    functions = (f"{_FUNCTION}{name}" for name in sorted(case.services))
    return (MANUAL, *functions, DROP)


def decision(case: Case) -> tuple[str, ...]:
    """A step of a person, each decision at hand, or leaving the node out."""
    known = case.decisions
    named = ("…",) if known is None else sorted(known)
    return (MANUAL, *(f"{_DECISION}{name}" for name in named), DROP)


def procedure(case: Case) -> tuple[str, ...]:
    """A step of a person, each published procedure that is meant, or nothing."""
    codes = case.found[0].params["codes"].split(", ")
    return (MANUAL, *(f"{_PROCEDURE}{code}" for code in codes), DROP)


def call(case: Case, answer: str) -> None:
    """Let a call activity name a procedure by its code."""
    if not answer.startswith(_PROCEDURE):
        act(case, answer)
        return
    case.element.set("calledElement", answer.removeprefix(_PROCEDURE))


def rebind(case: Case, _answer: str) -> None:
    """Let a call be bound as the first one of the same procedure: the other way."""
    if case.element.get(_BINDING, PINNED) == LATEST:
        case.element.attrib.pop(_BINDING)
    else:
        case.element.set(_BINDING, LATEST)


def decide(case: Case, answer: str) -> None:
    """Let a business rule task ask the decision that was named."""
    if not answer.startswith(_DECISION):
        act(case, answer)
        return
    made = case.sheet.extension(case.element, "decision")
    made.set("id", answer.removeprefix(_DECISION))


def act(case: Case, answer: str) -> None:
    """Carry out `manual`, `drop` or `function:NAME`."""
    if answer == MANUAL:
        case.sheet.become(case.element, "manualTask", case.code)
    elif answer.startswith(_FUNCTION):
        case.sheet.become(case.element, "serviceTask", case.code)
        made = case.sheet.extension(case.element, "service")
        made.set("function", answer.removeprefix(_FUNCTION))
    else:
        case.sheet.drop(case.element, case.code, case.id)


def ignore(case: Case, _answer: str) -> None:
    """Take off the part of the element that does not run."""
    parts = _IGNORED[case.code.removeprefix("element-")]
    for child in list(case.element.iter()):
        parent = child.getparent()
        if reader.local(child) in parts and parent is not None:
            parent.remove(child)
    for part in case.element.iter():
        for name in parts:
            part.attrib.pop(name, "")


_IGNORED: Final = {
    "assignment": ("assignment",),
    "transformation": ("transformation",),
    "correlationSubscription": ("correlationSubscription",),
    "quantity": ("startQuantity", "completionQuantity"),
    "multiInstanceBehavior": ("behavior", "complexBehaviorDefinition"),
    "instantiate": ("instantiate",),
}


def ad_hoc(case: Case) -> tuple[str, ...]:
    """An ad-hoc sub-process without its events, an embedded one, or a step."""
    inside = [reader.local(one) for one in case.sheet.nodes(case.element)]
    left = any(tag in words.ACTIVITY_TAGS for tag in inside)
    embedded = ("sub-process",) if inside else ()
    return (*(("without-events",) if left else ()), *embedded, MANUAL, DROP)


def scope(case: Case, answer: str) -> None:
    """An ad-hoc sub-process without start and end events, or as an embedded one."""
    if answer == "without-events":
        case.element.attrib.pop("triggeredByEvent", "")
        for node in case.sheet.nodes(case.element):
            if reader.local(node) in _ENDS:
                for flow in case.sheet.discard(node, case.code, case.id):
                    case.sheet.cut(flow, case.code, case.id, onward=False)
        return
    if answer != "sub-process":
        act(case, answer)
        return
    for child in list(reader.children(case.element, "completionCondition")):
        case.element.remove(child)
    for name in ("ordering", "cancelRemainingInstances", "method"):
        case.element.attrib.pop(name, "")
    case.element.tag = f"{{{words.BPMN}}}subProcess"


def complex_gateway(case: Case, answer: str) -> None:
    """A complex gateway as one of the three others, or with another condition."""
    for child in list(reader.children(case.element, "activationCondition")):
        case.element.remove(child)
    prefix, _, text = answer.partition(":")
    if prefix == "expression":
        made = etree.SubElement(case.element, f"{{{words.BPMN}}}activationCondition")
        made.text = text
    else:
        case.element.tag = f"{{{words.BPMN}}}{answer}Gateway"


def phases(case: Case) -> tuple[str, ...]:
    """What to do about a condition that reads what the gateway waits for."""
    if case.tag == "complexGateway":
        return ("firing", *GATEWAYS)
    return ("firing", "expression:…", DROP)


def one_phase(case: Case, answer: str) -> None:
    """Judge a condition when the gateway fires, and never at its reset."""
    for part in reader.children(
        case.element, "activationCondition", "conditionExpression"
    ):
        if answer == "firing":
            part.text = _WAITING.sub("True", reader.text_of(part))
        elif case.tag == "sequenceFlow" and answer.startswith("expression:"):
            part.text = answer.removeprefix("expression:")
    if case.tag == "complexGateway" and answer != "firing":
        complex_gateway(case, answer)
    elif answer == DROP:
        case.sheet.cut(case.element, case.code, case.id)


def foreign(case: Case, answer: str) -> None:
    """Foreign extensions that would change what runs."""
    if answer == MANUAL:
        case.sheet.become(case.element, "manualTask", case.code)
        return
    for part in case.element.iter():
        if part is not case.element and reader.local(part) in words.FLOW_NODES:
            # Steps inside are asked about by themselves.
            continue
        if _owner(part, case):
            _strip(part)


def _owner(part: Element, case: Case) -> bool:
    found: Element | None = part
    while found is not None and found is not case.element:
        if reader.local(found) in words.FLOW_NODES and found.get("id"):
            return False
        found = found.getparent()
    return True


def _strip(part: Element) -> None:
    for key in [str(one) for one in part.attrib]:
        space, _, name = key.rpartition("}")
        if space.removeprefix("{") in words.VENDORS and name in words.VENDOR_ATTRIBUTES:
            del part.attrib[key]
    for holder in reader.children(part, "extensionElements"):
        for child in list(holder):
            known = reader.namespace(child) in words.VENDORS
            if known and reader.local(child) in words.VENDOR_ELEMENTS:
                holder.remove(child)


def is_foreign(case: Case) -> bool:
    """Whether it is a flow node of BPMN that never stands in a process."""
    return case.tag in words.FLOW_NODES - frozenset(words.NODES)


def unknown(case: Case, answer: str) -> None:
    """Elements that BPMN does not have, or not there."""
    if is_foreign(case):
        act(case, answer)
        return
    tags = {one.params.get("tag", "") for one in case.found}
    for part in list(case.element.iter()):
        parent = part.getparent()
        if parent is None or reader.local(part) not in tags:
            continue
        if part is case.element:
            case.sheet.discard(part, case.code, case.id)
            continue
        hidden = reader.local(parent) == "extensionElements"
        foreign = reader.namespace(part) != words.BPMN
        if hidden or foreign or part.get("id") in {None, case.id}:
            case.sheet.forget(part, case.code, case.id)
            parent.remove(part)


def attribute(case: Case, _answer: str) -> None:
    """A yes/no attribute with another value counts as not written."""
    for one in case.found:
        for part in case.element.iter():
            name = one.params.get("attribute", "")
            if part.get(name) == one.params.get("value"):
                del part.attrib[name]


def own(case: Case, _answer: str) -> None:
    """What is wrong in `qt:` is taken off with the element it stands in."""
    for holder in reader.children(case.element, "extensionElements"):
        for child in list(holder):
            if reader.namespace(child) == words.QT:
                holder.remove(child)
    for part in case.element.iter():
        for key in [str(one) for one in part.attrib]:
            if key.startswith(f"{{{words.QT}}}"):
                del part.attrib[key]


#: Forms that say wrongly what they record of the dossier.
FORM_FACTS: Final = ("fact-unknown", "fact-field", "fact-twice", "fact-incomplete")


def unnamed(case: Case, _answer: str) -> None:
    """Take off the name of a form that is not there or wrong, or of a partner."""
    pairs = [("work", "fourEyes")]
    if case.code in ("form-missing", *FORM_FACTS):
        pairs = [("work", "form"), ("procedure", "startForm")]
    for holder in reader.children(case.element, "extensionElements"):
        for child in holder:
            for tag, name in pairs:
                if child.tag == f"{{{words.QT}}}{tag}":
                    child.attrib.pop(name, "")
