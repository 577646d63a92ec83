"""The diagram interchange of a file, ready to be painted (BPMN 2.0.2, chapter 12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer.boxes import Box, Point

#: Names stand under events.
_UNDER: Final = 16
#: Neither NaN nor infinity is a place.
_FAR: Final = 1e7


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A drawn node, lane or pool."""

    element: str
    box: Box
    #: Where its name stands; None: where the notation puts it.
    label: Box | None
    expanded: bool
    horizontal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A drawn flow or association."""

    element: str
    points: tuple[Point, ...]
    label: Box | None


@dataclass(frozen=True, slots=True)
class Plane:
    """What one diagram draws, in document order."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]

    def frame(self, margin: float) -> Box:
        """The rectangle that holds everything."""
        boxes = [one.box for one in self.shapes]
        boxes += [one.label for one in self.shapes if one.label]
        boxes += [one.label for one in self.edges if one.label]
        points = [point for edge in self.edges for point in edge.points]
        left = min([*(one.x for one in boxes), *(one.x for one in points)])
        top = min([*(one.y for one in boxes), *(one.y for one in points)])
        right = max([*(one.right for one in boxes), *(one.x for one in points)])
        bottom = max([*(one.bottom for one in boxes), *(one.y for one in points)])
        # Room for names under events, and for a word above a step.
        return Box(
            left - margin,
            top - margin,
            right - left + 2 * margin,
            bottom - top + 2 * margin + _UNDER,
        )


def read(root: Element) -> Plane:
    """The first diagram of a file that draws something."""
    for one in root.iter("{*}BPMNPlane"):
        found = Plane(tuple(_shapes(one)), tuple(_edges(one)))
        if found.shapes:
            return found
    return Plane((), ())


def _shapes(plane: Element) -> Iterator[Shape]:
    for one in plane.iter("{*}BPMNShape"):
        box = _bounds(one)
        if box is not None and min(box.width, box.height) > 0:
            yield Shape(
                element=_named(one),
                box=box,
                label=_label(one),
                expanded=one.get("isExpanded", "true") in {"true", "1"},
                horizontal=one.get("isHorizontal", "true") in {"true", "1"},
            )


def _edges(plane: Element) -> Iterator[Edge]:
    for one in plane.iter("{*}BPMNEdge"):
        points = tuple(_points(one))
        if len(points) > 1:
            yield Edge(element=_named(one), points=points, label=_label(one))


def _points(edge: Element) -> Iterator[Point]:
    for one in edge.findall("{*}waypoint"):
        found = _numbers(one, "x", "y")
        if found:
            yield Point(*found)


def _named(element: Element) -> str:
    """The id of what is drawn, its prefix left out."""
    return element.get("bpmnElement", "").rpartition(":")[2]


def _label(drawn: Element) -> Box | None:
    label = drawn.find("{*}BPMNLabel")
    return None if label is None else _bounds(label)


def _bounds(drawn: Element) -> Box | None:
    bounds = drawn.find("{*}Bounds")
    found = [] if bounds is None else _numbers(bounds, "x", "y", "width", "height")
    return Box(*found) if found else None


def _numbers(element: Element, *names: str) -> list[float]:
    """Some attributes as numbers; nothing when one of them is no place."""
    try:
        found = [float(element.attrib[name]) for name in names]
    except (KeyError, ValueError):
        return []
    return found if all(abs(one) < _FAR for one in found) else []
