"""The diagram interchange of a file (BPMN 2.0.2, chapter 12): what it draws, and more.

Shapes and edges that stand in the file are read and never changed; new ones are added
to the same plane, or to a plane of their own.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.boxes import Box, Point

_BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
_DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
_SPACES: Final = {"bpmndi": _BPMNDI, "dc": _DC, "di": _DI}


class Drawing:
    """What is drawn of a file."""

    def __init__(self, root: Element) -> None:
        self._root = root
        #: Bounds by id of the element drawn.
        self.shapes: dict[str, Box] = {}
        #: Ids of the flows and associations drawn.
        self.edges: set[str] = set()
        #: Ids of the sub-processes that are drawn open.
        self.open: set[str] = set()
        #: Planes by the id of the element they draw, the first one first.
        self.planes: dict[str, Element] = {}
        #: Shapes and edges added.
        self.added = 0
        self._elements: dict[str, Element] = {}
        #: Ids of the shapes that the file holds itself.
        self.own: frozenset[str] = frozenset()
        for plane in root.iter(f"{{{_BPMNDI}}}BPMNPlane"):
            self.planes.setdefault(_named(plane), plane)
            for one in plane.iter(f"{{{_BPMNDI}}}BPMNShape"):
                self._known(one)
            for one in plane.iter(f"{{{_BPMNDI}}}BPMNEdge"):
                if sum(1 for _ in one.iter(f"{{{_DI}}}waypoint")) > 1:
                    self.edges.add(_named(one))
        self.own = frozenset(self.shapes)

    def _known(self, shape: Element) -> None:
        identity = _named(shape)
        bounds = shape.find(f"{{{_DC}}}Bounds")
        box = None if bounds is None else _box(bounds)
        # A shape without size is none: nothing can be seen of it.
        if box is None or min(box.width, box.height) <= 0:
            return
        self.shapes[identity] = box
        self._elements[identity] = shape
        if shape.get("isExpanded") in {"true", "1"}:
            self.open.add(identity)

    def plane(self, identity: str) -> Element:
        """The plane of an element; a diagram is added when there is none."""
        if identity not in self.planes:
            diagram = etree.SubElement(
                self._root,
                f"{{{_BPMNDI}}}BPMNDiagram",
                {"id": f"drawing.{identity}"},
                _SPACES,
            )
            made = etree.SubElement(diagram, f"{{{_BPMNDI}}}BPMNPlane")
            made.set("id", f"drawing.{identity}.plane")
            made.set("bpmnElement", identity)
            self.planes[identity] = made
        return self.planes[identity]

    def shape(
        self, plane: Element, identity: str, box: Box, *, kind: str, label: Box | None
    ) -> None:
        """Draw a node, a lane or a pool; `kind` is its BPMN element name."""
        if identity in self.shapes:
            return
        # What has no size in the file is drawn anew.
        made = self._shape(plane, identity)
        if kind in {"participant", "lane"}:
            made.set("isHorizontal", "true")
        if kind in {"subProcess", "transaction", "adHocSubProcess"}:
            made.set("isExpanded", "true")
            self.open.add(identity)
        if kind == "exclusiveGateway":
            made.set("isMarkerVisible", "true")
        made.append(_bounds(box))
        if label is not None:
            etree.SubElement(made, f"{{{_BPMNDI}}}BPMNLabel").append(_bounds(label))
        self.shapes[identity] = box
        self.added += 1

    def _shape(self, plane: Element, identity: str) -> Element:
        made = etree.SubElement(plane, f"{{{_BPMNDI}}}BPMNShape", None, _SPACES)
        made.set("id", f"drawing.{identity}")
        made.set("bpmnElement", identity)
        self._elements[identity] = made
        return made

    def widen(self, identity: str, right: float, bottom: float) -> None:
        """Let a shape reach further; its place stays."""
        box, shape = self.shapes[identity], self._elements[identity]
        grown = Box(
            box.x, box.y, max(box.width, right - box.x), max(box.height, bottom - box.y)
        )
        bounds = shape.find(f"{{{_DC}}}Bounds")
        if grown != box and bounds is not None:
            shape.replace(bounds, _bounds(grown))
            self.shapes[identity] = grown

    def edge(
        self,
        plane: Element,
        identity: str,
        points: Sequence[Point],
        label: Box | None = None,
    ) -> None:
        """Draw a flow or an association."""
        if identity in self.edges:
            return
        made = etree.SubElement(plane, f"{{{_BPMNDI}}}BPMNEdge", None, _SPACES)
        made.set("id", f"drawing.{identity}")
        made.set("bpmnElement", identity)
        for point in points:
            mark = etree.SubElement(made, f"{{{_DI}}}waypoint")
            mark.set("x", _number(point.x))
            mark.set("y", _number(point.y))
        if label is not None:
            etree.SubElement(made, f"{{{_BPMNDI}}}BPMNLabel").append(_bounds(label))
        self.edges.add(identity)
        self.added += 1

    def tidy(self) -> None:
        """Leave out shapes and edges that say nothing about where they are."""
        for one in list(self._root.iter(f"{{{_BPMNDI}}}BPMNShape")):
            if one is not self._elements.get(_named(one)) and not _is_drawn(one):
                reader.remove(one)
        for one in list(self._root.iter(f"{{{_BPMNDI}}}BPMNEdge")):
            if sum(1 for _ in one.iter(f"{{{_DI}}}waypoint")) < 2:  # noqa: PLR2004
                reader.remove(one)


def _is_drawn(shape: Element) -> bool:
    bounds = shape.find(f"{{{_DC}}}Bounds")
    box = None if bounds is None else _box(bounds)
    return box is not None and min(box.width, box.height) > 0


def _named(element: Element) -> str:
    return element.get("bpmnElement", "").rpartition(":")[2]


def _box(bounds: Element) -> Box | None:
    try:
        found = [float(bounds.attrib[one]) for one in ("x", "y", "width", "height")]
    except (KeyError, ValueError):
        return None
    # Neither NaN nor infinity is a place.
    if not all(abs(one) < 1e7 for one in found):  # noqa: PLR2004
        return None
    return Box(*found)


def _bounds(box: Box) -> Element:
    made = etree.Element(f"{{{_DC}}}Bounds", None, _SPACES)
    for name, value in zip(("x", "y", "width", "height"), box, strict=True):
        made.set(name, _number(value))
    return made


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def references(element: Element, name: str) -> Iterator[str]:
    """The ids in the text children of one name, prefixes left out."""
    for child in reader.children(element, name):
        yield (child.text or "").strip().rpartition(":")[2]


def missing(root: Element) -> int:
    """How many flow nodes of a file have no shape."""
    shown = Drawing(root).shapes
    return sum(
        1
        for process in root.iter(f"{{{words.BPMN}}}process")
        for one in process.iter(f"{{{words.BPMN}}}*")
        if reader.local(one) in words.FLOW_NODES and one.get("id", "") not in shown
    )
