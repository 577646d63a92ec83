"""Joins that count the tokens on each incoming flow (BPMN 2.0.2, 13.4.1, 13.4.3).

SpiffWorkflow's joins look for a common ancestor and count its branches, which goes
wrong as soon as a branch is walked twice. Ours know nothing of ancestry: a token waits
with the flow it came by, and a firing takes one token of each flow (rules 9, 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeGuard

from engine.domain.model import Node, NodeKind
from engine.spiff.elements import base, gateways, registry
from engine.spiff.token import ROOT, WAITING

if TYPE_CHECKING:
    from engine.spiff.case import Case, Scope
    from engine.spiff.token import Token


def held(scope: Scope, join: base.Element) -> dict[str, Token]:
    """The oldest token of each incoming flow of a join that holds one."""
    oldest: dict[str, Token] = {}
    for number in sorted(scope.tasks):
        token = scope.tasks[number]
        if token.task_spec is join and token.has_state(WAITING):
            oldest.setdefault(token.flow, token)
    return oldest


def number(token: Token) -> int:
    """The arrival number of a token."""
    return token.id


def merge(tokens: Iterable[Token], survivor: Token | None = None) -> Token:
    """Take the tokens of a firing out of the case, but one: else the oldest."""
    kept = survivor or min(tokens, key=number)
    for token in tokens:
        if token is not kept:
            token.forget()
    return kept


class ParallelJoin(gateways.Parallel):
    """Fires when every incoming flow holds a token (rule 9)."""

    def _update_hook(self, my_task: Token) -> bool:
        my_task.move(WAITING)
        oldest = held(my_task.workflow, self)
        if len(oldest) < len(self.node.incoming):
            return False
        merge(oldest.values(), my_task)
        self.number(my_task)
        return True


class Synchronising(gateways.Inclusive):
    """A join that asks whether a token can still come."""

    #: Incoming flow -> the nodes from which a path leads to it past this gateway, so
    #: the gateway itself never, and tokens held here hinder nothing.
    sources: Mapping[str, frozenset[str]]

    def may_come(
        self, scope: Scope, empty: Iterable[str], filled: Iterable[str]
    ) -> bool:
        """Whether a token can reach an empty flow, and none that is filled."""
        return any(
            _reaches(self.sources, token, empty)
            and not _reaches(self.sources, token, filled)
            for token in scope.task_tree.offspring()
        )

    def enabled(self, scope: Scope) -> bool:
        """Whether the join may fire in a scope instance."""
        raise NotImplementedError

    def fire(self, scope: Scope) -> bool:
        """Make the step that the join is enabled for."""
        raise NotImplementedError


class InclusiveJoin(Synchronising):
    """Fires when no token can reach an empty incoming flow any more (rule 10)."""

    def _update_hook(self, my_task: Token) -> bool:
        my_task.move(WAITING)
        return False

    def enabled(self, scope: Scope) -> bool:
        """Whether the join may fire in a scope instance."""
        full = held(scope, self)
        empty = [flow for flow in self.node.incoming if flow not in full]
        return not empty or not self.may_come(scope, empty, full)

    def fire(self, scope: Scope) -> bool:
        """Merge the oldest token of each flow into the oldest of all, which goes on."""
        survivor = merge(held(scope, self).values())
        self.number(survivor)
        survivor.case.attempt(survivor, survivor.proceed)
        return True


def _reaches(
    sources: Mapping[str, frozenset[str]], token: Token, flows: Iterable[str]
) -> bool:
    node = token.task_spec.node.id
    return any(node in sources[flow] for flow in flows)


def next_enabled(case: Case) -> tuple[Synchronising, Scope] | None:
    """The join that fires or is reset next: document order, oldest scope first."""
    if not case.program.has_synchronising:
        return None
    found: dict[tuple[int, int], tuple[Synchronising, Scope]] = {}
    for token in case.tokens.values():
        join, scope = token.task_spec, token.workflow
        if isinstance(join, InclusiveJoin) and token.has_state(WAITING):
            oldest = scope.host.id if scope.host is not None else 0
            found[join.place, oldest] = (join, scope)
    scopes: dict[int, Scope] = {ROOT: case, **case.subprocesses}
    for host, scope in scopes.items():
        found.update(((one.place, host), (one, scope)) for one in scope.gave)
    for key in sorted(found):
        join, scope = found[key]
        if join.enabled(scope):
            return join, scope
    return None


def is_join(element: base.Element) -> TypeGuard[ParallelJoin | Synchronising]:
    """Whether tokens wait here for other tokens."""
    return isinstance(element, ParallelJoin | Synchronising)


@registry.choice(NodeKind.PARALLEL_GATEWAY)
def parallel(node: Node) -> type[base.Element]:
    """The class of a parallel gateway."""
    return ParallelJoin if len(node.incoming) > 1 else gateways.Parallel


@registry.choice(NodeKind.INCLUSIVE_GATEWAY)
def inclusive(node: Node) -> type[base.Element]:
    """The class of an inclusive gateway."""
    return InclusiveJoin if len(node.incoming) > 1 else gateways.Inclusive
