"""Message flows name the messages of the events and tasks they join.

A drawing of several pools often says which message goes from one to the other by the
message flow alone (BPMN 2.0.2, 9.4), while what sends and what receives it names none.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.sheet import Sheet

_SENDS: Final = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})
_HEARS: Final = frozenset(
    {"receiveTask", "intermediateCatchEvent", "boundaryEvent", "startEvent"}
)
_REF: Final = "messageRef"


@dataclass(frozen=True, slots=True)
class _Way:
    """A message flow with what names a message at its ends."""

    flow: Element
    ends: tuple[Element, ...]


@dataclass(slots=True)
class _Naming:
    sheet: Sheet
    ways: list[_Way]
    #: What names a message → the flows at it.
    at: dict[Element, list[_Way]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look the flows up by their ends."""
        for way in self.ways:
            for end in way.ends:
                self.at.setdefault(end, []).append(way)

    def spread(self, begun: list[Element]) -> None:
        """Give a message on to the other ends that name none."""
        waiting = deque(begun)
        while waiting:
            one = waiting.popleft()
            for way in self.at[one]:
                for other in way.ends:
                    if not other.get(_REF):
                        self.name(other, one.get(_REF, ""))
                        waiting.append(other)

    def name(self, end: Element, message: str) -> None:
        """Let one end name a message."""
        end.set(_REF, message)
        declared = self.sheet.by_id[message]
        named = reader.words(declared.get("name", "")) or message
        place = self.sheet.place(_node(end))
        self.sheet.note("message-named", place, message=named[:80])


def name(sheet: Sheet) -> None:
    """Name the messages that only message flows tell."""
    ways = list(filter(None, (_way(flow, sheet) for flow in _flows(sheet))))
    naming = _Naming(sheet, ways)
    naming.spread([end for end in naming.at if _is_message(end.get(_REF, ""), sheet)])
    for way in ways:
        nameless = [end for end in way.ends if not end.get(_REF)]
        message = _message(way, sheet) if nameless else ""
        if message:
            naming.name(nameless[0], message)
            naming.spread(nameless[:1])


def _flows(sheet: Sheet) -> list[Element]:
    tag = f"{{{words.BPMN}}}messageFlow"
    return [
        flow
        for holder in reader.children(sheet.root, "collaboration")
        for flow in holder.iter(tag)
    ]


def _way(flow: Element, sheet: Sheet) -> _Way | None:
    sides = (("sourceRef", _SENDS), ("targetRef", _HEARS))
    ends = tuple(
        end
        for side, tags in sides
        if (end := _end(sheet.by_id.get(flow.get(side, "")), tags)) is not None
    )
    return _Way(flow, ends) if ends else None


def _end(node: Element | None, tags: frozenset[str]) -> Element | None:
    """What names the message of a node: the task, or the event's only definition."""
    if node is None or reader.local(node) not in tags:
        return None
    if reader.local(node).endswith("Task"):
        return node
    found = list(reader.children(node, "messageEventDefinition"))
    return found[0] if len(found) == 1 else None


def _node(end: Element) -> Element:
    parent = end.getparent()
    return end if reader.local(end).endswith("Task") or parent is None else parent


def _message(way: _Way, sheet: Sheet) -> str:
    """The message of a flow: the one it names, else one that is called like it.

    A flow without a name tells nothing where only one of its ends is drawn.
    """
    declared = way.flow.get(_REF, "").strip()
    if _is_message(declared, sheet):
        return declared
    named = reader.words(way.flow.get("name", ""))
    identity = way.flow.get("id", "")
    both = len(way.ends) == 2  # noqa: PLR2004 - a flow has two ends
    if not named and not (both and identity):
        return ""
    made = etree.Element(f"{{{words.BPMN}}}message")
    sheet.root.insert(0, made)
    new = sheet.new_id(f"message.{identity}"[:150])
    made.set("id", new)
    made.set("name", named or identity)
    sheet.by_id[new] = made
    partner = "" if both else _partner(way.flow, sheet)
    if partner:
        sheet.extension(made, "exchange").set("partner", partner)
    return new


def _is_message(identity: str, sheet: Sheet) -> bool:
    found = sheet.by_id.get(identity)
    return found is not None and reader.local(found) == "message"


def _partner(flow: Element, sheet: Sheet) -> str:
    """The pool that is drawn closed at the other end of a flow."""
    for side in ("sourceRef", "targetRef"):
        end = sheet.by_id.get(flow.get(side, ""))
        if end is not None and reader.local(end) == "participant":
            return reader.words(end.get("name", ""))
    return ""
