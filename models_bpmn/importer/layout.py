"""Draw what a file says but does not draw: shapes and edges are added for display.

The uploaded bytes stay as they are. What is drawn stays where it is; a process of which
nothing is drawn is laid out whole (columns by rank, lanes as rows, sub-processes around
their content), single nodes are put where there is room.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from models_bpmn.importer import connectors, parts, reader, repairs
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.boxes import Box
from models_bpmn.importer.drawing import Drawing, references
from models_bpmn.importer.report import Report
from models_bpmn.importer.sheet import Sheet

_HEAD: Final = 30
_SPACE: Final = 40
_LEAST: Final = 24
#: A pool of which no content is known.
_CLOSED: Final = (600.0, 60.0)
_KEPT: Final = 32


@lru_cache(maxsize=_KEPT)
def drawn(content: bytes) -> bytes:
    """The file with a shape for every flow node; its own bytes when nothing lacks."""
    source = reader.read("", content, Report())
    if source is None:
        return content
    sheet = Sheet(source, dict(source.by_id))
    repairs.first(sheet, Report())
    layout = _Layout(sheet.root)
    layout.draw()
    if not layout.drawing.added:
        return content
    layout.drawing.tidy()
    text: bytes = etree.tostring(sheet.root, xml_declaration=True, encoding="UTF-8")
    return text


@dataclass(frozen=True, slots=True)
class _Lane:
    """A lane, how deep it lies in others, and the leaves in it."""

    element: Element
    depth: int
    first: int
    last: int


class _Layout:
    """The drawing of one file in progress."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self.drawing = Drawing(root)
        self._processes = {
            one.get("id", ""): one for one in reader.children(root, "process")
        }

    def draw(self) -> None:
        """Add everything that is missing."""
        pools = self._collaboration()
        for identity, process in self._processes.items():
            if identity not in pools:
                plane = self.drawing.plane(self._main() or identity)
                own = self.drawing.planes.get(identity)
                self._process(process, own if own is not None else plane, None)
        for pool in pools.values():
            self._pool(pool)
        if not self.drawing.own:
            for pool in pools.values():
                self._closed(pool)
        connectors.join(self._root, self.drawing)

    def _main(self) -> str:
        """The element that the first plane draws, when it draws more than itself."""
        first = next(iter(self.drawing.planes), "")
        return "" if first in self._processes else first

    def _collaboration(self) -> dict[str, Element]:
        """The pools by the id of their process, or their own when it is not told."""
        found = next(reader.children(self._root, "collaboration"), None)
        if found is None and len(self._processes) > 1 and not self.drawing.shapes:
            # One sheet shows all: a pool for each process, in the copy that is shown.
            found = etree.SubElement(self._root, f"{{{words.BPMN}}}collaboration")
            found.set("id", "drawing.collaboration")
            for identity, process in self._processes.items():
                pool = etree.SubElement(found, f"{{{words.BPMN}}}participant")
                pool.set("id", f"drawing.pool.{identity}")
                pool.set("name", process.get("name", "") or identity)
                pool.set("processRef", identity)
        if found is None:
            return {}
        identity = found.get("id", "") or "drawing.collaboration"
        found.set("id", identity)
        if not self.drawing.planes:
            self.drawing.plane(identity)
        if next(iter(self.drawing.planes)) != identity:
            return {}  # The file draws processes without their pools.
        pools: dict[str, Element] = {}
        for pool in reader.children(found, "participant"):
            ref = pool.get("processRef", "")
            known = ref in self._processes and ref not in pools
            pools[ref if known else pool.get("id", "")] = pool
        pools.pop("", None)
        return pools

    def _pool(self, pool: Element) -> None:
        process = self._processes.get(pool.get("processRef", ""))
        if process is not None and parts.scope(process).nodes:
            plane = next(iter(self.drawing.planes.values()))
            self._process(process, plane, pool)

    def _closed(self, pool: Element) -> None:
        """A pool whose content is not told, as wide as the others, below them."""
        identity = pool.get("id", "")
        if identity in self.drawing.shapes or not identity:
            return
        least, height = _CLOSED
        width = max([least, *(one.width for one in self.drawing.shapes.values())])
        plane = next(iter(self.drawing.planes.values()))
        box = Box(0, self._below(), width, height)
        self.drawing.shape(plane, identity, box, kind="participant", label=None)

    def _below(self) -> float:
        lowest = max((one.bottom for one in self.drawing.shapes.values()), default=0)
        return lowest + _SPACE if self.drawing.shapes else 0

    def _process(self, process: Element, plane: Element, pool: Element | None) -> None:
        found = parts.scope(process)
        shown = [one for one in found.nodes if one in self.drawing.shapes]
        frame = "" if pool is None else pool.get("id", "")
        if not shown and frame not in self.drawing.shapes:
            self._whole(found, plane, pool)
        else:
            self._rest(found, plane, frame)
        self._inside(found, plane)

    def _whole(self, found: parts.Scope, plane: Element, pool: Element | None) -> None:
        lanes, leaves = _lanes(found.element)
        alone = any(one not in leaves for one in found.nodes)
        count = max((lane.last for lane in lanes), default=0) + int(alone or not lanes)
        part = parts.lay_out(found, lanes=leaves, bands=count)
        inset = _HEAD * max((lane.depth for lane in lanes), default=0)
        inset += _HEAD if pool is not None else 0
        made = parts.Part(inset + part.width + 10, part.height)
        if pool is not None:
            box = Box(0, 0, made.width, made.height)
            made.shapes[pool.get("id", "")] = (box, "participant")
        bands = [*part.bands]
        # Documents and notes stand below; the last lane reaches down to them.
        bands[-1] = (bands[-1][0], part.height - bands[-1][0])
        for lane in lanes:
            top = bands[lane.first][0]
            bottom = sum(bands[lane.last - 1])
            x = _HEAD * (lane.depth if pool is not None else lane.depth - 1)
            box = Box(x, top, made.width - x, bottom - top)
            made.shapes[lane.element.get("id", "")] = (box, "lane")
        made.take(part, inset, 0)
        self._put(made, plane, 0, self._below())

    def _put(self, part: parts.Part, plane: Element, x: float, y: float) -> None:
        placed = parts.Part()
        placed.take(part, x, y)
        for identity, (box, kind) in placed.shapes.items():
            if identity:
                label = placed.labels.get(identity)
                self.drawing.shape(plane, identity, box, kind=kind, label=label)
        for identity, points in placed.edges.items():
            self.drawing.edge(plane, identity, points, placed.labels.get(identity))

    def _rest(self, found: parts.Scope, plane: Element, frame: str) -> None:
        """Put what is not drawn beside what is, inside of the frame."""
        shapes = self.drawing.shapes
        lanes, leaves = _lanes(found.element)
        named = {lane.first: lane.element.get("id", "") for lane in lanes}
        groups: dict[str, list[str]] = {}
        for one in found.nodes:
            if one not in shapes:
                lane = named.get(leaves.get(one, -1), "")
                groups.setdefault(lane if lane in shapes else frame, []).append(one)
        for place, nodes in groups.items():
            part = parts.lay_out(found, only=nodes)
            if place in shapes:
                self._beside(found, plane, part, place)
            else:
                self._put(part, plane, self._left(), self._below())
        self._borders(found, plane)
        for note in found.artifacts:
            if note.get("id", "") not in shapes:
                self._note(note, plane)

    def _note(self, note: Element, plane: Element) -> None:
        width, height = parts.size(note)
        box = Box(self._left(), self._below(), width, height)
        label = parts.label(note, box) if parts.has_label(note) else None
        identity, kind = note.get("id", ""), reader.local(note)
        self.drawing.shape(plane, identity, box, kind=kind, label=label)

    def _left(self) -> float:
        return min((one.x for one in self.drawing.shapes.values()), default=0)

    def _beside(
        self, found: parts.Scope, plane: Element, part: parts.Part, place: str
    ) -> None:
        """Right of everything in the process; pool and lanes reach out to it."""
        frame = self.drawing.shapes[place]
        inner = [
            self.drawing.shapes[one]
            for one in found.nodes
            if one in self.drawing.shapes
        ]
        x = max((one.right for one in inner), default=frame.x + 2 * _HEAD)
        scale = min(1, frame.height / part.height)
        fitted = parts.Part(part.width * scale, part.height * scale)
        fitted.take(part, 0, 0, scale)
        y = frame.y + (frame.height - fitted.height) / 2
        self._put(fitted, plane, x, y)
        right = x + fitted.width + _LEAST
        lanes = {lane.element.get("id", "") for lane in _lanes(found.element)[0]}
        process = found.element.get("id", "")
        pools = {
            pool.get("id", "")
            for pool in self._root.iter(f"{{{words.BPMN}}}participant")
            if pool.get("processRef") == process
        }
        for one in (lanes | pools) & self.drawing.shapes.keys():
            self.drawing.widen(one, right, 0)

    def _borders(self, found: parts.Scope, plane: Element) -> None:
        """Boundary events on the lower border of what they are attached to."""
        shapes = self.drawing.shapes
        for host, events in found.borders.items():
            waiting = [one for one in events if one.get("id", "") not in shapes]
            for event, x in parts.slots(waiting):
                box, (size, _) = shapes[host], parts.size(event)
                middle = box.right - min(x, box.width - size / 2)
                at = Box(middle - size / 2, box.bottom - size / 2, size, size)
                label = parts.border_label(event, at) if event.get("name") else None
                identity = event.get("id", "")
                kind = "boundaryEvent"
                self.drawing.shape(plane, identity, at, kind=kind, label=label)

    def _inside(self, found: parts.Scope, plane: Element) -> None:
        """Complete the sub-processes that the file draws itself."""
        self._borders(found, plane)
        for identity, node in found.nodes.items():
            if reader.local(node) not in parts.SCOPED:
                continue
            inner = parts.scope(node)
            lacking = [one for one in inner.nodes if one not in self.drawing.shapes]
            own = self.drawing.planes.get(identity)
            here = plane if own is None else own
            if lacking and own is None and identity in self.drawing.open:
                self._fit(inner, here, identity, lacking)
            elif lacking:
                # A closed one shows its content on a sheet of its own.
                here = self.drawing.plane(identity)
                part = parts.lay_out(inner, only=lacking)
                self._put(part, here, 0, self._below())
            self._inside(inner, here)

    def _fit(
        self, inner: parts.Scope, plane: Element, identity: str, lacking: Sequence[str]
    ) -> None:
        """Put nodes into the room that an open sub-process has left."""
        frame = self.drawing.shapes[identity]
        part = parts.lay_out(inner, only=lacking)
        room = max(
            self._rooms(frame, inner),
            key=lambda one: min(one.width / part.width, one.height / part.height, 1),
        )
        scale = min(1, room.width / part.width, room.height / part.height)
        fitted = parts.Part()
        fitted.take(part, 0, 0, scale)
        self._put(fitted, plane, room.x, room.y)

    def _rooms(self, frame: Box, inner: parts.Scope) -> Iterator[Box]:
        """What is free right of, left of, below and above the nodes in a frame."""
        boxes = [
            self.drawing.shapes[one]
            for one in inner.nodes
            if one in self.drawing.shapes
        ]
        if not boxes:
            yield Box(frame.x, frame.y, frame.width, frame.height)
            return
        left = min(one.x for one in boxes)
        top = min(one.y for one in boxes)
        right = max(one.right for one in boxes)
        bottom = max(one.bottom for one in boxes)
        yield Box(right, frame.y, max(1, frame.right - right), frame.height)
        yield Box(frame.x, bottom, frame.width, max(1, frame.bottom - bottom))
        yield Box(frame.x, frame.y, max(1, left - frame.x), frame.height)
        yield Box(frame.x, frame.y, frame.width, max(1, top - frame.y))


def _lanes(process: Element) -> tuple[list[_Lane], dict[str, int]]:
    """The lanes, the outermost first, and the leaf that each node lies in."""
    lanes: list[_Lane] = []
    leaves: dict[str, int] = {}

    def walk(holder: Element, name: str, depth: int, at: int) -> int:
        for group in reader.children(holder, name):
            for lane in reader.children(group, "lane"):
                number = len(lanes)
                lanes.append(_Lane(lane, depth, at, at))
                end = max(at + 1, walk(lane, "childLaneSet", depth + 1, at))
                lanes[number] = _Lane(lane, depth, at, end)
                for one in references(lane, "flowNodeRef"):
                    leaves.setdefault(one, at)
                at = end
        return at

    walk(process, "laneSet", 1, 0)
    return lanes, leaves
