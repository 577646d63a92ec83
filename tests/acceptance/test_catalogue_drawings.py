"""The drawings of the built-in procedures: complete, readable, without overlaps."""

import itertools
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from models_bpmn import catalogue

SLUGS = catalogue.built_in()
DI = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
BPMN = f"{{{DI['bpmn']}}}"
TASKS = {f"{BPMN}{kind}Task" for kind in ("user", "send", "receive")}


class Box(NamedTuple):
    """Where something stands on the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: "Box") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


Point = tuple[float, float]


class Drawing:
    """A diagram as its file draws it."""

    def __init__(self, slug: str) -> None:
        package = catalogue.read_built_in(slug)
        # Our own file, not a stranger's: the hardened reader is tested elsewhere.
        self.root = ET.fromstring(package.diagrams[0][1])  # noqa: S314
        self.labels: dict[str, Box] = {}
        self.shapes: dict[str, Box] = {}
        self.edges: dict[str, list[Point]] = {}
        for shape in self.root.iterfind(".//bpmndi:BPMNShape", DI):
            self.shapes[shape.attrib["bpmnElement"]] = _box(shape)
            self._label(shape)
        for edge in self.root.iterfind(".//bpmndi:BPMNEdge", DI):
            self.edges[edge.attrib["bpmnElement"]] = [
                (float(point.attrib["x"]), float(point.attrib["y"]))
                for point in edge.iterfind("di:waypoint", DI)
            ]
            self._label(edge)

    def _label(self, drawn: ET.Element) -> None:
        label = drawn.find("bpmndi:BPMNLabel", DI)
        if label is not None:
            self.labels[drawn.attrib["bpmnElement"]] = _box(label)

    def elements(self) -> list[ET.Element]:
        process = self.root.find("bpmn:process", DI)
        assert process is not None
        return [each for each in process if "id" in each.attrib]

    def nodes(self) -> dict[str, Box]:
        return {
            each.attrib["id"]: self.shapes[each.attrib["id"]]
            for each in self.elements()
            if each.tag not in {f"{BPMN}sequenceFlow", f"{BPMN}laneSet"}
        }

    def boundaries(self) -> set[str]:
        return {
            each.attrib["id"]
            for each in self.elements()
            if each.tag == f"{BPMN}boundaryEvent"
        }


def _box(drawn: ET.Element) -> Box:
    bounds = drawn.find("dc:Bounds", DI)
    assert bounds is not None
    return Box(*(float(bounds.attrib[key]) for key in ("x", "y", "width", "height")))


def _strokes(points: list[Point]) -> list[Box]:
    return [
        Box(min(x, u), min(y, v), abs(x - u), abs(y - v))
        for (x, y), (u, v) in itertools.pairwise(points)
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_everything_that_runs_is_drawn(slug: str) -> None:
    drawing = Drawing(slug)
    for element in drawing.elements():
        drawn = {**drawing.shapes, **drawing.edges}
        if element.tag != f"{BPMN}laneSet":
            assert element.attrib["id"] in drawn


@pytest.mark.parametrize("slug", SLUGS)
def test_tasks_have_room_for_their_names(slug: str) -> None:
    drawing = Drawing(slug)
    for element in drawing.elements():
        if element.tag in TASKS:
            box = drawing.shapes[element.attrib["id"]]
            assert box.width >= 100
            assert box.height >= 80


@pytest.mark.parametrize("slug", SLUGS)
def test_each_step_stands_in_its_lane(slug: str) -> None:
    drawing = Drawing(slug)
    for lane in drawing.root.iterfind(".//bpmn:lane", DI):
        for reference in lane.iterfind("bpmn:flowNodeRef", DI):
            inside = drawing.shapes[str(reference.text)]
            assert drawing.shapes[lane.attrib["id"]].holds(inside), reference.text


@pytest.mark.parametrize("slug", SLUGS)
def test_lines_are_horizontal_or_vertical_and_touch_what_they_join(slug: str) -> None:
    drawing = Drawing(slug)
    for flow in drawing.root.iterfind(".//bpmn:sequenceFlow", DI):
        points = drawing.edges[flow.attrib["id"]]
        for stroke in _strokes(points):
            assert stroke.width == 0 or stroke.height == 0, flow.attrib["id"]
        for end, point in (("sourceRef", points[0]), ("targetRef", points[-1])):
            box = drawing.shapes[flow.attrib[end]]
            assert box.holds(Box(*point, 0, 0)), flow.attrib["id"]


@pytest.mark.parametrize("slug", SLUGS)
def test_no_step_covers_another_and_no_label_covers_a_step_or_label(slug: str) -> None:
    drawing = Drawing(slug)
    nodes = drawing.nodes()
    boundaries = drawing.boundaries()
    for (first, box), (second, other) in itertools.combinations(nodes.items(), 2):
        if not {first, second} & boundaries:
            assert not box.overlaps(other), (first, second)
    for (name, label), (node, box) in itertools.product(
        drawing.labels.items(), nodes.items()
    ):
        assert not label.overlaps(box), (name, node)
    for (first, box), (second, other) in itertools.combinations(
        drawing.labels.items(), 2
    ):
        assert not box.overlaps(other), (first, second)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_line_runs_through_a_step_or_a_label(slug: str) -> None:
    drawing = Drawing(slug)
    for name, points in drawing.edges.items():
        for stroke in _strokes(points):
            # A line that ends at the edge of a step touches it and no more.
            inner = Box(
                stroke.x - 0.5, stroke.y - 0.5, stroke.width + 1, stroke.height + 1
            )
            for node, box in drawing.nodes().items():
                core = Box(box.x + 2, box.y + 2, box.width - 4, box.height - 4)
                assert not inner.overlaps(core), (name, node)
            for label, box in drawing.labels.items():
                assert not inner.overlaps(box), (name, label)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_two_flows_cross(slug: str) -> None:
    drawing = Drawing(slug)
    flows = [
        (flow.attrib["id"], drawing.edges[flow.attrib["id"]])
        for flow in drawing.root.iterfind(".//bpmn:sequenceFlow", DI)
    ]
    for (first, points), (second, others) in itertools.combinations(flows, 2):
        crossing = any(
            _cross(one, other)
            for one in itertools.pairwise(points)
            for other in itertools.pairwise(others)
        )
        assert not crossing, (first, second)


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether a vertical and a horizontal stroke cross inside both."""
    for upright, level in ((one, other), (other, one)):
        (x, top), (u, bottom) = sorted(upright)
        (left, y), (right, v) = sorted(level)
        if x == u and y == v and left < x < right and top < y < bottom:
            return True
    return False
