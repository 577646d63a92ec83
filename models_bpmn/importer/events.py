"""Reading events: which definition they carry and what its references mean."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lxml.etree import _Element as Element

from engine.domain.model import EventDefinition, EventKind, NodeKind
from models_bpmn.importer import dialect, extension, reader, values
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.extension import Extension
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Place, Report

_TASKS = frozenset({NodeKind.SEND_TASK, NodeKind.RECEIVE_TASK})
_THROWS = frozenset({NodeKind.SEND_TASK, NodeKind.THROW_EVENT, NodeKind.END_EVENT})
_CATCHES = frozenset({NodeKind.BOUNDARY_EVENT, NodeKind.START_EVENT})
_EVENTS = frozenset(words.POSITIONS)
_HEARS = _CATCHES | {NodeKind.CATCH_EVENT}
#: What is thrown and caught by a code.
_CODES = frozenset({EventKind.ERROR, EventKind.ESCALATION})
_PLAIN = frozenset({EventKind.NONE})
_SUFFIX = "EventDefinition"


def _opens(scope: Element | None) -> bool:
    return scope is not None and reader.local(scope) == "process"


def _definitions(element: Element) -> list[Element]:
    children = reader.children(element)
    return [child for child in children if reader.local(child).endswith(_SUFFIX)]


def _whole(element: Element, kind: NodeKind) -> EventKind | None:
    """What an event of several definitions is; None where it cannot stand."""
    together = kind in _HEARS and values.flag(element, "parallelMultiple", default=None)
    around = element.getparent()
    opens = kind is NodeKind.START_EVENT and not reader.triggered(around)
    # A case is opened by one event that happens; nothing waits before there is one.
    if opens and (together or not _opens(around)):
        return None
    return EventKind.PARALLEL_MULTIPLE if together else EventKind.MULTIPLE


class Made(NamedTuple):
    """What was read of the event of a node."""

    event: EventDefinition
    #: Whether the node can run.
    runs: bool
    #: Of an event with several definitions: each of them, in document order.
    parts: tuple[EventDefinition, ...] = ()


@dataclass(slots=True)
class Events:
    """What stands beside the processes of one file, and the events that name it."""

    source: Source
    report: Report
    _declared: dict[str, Element] = field(default_factory=dict)
    _exchanges: dict[str, Extension] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what stands outside of the processes once."""
        place = self.source.place
        for tag in ("message", "signal", "error", "escalation"):
            for element in reader.children(self.source.root, tag):
                identity = element.get("id", "")
                self._declared[identity] = element
                dialect.check_message(self.source, element, self.report)
                found = extension.read(element, place, self.report)
                if "exchange" in found:
                    self._exchanges[identity] = found["exchange"]

    def read(
        self,
        element: Element,
        kind: NodeKind,
        extensions: dict[str, Extension],
        place: Place,
    ) -> Made:
        """The definition of a node, its parts, and whether it can run."""
        if kind in _TASKS:
            made, runs = self._named(EventKind.MESSAGE, element, kind, place)
        elif kind not in _EVENTS:
            return Made(EventDefinition(), runs=True)
        else:
            definitions = _definitions(element)
            if len(definitions) > 1:
                return self._several(element, kind, definitions, extensions)
            made, runs = self._event(element, kind, definitions, place)
        self._keyed([made], element, extensions)
        return Made(self._with(made, kind, extensions, place), runs)

    def _keyed(
        self,
        made: list[EventDefinition],
        element: Element,
        extensions: dict[str, Extension],
    ) -> None:
        """Keys belong to a message that leaves, or to a wait of a case."""
        opens = reader.local(element) == "startEvent" and _opens(element.getparent())
        none = all(one.kind is not EventKind.MESSAGE for one in made)
        if "correlation" in extensions and (opens or none):
            self.report.add("correlation-unused", self.source.place(element))

    def _several(
        self,
        element: Element,
        kind: NodeKind,
        definitions: list[Element],
        extensions: dict[str, Extension],
    ) -> Made:
        """An event of several definitions (BPMN 2.0.2, 10.5.7; semantics.md, 34)."""
        place = self.source.place(element)
        kinds = {words.EVENTS.get(reader.local(one)) for one in definitions}
        whole = _whole(element, kind)
        opens = kind is NodeKind.START_EVENT and _opens(element.getparent())
        known = words.OPENINGS if opens else words.SEVERAL[kind]
        if whole is None or not kinds <= known:
            self.report.add("element-multipleEventDefinitions", place)
            return Made(EventDefinition(), runs=False)
        parts: list[EventDefinition] = []
        runs = True
        for one in definitions:
            what = words.EVENTS[reader.local(one)]
            made, good = self._defined(what, one, kind, place)
            parts.append(self._with(made, kind, extensions, place))
            runs = runs and good
        self._keyed(parts, element, extensions)
        return Made(EventDefinition(kind=whole), runs, tuple(parts))

    def _event(
        self,
        element: Element,
        kind: NodeKind,
        definitions: list[Element],
        place: Place,
    ) -> tuple[EventDefinition, bool]:
        if next(reader.children(element, "eventDefinitionRef"), None) is not None:
            return EventDefinition(), False
        if not definitions:
            return EventDefinition(), self._fits(EventKind.NONE, element, kind, place)
        what = words.EVENTS.get(reader.local(definitions[0]))
        if what is None:
            # `dialect` refuses the definition by its name.
            return EventDefinition(), False
        if not self._fits(what, element, kind, place):
            return EventDefinition(), False
        return self._defined(what, definitions[0], kind, place)

    def _fits(
        self, what: EventKind, element: Element, kind: NodeKind, place: Place
    ) -> bool:
        around = element.getparent()
        if kind is NodeKind.START_EVENT and reader.triggered(around):
            if what not in words.TRIGGERS and around is not None:
                whole = self.source.place(around)
                self.report.add("event-sub-process-start", whole)
            return what in words.TRIGGERS
        # Nothing but its process begins an embedded sub-process (13.3.4).
        if kind is NodeKind.START_EVENT:
            code = "element-startEventDefinition"
            known = _PLAIN | (words.OPENINGS if _opens(around) else frozenset())
        else:
            code, known = "element-eventPosition", words.POSITIONS[kind]
        if what not in known:
            self.report.add(code, place, kind=what.value, where=kind.value)
        return what in known

    def _defined(
        self, what: EventKind, definition: Element, kind: NodeKind, place: Place
    ) -> tuple[EventDefinition, bool]:
        if what is EventKind.TIMER:
            timer = values.timer(definition, place, self.report)
            return EventDefinition(kind=what, timer=timer), timer is not None
        if what is EventKind.CONDITIONAL:
            return self._conditional(definition, place), True
        if what is EventKind.COMPENSATION:
            activity = definition.get("activityRef", "").strip()
            return EventDefinition(kind=what, activity=activity), True
        if what in {EventKind.TERMINATE, EventKind.CANCEL}:
            return EventDefinition(kind=what), True
        if what is EventKind.LINK:
            name = reader.words(definition.get("name", "")) or place.name
            return EventDefinition(kind=what, name=name), True
        return self._named(what, definition, kind, place)

    def _conditional(self, definition: Element, place: Place) -> EventDefinition:
        condition = ""
        part = next(reader.children(definition, "condition"), None)
        if part is None:
            self.report.add("expression-empty", place, what="condition")
        else:
            condition = values.expression(part, place, self.report)
        return EventDefinition(kind=EventKind.CONDITIONAL, condition=condition)

    def _named(
        self, what: EventKind, holder: Element, kind: NodeKind, place: Place
    ) -> tuple[EventDefinition, bool]:
        attribute = f"{what.value}Ref"
        reference = holder.get(attribute, "").strip()
        if not reference:
            # Without a code every error or escalation is caught (10.5.6).
            if what in _CODES and kind in _CATCHES:
                return EventDefinition(kind=what), True
            self.report.add(
                "reference-missing", place, what=what.value, attribute=attribute
            )
            return EventDefinition(kind=what), False
        declared = self._find(what, reference)
        if declared is None:
            self.report.add(
                "reference-unknown", place, attribute=attribute, ref=reference[:80]
            )
            return EventDefinition(kind=what), False
        return self._made(what, declared, kind), True

    def _find(self, what: EventKind, reference: str) -> Element | None:
        for name in (reference, reference.rpartition(":")[2]):
            element = self._declared.get(name)
            if element is not None and reader.local(element) == what.value:
                return element
        return None

    def _made(
        self, what: EventKind, declared: Element, kind: NodeKind
    ) -> EventDefinition:
        identity, name = declared.get("id", ""), declared.get("name", "")
        known = reader.words(name) or identity
        if what in _CODES:
            code = declared.get(f"{what.value}Code", "").strip()
            return EventDefinition(kind=what, name=code or known)
        exchange = self._exchanges.get(identity)
        if exchange is None:
            return EventDefinition(kind=what, name=known)
        # Keys tell which case a message that arrives belongs to.
        keys = {} if kind in _THROWS else self._keys(exchange, declared)
        return EventDefinition(
            kind=what, name=known, partner=exchange.get("partner"), correlation=keys
        )

    def _keys(self, exchange: Extension, declared: Element) -> dict[str, str]:
        place = self.source.place(declared)
        return values.expressions_of(exchange, "key", place, self.report)

    def _with(
        self,
        made: EventDefinition,
        kind: NodeKind,
        extensions: dict[str, Extension],
        place: Place,
    ) -> EventDefinition:
        """A definition with what it sends and the keys of its message."""
        payload, keys = extensions.get("payload"), extensions.get("correlation")
        sends = made.kind in {EventKind.MESSAGE, EventKind.SIGNAL} and kind in _THROWS
        if payload is not None and sends:
            found = values.expressions_of(payload, "value", place, self.report)
            made = replace(made, payload=found)
        elif payload is not None:
            self.report.add("payload-unused", place)
        if keys is not None and made.kind is EventKind.MESSAGE:
            found = values.expressions_of(keys, "key", place, self.report)
            made = replace(made, correlation=found)
        return made
