"""A scope of a process laid out: its nodes, what is inside them, flows and notes."""

import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import drawing, layers, reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.boxes import Box, Point
from models_bpmn.importer.ranks import Item, Link

SCOPED: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ARTIFACTS: Final = frozenset(
    {"dataObjectReference", "dataStoreReference", "textAnnotation"}
)
_EVENT: Final = 36
_GATEWAY: Final = 50
_TASK: Final = (120, 80)
_NOTE: Final = 160
#: Pixels of a letter and of a line at 12 px, on the average.
_LETTER: Final = 6.5
_LINE: Final = 15
_LABEL: Final = 110
_PAD: Final = 20
_TITLE: Final = 34


@dataclass(slots=True)
class Part:
    """Something drawn, with the upper left corner as its origin."""

    width: float = 0
    height: float = 0
    #: Bounds, the outermost first: id → (bounds, name of the BPMN element).
    shapes: dict[str, tuple[Box, str]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    #: Upper edge and height of each lane.
    bands: tuple[tuple[float, float], ...] = ()

    def take(self, other: "Part", x: float, y: float, scale: float = 1) -> None:
        """Put another part into this one."""

        def at(box: Box) -> Box:
            moved = (x + box.x * scale, y + box.y * scale)
            return Box(*moved, box.width * scale, box.height * scale)

        for identity, (box, kind) in other.shapes.items():
            self.shapes[identity] = (at(box), kind)
        for identity, box in other.labels.items():
            self.labels[identity] = at(box)
        for identity, points in other.edges.items():
            self.edges[identity] = tuple(
                Point(x + one.x * scale, y + one.y * scale) for one in points
            )


@dataclass(slots=True)
class Scope:
    """The children of a process or sub-process."""

    element: Element
    nodes: dict[str, Element] = field(default_factory=dict)
    #: Boundary events by the activity that they are attached to.
    borders: dict[str, list[Element]] = field(default_factory=dict)
    flows: list[Element] = field(default_factory=list)
    artifacts: list[Element] = field(default_factory=list)


def scope(element: Element) -> Scope:
    """Read what stands directly in a process or sub-process."""
    found = Scope(element)
    attached = []
    for child in reader.children(element):
        kind, identity = reader.local(child), child.get("id", "")
        if kind == "boundaryEvent":
            attached.append(child)
        elif kind in words.FLOW_NODES and identity:
            found.nodes[identity] = child
        elif kind == "sequenceFlow":
            found.flows.append(child)
        elif kind in ARTIFACTS and identity:
            found.artifacts.append(child)
    for event in attached:
        host = event.get("attachedToRef", "")
        if host in found.nodes:
            found.borders.setdefault(host, []).append(event)
        else:
            # Drawn all the same, where a node would stand.
            found.nodes[event.get("id", "")] = event
    return found


def lay_out(
    found: Scope,
    *,
    only: Collection[str] | None = None,
    lanes: Mapping[str, int] | None = None,
    bands: int = 1,
) -> Part:
    """Draw the nodes of a scope; with `only`, these alone."""
    bodies: dict[str, Part] = {}
    items: dict[str, Item] = {}
    for identity, node in found.nodes.items():
        if only is not None and identity not in only:
            continue
        if reader.local(node) in SCOPED:
            bodies[identity] = _body(node)
        band = (lanes or {}).get(identity, bands - 1)
        borders = found.borders.get(identity, [])
        items[identity] = _item(node, borders, bodies.get(identity), band)
    links = list(_links(found, items))
    sheet = layers.arrange(list(items.values()), links, bands)
    part = Part(sheet.width, sheet.height, bands=sheet.bands)
    part.edges.update(sheet.routes)
    for identity, box in sheet.boxes.items():
        node = found.nodes[identity]
        _node(part, node, box, found.borders.get(identity, ()))
        if identity in bodies:
            part.take(bodies[identity], box.x + _PAD, box.y + _TITLE)
    _names(part, found)
    if only is None:
        _artifacts(part, found, items)
    return part


def _body(node: Element) -> Part:
    return lay_out(scope(node))


def _item(
    node: Element, borders: Sequence[Element], body: Part | None, band: int
) -> Item:
    width, height = size(node)
    if body is not None:
        width = max(width, body.width + 2 * _PAD)
        height = max(height, body.height + _TITLE + _PAD)
    width = max(width, 20 + sum(map(_slot, borders)))
    below = label_height(node) + 4 if has_label(node) else 0.0
    for event in borders:
        below = max(below, _EVENT / 2 + 4 + label_height(event))
    return Item(
        id=node.get("id", ""), width=width, height=height, below=below, band=band
    )


def size(node: Element) -> tuple[float, float]:
    """The size of a node by its kind and name."""
    kind = reader.local(node)
    if kind.endswith("Event") or kind == "event":
        return _EVENT, _EVENT
    if kind.endswith("Gateway"):
        return _GATEWAY, _GATEWAY
    if kind == "dataObjectReference":
        return 36, 50
    if kind == "dataStoreReference":
        return 50, 50
    if kind == "textAnnotation":
        text = " ".join(reader.text_of(one) for one in reader.children(node, "text"))
        return _NOTE, max(30, _LINE * _lines(text, _NOTE) + 10)
    width, height = _TASK
    lines = _lines(node.get("name", ""), width - 10)
    return width, min(160, max(height, _LINE * (lines + 1) + 10))


def has_label(node: Element) -> bool:
    """Whether the name stands below the shape."""
    kind = reader.local(node)
    outside = kind.endswith(("Event", "Gateway", "Reference")) or kind == "event"
    return outside and bool(node.get("name"))


def label_height(node: Element) -> float:
    """The height of a name that stands outside of its shape."""
    return _LINE * min(5, _lines(node.get("name", ""), _LABEL))


def _lines(text: str, width: float) -> int:
    return math.ceil(len(reader.words(text)) * _LETTER / width) if text else 0


def _slot(event: Element) -> float:
    return _EVENT + 8 + (_LABEL - 20 if event.get("name") else 0)


def _links(found: Scope, items: Mapping[str, Item]) -> Iterator[Link]:
    drops = {}
    for host, events in found.borders.items():
        for event, x in slots(events):
            if host in items:
                drops[event.get("id", "")] = (host, Point(x, _EVENT / 2))
    for flow in found.flows:
        source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
        host, drop = drops.get(source, (source, None))
        if host in items and target in items and flow.get("id"):
            room = _name_width(flow) + 12 if flow.get("name") else 0.0
            identity = flow.get("id", "")
            yield Link(id=identity, source=host, target=target, drop=drop, room=room)


def slots(events: Sequence[Element]) -> Iterator[tuple[Element, float]]:
    """Where on the lower border boundary events stand: the middle of each."""
    x = 10.0
    for event in events:
        yield event, x + _EVENT / 2
        x += _slot(event)


def _node(part: Part, node: Element, box: Box, borders: Sequence[Element]) -> None:
    identity = node.get("id", "")
    part.shapes[identity] = (box, reader.local(node))
    if has_label(node):
        part.labels[identity] = label(node, box)
    for event, x in slots(borders):
        inner = event.get("id", "")
        at = Box(box.x + x - _EVENT / 2, box.bottom - _EVENT / 2, _EVENT, _EVENT)
        part.shapes[inner] = (at, "boundaryEvent")
        if event.get("name"):
            part.labels[inner] = border_label(event, at)


def label(node: Element, box: Box) -> Box:
    """Where the name of an event, gateway or document stands: below it."""
    width = min(_LABEL, max(20, len(node.get("name", "")) * _LETTER))
    return Box(box.middle.x - width / 2, box.bottom + 4, width, label_height(node))


def border_label(event: Element, box: Box) -> Box:
    """Where the name of a boundary event stands: beside the flow that leaves it."""
    width = min(_LABEL - 24, max(20, len(event.get("name", "")) * _LETTER))
    return Box(box.right - 8, box.bottom, width, label_height(event))


def _name_width(flow: Element) -> float:
    return min(_LABEL, len(reader.words(flow.get("name", ""))) * _LETTER + 4)


def name_of(flow: Element, points: Sequence[Point]) -> Box | None:
    """Where the name of a flow stands: above its last level piece that has room."""
    name = flow.get("name", "")
    pieces = [
        (abs(one.x - two.x), number, min(one.x, two.x), one.y)
        for number, (one, two) in enumerate(itertools.pairwise(points))
        if one.y == two.y
    ]
    if not name or not pieces:
        return None
    length, _, x, y = max(pieces[1:] or pieces)
    width = _name_width(flow)
    height = _LINE * min(5, _lines(name, _LABEL))
    return Box(x + max(0, (length - width) / 2), y - height - 2, width, height)


def _names(part: Part, found: Scope) -> None:
    for flow in found.flows:
        identity = flow.get("id", "")
        if identity in part.edges:
            box = name_of(flow, part.edges[identity])
            if box is not None:
                part.labels[identity] = box


def _artifacts(part: Part, found: Scope, items: Mapping[str, Item]) -> None:
    """Documents and notes in a row below, each near what it belongs to."""
    near: dict[str, float] = {}
    for _, one, two in associations(found.element):
        for here, there in ((one, two), (two, one)):
            if there in items:
                near.setdefault(here, part.shapes[there][0].middle.x)
    at, top = 10.0, part.height
    for each in sorted(found.artifacts, key=lambda it: near.get(it.get("id", ""), 0)):
        identity = each.get("id", "")
        width, height = size(each)
        room = max(width, _LABEL) if has_label(each) else width
        at = max(at, near.get(identity, 0) - room / 2)
        box = Box(at + (room - width) / 2, top, width, height)
        part.shapes[identity] = (box, reader.local(each))
        bottom = box.bottom
        if has_label(each):
            part.labels[identity] = label(each, box)
            bottom = part.labels[identity].bottom
        at += room + _PAD
        part.height = max(part.height, bottom + _PAD)
        part.width = max(part.width, at)


def associations(container: Element) -> Iterator[tuple[Element, str, str]]:
    """What joins documents and notes to nodes: element and its two ends."""
    for child in reader.children(container):
        if reader.local(child) == "association":
            yield child, child.get("sourceRef", ""), child.get("targetRef", "")
        for data in reader.children(
            child, "dataInputAssociation", "dataOutputAssociation"
        ):
            here = child.get("id", "")
            inward = reader.local(data) == "dataInputAssociation"
            other = "sourceRef" if inward else "targetRef"
            for end in drawing.references(data, other):
                yield data, end if inward else here, here if inward else end
