"""Answers about ways: which flow is taken, where a scope begins, what is reached."""

from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.remedies import events, nodes
from models_bpmn.importer.remedies.case import Case
from models_bpmn.importer.sheet import Sheet

_EXPRESSION: Final = "expression:"
_COMPLETION: Final = "completionCondition"
_START: Final = "start:"
_WORK: Final = frozenset({"task", "userTask", "manualTask"})


def undecided(case: Case) -> tuple[str, ...]:
    """Choices for a gateway with a flow that nothing decides."""
    bare = [one for one in _flows(case) if not _condition(one)]
    if case.tag == "complexGateway":
        # It may be a join as well, which no choice of a person replaces.
        return ("always",)
    if case.tag == "inclusiveGateway":
        return ("always", "outcome")
    if len(bare) == 1 and len(_flows(case)) > 1 and not case.element.get("default"):
        return ("default", "outcome")
    return ("outcome", "first")


def decide(case: Case, answer: str) -> None:
    """Carry out what `undecided` offers."""
    bare = [one for one in _flows(case) if not _condition(one)]
    if answer == "outcome":
        outcome(case)
    elif answer == "always":
        for flow in bare:
            if flow.get("id") != case.element.get("default"):
                _write(flow, "True")
    elif answer == "default":
        case.element.set("default", bare[0].get("id", ""))
    else:
        for flow in _flows(case)[1:]:
            case.sheet.cut(flow, case.code, case.id)


def condition(case: Case) -> tuple[str, ...]:
    """Choices for an expression that cannot be translated."""
    if case.tag == "sequenceFlow":
        return ("outcome", "expression:…", nodes.DROP)
    if case.loop() is not None:
        # Without what would end them early, all instances are done (13.3.7).
        every = () if _endings(case) is None else ("all",)
        return (*every, "once", "expression:…", nodes.MANUAL)
    if case.tag == "complexGateway":
        return nodes.GATEWAYS
    if case.tag == "adHocSubProcess":
        return ("by-person", "expression:…", nodes.MANUAL)
    if events.conditional(case):
        first, *others = events.definition(case)
        return (first, "expression:…", *others)
    return ("without", *(nodes.step_or_drop(case)))


def conditioned(case: Case, answer: str) -> None:
    """Write the expression, leave the flow to a person, or take it off."""
    if case.tag == "complexGateway":
        nodes.complex_gateway(case, answer)
    elif answer.startswith(_EXPRESSION):
        _rewrite(case, answer.removeprefix(_EXPRESSION))
    elif case.tag == "sequenceFlow":
        _flow(case, answer)
    elif answer in {"once", nodes.MANUAL} and case.loop() is not None:
        once(case, answer)
    elif answer in {"without", "by-person", "all"}:
        _without(case)
    elif events.conditional(case):
        events.act(case, answer)
    else:
        nodes.act(case, answer)


def _endings(case: Case) -> list[Element] | None:
    """What ends the instances early, when nothing else is refused; None otherwise."""
    loop = case.loop()
    about = {one.params.get("what") for one in case.found}
    if loop is None or about != {_COMPLETION} or case.tag == "adHocSubProcess":
        return None
    return list(reader.children(loop, _COMPLETION)) or None


def _flow(case: Case, answer: str) -> None:
    """A flow that a person chooses, or that goes."""
    source = case.sheet.by_id.get(case.element.get("sourceRef", ""))
    if answer == nodes.DROP:
        case.sheet.cut(case.element, case.code, case.id)
    elif source is not None:
        outcome(
            Case(
                sheet=case.sheet,
                element=source,
                found=case.found,
                services=case.services,
            )
        )


def _rewrite(case: Case, text: str) -> None:
    loop = case.loop()
    parts = case.element if loop is None else loop
    for event in events.conditional(case):
        for part in list(reader.children(event, "condition")):
            event.remove(part)
        etree.SubElement(event, f"{{{words.BPMN}}}condition").text = text
    names = ("conditionExpression", "completionCondition", "loopCardinality")
    for part in reader.children(parts, *names, "loopCondition"):
        part.text = text
        part.attrib.pop("language", "")


