"""Lines between what is drawn already: flows, message flows and associations."""

from collections.abc import Sequence
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import parts, reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.boxes import Box, Point, straight
from models_bpmn.importer.drawing import Drawing

_SPACE: Final = 20
_HOLDERS: Final = frozenset(
    {"process", "subProcess", "transaction", "adHocSubProcess", "collaboration"}
)


def join(root: Element, drawing: Drawing) -> None:
    """Draw every line whose two ends are drawn on one sheet and that is missing."""
    where = _sheets(drawing)
    for flow in root.iter(
        f"{{{words.BPMN}}}sequenceFlow", f"{{{words.BPMN}}}messageFlow"
    ):
        ends = [flow.get(one, "") for one in ("sourceRef", "targetRef")]
        upright = reader.local(flow) == "messageFlow"
        _line(flow, ends, drawing, where, upright=upright)
    for holder in root.iter(f"{{{words.BPMN}}}*"):
        if reader.local(holder) not in _HOLDERS:
            continue
        for one, source, target in parts.associations(holder):
            _straight(one, (source, target), drawing, where)


def _sheets(drawing: Drawing) -> dict[str, Element]:
    """The plane on which each element is drawn."""
    found: dict[str, Element] = {}
    for plane in drawing.planes.values():
        for shape in plane:
            found.setdefault(shape.get("bpmnElement", "").rpartition(":")[2], plane)
    return found


def _line(
    flow: Element,
    ends: Sequence[str],
    drawing: Drawing,
    where: dict[str, Element],
    *,
    upright: bool,
) -> None:
    identity = flow.get("id", "")
    boxes = [drawing.shapes[one] for one in ends if one in drawing.shapes]
    if identity in drawing.edges or len(boxes) < len(ends):
        return
    if not identity or where[ends[0]] is not where[ends[1]]:
        return
    points = route(boxes[0], boxes[1], upright=upright)
    label = parts.name_of(flow, points)
    drawing.edge(where[ends[0]], identity, points, label)


def _straight(
    one: Element, ends: Sequence[str], drawing: Drawing, where: dict[str, Element]
) -> None:
    boxes = [drawing.shapes[end] for end in ends if end in drawing.shapes]
    if len(boxes) < len(ends) or where[ends[0]] is not where[ends[1]]:
        return
    # Between two shapes of the file it was left out on purpose.
    if one.get("id") and not drawing.own.issuperset(ends):
        source, target = boxes
        points = (_border(source, target.middle), _border(target, source.middle))
        drawing.edge(where[ends[0]], one.get("id", ""), points)


def _border(box: Box, towards: Point) -> Point:
    """Where the line from the middle of a box to a point leaves the box."""
    here = box.middle
    x, y = towards.x - here.x, towards.y - here.y
    if not x and not y:
        return Point(here.x, box.bottom)
    share = min(
        box.width / 2 / abs(x) if x else float("inf"),
        box.height / 2 / abs(y) if y else float("inf"),
    )
    return Point(here.x + x * share, here.y + y * share)


def _towards(point: Point, box: Box) -> Point:
    """The middle of a box, or of its part that is level with a point."""
    if box.x + _SPACE < point.x < box.right - _SPACE:
        return Point(point.x, box.middle.y)
    return box.middle


def route(source: Box, target: Box, *, upright: bool = False) -> tuple[Point, ...]:
    """A line with square corners between two boxes."""
    one, two = source.middle, target.middle
    if upright:
        # A wide pool is met straight below or above the step.
        two = _towards(one, target)
        one = _towards(two, source)
    if target.x >= source.right + _SPACE and not upright:
        middle = (source.right + target.x) / 2
        points = [Point(source.right, one.y), Point(middle, one.y)]
        points += [Point(middle, two.y), Point(target.x, two.y)]
    elif target.y >= source.bottom:
        middle = (source.bottom + target.y) / 2
        points = [Point(one.x, source.bottom), Point(one.x, middle)]
        points += [Point(two.x, middle), Point(two.x, target.y)]
    elif target.bottom <= source.y:
        middle = (target.bottom + source.y) / 2
        points = [Point(one.x, source.y), Point(one.x, middle)]
        points += [Point(two.x, middle), Point(two.x, target.bottom)]
    else:
        low = max(source.bottom, target.bottom) + _SPACE
        # A loop of one box leaves and enters at different places.
        shift = source.width / 4 if source == target else 0
        points = [Point(one.x + shift, source.bottom), Point(one.x + shift, low)]
        points += [Point(two.x - shift, low), Point(two.x - shift, target.bottom)]
    return straight(points)
