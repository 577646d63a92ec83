"""The legal clock: was it moved by what the record says, and by nothing else?

Every change is planned again by the functions that the commands use
(`engine.domain.clock`), on the calendar that was in force, and must be the recorded
one. A case whose clock nothing moves costs one look at each event.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from engine.domain import clock, clock_text, clocked, side_work
from engine.domain.clock_state import Cause, Change, Clock, Kind, Wait
from engine.domain.events import EventType
from engine.domain.model import Model, Node, NodeKind, is_work
from engine.domain.office_hours import Calendar
from engine.domain.run import End, Json
from engine.domain.term import Term
from engine.errors import NotReadyError
from engine.judging import beside
from engine.judging.dossier import Dossier
from engine.judging.integrity import Opened
from engine.judging.ruling import Ruling, deviates, fails

_BEGINS: Final = {one.value: cause for one, cause in clocked.BEGINS.items()}
_ENDS: Final = {one.value: cause for one, cause in clocked.ENDS.items()}
_EXTENDED: Final = EventType.DEADLINE_EXTENDED.value
_RECOUNTED: Final = EventType.DUE_CHANGED.value
_RETRIED: Final = EventType.INCIDENT_RETRIED.value
_NOTHING: Final[Mapping[str, Any]] = {"opened": (), "closed": (), "status": ""}
_COMPLETED: Final = End.COMPLETED.value
#: Requests for a supplement that are as planned.
_LAWFUL: Final = 1

#: Of the elements at which a case waits, the flows by which they are reached.
Drawn = Mapping[str, frozenset[str]]
_Plan = Callable[[Clock], Change | None]


def drawn(model: Model) -> Drawn:
    """Where the drawing of a model makes cases wait."""
    return {
        node.id: frozenset(_ways(model, node))
        for node in model.nodes.values()
        if node.clock
    }


def _ways(model: Model, node: Node) -> Iterator[str]:
    whole = model.nodes[node.part_of] if node.part_of else node
    for flow in whole.incoming:
        source = model.nodes[model.flows[flow].source]
        # What waits behind an event-based gateway waits since that was reached.
        by_event = source.kind is NodeKind.EVENT_BASED_GATEWAY
        yield from source.incoming if by_event else (flow,)


class Ticked:
    """One event beside the clock of its case."""

    def __init__(
        self, case: Dossier, event: Opened, ways: Drawn, calendar: Calendar
    ) -> None:
        self._case = case
        self._event = event
        self._ways = ways
        self._calendar = calendar
        self._facts = event.body["facts"]
        self._effect: Mapping[str, Any] = event.body.get("effect") or _NOTHING
        self._at = event.real
        #: From when what begins with its effect counts.
        self._onward = datetime.fromisoformat(event.onward)

    def judge(self) -> Ruling | None:
        """What is wrong, or not as planned; the clock of the case moves on."""
        told = list(self._facts.get("clock", ()))
        before = self._case.clock or self._started()
        over = [(one[0], one[1]) for one in self._effect["closed"]]
        for key in (*over, *beside.closes(self._case, self._event)):
            before = clock.closed(before, key)
        try:
            planned = [clock_text.facts_of(one) for one in self._planned(before, told)]
        except NotReadyError as refused:
            planned = [{"refused": refused.code}]
        self._follow(before, told)
        planned, told = [*map(_ordered, planned)], [*map(_ordered, told)]
        if planned != told:
            return _differs(planned, told)
        return self._again(before)

    def _planned(self, state: Clock, told: list[Any]) -> Iterator[Change]:
        """What the event moves by our rules, one change after the other."""
        for plan in self._plans(state, told):
            change = plan(state)
            if change is not None:
                state = clock.follow(state, change, self._when(change))
                yield change

    def _plans(self, state: Clock, told: list[Any]) -> Iterator[_Plan]:
        yield from self._acts(state)
        ended = self._effect["status"] == "completed"
        over = {clock.drawn_key(one[0], one[1]) for one in self._effect["closed"]}
        for one in state.open_waits:
            if ended or one.key in over:
                yield self._end(one.key)
        if not ended:
            for key, cause in sorted(self._begun(told).items()):
                yield self._begin(cause, key)

    def _acts(self, state: Clock) -> Iterator[_Plan]:
        """What the event moves by its type."""
        kind, facts = self._event.type, self._facts
        if kind in _BEGINS:
            yield self._begin(_BEGINS[kind], clock.next_key(state, _BEGINS[kind]))
        elif kind in _ENDS:
            meant = (one for one in state.open_waits if one.cause is _ENDS[kind])
            for one in meant:
                if one.key == facts.get("wait", one.key):
                    yield self._end(one.key)
        elif kind == _EXTENDED:
            by = clock_text.by_of(facts["by"])
            yield lambda now: clock.extend(now, by, self._calendar)
        elif kind == _RECOUNTED:
            yield lambda now: clock.recount(now, self._calendar)

    def _begin(self, cause: Cause, key: str) -> _Plan:
        policy = clock.policy_of(self._case.model.facts, cause)
        wait = Wait(key=key, cause=cause, policy=policy, began=self._onward)
        return lambda now: clock.begin(now, wait, self._calendar)

    def _end(self, key: str) -> _Plan:
        return lambda now: clock.end(now, key, self._at, self._calendar)

    def _when(self, change: Change) -> datetime:
        return self._onward if change.kind is Kind.BEGUN else self._at

    def _begun(self, told: list[Any]) -> dict[str, Cause]:
        """The waits that visits begin: of work as opened, of events by their ways.

        The record of an event that is waited for names its visit; how many there are
        follows from the flows that were taken.
        """
        nodes = self._case.model.nodes
        begun = {
            clock.drawn_key(one[0], one[1]): Cause(nodes[one[0]].clock)
            for one in self._effect["opened"]
            if one[0] in self._ways
        }
        for element, ways in self._ways.items():
            node = nodes[element]
            if is_work(node):
                continue
            keys = [one["wait"] for one in told if _at(one, element)]
            if _countable(node, self._event) and len(keys) != self._reached(node, ways):
                # Not as many as the tokens reached: one of its own differs from all.
                keys = [clock.drawn_key(element, 0)]
            begun |= dict.fromkeys(keys, Cause(node.clock))
        return begun

    def _reached(self, node: Node, ways: frozenset[str]) -> int:
        effect = self._effect
        reached: int = sum(flow in ways for flow in effect.get("taken", ()))
        reached += int(self._facts.get("target") == node.id)
        whole = node.part_of or node.id
        passed: int = sum(one == whole for one in effect.get("completed", ()))
        over: int = sum(
            one[0] == node.id and one[2] == "completed" for one in effect["closed"]
        )
        return max(0, reached - max(0, passed - over))

    def _follow(self, state: Clock, told: list[Any]) -> None:
        """Go on from what the record says, whatever it should have said."""
        case = self._case
        for change in map(clock_text.change_of, told):
            state = clock.follow(state, change, self._when(change))
            case.due = clock_text.instant(change.due[1])
            for element, occurrence, _, due in change.steps:
                work = case.open.get((element, occurrence))
                if work is not None:
                    work.due = clock_text.instant(due)
        case.clock = state

    def _started(self) -> Clock:
        """The clock that nothing has moved before."""
        case = self._case
        steps = {
            visit: (datetime.fromisoformat(work.began), limit, _parsed(work.due))
            for visit, work in case.open.items()
            if (limit := beside.limit_of(case.model, case.beside, visit[0])) is not None
        }
        began = case.began or self._at
        return clock.started(case.model.facts, (began, _parsed(case.due)), steps)

    def _again(self, before: Clock) -> Ruling | None:
        """What is lawful and not as planned: an extension, another supplement."""
        if self._event.type == _EXTENDED:
            told = self._facts["clock"][0]["due"]
            return deviates("extended", due=told[1] or "", letter=self._facts["letter"])
        asked = clock.rounds(self._case.clock, Cause.SUPPLEMENT)
        if asked > max(_LAWFUL, clock.rounds(before, Cause.SUPPLEMENT)):
            return deviates("asked-again", round=asked)
        return None


def opened(case: Dossier, event: Opened) -> None:
    """Let the steps that an event opened be counted from now on."""
    if case.clock is None:
        return
    effect, facts = event.body.get("effect") or _NOTHING, event.body["facts"]
    begun = [
        ((one[0], one[1]), one[4], case.model.nodes[one[0]].work.limit)
        for one in effect["opened"]
    ]
    begun += [
        (piece.key, facts.get("due"), side_work.limit_of(facts))
        for piece in beside.opens(event)
    ]
    began = datetime.fromisoformat(event.onward)
    for key, due, limit in begun:
        if limit is not None:
            term = Term(began=began, limit=limit, due=_parsed(due))
            case.clock = clock.opened(case.clock, key, term)


def _at(told: Mapping[str, Any], element: str) -> bool:
    """Whether a change lets a wait at an element begin."""
    key = str(told.get("wait", ""))
    begins = told.get("change") == Kind.BEGUN.value
    return begins and key.rpartition(":")[0] == f"at:{element}"


def _countable(node: Node, event: Opened) -> bool:
    """Whether the flows taken tell how often a node was reached."""
    return node.multi_instance is None and node.loop is None and event.type != _RETRIED


def _ordered(told: Mapping[str, Any]) -> dict[str, Any]:
    """A change with the steps that it moves by name: their order says nothing."""
    steps = {name: told[name] for name in ("steps", "kept") if name in told}
    return {**told, **{name: sorted(one) for name, one in steps.items()}}


def _differs(planned: list[dict[str, Json]], told: list[Any]) -> Ruling:
    """What is told otherwise than by our rules: the first change that differs."""
    for n in range(max(len(planned), len(told))):
        ours = planned[n] if n < len(planned) else {}
        theirs = told[n] if n < len(told) else {}
        if ours != theirs:
            return fails(
                "other-clock",
                recorded=clock_text.brief(theirs),
                due=clock_text.brief(ours),
            )
    raise AssertionError(planned)


def _parsed(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