def _without(case: Case) -> None:
    """Take off the expressions of a node: what it sends, its keys, its parameters.

    Of an ad-hoc sub-process, and of several instances, it is what ends them; the steps
    inside keep theirs.
    """
    loop, ad_hoc = case.loop(), case.tag == "adHocSubProcess"
    ended = case.element if ad_hoc else loop
    if ended is not None:
        for part in list(reader.children(ended, _COMPLETION)):
            ended.remove(part)
        return
    for part in list(case.element.iter()):
        parent = part.getparent()
        if parent is None or part is case.element:
            continue
        ours = reader.namespace(part) == words.QT
        named = reader.local(part) in {"value", "key", "parameter"}
        if (ours and named) or reader.local(part) == "conditionExpression":
            parent.remove(part)


def once(case: Case, answer: str) -> None:
    """Multi-instance: once, or as often as was typed."""
    loop = case.loop()
    if loop is None:
        return
    if answer.startswith("count:"):
        _strip(loop, ("loopCardinality", "loopDataInputRef"), ("collection",))
        made = etree.SubElement(loop, f"{{{words.BPMN}}}loopCardinality")
        made.text = answer.removeprefix("count:")
    elif answer == "list":
        _strip(loop, ("loopCardinality",), ())
    elif answer == "without-results":
        _strip(loop, ("loopDataOutputRef", "outputDataItem"), ("output", "outputItem"))
    else:
        while (one := case.loop()) is not None:
            case.element.remove(one)
        if answer == nodes.MANUAL:
            nodes.act(case, answer)


def last(case: Case, answer: str) -> None:
    """When nothing else helped: a flow goes, a node is done by a person or goes."""
    loop = case.loop()
    if case.tag == "sequenceFlow":
        cut(case, answer)
        return
    if loop is not None:
        case.element.remove(loop)
    nodes.act(case, answer)


def _strip(loop: Element, parts: tuple[str, ...], names: tuple[str, ...]) -> None:
    for part in list(reader.children(loop, *parts)):
        loop.remove(part)
    for name in names:
        loop.attrib.pop(f"{{{words.QT}}}{name}", "")


def outcome(case: Case) -> None:
    """A person chooses the way, by the names of the flows.

    Whoever does the step before it chooses; where no person stands before the gateway,
    a step is put there in which somebody decides.
    """
    sheet, flows = case.sheet, _flows(case)
    for flow in flows:
        for part in list(reader.children(flow, "conditionExpression")):
            flow.remove(part)
        if not reader.words(flow.get("name", "")):
            flow.set("name", _label(flow, sheet))
    gateway = case.element
    if case.tag.endswith("Gateway"):
        for part in list(reader.children(gateway, "activationCondition")):
            gateway.remove(part)
        gateway.tag = f"{{{words.BPMN}}}exclusiveGateway"
        gateway.attrib.pop("eventGatewayType", "")
    else:
        gateway = _gateway_after(case, flows)
    case.element.attrib.pop("default", "")
    if len(flows) > 1 and not _chosen_before(gateway, sheet):
        _ask_before(gateway, case)


def _label(flow: Element, sheet: Sheet) -> str:
    target = sheet.by_id.get(flow.get("targetRef", ""))
    named = reader.words(target.get("name", "")) if target is not None else ""
    return named or flow.get("targetRef", "") or flow.get("id", "")


def _gateway_after(case: Case, flows: list[Element]) -> Element:
    sheet = case.sheet
    made = sheet.add(case.scope, "exclusiveGateway", f"choice.{case.id}"[:150])
    for flow in flows:
        sheet.move(flow, source=made.get("id", ""))
    sheet.join(case.scope, case.id, made.get("id", ""))
    return made


def _chosen_before(gateway: Element, sheet: Sheet) -> bool:
    before = sheet.incoming(gateway.get("id", ""))
    sources = [sheet.by_id.get(flow.get("sourceRef", "")) for flow in before]
    return bool(sources) and all(
        one is not None
        and reader.local(one) in _WORK
        and len(sheet.outgoing(one.get("id", ""))) == 1
        and next(reader.children(one, "multiInstanceLoopCharacteristics"), None) is None
        for one in sources
    )


def _ask_before(gateway: Element, case: Case) -> None:
    sheet, identity = case.sheet, gateway.get("id", "")
    scope = gateway.getparent()
    if scope is None:
        return
    made = sheet.add(scope, "manualTask", f"decide.{identity}"[:150])
    label = reader.words(gateway.get("name", "")) or identity
    made.set("name", f"Quyết định: {label}")
    for flow in sheet.incoming(identity):
        sheet.move(flow, target=made.get("id", ""))
    sheet.join(scope, made.get("id", ""), identity)


