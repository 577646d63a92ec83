"""Answers about events: what begins a case, what is waited for, what is sent."""

from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from models_bpmn.importer import reader, values
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.remedies import nodes
from models_bpmn.importer.remedies.case import Case
from models_bpmn.importer.report import Report

_TIMES: Final = ("time:P1D", "time:P3D", "time:P7D", "time:…")
_TASKS: Final = frozenset({"sendTask", "receiveTask"})


def definition(case: Case) -> tuple[str, ...]:
    """Choices for an event whose definition does not run where it stands."""
    if not case.tag.endswith("Event"):
        return ("ignore",)
    if case.tag == "intermediateCatchEvent":
        return (nodes.MANUAL, "pass", nodes.DROP)
    if case.tag == "boundaryEvent":
        return (nodes.DROP,)
    if case.tag == "startEvent" and reader.triggered(case.scope):
        # Without its event nothing would ever begin the sub-process around.
        return (nodes.DROP,)
    if case.tag in {"startEvent", "endEvent"}:
        return ("plain",)
    return ("pass", nodes.MANUAL, nodes.DROP)


def act(case: Case, answer: str) -> None:
    """Carry out what `definition` offers."""
    if case.tag == "startEvent" and reader.triggered(case.scope):
        case.sheet.drop(case.scope, case.code, case.id)
        return
    if answer not in {"plain", "pass", "ignore"}:
        nodes.act(case, answer)
        return
    for one in case.definitions():
        case.element.remove(one)
    if answer == "ignore":
        _misplaced(case)
    if answer == "pass":
        case.element.tag = f"{{{words.BPMN}}}intermediateThrowEvent"


def _misplaced(case: Case) -> None:
    """Event definitions in what is no event."""
    for part in list(case.element.iter()):
        parent = part.getparent()
        if parent is None or not reader.local(part).endswith("EventDefinition"):
            continue
        if not reader.local(parent).endswith("Event"):
            parent.remove(part)


def several(case: Case) -> tuple[str, ...]:
    """Which of several definitions an event keeps."""
    kept = [
        f"keep:{number}:{reader.local(one).removesuffix('EventDefinition')}"
        for number, one in enumerate(case.definitions(), 1)
    ]
    wanted = _together(case)
    # Of some that run together and some that do not, the former may stay.
    fit = 1 < len(wanted) < len(kept)
    opens = case.tag == "startEvent" and reader.local(case.scope) == "process"
    either = opens and len(wanted) == len(kept)
    more = (*(("any",) if either else ()), *(("several",) if fit else ()))
    return (*more, *kept, *definition(case))


def _together(case: Case) -> list[Element]:
    """The definitions that an event of this kind may have several of."""
    opens = case.tag == "startEvent" and reader.local(case.scope) == "process"
    known = words.OPENINGS if opens else words.SEVERAL[words.NODES[case.tag]]
    return [
        one
        for one in case.definitions()
        if words.EVENTS.get(reader.local(one)) in known
    ]


def keep(case: Case, answer: str) -> None:
    """Keep one definition, those that run together, or all of them as alternatives."""
    if answer in {"any", "several"}:
        kept = _together(case)
        for one in case.definitions():
            if one not in kept:
                case.element.remove(one)
        if case.tag == "startEvent" and not reader.triggered(case.scope):
            case.element.attrib.pop("parallelMultiple", "")
        return
    if not answer.startswith("keep:"):
        act(case, answer)
        return
    number = int(answer.split(":")[1])
    for index, one in enumerate(case.definitions(), 1):
        if index != number:
            case.element.remove(one)
    case.element.attrib.pop("parallelMultiple", "")


def start(case: Case) -> tuple[str, ...]:
    """A start that something else than a person makes."""
    plain = [
        one
        for one in case.sheet.nodes(case.scope)
        if reader.local(one) == "startEvent"
        and not any(reader.local(x).endswith("Definition") for x in one)
    ]
    return (nodes.DROP, "plain") if plain else ("plain", nodes.DROP)


def begin(case: Case, answer: str) -> None:
    """Let a person begin there, or leave the start out."""
    if answer == "plain":
        act(case, answer)
    else:
        for flow in case.sheet.discard(case.element, case.code, case.id):
            case.sheet.cut(flow, case.code, case.id)


def reference(case: Case) -> tuple[str, ...]:
    """What to do about a message, signal or error that is not named."""
    if case.tag in _TASKS:
        return (nodes.MANUAL, "name", nodes.DROP)
    return ("name", *definition(case))


def named(case: Case, answer: str) -> None:
    """Name the message, signal or error after the element."""
    if answer != "name":
        act(case, answer)
        return
    attributes = {one.params.get("attribute", "") for one in case.found}
    holders = [case.element]
    if case.tag not in _TASKS:
        holders = [one for one in case.definitions() if _unnamed(one, attributes, case)]
    for holder in holders:
        _name(holder, case)


def _unnamed(definition: Element, attributes: set[str], case: Case) -> bool:
    """Whether a definition is one of those that name nothing that there is."""
    attribute = f"{_kind(definition)}Ref"
    named = definition.get(attribute, "").strip()
    return attribute in attributes and named not in case.sheet.by_id


def _kind(definition: Element) -> str:
    return reader.local(definition).removesuffix("EventDefinition")


def _name(holder: Element, case: Case) -> None:
    what = "message" if case.tag in _TASKS else _kind(holder)
    made = etree.Element(f"{{{words.BPMN}}}{what}")
    case.sheet.root.insert(0, made)
    identity = case.sheet.new_id(f"{what}.{case.id}"[:150])
    made.set("id", identity)
    made.set("name", reader.words(case.element.get("name", "")) or case.id)
    case.sheet.by_id[identity] = made
    holder.set(f"{what}Ref", identity)


def is_timer(case: Case) -> bool:
    """Whether what is wrong is the time of a timer event."""
    return bool(_untimed(case))


def time(case: Case) -> tuple[str, ...]:
    """What to do about a timer without a usable time."""
    if case.tag == "intermediateCatchEvent":
        return (nodes.MANUAL, *_TIMES, "pass")
    if case.tag == "boundaryEvent":
        return (nodes.DROP, *_TIMES)
    return definition(case)


def timed(case: Case, answer: str) -> None:
    """Write the time that was chosen, or treat the event as another one."""
    if not answer.startswith("time:"):
        act(case, answer)
        return
    for one in _untimed(case):
        for child in list(one):
            one.remove(child)
        made = etree.SubElement(one, f"{{{words.BPMN}}}timeDuration")
        made.text = answer.removeprefix("time:")


def _untimed(case: Case) -> list[Element]:
    """The timer definitions that have no usable time."""
    found = []
    for one in reader.children(case.element, "timerEventDefinition"):
        told = Report()
        values.timer(one, case.sheet.place(case.element), told)
        if told.refused:
            found.append(one)
    return found


def conditional(case: Case) -> list[Element]:
    """The conditional definitions of the element whose condition cannot be read."""
    found = []
    for one in reader.children(case.element, "conditionalEventDefinition"):
        told, part = Report(), next(reader.children(one, "condition"), None)
        if part is not None:
            values.expression(part, case.sheet.place(case.element), told)
        if part is None or told.refused:
            found.append(one)
    return found


def parallel_gateway(case: Case, answer: str) -> None:
    """A parallel event gateway as a choice of events, or as a parallel gateway."""
    case.element.attrib.pop("eventGatewayType", "")
    if answer == "parallel":
        case.element.attrib.pop("instantiate", "")
        case.element.tag = f"{{{words.BPMN}}}parallelGateway"
