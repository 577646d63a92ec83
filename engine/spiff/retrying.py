"""Rule 40: a person lets the step of an incident begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.model import EventKind, NodeKind
from engine.errors import NotReadyError
from engine.spiff.elements import gateways, joins
from engine.spiff.elements.events import Waiting
from engine.spiff.token import FUTURE, Token, cancel_all

if TYPE_CHECKING:
    from engine.domain.model import Node
    from engine.domain.run import Retry
    from engine.spiff.case import Case

_NEVER: Final = frozenset({NodeKind.COMPLEX_GATEWAY, NodeKind.BOUNDARY_EVENT})
_THROWING: Final = frozenset({NodeKind.THROW_EVENT, NodeKind.END_EVENT})


def retry(case: Case, act: Retry) -> None:
    """Let the step of an incident begin anew.

    Raises:
        NotReadyError: There is no such incident, or nothing can begin anew at it.
    """
    token = _incident(case, act)
    host = token.host
    if token.task_spec.owner is not None and host is not None:
        token = host
    elif host is not None and not token.task_spec.node.for_compensation:
        if host.task_spec.node.kind in _THROWING:
            token = host
        else:
            _arm(token)
            return
    elif token.task_spec.guards == token.workflow.spec.name:
        _arm(token)
        return
    _begin(token)


def _begin(token: Token) -> None:
    element = token.task_spec
    if not _begins(element.node):
        raise NotReadyError
    _clear(token)
    if isinstance(element, gateways.Choosing) or joins.is_join(element):
        element.number(token)
        token.case.attempt(token, token.proceed)
    else:
        if not isinstance(element, gateways.Exclusive):
            token.outcome = ""
        token.case.arrived(token)


def _incident(case: Case, act: Retry) -> Token:
    for number in case.stopped:
        token = case.tokens[number]
        if (token.task_spec.node.id, token.occurrence) == (act.element, act.occurrence):
            return token
    raise NotReadyError(element=act.element, occurrence=act.occurrence)


def _begins(node: Node) -> bool:
    """Whether a token may arrive there: events that have happened do not again."""
    if node.kind is NodeKind.START_EVENT:
        return node.event.kind is EventKind.NONE
    return node.kind not in _NEVER


def _arm(token: Token) -> None:
    """An armed event is numbered and armed again, by the act itself."""
    element = token.task_spec
    if not isinstance(element, Waiting):
        raise NotReadyError
    _clear(token)
    token.occurrence = token.case.visit(element)
    token.case.attempt(token, lambda: element.open_wait(token))


def _clear(token: Token) -> None:
    """End what the visit armed and holds; forget the visit."""
    scope = token.case.subprocesses.pop(token.id, None)
    inside = () if scope is None else scope.task_tree.offspring()
    cancel_all((*token.offspring(), *inside))
    token.case.stopped.discard(token.id)
    token.move(FUTURE)
    for name in token.__dict__.keys() - _KEPT:
        # What few tokens have is kept on the class until a token has it.
        delattr(token, name)


#: What a token still is when its visit is forgotten.
_KEPT: Final = {
    *("id", "workflow", "task_spec", "_children", "_parent", "_state"),
    *("flow", "outcome", "resumes"),
}
