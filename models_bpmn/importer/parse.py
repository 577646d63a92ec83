"""From elements to records: one process of one file becomes a `Draft`."""

from dataclasses import dataclass, replace

from lxml.etree import _Element as Element

from engine.domain.model import (
    ACTIVITIES,
    EventDefinition,
    EventKind,
    Flow,
    Node,
    NodeKind,
    Scope,
    Work,
)
from models_bpmn.importer import extension, facts, names, reader, values
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.draft import Draft
from models_bpmn.importer.events import Events
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Place, Report

#: What the case waits for at an element.
_CLOCK = f"{{{words.QT}}}clock"
#: How the dossier ends at an element.
_ENDING = f"{{{words.QT}}}ending"


def processes(source: Source) -> dict[str, Element]:
    """The processes of a file that hold any flow node, by id, in document order.

    A process without a step is a black-box pool that another tool wrote out in full.
    """
    nodes = {*words.NODES, *words.STAND_INS}
    found = {}
    for element in reader.children(source.root, "process"):
        if any(reader.local(child) in nodes for child in element):
            found[element.get("id", "")] = element
    return found


@dataclass(slots=True)
class _Reading:
    source: Source
    draft: Draft
    events: Events
    report: Report

    def place(self, element: Element) -> Place:
        return self.source.place(element)


def read(source: Source, process: Element, events: Events, report: Report) -> Draft:
    """Read one process; what is wrong with single elements goes to `report`."""
    draft = Draft(
        id=process.get("id", ""),
        name=reader.words(process.get("name", "")),
        place=source.place(process),
        executable=values.flag(process, "isExecutable", default=None),
        facts=facts.read(process, source.place, report),
    )
    reading = _Reading(source, draft, events, report)
    _identity(process, reading)
    waiting: list[tuple[Element, tuple[str, ...]]] = [(process, ())]
    while waiting:
        element, lanes = waiting.pop(0)
        waiting.extend(_scope(element, lanes, reading))
    return draft


def _scope(
    element: Element, lanes: tuple[str, ...], reading: _Reading
) -> list[tuple[Element, tuple[str, ...]]]:
    scope = element.get("id", "")
    placed = _lanes(element, reading)
    inside: list[str] = []
    bodies = []
    for child in reader.children(element):
        kind = words.NODES.get(reader.local(child))
        kind = kind or words.STAND_INS.get(reader.local(child))
        if kind is not None and _identity(child, reading):
            own = lanes + placed.get(child.get("id", ""), ())
            inside += _node(child, kind, scope, own, reading)
            if kind is NodeKind.SUB_PROCESS:
                bodies.append((child, own))
        elif reader.local(child) == "sequenceFlow":
            _flow(child, scope, reading)
    nodes = [reading.draft.nodes[one] for one in inside]
    process = reader.local(element) == "process"
    triggers = _triggers(nodes) if process else ()
    reading.draft.scopes[scope] = Scope(
        id=scope,
        name=reader.words(element.get("name", "")),
        nodes=tuple(inside),
        starts=_starts(element, nodes, triggers),
        triggers=triggers,
        handlers=tuple(node.id for node in nodes if node.triggered),
        process=process,
    )
    return bodies


def _triggers(nodes: list[Node]) -> tuple[str, ...]:
    """What opens a process besides a person: an event, or a part of one (rule 34)."""
    return tuple(
        node.id
        for node in nodes
        if node.kind is NodeKind.START_EVENT
        and node.event.kind is not EventKind.NONE
        and not node.parts
    )


def _starts(
    element: Element, nodes: list[Node], triggers: tuple[str, ...]
) -> tuple[str, ...]:
    """The start events, or what may be begun in an ad-hoc body (13.3.5)."""
    if reader.local(element) == "adHocSubProcess":
        entered = {
            flow.get("targetRef") for flow in reader.children(element, "sequenceFlow")
        }
        return tuple(
            node.id
            for node in nodes
            if node.kind in ACTIVITIES
            and node.id not in entered
            and not node.triggered
            and not node.for_compensation
        )
    opened = {node.part_of for node in nodes if node.id in triggers}
    return tuple(
        node.id
        for node in nodes
        if node.kind is NodeKind.START_EVENT
        and not node.part_of
        and node.id not in opened.union(triggers)
    )


def _identity(element: Element, reading: _Reading) -> bool:
    identity, place = element.get("id", ""), reading.place(element)
    if not identity:
        is_process = reader.local(element) == "process"
        code = "process-without-id" if is_process else "id-missing"
        reading.report.add(code, place, tag=reader.local(element))
        return False
    if not names.is_id(identity):
        reading.report.add("id-invalid", place, limit=names.ID_LENGTH)
    reading.draft.places[identity] = place
    return True


def _flow(element: Element, scope: str, reading: _Reading) -> None:
    place = _flow_place(element, reading)
    condition = ""
    for part in reader.children(element, "conditionExpression"):
        condition = values.expression(part, place, reading.report, optional=True)
    flow = Flow(
        id=place.element,
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        name=reader.words(element.get("name", "")),
        condition=condition,
    )
    reading.draft.flows[flow.id] = flow
    reading.draft.drawn[flow.id] = scope


def _flow_place(element: Element, reading: _Reading) -> Place:
    """A flow may do without id (BPMN 2.0.2, 8.3.1); it gets one from its position."""
    if element.get("id"):
        _identity(element, reading)
        return reading.place(element)
    number = len(reading.draft.flows) + 1
    taken = reading.source.by_id, reading.draft.flows
    while any(f"flow.{number}" in ids for ids in taken):
        number += 1
    place = replace(reading.place(element), element=f"flow.{number}")
    reading.draft.places[place.element] = place
    return place


