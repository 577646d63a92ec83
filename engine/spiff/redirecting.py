"""Rules 42 and 43: tokens that go, or end, by a person's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import branches
from engine.domain.model import NodeKind
from engine.errors import NotReadyError
from engine.spiff import case as cases
from engine.spiff import hearing
from engine.spiff.elements import joins
from engine.spiff.token import FUTURE, WAITING, Token, cancel_all

if TYPE_CHECKING:
    from engine.domain.branches import Branches
    from engine.domain.run import Redirect
    from engine.spiff.case import Case, Scope
    from engine.spiff.elements.base import Element


def redirect(case: Case, act: Redirect) -> None:
    """Move the token of an open visit to another node.

    Raises:
        NotReadyError: There is no such visit, or it may not go there.
    """
    refused = NotReadyError(element=act.element, occurrence=act.occurrence)
    model = case.program.model
    token = _named(case, act)
    if token is None or not branches.is_target(model, act.target):
        raise refused
    holder = _holder(token, model.nodes[act.target].scope)
    if holder is None:
        raise refused
    found = branches.of_model(model)
    beside = branches.runs_beside(model, holder.task_spec.node.id)
    left = found.left(_place(found, holder), act.target, beside=beside)
    if left is None:
        raise refused
    scope = holder.workflow
    cancel_all(_doomed(found, holder, left))
    target = _element(scope, act.target)
    target.arrive(scope.task_tree.place(target))


def stop(case: Case) -> None:
    """End every token of the case.

    Raises:
        NotReadyError: There is none.
    """
    if not case.tokens:
        raise NotReadyError
    cases.empty(case)
    case.ended()


def _named(case: Case, act: Redirect) -> Token | None:
    """The token of the visit; armed for an activity or a scope it cannot go away."""
    for token in case.tokens.values():
        visit = token.task_spec.node.id, token.occurrence
        open_ = token.is_open or token.id in case.stopped
        if open_ and visit == (act.element, act.occurrence):
            return None if _armed(token) else token
    return None


def _armed(token: Token) -> bool:
    element = token.task_spec
    if element.guards == token.workflow.spec.name:
        return True
    return token.host is not None and element.node.kind is NodeKind.BOUNDARY_EVENT


def _holder(token: Token, scope: str) -> Token | None:
    """The token that holds the visit in the scope instance of the target."""
    at: Token | None = token
    while at is not None:
        element = at.task_spec
        waits = element.owner is None and not element.undoes
        holder = (at.host if waits else None) or hearing.holder(at)
        if holder.workflow.spec.name == scope:
            undoes = holder.task_spec.undoes or holder.resumes is not None
            return None if undoes else holder
        at = holder.workflow.host
    return None


def _place(found: Branches, token: Token) -> frozenset[str]:
    """The branches that a token is in."""
    at = token.resumes or token
    element, flow = at.task_spec, None
    held = joins.is_join(element) and at.has_state(WAITING)
    if at.flow and (held or at.has_state(FUTURE)):
        flow = at.case.program.model.flows[at.flow]
    return found.place(element.node.id, flow)


def _doomed(found: Branches, holder: Token, left: frozenset[str]) -> tuple[Token, ...]:
    """What ends with a token that leaves some branches, itself included."""
    return tuple(
        one
        for one in holder.workflow.task_tree.offspring()
        if one is holder
        or (
            one.task_spec.guards != one.workflow.spec.name
            and found.ends(_place(found, one), left)
        )
    )


def _element(scope: Scope, name: str) -> Element:
    """The element of a node, as a token enters it from outside."""
    element: Element = scope.spec.task_specs[name]
    return element
