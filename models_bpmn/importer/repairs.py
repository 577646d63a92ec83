"""Repairs that keep the meaning of a drawing; each is made on the sheet and noted.

Tools leave out what the standard lets them leave out, and write references that point
nowhere. None of this needs a person. Whatever does is a decision (`remedies`).
"""

import copy
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import drawing, exchanges, names, reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.report import Place, Report
from models_bpmn.importer.sheet import Sheet

_REFERENCES: Final = (
    *("sourceRef", "targetRef", "default", "attachedToRef", "messageRef", "signalRef"),
    *("errorRef", "escalationRef", "calledElement", "processRef", "dataObjectRef"),
    *("activityRef", "operationRef", "itemSubjectRef", "dataStoreRef"),
)
_TEXT_REFERENCES: Final = frozenset(
    {"flowNodeRef", "incoming", "outgoing", "eventDefinitionRef", "loopDataInputRef"}
    | {"loopDataOutputRef", "sourceRef", "targetRef"}
)
_SHAPED: Final = (
    words.FLOW_NODES
    | {"process", "sequenceFlow"}
    | {"message", "signal", "error", "escalation"}
)
#: Definitions that end the activity in which they happen.
_ENDING: Final = ("errorEventDefinition", "cancelEventDefinition")
_LINK: Final = "linkEventDefinition"


def first(sheet: Sheet, report: Report) -> None:
    """What is repaired once, before anything else looks at the sheet."""
    _prefixes(sheet)
    _ids(sheet, report)
    sheet.index()
    _shared_definitions(sheet)
    exchanges.name(sheet)
    _namespace(sheet)
    lacking = drawing.missing(sheet.root)
    if lacking:
        place = Place(file=sheet.source.name)
        sheet.note("drawn-by-itself", place, count=lacking)


def again(sheet: Sheet) -> None:
    """What is repaired whenever an answer has changed the sheet."""
    _dangling(sheet)
    for scope in list(sheet.scopes()):
        # Of an ad-hoc body a person says what begins (13.3.5).
        free = reader.local(scope) == "adHocSubProcess"
        if not free and scope.get("triggeredByEvent") not in {"true", "1"}:
            _start(scope, sheet)
    _gateways(sheet)
    _boundaries(sheet)


def _prefixes(sheet: Sheet) -> None:
    """QName prefixes in references say nothing inside one file (BPMN 2.0.2, 15.3)."""
    for element in sheet.root.iter(f"{{{words.BPMN}}}*"):
        for name in _REFERENCES:
            value = element.get(name, "")
            if ":" in value:
                plain = value.rpartition(":")[2]
                if value not in sheet.by_id and plain in sheet.by_id:
                    element.set(name, plain)
                    sheet.note("prefix-stripped", sheet.place(element), ref=value[:80])
        if reader.local(element) in _TEXT_REFERENCES and len(element) == 0:
            value = (element.text or "").strip()
            plain = value.rpartition(":")[2]
            if ":" in value and value not in sheet.by_id and plain in sheet.by_id:
                element.text = plain


def _ids(sheet: Sheet, report: Report) -> None:
    """Every node, flow and process gets an id that is its own and well formed."""
    seen: dict[str, Element] = {}
    renamed: dict[str, str] = {}
    for element in list(sheet.root.iter(f"{{{words.BPMN}}}*")):
        tag, identity = reader.local(element), element.get("id", "")
        place = sheet.place(element)
        if identity and identity in seen and element is not sheet.root:
            stem = identity if names.is_id(identity) else _well_formed(identity)
            new = _fresh(element, stem, sheet)
            if tag in _SHAPED:
                told = reader.line(seen[identity])
                report.add("id-twice", place, first=told, given=new)
        elif tag in _SHAPED and not identity:
            new = _fresh(element, "flow" if tag == "sequenceFlow" else tag, sheet)
            if tag != "sequenceFlow":
                sheet.note("id-given", sheet.place(element), tag=tag)
        elif tag in _SHAPED and not names.is_id(identity):
            renamed[identity] = _fresh(element, _well_formed(identity), sheet)
            given = renamed[identity]
            sheet.note("id-changed", sheet.place(element), old=identity[:80], id=given)
        seen.setdefault(element.get("id", ""), element)
    # What has no id must not be found under the empty one.
    sheet.by_id.pop("", None)
    if renamed:
        _rename(renamed, sheet)


def _fresh(element: Element, stem: str, sheet: Sheet) -> str:
    number = sheet.numbers.get(stem, 0) + 1
    while f"{stem}.{number}" in sheet.by_id:
        number += 1
    sheet.numbers[stem] = number
    identity = f"{stem}.{number}"
    element.set("id", identity)
    sheet.by_id[identity] = element
    return identity


def _well_formed(identity: str) -> str:
    kept = "".join(one if one.isalnum() or one in "_-." else "_" for one in identity)
    return f"_{kept}"[: names.ID_LENGTH - 10]


