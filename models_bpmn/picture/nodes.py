"""How each kind of element is painted (BPMN 2.0.2, 7.2 and chapter 10)."""

from collections.abc import Mapping
from html import escape
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer.boxes import Box
from models_bpmn.importer.vocabulary import ACTIVITY_TAGS
from models_bpmn.picture import text
from models_bpmn.picture.plane import Shape

_LANES: Final = frozenset({"participant", "lane"})
_BODIES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_NAME: Final = 30

#: Drawn in the middle of an event or a gateway, or in the corner of a task; a path that
#: is to be filled begins with `*`.
_SIGNS: Final[Mapping[str, str]] = {
    "messageEventDefinition": "M-8 -5.5H8V5.5H-8ZL0 1L8 -5.5",
    "timerEventDefinition": "M0 -8A8 8 0 1 1 -.1 -8ZM0 -5V0L4 2",
    "signalEventDefinition": "M0 -7L7 5H-7Z",
    "errorEventDefinition": "M-7 6L-3 -6L2 2L7 -6L3 6L-2 -2Z",
    "escalationEventDefinition": "M0 -8L6 6L0 0L-6 6Z",
    "conditionalEventDefinition": "M-6 -7H6V7H-6ZM-4 -4H4M-4 -1H4M-4 2H4M-4 5H4",
    "linkEventDefinition": "M-7 -3H2V-6L8 0L2 6V3H-7Z",
    "compensateEventDefinition": "M0 -5V5L-7 0ZM7 -5V5L0 0Z",
    "cancelEventDefinition": "M-6 -6L6 6M6 -6L-6 6",
    "terminateEventDefinition": "*M0 -9A9 9 0 1 1 -.1 -9Z",
    "exclusiveGateway": "M-6 -7L6 7M6 -7L-6 7",
    "parallelGateway": "M0 -9V9M-9 0H9",
    "inclusiveGateway": "M0 -8A8 8 0 1 1 -.1 -8Z",
    "complexGateway": "M0 -9V9M-9 0H9M-6 -6L6 6M6 -6L-6 6",
    "eventBasedGateway": "M0 -10A10 10 0 1 1 -.1 -10ZM0 -6L6 -1L4 5H-4L-6 -1Z",
    "userTask": "M0 -7A3.5 3.5 0 1 1 -.1 -7ZM-7 7C-7 -1 7 -1 7 7Z",
    "manualTask": "M-7 -2H-2L1 -5L2 -4L0 -1H7V1H1M7 1V3H1M6 5H-4L-7 3Z",
    "serviceTask": "M0 -3A3 3 0 1 1 -.1 -3ZM0 -7V-4M0 4V7M-7 0H-4M4 0H7M-5 -5L-3 -3"
    "M5 -5L3 -3M-5 5L-3 3M5 5L3 3",
    "businessRuleTask": "M-7 -5H7V6H-7ZM-7 -1H7M-2 -5V6",
    "sendTask": "*M-7 -5H7L0 1ZM-7 -3L0 3L7 -3V5H-7Z",
    "receiveTask": "M-7 -5H7V5H-7ZL0 1L7 -5",
    "scriptTask": "M-4 -6H6C2 -2 8 2 4 6H-6C-2 2 -8 -2 -4 -6Z",
    "plus": "M-6 -6H6V6H-6ZM0 -4V4M-4 0H4",
    "several": "M-4 -5V5M0 -5V5M4 -5V5",
    "one-by-one": "M-5 -4H5M-5 0H5M-5 4H5",
    "loop": "M3 -5A6 6 0 1 1 -3 -5M-3 -5L-6 -6M-3 -5L-3 -2",
    "ad-hoc": "M-7 1C-4 -5 0 5 7 -1",
}


def layer(shape: Shape, element: Element) -> str:
    """`lane`, `container` for what holds others, or `node`."""
    kind = reader.local(element)
    if kind in _LANES:
        return "lane"
    if (kind in _BODIES and shape.expanded) or kind == "group":
        return "container"
    return "node"


def draw(shape: Shape, element: Element, classes: str) -> str:
    """One shape with its name."""
    kind, name = reader.local(element), reader.words(element.get("name", ""))
    if kind in _LANES:
        return _lane(shape, name, element)
    how = kind.removesuffix("Event") if kind.endswith("Event") else kind
    css = {"start": " node--start", "end": " node--end", "group": " node--group"}.get(
        how, ""
    )
    body = _body(shape, element, kind, name)
    if kind == "textAnnotation":
        return f'<g class="note">{body}</g>'
    return (
        f'<g class="node{css}{classes}" data-element="{escape(shape.element)}"'
        f' data-x="{shape.box.x:.0f}" data-y="{shape.box.y:.0f}">{body}</g>'
    )


def _lane(shape: Shape, name: str, element: Element) -> str:
    box = shape.box
    whole = _rect(box, "")
    if shape.horizontal:
        strip = Box(box.x, box.y, _NAME, box.height)
        written = text.upright(name, box)
    else:
        strip = Box(box.x, box.y, box.width, _NAME)
        written = text.inside(name, strip)
    return (
        f'<g class="lane" data-element="{escape(element.get("id", ""))}">{whole}'
        f"{_rect(strip, 'lane__name')}{written}</g>"
    )


