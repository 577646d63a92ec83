"""What of the data of a case was erased, and which choices read it.

Both ways of following a case (`engine.judging.following`) ask here, so that both say of
the same choices that they cannot be looked at any more, and evaluate all others.

Theory of operation. A name is gone when its value was erased, and comes back when it is
entered again. Where instances see values of their own, a name may stand for several
values at once: there a name never comes back, and what is gathered from or dealt out of
erased values is gone as well. So an answer is at times UNKNOWN that could have been
given, and never given from data that are not those of that day.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from engine import expressions
from engine.domain.events import EventType
from engine.domain.model import EventKind, Model, MultiInstance, Node
from engine.domain.run import Choice, Json
from engine.errors import EngineError

#: The names of a choice that reads everything.
ALL: Final = frozenset({"*"})
_NONE: Final[frozenset[str]] = frozenset()

#: Acts whose only value is why: the case does not hold it.
EXPLAINED: Final = frozenset(
    one.value
    for one in (
        EventType.TASK_RETURNED,
        EventType.TASK_RECALLED,
        EventType.CASE_STOPPED,
        EventType.CASE_WITHDRAWN,
    )
)


class Reads:
    """What the choices of a model read, and where its values go."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        nodes = model.nodes.values()
        self._gathers = [one.multi_instance for one in nodes if one.multi_instance]
        #: Whether a name stands for one value at a time.
        self.single = not self._gathers
        self._around = {one.body: one for one in nodes if one.body}

    def of(self, choice: str, element: str) -> frozenset[str]:
        """The names that a choice of an element reads."""
        key = choice, element
        known = self._known.get(key)
        if known is None:
            node, read = self.model.nodes.get(element), _READ.get(choice)
            known = _NONE if node is None or read is None else read(self, node)
            self._known[key] = known
        return known

    def asks(self, choice: str, element: str) -> bool:
        """Whether a choice is evaluated at all; a function is never called again."""
        return choice != Choice.ANSWER.value or bool(self.model.nodes[element].decision)

    def written(self, element: str, answer: Json) -> Mapping[str, Json]:
        """What a recorded answer writes (rules 13 and 37)."""
        if not isinstance(answer, dict) or "answer" not in answer or "error" in answer:
            return {}
        value, name = answer["answer"], self.model.nodes[element].result
        if name:
            return {name: value}
        return value if isinstance(value, Mapping) else {}

    def result(self, element: str) -> str:
        """The name that takes an answer; `*` where it is merged."""
        return self.model.nodes[element].result or "*"

    def payload(self, element: str) -> Iterable[str]:
        """The names under which this case hears what an element throws in it."""
        event = self.model.nodes[element].event
        return event.payload if event.kind is EventKind.SIGNAL else ()

    def spread(self, gone: set[str]) -> None:
        """Add what is gathered from, or dealt out of, values that are gone."""
        before = -1
        while before != len(gone):
            before = len(gone)
            for one in self._gathers:
                if one.collection in gone and one.item:
                    gone.add(one.item)
                if one.output_item in gone and one.output_collection:
                    gone.add(one.output_collection)

    def flows(self, node: Node) -> frozenset[str]:
        """Rules 6 to 8; what a person's outcome names reads nothing."""
        if node.by_outcome:
            return _NONE
        conditions = (self.model.flows[one].condition for one in node.outgoing)
        return _NONE.union(*map(names, conditions))

    def answer(self, node: Node) -> frozenset[str]:
        """Rule 37; what a function answered is taken from the record."""
        if not node.decision:
            return _NONE
        return fields(node.parameters) if node.parameters else ALL

    def enough(self, node: Node) -> frozenset[str]:
        """Rule 36: what is asked of the sub-process around an activity."""
        around = self._around.get(node.scope)
        how = around.ad_hoc if around else None
        return names(how.completion) if how else _NONE


def _due(_: Reads, node: Node) -> frozenset[str]:
    timer = node.event.timer
    return _NONE if timer is None or timer.literal else names(timer.text)


def _instances(_: Reads, node: Node) -> frozenset[str]:
    items = node.multi_instance or MultiInstance(sequential=True)
    if items.cardinality:
        return names(items.cardinality)
    return frozenset({items.collection}) - {""}


def _done(_: Reads, node: Node) -> frozenset[str]:
    return names(node.multi_instance.completion) if node.multi_instance else _NONE


_READ: Final[Mapping[str, Callable[[Reads, Node], frozenset[str]]]] = {
    Choice.FLOWS.value: Reads.flows,
    Choice.ANSWER.value: Reads.answer,
    Choice.ENOUGH.value: Reads.enough,
    Choice.DUE.value: _due,
    Choice.INSTANCES.value: _instances,
    Choice.DONE.value: _done,
    Choice.KEYS.value: lambda _, node: fields(node.event.correlation),
    Choice.PAYLOAD.value: lambda _, node: fields(node.event.payload),
    Choice.LOOP.value: lambda _, node: names(node.loop.condition if node.loop else ""),
    Choice.HOLDS.value: lambda _, node: names(node.event.condition),
    Choice.ACTIVATES.value: lambda _, node: names(node.activation),
}


def names(text: str) -> frozenset[str]:
    """The names that an expression reads; none, where there is or can be none."""
    try:
        return expressions.compile(text).names if text else _NONE
    except EngineError:
        return _NONE


def fields(texts: Mapping[str, str]) -> frozenset[str]:
    """The names that several expressions read."""
    return _NONE.union(*map(names, texts.values()))


class Gone:
    """The names of one case whose value is gone, as far as the record was read."""

    __slots__ = ("_reads", "names")

    def __init__(self, reads: Reads, gone: Iterable[str] = ()) -> None:
        self._reads = reads
        #: `*` among them: it cannot be said which.
        self.names = set(gone)

    def copy(self) -> "Gone":
        """The same, to go on from more than once."""
        return Gone(self._reads, self.names)

    def enter(self, given: Iterable[str], erased: Iterable[str]) -> None:
        """Take over what an act entered, and what of that was erased."""
        if self.names and self._reads.single:
            self.names.difference_update(given)
        self._add(one for one in erased if ":" not in one)

    def decide(self, choice: str, element: str) -> None:
        """Take over what a choice wrote whose value was erased."""
        if choice == Choice.ANSWER.value:
            self._add((self._reads.result(element),))
        elif choice == Choice.PAYLOAD.value:
            self._add(self._reads.payload(element))

    def hides(self, choice: str, element: str, *, erased: bool = False) -> bool:
        """Whether a choice that is asked again was erased, or reads what is gone."""
        if erased:
            return self._reads.asks(choice, element)
        if not self.names:
            return False
        read = self._reads.of(choice, element)
        if not read:
            return False
        return "*" in read or "*" in self.names or not self.names.isdisjoint(read)

    def _add(self, more: Iterable[str]) -> None:
        before = len(self.names)
        self.names.update(more)
        if len(self.names) != before and not self._reads.single:
            self._reads.spread(self.names)
