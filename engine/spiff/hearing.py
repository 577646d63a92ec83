"""Who hears an error or an escalation (BPMN 2.0.2, 13.5.1; rules 18, 27, 30)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from engine.domain.model import EventKind

if TYPE_CHECKING:
    from engine.spiff.elements.base import Element
    from engine.spiff.token import Token

Catcher = TypeVar("Catcher", bound="Element")


def catcher(token: Token, kind: EventKind, code: str) -> Callable[[], None] | None:
    """What lets the innermost catcher begin; none when nobody catches.

    Asked level by level: the boundary events of the activity that the token is, the
    event sub-processes of its scope instance unless the token is one of these that an
    event began, then the same for the activity that holds the scope instance, and
    outward.
    """
    one: Token | None = token
    while one is not None:
        activity, scope = holder(one), one.workflow
        boundary = _matching(activity.task_spec.hearing, kind, code)
        if boundary is not None:
            return partial(boundary.hear, activity)
        if one.task_spec.undoes or not one.task_spec.node.triggered:
            start = _matching(scope.spec.hearing, kind, code)
            if start is not None:
                return partial(start.hear, scope)
        one = scope.host
    return None


def holder(token: Token) -> Token:
    """The activity as a whole, when the token is one of its instances."""
    host = token.host if token.task_spec.owner is not None else None
    return host or token


def _matching(
    elements: Iterable[Catcher], kind: EventKind, code: str
) -> Catcher | None:
    """The first that catches the very code, else the first that catches every one."""
    general = None
    for one in elements:
        event = one.node.event
        if event.kind is kind:
            if event.name == code:
                return one
            if not event.name:
                general = general or one
    return general