def _rename(renamed: dict[str, str], sheet: Sheet) -> None:
    for element in sheet.root.iter(f"{{{words.BPMN}}}*"):
        for name in _REFERENCES:
            if element.get(name) in renamed:
                element.set(name, renamed[element.get(name, "")])
        if reader.local(element) in _TEXT_REFERENCES:
            value = (element.text or "").strip()
            element.text = renamed.get(value, element.text)


def _shared_definitions(sheet: Sheet) -> None:
    """An event definition that stands outside is put into the event that names it."""
    tag = f"{{{words.BPMN}}}eventDefinitionRef"
    for reference in list(sheet.root.iter(tag)):
        found = sheet.by_id.get((reference.text or "").strip())
        event = reference.getparent()
        if found is None or event is None or found.getparent() is not sheet.root:
            continue
        made = copy.deepcopy(found)
        made.attrib.pop("id", "")
        made.tail = None
        event.replace(reference, made)
        sheet.note("definition-copied", sheet.place(event), ref=found.get("id"))


def _namespace(sheet: Sheet) -> None:
    if not sheet.root.get("targetNamespace"):
        sheet.note("namespace-missing", sheet.place(sheet.root))


def _dangling(sheet: Sheet) -> None:
    """References that point nowhere are dropped."""
    for flow in list(sheet.root.iter(f"{{{words.BPMN}}}sequenceFlow")):
        ends = flow.get("sourceRef", ""), flow.get("targetRef", "")
        missing = [end for end in ends if not _is_node(end, sheet)]
        if missing:
            place = sheet.place(flow)
            sheet.note("flow-dropped", place, ref=missing[0][:80] or "–")
            sheet.cut(flow, "flow-dropped", flow.get("id", ""), onward=False)
    for identity, element in list(sheet.by_id.items()):
        default = element.get("default", "")
        if default and reader.local(element) in words.FLOW_NODES:
            flows = sheet.outgoing(identity)
            if not any(flow.get("id") == default for flow in flows):
                del element.attrib["default"]
                place = sheet.place(element)
                sheet.note("default-dropped", place, ref=default[:80])


def _is_node(identity: str, sheet: Sheet) -> bool:
    element = sheet.by_id.get(identity)
    return element is not None and reader.local(element) in words.FLOW_NODES


def _id(element: Element) -> str:
    return element.get("id", "")


def _start(scope: Element, sheet: Sheet) -> None:
    """A scope without start event begins at what no flow enters (13.3.4)."""
    nodes = sheet.nodes(scope)
    if any(reader.local(node) == "startEvent" for node in nodes):
        return
    entries = [node for node in nodes if _enters(node, sheet)]
    if not entries:
        return
    start = sheet.add(scope, "startEvent", f"start.{_id(scope)}"[:150])
    source = _id(start)
    if len(entries) > 1:
        split = sheet.add(scope, "parallelGateway", f"split.{_id(scope)}"[:150])
        sheet.join(scope, source, _id(split))
        source = _id(split)
    for node in entries:
        sheet.join(scope, source, _id(node))
    told = ", ".join(_id(node) for node in entries)
    sheet.note("start-added", sheet.place(scope), ids=told[:200])


def _enters(node: Element, sheet: Sheet) -> bool:
    tag, link = reader.local(node), next(reader.children(node, _LINK), None)
    return not (
        sheet.incoming(_id(node))
        or tag == "boundaryEvent"
        or link is not None
        or node.get("triggeredByEvent") in {"true", "1"}
        or node.get("isForCompensation") in {"true", "1"}
        or tag not in {*words.NODES, *words.STAND_INS}
    )


def _gateways(sheet: Sheet) -> None:
    """A gateway that leads nowhere ends its token; one way needs no events."""
    for element in list(sheet.root.iter(f"{{{words.BPMN}}}*")):
        tag = reader.local(element)
        if not tag.endswith("Gateway"):
            continue
        ways, scope = sheet.outgoing(_id(element)), element.getparent()
        if not ways and sheet.incoming(_id(element)) and scope is not None:
            end = sheet.add(scope, "endEvent", f"end.{_id(element)}"[:150])
            sheet.join(scope, _id(element), _id(end))
            sheet.note("end-added", sheet.place(element))
        if tag == "eventBasedGateway" and len(sheet.outgoing(_id(element))) == 1:
            for name in ("eventGatewayType", "instantiate"):
                element.attrib.pop(name, "")
            element.tag = f"{{{words.BPMN}}}exclusiveGateway"
            sheet.note("gateway-plain", sheet.place(element))


def _boundaries(sheet: Sheet) -> None:
    """An error and a cancel always interrupt (10.5.4, 10.5.6), whatever is drawn."""
    for tag, name in (
        ("boundaryEvent", "cancelActivity"),
        ("startEvent", "isInterrupting"),
    ):
        for event in sheet.root.iter(f"{{{words.BPMN}}}{tag}"):
            ends = next(reader.children(event, *_ENDING), None)
            if ends is not None and event.get(name) in {"false", "0"}:
                del event.attrib[name]
                sheet.note("error-interrupts", sheet.place(event), attribute=name)
