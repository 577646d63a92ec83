"""Cases of a foreign history, measured against a model.

What other systems kept says what happened, when and by whom, in their own words. A
label of theirs stands for elements of the model, for nothing (it is ignored), or is
not mapped: then it can only be extra. A case that is not finished is a prefix: steps
that could still come are not missing. Instants order what happened; what stands at one
instant, or on a day whose hours nobody wrote down, is a partial order, and a case fits
when some order of it does.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby, pairwise

from engine.conformance.alignment import Aligner, Alignment, Group, Move
from engine.conformance.flows import Net, NotComputedError
from engine.domain import iso8601


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant, or a day whose hour nobody wrote down."""

    at: datetime
    #: The day alone is known; `at` is its beginning.
    dated: bool = False

    @property
    def day(self) -> date:
        """The day in the zone in which it was written."""
        return self.at.date()

    def after(self, other: "Stamp") -> bool:
        """Whether it is later; of two stamps on one day at least one hour is needed."""
        if self.dated or other.dated:
            zone = other.at.tzinfo
            return self.at.astimezone(zone).date() > other.at.date()
        return self.at > other.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that a history says."""

    label: str
    #: None: the history has no times, and the order of its rows counts.
    at: Stamp | None = None
    resource: str = ""
    #: Elements that the label stands for, one of them; none: it is not mapped.
    elements: tuple[str, ...] = ()
    #: The label stands for nothing that a model has.
    ignored: bool = False
    #: Side work: it counts as a hand in the case, and is no step of its way.
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, its events in order."""

    id: str
    events: tuple[Event, ...]
    completed: Stamp | None = None
    #: The history says that it is not over yet: it is judged as a prefix.
    unfinished: bool = False
    #: Column → when it was due.
    due: Mapping[str, Stamp | None] = field(default_factory=dict)


@dataclass(slots=True)
class Measures:
    """What a history shows beside a model."""

    cases: int = 0
    events: int = 0
    #: Those of them that are side work.
    beside: int = 0
    variants: int = 0
    fitting: int = 0
    #: Cases that are not over yet; they fit when what they show so far does.
    unfinished: int = 0
    cost: int = 0
    on_time: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    #: Activities done again within a case.
    rework: int = 0
    handovers: int = 0
    four_eyes: Counter[tuple[str, str]] = field(default_factory=Counter)
    unmapped: int = 0
    #: Cases in which the order of some events is not known.
    unordered: int = 0
    #: Why nothing is known about the fit → cases.
    not_computed: Counter[str] = field(default_factory=Counter)
    deviations: Counter[Move] = field(default_factory=Counter)
    #: Case → cost.
    costs: dict[str, int] = field(default_factory=dict)


def measure(
    cases: Sequence[Case], net: Net, pairs: Iterable[tuple[str, str]] = ()
) -> Measures:
    """Measure every case; equal ones are explained once.

    Args:
        cases: the history.
        net: the model, compiled with everything that the labels stand for.
        pairs: labels that two people should do.
    """
    found = Measures(cases=len(cases))
    groups = [grouped(case.events) for case in cases]
    found.variants = len({tuple(map(_label, _steps(case))) for case in cases})
    meant = {one.elements for case in cases for one in case.events if one.elements}
    explain = _Explainer(Aligner(relabelled(net, meant)))
    for case, order in zip(cases, groups, strict=True):
        _count(found, case, tuple(pairs))
        found.unordered += any(len(group) > 1 for group in order)
        found.unfinished += case.unfinished
        explained = explain(order, whole=not case.unfinished)
        if isinstance(explained, str):
            found.not_computed[explained] += 1
            continue
        found.fitting += explained.cost == 0
        found.cost += explained.cost
        found.costs[case.id] = explained.cost
        found.deviations.update(one for one in explained.moves if one.kind != "fits")
    return found


class _Explainer:
    """The explanation of each order of labels, or why there is none."""

    def __init__(self, aligner: Aligner) -> None:
        self._aligner = aligner
        self._known: dict[tuple[tuple[Group, ...], bool], Alignment | str] = {}

    def __call__(self, order: tuple[Group, ...], *, whole: bool) -> Alignment | str:
        key = (order, whole)
        if key not in self._known:
            try:
                self._known[key] = self._aligner.align(order, whole=whole)
            except NotComputedError as reason:
                self._known[key] = reason.message
        return self._known[key]


def name_of(event: Event) -> str:
    """The label of an event in the net: elements, or what no net has."""
    return "|".join(event.elements) or f"?{event.label}"


def relabelled(net: Net, meant: Iterable[tuple[str, ...]]) -> Net:
    """A net whose steps have the names of what a history's labels stand for."""
    names: dict[str, list[str]] = defaultdict(list)
    for elements in sorted(meant):
        for one in elements:
            names[one].append("|".join(elements))
    steps = [
        replace(step, label=name)
        for step in net.steps
        for name in names.get(step.label, [step.label])
    ]
    labels = frozenset(one.label for one in steps) - {""}
    return replace(net, steps=steps, labels=labels)


def grouped(events: Sequence[Event]) -> tuple[Group, ...]:
    """What is known of the order: groups in order, in each chains side by side."""
    seen = [one for one in events if not one.ignored]
    if any(one.at is None for one in seen):
        return tuple(((name_of(one),),) for one in seen)
    made: list[Group] = []
    for _, members in groupby(seen, key=_day):
        made += _within(list(members))
    return tuple(made)


def _day(event: Event) -> date | None:
    return iso8601.day(event.at.at) if event.at else None


def _within(events: list[Event]) -> Iterator[Group]:
    """The groups of one day; with an hour missing it is one group."""
    timed = [one for one in events if one.at and not one.at.dated]
    dated = [one for one in events if one.at and one.at.dated]
    groups = [
        tuple(sorted((name_of(one),) for one in members))
        for _, members in groupby(timed, key=_instant)
    ]
    if not dated:
        yield from groups
        return
    free = [(name_of(one),) for one in dated]
    chain = tuple(group[0][0] for group in groups if len(group) == 1)
    # What is tied within such a day is taken in any order, too.
    free += [one for group in groups if len(group) > 1 for one in group]
    yield tuple(sorted([*free, chain] if chain else free))


def _instant(event: Event) -> datetime | None:
    return event.at.at if event.at else None


def _steps(case: Case) -> list[Event]:
    """The events of a case that are no side work."""
    return [one for one in case.events if not one.beside]


def _label(event: Event) -> str:
    return event.label


def _count(found: Measures, case: Case, pairs: Sequence[tuple[str, str]]) -> None:
    found.events += len(case.events)
    found.unmapped += sum(not (one.elements or one.ignored) for one in case.events)
    steps = _steps(case)
    found.beside += len(case.events) - len(steps)
    times = Counter(map(_label, steps))
    found.rework += sum(one - 1 for one in times.values())
    found.handovers += sum(
        bool(one.resource and other.resource) and one.resource != other.resource
        for one, other in pairwise(steps)
    )
    people: dict[str, set[str]] = defaultdict(set)
    for one in case.events:
        people[one.label].add(one.resource)
    for pair in pairs:
        both = people.get(pair[0], set()) & people.get(pair[1], set())
        found.four_eyes[pair] += bool(both - {""})
    for column, due in case.due.items():
        if due is not None and case.completed is not None:
            late = case.completed.after(due)
            (found.late if late else found.on_time)[column] += 1
