"""A working copy of one diagram that repairs, translations and answers are made in.

The uploaded bytes stay as they are; the tree that was read from them is changed until
the strict steps after it accept it, and what was taken out is kept by id with a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Place

#: Events that no flow leads into.
_BEGUN: Final = frozenset({"startEvent", "boundaryEvent"})
_SCOPES: Final = ("process", "subProcess", "transaction", "adHocSubProcess")
#: Attributes that mean something only to the element that an activity was before.
_FORMER: Final = (
    *("calledElement", "scriptFormat", "messageRef", "operationRef", "implementation"),
    *("triggeredByEvent", "instantiate", "cancelActivity"),
    *("attachedToRef", "parallelMultiple", "isInterrupting", "eventGatewayType"),
    *("ordering", "cancelRemainingInstances", "method", "gatewayDirection"),
    *("protocol", "activationCondition"),
)
_SWITCHES: Final = ("triggeredByEvent", "isForCompensation", "instantiate")
_LOOPS: Final = frozenset(
    {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
)
_KEPT: Final = frozenset({"documentation", "extensionElements", "incoming", "outgoing"})


@dataclass(slots=True)
class Sheet:
    """One diagram on the desk."""

    source: Source
    by_id: dict[str, Element]
    #: Flow nodes as drawn: id → where.
    drawn: dict[str, Place] = field(default_factory=dict)
    #: What was taken out: id → (code of the reason, element that caused it).
    gone: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: What another tool would have called: id → its words.
    bindings: dict[str, str] = field(default_factory=dict)
    #: Forms made of the drawing: name → form-js document.
    forms: dict[str, bytes] = field(default_factory=dict)
    #: Changes made: (code, place, words).
    changes: list[tuple[str, Place, dict[str, str]]] = field(default_factory=list)
    #: The last number given to ids of each stem.
    numbers: dict[str, int] = field(default_factory=dict)
    _out: dict[str, list[Element]] = field(default_factory=dict)
    _in: dict[str, list[Element]] = field(default_factory=dict)
    _on: dict[str, list[Element]] = field(default_factory=dict)
    _seen: set[tuple[str, str, str]] = field(default_factory=set)

    @property
    def root(self) -> Element:
        """The definitions of the file."""
        return self.source.root

    def index(self) -> None:
        """Read the ends of every flow again."""
        self._out, self._in, self._on = {}, {}, {}
        for event in self.root.iter(f"{{{words.BPMN}}}boundaryEvent"):
            self._on.setdefault(event.get("attachedToRef", ""), []).append(event)
        for flow in self.root.iter(f"{{{words.BPMN}}}sequenceFlow"):
            self._out.setdefault(flow.get("sourceRef", ""), []).append(flow)
            self._in.setdefault(flow.get("targetRef", ""), []).append(flow)

    def note(self, code: str, place: Place, **said: object) -> None:
        """Remember a change, once."""
        text = {key: str(one) for key, one in said.items()}
        key = (code, place.element, "|".join(text.values()))
        if key not in self._seen:
            self._seen.add(key)
            self.changes.append((code, place, text))

    def place(self, element: Element) -> Place:
        """Where a remark about an element belongs."""
        return self.source.place(element)

    def find(self, identity: str) -> Element | None:
        """The element of an id; for a foreign one, the BPMN element that holds it."""
        if identity in self.by_id or not identity:
            return self.by_id.get(identity)
        for element in self.root.iter():
            if element.get("id") == identity:
                found: Element | None = element
                while found is not None and found.get("id", "") not in self.by_id:
                    found = found.getparent()
                return found
        return None

    def incoming(self, identity: str) -> list[Element]:
        """The flows into a node."""
        return list(self._in.get(identity, ()))

    def outgoing(self, identity: str) -> list[Element]:
        """The flows out of a node."""
        return list(self._out.get(identity, ()))

    def scopes(self) -> Iterator[Element]:
        """Every process and embedded sub-process."""
        yield from self.root.iter(*(f"{{{words.BPMN}}}{tag}" for tag in _SCOPES))

    def nodes(self, scope: Element) -> list[Element]:
        """The flow nodes that stand directly in a scope."""
        return [
            child
            for child in reader.children(scope)
            if reader.local(child) in words.FLOW_NODES
        ]

    def new_id(self, stem: str) -> str:
        """An id that nothing has."""
        identity, number = stem, 1
        while identity in self.by_id:
            number += 1
            identity = f"{stem}.{number}"
        return identity

    def add(self, parent: Element, tag: str, identity: str, **given: str) -> Element:
        """A new element at the end of a scope."""
        made = etree.SubElement(parent, f"{{{words.BPMN}}}{tag}")
        identity = self.new_id(identity)
        made.set("id", identity)
        for key, value in given.items():
            made.set(key, value)
        self.by_id[identity] = made
        return made

    def join(self, scope: Element, source: str, target: str, name: str = "") -> Element:
        """A new flow."""
        made = self.add(scope, "sequenceFlow", f"flow.{source}.{target}"[:150])
        if name:
            made.set("name", name)
        made.set("sourceRef", source)
        made.set("targetRef", target)
        self._out.setdefault(source, []).append(made)
        self._in.setdefault(target, []).append(made)
        return made

    def move(self, flow: Element, *, source: str = "", target: str = "") -> None:
        """Let a flow leave or reach another node."""
        if source:
            self._out.get(flow.get("sourceRef", ""), []).remove(flow)
            flow.set("sourceRef", source)
            self._out.setdefault(source, []).append(flow)
        if target:
            self._in.get(flow.get("targetRef", ""), []).remove(flow)
            flow.set("targetRef", target)
            self._in.setdefault(target, []).append(flow)

    def cut(self, flow: Element, code: str, cause: str, *, onward: bool = True) -> None:
        """Remove a flow, and with `onward` what could be reached by it alone."""
        waiting = [flow]
        while waiting:
            one = waiting.pop()
            target = one.get("targetRef", "")
            self._unlink(one, code, cause)
            element = self.by_id.get(target)
            if not onward or element is None or self._in.get(target):
                continue
            if reader.local(element) in words.FLOW_NODES and not _unled(element):
                waiting += self.discard(element, code, cause)

    def _unlink(self, flow: Element, code: str, cause: str) -> None:
        for index, end in ((self._out, "sourceRef"), (self._in, "targetRef")):
            found = index.get(flow.get(end, ""), [])
            if flow in found:
                found.remove(flow)
        identity = flow.get("id", "")
        self.by_id.pop(identity, None)
        self.gone.setdefault(identity, (code, cause))
        reader.remove(flow)

    def discard(self, element: Element, code: str, cause: str) -> list[Element]:
        """Take a node out with all that is in and on it; gives the flows out of it.

        The flows into it go; the caller cuts those that leave.
        """
        left: list[Element] = []
        waiting = [element]
        while waiting:
            one = waiting.pop()
            identity = one.get("id", "")
            own = self.outgoing(identity)
            left += own
            for flow in self.incoming(identity):
                if flow not in own:
                    self._unlink(flow, code, cause)
            self.forget(one, code, cause)
            reader.remove(one)
            waiting += self._boundaries(identity)
        return [flow for flow in left if flow.getparent() is not None]

    def _boundaries(self, identity: str) -> list[Element]:
        # Nothing is ever attached later, but what was may have gone or changed.
        return [
            one
            for one in self._on.get(identity, ())
            if one.getparent() is not None and one.get("attachedToRef") == identity
        ]

    def forget(self, element: Element, code: str, cause: str) -> None:
        """Let nothing refer to what is inside an element that is taken out."""
        for inner in element.iter(f"{{{words.BPMN}}}*"):
            identity = inner.get("id", "")
            if self.by_id.get(identity) is inner:
                del self.by_id[identity]
                self.gone.setdefault(identity, (code, cause))
            if reader.local(inner) == "sequenceFlow":
                for index, end in ((self._out, "sourceRef"), (self._in, "targetRef")):
                    found = index.get(inner.get(end, ""), [])
                    if inner in found:
                        found.remove(inner)

    def drop(self, element: Element, code: str, cause: str) -> None:
        """Remove a node and lead what reached it to what follows it."""
        identity, tag = element.get("id", ""), reader.local(element)
        onward = self.outgoing(identity)
        if tag == "boundaryEvent" or not self.incoming(identity):
            for flow in self.discard(element, code, cause):
                if flow.getparent() is not None:
                    self.cut(flow, code, cause)
            return
        target = onward[0].get("targetRef", "") if len(onward) == 1 else ""
        if target in self.by_id and target != identity:
            for flow in self.incoming(identity):
                self.move(flow, target=target)
            for flow in self.discard(element, code, cause):
                self.cut(flow, code, cause, onward=False)
            return
        self.become(element, "parallelGateway" if onward else "endEvent", code)

    def become(self, element: Element, tag: str, code: str) -> None:
        """Make a node another kind of node, without what belonged to the old kind."""
        identity = element.get("id", "")
        loops = _LOOPS if tag.endswith("Task") else frozenset()
        for child in list(element):
            name = reader.local(child)
            ours = reader.namespace(child) == words.BPMN
            if not ours or name not in _KEPT | loops:
                self.forget(child, code, identity)
                element.remove(child)
        if not tag.endswith("Task"):
            for event in self._boundaries(identity):
                self.drop(event, code, identity)
        _plain(element)
        element.tag = f"{{{words.BPMN}}}{tag}"

    def extension(self, element: Element, name: str) -> Element:
        """The `qt:` element of this name in an element, made when it is not there."""
        for holder in reader.children(element, "extensionElements"):
            for child in holder:
                if child.tag == f"{{{words.QT}}}{name}":
                    return child
            return etree.SubElement(holder, f"{{{words.QT}}}{name}")
        holder = etree.Element(f"{{{words.BPMN}}}extensionElements")
        documented = next(reader.children(element, "documentation"), None)
        element.insert(0 if documented is None else 1, holder)
        return etree.SubElement(holder, f"{{{words.QT}}}{name}")


def _unled(element: Element) -> bool:
    """Whether something else than a flow begins a node, so that it stays without one.

    Start and boundary events wait; an event sub-process is begun by its start event
    (BPMN 2.0.2, 13.5.4), a compensation handler by what undoes (13.5.5).
    """
    begun = (element.get("triggeredByEvent"), element.get("isForCompensation"))
    return reader.local(element) in _BEGUN or bool({"true", "1"}.intersection(begun))


def _plain(element: Element) -> None:
    """Take off what says how another kind of element, or another tool, would act."""
    for holder in reader.children(element, "extensionElements"):
        for child in list(holder):
            if child.tag != f"{{{words.QT}}}work":
                holder.remove(child)
    for key in [str(one) for one in element.attrib]:
        if key in _FORMER or key[0] == "{":
            del element.attrib[key]
    for part in element.iter(f"{{{words.BPMN}}}*"):
        for name in () if part.get("id") else _SWITCHES:
            part.attrib.pop(name, "")
