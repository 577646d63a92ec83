"""The start events at which the engine opens cases: kept with the version in force.

Publishing a version puts its message, signal and timer starts in the place of those of
the version before; retiring takes them away. A timer counts from the publication: a
duration passes once, a cycle goes on, and instants before the publication never happen,
so that a new version repeats nothing. An unlimited cycle (`R/…`) has no end.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from engine import expressions
from engine.commands.transaction import Transaction
from engine.domain import iso8601, stops
from engine.domain.model import EventKind, Model, Node, Timer, TimerKind
from engine.domain.procedure import Version
from engine.errors import DurationError
from engine.exchange import MESSAGE, SIGNAL, TIMER, Attempts, Start

_KINDS: Final = {
    EventKind.MESSAGE: MESSAGE,
    EventKind.SIGNAL: SIGNAL,
    EventKind.TIMER: TIMER,
}
_UNLIMITED: Final = "R/"


def keep(transaction: Transaction, version: Version) -> None:
    """Put the start events of a version in force.

    Raises:
        EngineError: The time of a timer start is none.
    """
    starts = of(transaction, version)
    transaction.uow.arrivals.replace_starts(version.procedure, starts)


def of(transaction: Transaction, version: Version) -> tuple[Start, ...]:
    """The start events of a published version, with what is still to come."""
    package = transaction.edition(version.id).package
    return tuple(
        start
        for process, model in (package.processes() if package.runs else {}).items()
        for start in _starts(version, process, model, transaction.now)
    )


def _starts(
    version: Version, process: str, model: Model, now: datetime
) -> Iterator[Start]:
    for identity in model.root.triggers:
        node = model.nodes[identity]
        if node.event.kind not in _KINDS:
            continue
        start = Start(
            procedure=version.procedure,
            version=version.id,
            process=process,
            element=identity,
            kind=_KINDS[node.event.kind],
            name=node.event.name,
        )
        if start.kind == TIMER:
            start = first(start, node, version.published_at or now, now)
        yield start


def first(start: Start, node: Node, since: datetime, now: datetime) -> Start:
    """A timer start that counts from an instant, at its first that is not over."""
    timer = timer_of(node)
    due = iso8601.first_due(timer.kind, text_of(timer), since)
    return pass_by(replace(start, due=due), timer, now)[0]


def pass_by(start: Start, timer: Timer, now: datetime) -> tuple[Start, int]:
    """A timer start with its first instant from `now` on, and how many are passed."""
    due, passed = start.due, start.passed
    while due is not None and due < now:
        passed += 1
        due = _following(timer, passed, due)
    moved = replace(start, due=due, passed=passed, tried=Attempts(next_try=due))
    return moved, passed - start.passed


def timer_of(node: Node) -> Timer:
    """The timer of a timer start."""
    if node.event.timer is None:
        raise AssertionError("Only timer starts are due.")
    return node.event.timer


def text_of(timer: Timer) -> str:
    """The time of a timer start: there are no data yet that it could depend on.

    Raises:
        EngineError: The expression gives no text.
    """
    if timer.literal:
        return timer.text
    text = expressions.compile(timer.text).evaluate({})
    if not isinstance(text, str):
        raise DurationError(stops.NOT_A_TIME)
    return text


def _following(timer: Timer, passed: int, due: datetime) -> datetime | None:
    if timer.kind is not TimerKind.CYCLE:
        return None
    text = text_of(timer)
    if text.startswith(_UNLIMITED):
        return iso8601.add(due, iso8601.parse_cycle(text).period)
    return iso8601.next_due(text, passed, due)
