"""The diagram as a picture: SVG that needs no script, for paper, bundles and old files.

What a file draws, with what `importer.layout` adds, as one SVG. Every node carries
`data-element`, every flow `data-flow`; marks are classes (`is-done`, `is-current`,
`is-taken`, `is-deviating`) and flags, a word above an element. Colours come from the
style sheet of the page, or from `STYLE` where the picture stands alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import layout, reader
from models_bpmn.importer.boxes import Box
from models_bpmn.importer.report import Report
from models_bpmn.picture import nodes, plane, text
from models_bpmn.picture.plane import Plane

#: For a picture that stands alone.
STYLE: Final = (
    ".bpmn{background:#fff;font-family:'Be Vietnam Pro','DejaVu Sans',sans-serif}"
    ".bpmn text{font-size:12px;fill:#14191c;text-anchor:middle}"
    ".bpmn .lane rect,.bpmn .note path,.bpmn .icon{fill:none;stroke:#5b676d}"
    ".bpmn .lane .lane__name{fill:#f4f6f7}.bpmn .lane text{font-weight:600}"
    ".bpmn .flow path{fill:none;stroke:#5b676d;stroke-width:1.25}"
    ".bpmn .flow--message path,.bpmn .flow--link path{stroke-dasharray:6 4}"
    ".bpmn .flow text,.bpmn .note text{font-size:11px;fill:#4b565c}"
    ".bpmn .note text{text-anchor:start}"
    ".bpmn .shape{fill:#fff;stroke:#14191c;stroke-width:1.25}"
    ".bpmn .node--end .shape{stroke-width:3.5}"
    ".bpmn .node--group .shape{fill:none;stroke-dasharray:8 4}"
    ".bpmn .icon--full{fill:#14191c;stroke:#14191c}"
    ".bpmn .node.is-done>.shape{fill:#e6f3ea;stroke:#2a7d4c;stroke-width:1.75}"
    ".bpmn .node.is-current>.shape"
    "{fill:#e8f1f5;stroke:#0b4f6c;stroke-width:3.5}"
    ".bpmn .node.is-deviating>.shape"
    "{fill:#fcebe9;stroke:#b3261e;stroke-width:2.5;stroke-dasharray:6 4}"
    ".bpmn .flow.is-taken path{stroke:#2a7d4c;stroke-width:2.5}"
    ".bpmn .flag rect{fill:#0b4f6c}"
    ".bpmn .flag text{font-size:11px;font-weight:600;fill:#fff;text-anchor:start}"
    ".bpmn .flag--deviating rect,.bpmn .flag--incident rect{fill:#b3261e}"
    ".bpmn .flag--ready rect{fill:#6b4200}.bpmn .flag--waiting rect{fill:#463a7a}"
)
_MARGIN: Final = 24
#: Width and height of what is shown around an element.
_ROOM: Final = (680, 400)
_ARROW: Final = (
    '<defs><marker id="dau-mui-ten" viewBox="0 0 8 8" refX="7" refY="4"'
    ' markerWidth="7" markerHeight="7" orient="auto" markerUnits="userSpaceOnUse">'
    '<path d="M0 0 L8 4 L0 8 Z" fill="#5b676d"/></marker></defs>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a picture shows besides the drawing."""

    #: Classes by the id of an element or a flow.
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Kind and word of the flags above an element.
    flags: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    #: Show only what is around this element, where the whole is larger than `_ROOM`.
    around: str = ""


_PLAIN: Final = Marks()