def _body(shape: Shape, element: Element, kind: str, name: str) -> str:
    if kind.endswith("Event"):
        return _event(shape, element, kind, name)
    if kind.endswith("Gateway"):
        return _gateway(shape, kind, name)
    if kind in ACTIVITY_TAGS:
        return _activity(shape, element, kind, name)
    if kind == "textAnnotation":
        return _note(shape, element)
    if kind.startswith("data"):
        return _data(shape, name)
    return f"{_rect(shape.box, 'shape')}{text.head(name, shape.box)}"


def _event(shape: Shape, element: Element, kind: str, name: str) -> str:
    box, middle = shape.box, shape.box.middle
    radius = min(box.width, box.height) / 2
    loose = (
        element.get("cancelActivity") == "false"
        or element.get("isInterrupting") == "false"
    )
    dashes = ' stroke-dasharray="4 3"' if loose else ""

    def ring(size: float, css: str) -> str:
        return (
            f'<circle class="{css}" cx="{middle.x:.1f}" cy="{middle.y:.1f}"'
            f' r="{size:.1f}"{dashes}/>'
        )

    rings = ring(radius, "shape")
    if kind in {
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }:
        rings += ring(radius - 3, "icon")
    signs = [reader.local(one) for one in reader.children(element)]
    found = [one for one in signs if one in _SIGNS]
    if len(found) > 1:
        found = ["complexGateway"]
    inner = "".join(_sign(one, middle.x, middle.y) for one in found)
    return rings + inner + text.under(name, box, shape.label)


def _gateway(shape: Shape, kind: str, name: str) -> str:
    box, middle = shape.box, shape.box.middle
    diamond = (
        f'<path class="shape" d="M{middle.x:.1f} {box.y:.1f}'
        f"L{box.right:.1f} {middle.y:.1f}L{middle.x:.1f} {box.bottom:.1f}"
        f'L{box.x:.1f} {middle.y:.1f}Z"/>'
    )
    return (
        diamond + _sign(kind, middle.x, middle.y) + text.under(name, box, shape.label)
    )


def _activity(shape: Shape, element: Element, kind: str, name: str) -> str:
    box = shape.box
    heavy = ' stroke-width="4"' if kind == "callActivity" else ""
    made = _rect(box, "shape", more=f' rx="8"{heavy}')
    if kind == "transaction":
        inner = Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
        made += _rect(inner, "icon", more=' rx="6"')
    if kind in _BODIES and shape.expanded:
        made += text.head(name, box)
    else:
        made += text.inside(name, box)
    if kind in _SIGNS:
        made += _sign(kind, box.x + 13, box.y + 13)
    marks = [*_markers(element, kind, expanded=shape.expanded)]
    start = box.middle.x - (len(marks) - 1) * 8
    for number, one in enumerate(marks):
        made += _sign(one, start + number * 16, box.bottom - 9)
    return made


def _markers(element: Element, kind: str, *, expanded: bool) -> list[str]:
    """What stands at the lower edge of an activity."""
    found = []
    for one in reader.children(
        element, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"
    ):
        if reader.local(one).startswith("standard"):
            found.append("loop")
        else:
            one_by_one = one.get("isSequential") in {"true", "1"}
            found.append("one-by-one" if one_by_one else "several")
    if kind == "adHocSubProcess":
        found.append("ad-hoc")
    if (kind in _BODIES and not expanded) or kind == "callActivity":
        found.append("plus")
    return found


def _note(shape: Shape, element: Element) -> str:
    box = shape.box
    words = " ".join(reader.text_of(one) for one in reader.children(element, "text"))
    bracket = (
        f'<path d="M{box.x + 12:.0f} {box.y:.0f}H{box.x:.0f}V{box.bottom:.0f}'
        f'H{box.x + 12:.0f}"/>'
    )
    return bracket + text.left(reader.words(words), box)


def _data(shape: Shape, name: str) -> str:
    box = shape.box
    page = (
        f'<path class="shape" d="M{box.x:.0f} {box.y:.0f}H{box.right - 10:.0f}'
        f"L{box.right:.0f} {box.y + 10:.0f}V{box.bottom:.0f}H{box.x:.0f}Z"
        f'M{box.right - 10:.0f} {box.y:.0f}V{box.y + 10:.0f}H{box.right:.0f}"/>'
    )
    return page + text.under(name, box, shape.label)


def _rect(box: Box, css: str, *, more: str = "") -> str:
    named = f' class="{css}"' if css else ""
    return (
        f'<rect{named} x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}"'
        f' height="{box.height:.0f}"{more}/>'
    )


def _sign(name: str, x: float, y: float) -> str:
    path = _SIGNS.get(name)
    if path is None:
        return ""
    css = "icon icon--full" if path.startswith("*") else "icon"
    return (
        f'<path class="{css}" transform="translate({x:.1f} {y:.1f})"'
        f' d="{path.removeprefix("*")}"/>'
    )
