"""What scope instances remember, so that it can be undone (rule 32)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.spiff.token import Token


@dataclass(slots=True, eq=False)
class Remembered:
    """One completed visit and what undoes it."""

    #: The activity of the scope, by `Element.counter`: of what a sub-process remembered
    #: the sub-process.
    activity: int
    #: What undoes it, by `Element.index`.
    handler: int
    #: Number of the throw event that is undoing it, else 0.
    undone_by: int = 0
    #: What the visit of a sub-process remembered that an event sub-process undoes; a
    #: throw event in that may undo it (rule 38).
    inner: list[Remembered] = field(default_factory=list)


Memory = list[Remembered]


def remember(token: Token) -> None:
    """Remember a completed visit, or what the sub-process remembered that ended."""
    element, memory = token.task_spec, token.workflow.memory
    if element.undo is None:
        for one in token.inner:
            one.activity = element.counter
            memory.append(one)
        return
    made = Remembered(element.counter, element.undo.index)
    if element.undo.node.triggered:
        made.inner.extend(token.inner)
    memory.append(made)


def claim(throw: Token, activity: str) -> None:
    """Fix what a throw event undoes: the visits of an activity, or all."""
    elements = throw.case.program.elements
    for memory in _within_reach(throw):
        for one in memory:
            named = not activity or elements[one.activity].node.id == activity
            if named and not one.undone_by:
                one.undone_by = throw.id


def latest(throw: Token) -> Remembered | None:
    """What a throw event undoes now, or next."""
    for _, one in _claimed(throw):
        return one
    return None


def forget_latest(throw: Token) -> None:
    """Forget what has just been undone."""
    for memory, one in _claimed(throw):
        memory.remove(one)
        return


def release(throw: Token) -> None:
    """Remember again what a cancelled throw event has not undone."""
    for _, one in _claimed(throw):
        _release(one)


def _release(one: Remembered) -> None:
    one.undone_by = 0
    for each in one.inner:  # Throw events inside what undoes it end, too.
        _release(each)


def _claimed(throw: Token) -> Iterator[tuple[Memory, Remembered]]:
    """The latest first; those of the throw event's own scope instance before others."""
    for memory in _within_reach(throw):
        for one in reversed(memory):
            if one.undone_by == throw.id:
                yield memory, one


def _within_reach(throw: Token) -> Iterator[Memory]:
    scope, host = throw.workflow, throw.workflow.host
    yield scope.memory
    if host is None or not host.task_spec.node.triggered:
        return
    if not host.task_spec.undoes:
        yield host.workflow.memory
        return
    undone = latest(host.host) if host.host is not None else None
    if undone is not None:
        yield undone.inner
