"""Answers about events: what begins a case, what is waited for, what is sent."""

from typing import Final

from lxml import etree

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.remedies import nodes
from models_bpmn.importer.remedies.case import Case

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
    return (*kept, *definition(case))


def keep(case: Case, answer: str) -> None:
    """Keep one definition."""
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
    holder = case.element if case.tag in _TASKS else case.definitions()[0]
    tag = reader.local(holder).removesuffix("EventDefinition")
    what = "message" if case.tag in _TASKS else tag
    made = etree.Element(f"{{{words.BPMN}}}{what}")
    case.sheet.root.insert(0, made)
    identity = case.sheet.new_id(f"{what}.{case.id}"[:150])
    made.set("id", identity)
    made.set("name", reader.words(case.element.get("name", "")) or case.id)
    case.sheet.by_id[identity] = made
    holder.set(f"{what}Ref", identity)


def is_timer(case: Case) -> bool:
    """Whether what is wrong is the time of a timer event."""
    return any(
        reader.local(one) == "timerEventDefinition" for one in case.definitions()
    )


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
    for one in case.definitions():
        for child in list(one):
            one.remove(child)
        made = etree.SubElement(one, f"{{{words.BPMN}}}timeDuration")
        made.text = answer.removeprefix("time:")


def parallel_gateway(case: Case, answer: str) -> None:
    """A parallel event gateway as a choice of events, or as a parallel gateway."""
    case.element.attrib.pop("eventGatewayType", "")
    if answer == "parallel":
        case.element.attrib.pop("instantiate", "")
        case.element.tag = f"{{{words.BPMN}}}parallelGateway"