def draw(content: bytes, label: str, marks: Marks = _PLAIN, *, style: str = "") -> str:
    """Draw the main diagram of a file as one SVG element.

    Args:
        content: The file as uploaded.
        label: What the picture shows, for who cannot see it.
        marks: Classes and flags.
        style: A style sheet to put inside, where the picture stands alone.

    Returns:
        The picture; an empty text when the file draws nothing.
    """
    source = reader.read("", layout.drawn(content), Report())
    if source is None:
        return ""
    drawn = plane.read(source.root)
    if not drawn.shapes:
        return ""
    frame = _around(drawn, marks.around)
    body = "".join(_parts(drawn, source.by_id, marks))
    sheet = f"<style>{style}</style>" if style else ""
    return (
        f'<svg class="bpmn" xmlns="http://www.w3.org/2000/svg" role="img"'
        f' width="{frame.width:.0f}" height="{frame.height:.0f}"'
        f' viewBox="{_numbers(frame)}" aria-label="{escape(label)}">'
        f"{sheet}{_ARROW}{body}</svg>"
    )


def _around(drawn: Plane, element: str) -> Box:
    """The frame of the whole, or a part of it with an element in the middle."""
    frame = drawn.frame(_MARGIN)
    found = [one.box.middle for one in drawn.shapes if one.element == element]
    if not found:
        return frame
    width, height = min(frame.width, _ROOM[0]), min(frame.height, _ROOM[1])
    left = min(max(found[0].x - width / 2, frame.x), frame.right - width)
    top = min(max(found[0].y - height / 2, frame.y), frame.bottom - height)
    return Box(left, top, width, height)


def elements(content: bytes) -> frozenset[str]:
    """The ids that the main diagram of a file draws, as its picture shows them."""
    source = reader.read("", layout.drawn(content), Report())
    if source is None:
        return frozenset()
    drawn = plane.read(source.root)
    named = {one.element for one in drawn.shapes}
    named |= {one.element for one in drawn.edges}
    return frozenset(named & source.by_id.keys())


def _parts(
    drawn: Plane, elements: Mapping[str, Element], marks: Marks
) -> Iterator[str]:
    """Pools and lanes, then open sub-processes, flows, nodes, flags on top."""
    known = [
        (shape, elements[shape.element])
        for shape in drawn.shapes
        if shape.element in elements
    ]
    order = {"lane": 0, "container": 1, "node": 3}
    for layer in range(5):
        if layer == 2:  # noqa: PLR2004 - lines lie above containers, below nodes
            yield from _flows(drawn, elements, marks)
            continue
        for shape, element in known:
            kind = nodes.layer(shape, element)
            if order[kind] == layer:
                yield nodes.draw(shape, element, _classes(marks, shape.element))
    for shape, _ in known:
        yield from _flags(shape.box, marks.flags.get(shape.element, ()))


def _flows(
    drawn: Plane, elements: Mapping[str, Element], marks: Marks
) -> Iterator[str]:
    for edge in drawn.edges:
        element = elements.get(edge.element)
        if element is None:
            continue
        kind = {"messageFlow": " flow--message", "sequenceFlow": ""}.get(
            reader.local(element), " flow--link"
        )
        path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in edge.points)
        arrow = "" if kind == " flow--link" else ' marker-end="url(#dau-mui-ten)"'
        extra = _classes(marks, edge.element)
        name = reader.words(element.get("name", ""))
        yield (
            f'<g class="flow{kind}{extra}" data-flow="{escape(edge.element)}">'
            f'<path d="{path}"{arrow}/>{text.beside(name, edge)}</g>'
        )


def _classes(marks: Marks, element: str) -> str:
    return "".join(f" {one}" for one in marks.classes.get(element, ()))


def _flags(box: Box, flags: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Words above an element, side by side."""
    left = box.x
    for kind, word in flags:
        width = text.width(word, 12) + 12
        yield (
            f'<g class="flag flag--{escape(kind)}">'
            f'<rect x="{left:.0f}" y="{box.y - 18:.0f}" width="{width:.0f}"'
            f' height="17"/><text x="{left + 6:.0f}" y="{box.y - 5.5:.1f}">'
            f"{escape(word)}</text></g>"
        )
        left += width + 2


def _numbers(frame: Box) -> str:
    return " ".join(f"{one:.0f}" for one in frame)