def _node(
    element: Element,
    kind: NodeKind,
    scope: str,
    lanes: tuple[str, ...],
    reading: _Reading,
) -> list[str]:
    """Read a node; gives its id and those of the parts of its event."""
    place, report = reading.place(element), reading.report
    extensions = extension.read(element, reading.place, report)
    event, runs, parts = reading.events.read(element, kind, extensions, place)
    refused = _refused(element, kind, extensions, place, report)
    if refused or not runs:
        reading.draft.refused.add(place.element)
    asks = extensions.get("service") or extensions.get("decision")
    made = Node(
        id=place.element,
        kind=kind,
        scope=scope,
        name=place.name,
        default=element.get("default", ""),
        event=event,
        attached_to=element.get("attachedToRef", ""),
        interrupting=_interrupting(element, kind),
        body=_body(element, kind),
        multi_instance=values.multi_instance(element, reading.source, report),
        loop=values.loop(element, place, report),
        triggered=reader.triggered(element),
        transaction=reader.local(element) == "transaction",
        ad_hoc=values.ad_hoc(element, place, report),
        parts=tuple(names.part(place.element, n) for n in range(1, len(parts) + 1)),
        activation=values.activation(element, place, report),
        handler=_handler(element, event, reading.source),
        for_compensation=_undoes(element),
        decision=asks.get("id") if asks else "",
        service=asks.get("function") if asks else "",
        parameters=values.expressions_of(asks, "parameter", place, report),
        result=asks.get("result") if asks else "",
        lanes=lanes,
        work=_work(element, extensions.get("work")),
        clock=element.get(_CLOCK, "").strip(),
        ending=element.get(_ENDING, "").strip(),
        line=place.line,
    )
    reading.draft.nodes[made.id] = made
    for identity, part in zip(made.parts, parts, strict=True):
        reading.draft.nodes[identity] = _part(made, identity, part)
        reading.draft.places[identity] = place
        if made.id in reading.draft.refused:
            reading.draft.refused.add(identity)
    return [made.id, *made.parts]


def _part(whole: Node, identity: str, event: EventDefinition) -> Node:
    """One definition of a multiple event: like the whole, but without flows."""
    return Node(
        id=identity,
        kind=whole.kind,
        scope=whole.scope,
        name=whole.name,
        event=event,
        attached_to=whole.attached_to,
        interrupting=whole.interrupting,
        part_of=whole.id,
        lanes=whole.lanes,
        # A visit waits once, whatever it may hear.
        clock=whole.clock if identity == whole.parts[0] else "",
        line=whole.line,
    )


def _refused(
    element: Element,
    kind: NodeKind,
    extensions: dict[str, extension.Extension],
    place: Place,
    report: Report,
) -> bool:
    if reader.local(element) in words.STAND_INS:
        return True
    if kind is NodeKind.SERVICE_TASK and "service" not in extensions:
        report.add("service-unbound", place)
        return True
    if kind is NodeKind.BUSINESS_RULE_TASK and "decision" not in extensions:
        report.add("decision-unbound", place)
        return True
    return values.flag(element, "instantiate", default=False) is True


def _handler(element: Element, event: EventDefinition, source: Source) -> str:
    """What an association leads to from a compensation boundary event (10.7.1)."""
    boundary = reader.local(element) == "boundaryEvent"
    if not boundary or event.kind is not EventKind.COMPENSATION:
        return ""
    identity, scope = element.get("id", ""), element.getparent()
    while scope is not None:
        for one in reader.children(scope, "association"):
            ends = one.get("sourceRef", ""), one.get("targetRef", "")
            for here, there in (ends, ends[::-1]):
                target = source.by_id.get(there)
                if here == identity and target is not None and _undoes(target):
                    return there
        scope = scope.getparent()
    return ""


def _undoes(element: Element) -> bool:
    marked = values.flag(element, "isForCompensation", default=False) is True
    return marked and reader.local(element) in words.ACTIVITY_TAGS


def _interrupting(element: Element, kind: NodeKind) -> bool:
    start = kind is NodeKind.START_EVENT
    name = "isInterrupting" if start else "cancelActivity"
    return values.flag(element, name, default=True) is not False


def _body(element: Element, kind: NodeKind) -> str:
    if kind is NodeKind.CALL_ACTIVITY:
        return element.get("calledElement", "").strip()
    return element.get("id", "") if kind is NodeKind.SUB_PROCESS else ""


def _work(element: Element, written: extension.Extension | None) -> Work:
    texts = [reader.text_of(one) for one in reader.children(element, "documentation")]
    documentation = "\n\n".join(text for text in texts if text)
    if written is None:
        return Work(documentation=documentation)
    return Work(
        form=written.get("form"),
        short_name=written.get("shortName"),
        performer=written.get("performer"),
        limit=facts.limit(written),
        four_eyes=written.get("fourEyes"),
        clauses=written.texts("clause"),
        record=written.get("record"),
        documentation=documentation,
    )


def _lanes(scope: Element, reading: _Reading) -> dict[str, tuple[str, ...]]:
    """Node id → names of its lanes, outermost first; the deepest lane wins."""
    placed: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[Element, tuple[str, ...]]] = [
        (lanes, ()) for lanes in reader.children(scope, "laneSet")
    ]
    while waiting:
        lanes, around = waiting.pop(0)
        for lane in reader.children(lanes, "lane"):
            name = reader.words(lane.get("name", ""))
            path = (*around, name) if name else around
            if (
                not path
                and next(reader.children(lane, "flowNodeRef"), None) is not None
            ):
                reading.report.add("lane-without-name", reading.place(lane))
            for reference in reader.children(lane, "flowNodeRef"):
                placed[reader.text_of(reference)] = path
            waiting.extend(
                (inner, path) for inner in reader.children(lane, "childLaneSet")
            )
    return placed