def wait(case: Case, _answer: str) -> None:
    """Put a step of a person into a loop that nothing stops."""
    _ask_before(case.element, case)


def events_after(case: Case, answer: str) -> None:
    """What stands behind an event gateway is no event: a person tells what happened."""
    for flow in case.sheet.incoming(case.id):
        source = case.sheet.by_id.get(flow.get("sourceRef", ""))
        if source is None or reader.local(source) != "eventBasedGateway":
            continue
        if answer == "outcome":
            about = Case(
                sheet=case.sheet,
                element=source,
                found=case.found,
                services=case.services,
            )
            outcome(about)
        else:
            case.sheet.cut(flow, case.code, case.id)


def starts(case: Case) -> tuple[str, ...]:
    """Which start event begins the scope."""
    return tuple(f"{_START}{one.get('id', '')}" for one in _starts(case))


def _starts(case: Case) -> list[Element]:
    inside = case.sheet.nodes(case.element)
    return [one for one in inside if reader.local(one) == "startEvent"]


def one_start(case: Case, answer: str) -> None:
    """Keep the start that was chosen, with what it reaches."""
    kept = answer.removeprefix(_START)
    for one in _starts(case):
        if one.get("id") != kept:
            for flow in case.sheet.discard(one, case.code, case.id):
                case.sheet.cut(flow, case.code, case.id)


def entries(case: Case) -> tuple[str, ...]:
    """Where a scope begins that has neither a start nor an entry."""
    inside = [
        one.get("id", "")
        for one in case.sheet.nodes(case.element)
        if reader.local(one) not in {"boundaryEvent", "endEvent"}
        and one.get("triggeredByEvent") not in {"true", "1"}
        and one.get("isForCompensation") not in {"true", "1"}
    ]
    if not inside:
        return (nodes.MANUAL, nodes.DROP) if case.tag != "process" else ("keep",)
    return tuple(f"{_START}{one}" for one in inside)


def enter(case: Case, answer: str) -> None:
    """Begin the scope at the node that was chosen."""
    if not answer.startswith(_START):
        if case.tag != "process":
            nodes.act(case, answer)
        return
    chosen = answer.removeprefix(_START)
    element = case.sheet.by_id.get(chosen)
    if element is not None and reader.local(element) == "startEvent":
        # A start event that waits for something becomes the plain one.
        element.attrib.pop("parallelMultiple", "")
        for one in list(element):
            if reader.local(one).endswith("EventDefinition"):
                element.remove(one)
        return
    start = case.sheet.add(case.element, "startEvent", f"start.{case.id}"[:150])
    case.sheet.join(case.element, start.get("id", ""), chosen)


def unentered(case: Case) -> tuple[str, ...]:
    """A part that no way leads to; nothing begins together with an ad-hoc body."""
    free = reader.local(case.scope) == "adHocSubProcess"
    return (nodes.DROP,) if free else (nodes.DROP, "begin")


def unreached(case: Case, answer: str) -> None:
    """A part that no way leads to: left out, or begun together with the scope."""
    sheet = case.sheet
    if answer == "begin":
        inside = sheet.nodes(case.scope)
        found = [one for one in inside if reader.local(one) == "startEvent"]
        if found:
            sheet.join(case.scope, found[0].get("id", ""), case.id)
            return
    for flow in sheet.discard(case.element, case.code, case.id):
        sheet.cut(flow, case.code, case.id)


def cut(case: Case, _answer: str) -> None:
    """Take off the flows that may not be there."""
    flows = {
        "start-incoming": case.sheet.incoming(case.id),
        "end-outgoing": case.sheet.outgoing(case.id),
        "event-sub-process-flow": [
            *case.sheet.incoming(case.id),
            *case.sheet.outgoing(case.id),
        ],
    }
    for flow in flows.get(case.code, [case.element]):
        case.sheet.cut(flow, case.code, case.id)


def _flows(case: Case) -> list[Element]:
    return case.sheet.outgoing(case.id)


def _condition(flow: Element) -> str:
    for part in reader.children(flow, "conditionExpression"):
        return reader.text_of(part)
    return ""


def _write(flow: Element, text: str) -> None:
    for part in list(reader.children(flow, "conditionExpression")):
        flow.remove(part)
    made = etree.SubElement(flow, f"{{{words.BPMN}}}conditionExpression")
    made.text = text
