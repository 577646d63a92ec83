"""SpiffWorkflow's workflows as a running case: one of them for each scope instance.

The script engine is replaced in the constructor, which opening and loading share, so
there is no moment at which the library's own engine is present.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from SpiffWorkflow.bpmn import workflow as spiff
from SpiffWorkflow.bpmn.util import subworkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.domain.run import Choice, Closed, Decision, Json, Thrown
from engine.errors import EngineError
from engine.spiff import errors, script
from engine.spiff.memory import Memory
from engine.spiff.token import COMPLETED, ERROR, ROOT, Token, cancel_all

if TYPE_CHECKING:
    from engine.ports import Context
    from engine.spiff.elements.base import Element
    from engine.spiff.elements.joins import Synchronising
    from engine.spiff.program import Program


#: Gateway -> the incoming flows that gave a token.
Gave: TypeAlias = "dict[Synchronising, frozenset[str]]"


@dataclass(slots=True)
class Effects:
    """What one act has led to so far."""

    closed: list[Closed] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)


class Case(spiff.BpmnWorkflow):  # type: ignore[misc]
    """The scope instance of the model's own process, and what all scopes share."""

    tasks: dict[int, Token]
    subprocesses: dict[int, ScopeInstance]
    task_tree: Token
    #: The token whose activity runs this scope; none for the case itself.
    host: None = None
    #: Whether it goes on when no token is left; only ad-hoc sub-processes do (rule 36).
    stays = False

    def __init__(self, program: Program) -> None:
        super().__init__(
            program.root,
            program.scopes,
            script_engine=script.NO_SCRIPTS,
            deserializing=True,
        )
        self.program = program
        self.task_tree = Token(self, self.spec.start, None, ROOT, COMPLETED)
        #: Case data; never in SpiffWorkflow's `data`.
        self.values: dict[str, Json] = {}
        #: Completed visits that can be undone (rule 32).
        self.memory: Memory = []
        #: Complex gateways that wait for reset, and which flows gave (rule 35).
        self.gave: Gave = {}
        #: Raised when the data change; conditions are looked at then (rule 29).
        self.version = 1
        #: Every token of the case by arrival number, in that order.
        self.tokens: dict[int, Token] = {}
        self.last_number = 0
        #: Visits so far, by `Element.counter`.
        self.occurrences: dict[int, int] = {}
        #: Heap of the numbers of tokens that arrived and were not moved yet.
        self.movable: list[int] = []
        #: Numbers of the tokens that are incidents.
        self.stopped: set[int] = set()
        #: Numbers of visits that opened during the act.
        self.fresh: set[int] = set()
        self.effects = Effects()
        self.context: Context

    def arrange(self, context: Context) -> None:
        """Get ready for an act."""
        self.context = context
        self.effects = Effects()
        self.fresh = set()

    def _task_completed_notify(self, task: Token) -> None:
        after(self, task)

    def ended(self) -> None:
        """Note that no token is left (rule 23)."""
        self.completed = True

    def create_subprocess(self, my_task: Token, spec_name: str) -> ScopeInstance:
        """Make the scope instance of an activity, without tokens."""
        scope = ScopeInstance(self.subprocess_specs[spec_name], my_task)
        self.subprocesses[my_task.id] = scope
        return scope

    def arrived(self, token: Token) -> None:
        """Put a token in the queue of those that can be moved."""
        heapq.heappush(self.movable, token.id)

    def next_movable(self) -> Token | None:
        """The movable token with the smallest arrival number, without moving it."""
        movable = self.movable
        while movable:
            token = self.tokens.get(movable[0])
            if token is not None:
                return token
            heapq.heappop(movable)  # Cancelled before it was moved.
        return None

    def step(self, token: Token) -> bool:
        """Move the token that `next_movable` gave (rule 3)."""
        heapq.heappop(self.movable)
        self.attempt(token, token.enter)
        return True

    def attempt(self, token: Token, action: Callable[[], object]) -> None:
        """Do something for a token; when it fails, the token is an incident."""
        try:
            action()
        except errors.BpmnError as error:
            errors.throw(token, error.error_code)
        except EngineError as error:
            self.stop(token, error.message)
        except SpiffWorkflowException as error:
            self.stop(token, str(error))

    def stop(self, token: Token, message: str) -> None:
        """Leave a token where it is as an incident (rule 23)."""
        token.move(ERROR)
        token.incident = message
        self.stopped.add(token.id)

    def changed(self) -> None:
        """Note that data may have changed (rule 29)."""
        self.version += 1

    def visit(self, element: Element) -> int:
        """Number a visit (rule 2)."""
        occurrence = self.occurrences.get(element.counter, 0) + 1
        self.occurrences[element.counter] = occurrence
        return occurrence

    def decide(
        self, choice: Choice, token: Token, evaluate: Callable[[], Json]
    ) -> Json:
        """Ask the decider for a choice of a visit, and record it."""
        element, occurrence = token.task_spec.node.id, token.occurrence
        value = self.context.decider.decide(choice, element, occurrence, evaluate)
        self.effects.decisions.append(Decision(choice, element, occurrence, value))
        return value


class ScopeInstance(subworkflow.BpmnSubWorkflow):  # type: ignore[misc]
    """One life of a sub-process or of a called process."""

    tasks: dict[int, Token]
    task_tree: Token
    top_workflow: Case

    def __init__(self, spec: object, host: Token) -> None:
        #: The token whose activity runs this scope.
        self.host = host
        super().__init__(spec, host.id, host.case, deserializing=True)
        #: Completed visits that can be undone (rule 32).
        self.memory: Memory = []
        #: Complex gateways that wait for reset, and which flows gave (rule 35).
        self.gave: Gave = {}
        #: Whether it goes on when no token is left (rule 36).
        self.stays = host.task_spec.node.ad_hoc is not None
        self.task_tree = Token(self, self.spec.start, None, ROOT, COMPLETED)

    @property
    def parent_workflow(self) -> Scope:
        """The scope that the activity stands in."""
        return self.host.workflow

    def _task_completed_notify(self, task: Token) -> None:
        after(self, task)

    def ended(self) -> None:
        """Complete the activity, now that no token is left (rule 16)."""
        self.completed = True
        case = self.top_workflow
        del case.subprocesses[self.host.id]
        if self.memory:
            self.host.inner = self.memory
        case.attempt(self.host, self.host.complete)


Scope: TypeAlias = Case | ScopeInstance


def after(scope: Scope, token: Token) -> None:
    """Forget a token that completed, and end the scope when it was the last one."""
    if scope.tasks.get(token.id) is not token:
        return  # Its own signal has interrupted it.
    token.forget()
    settle(scope)


def settle(scope: Scope) -> None:
    """End a scope in which no token is left, unless it stays."""
    if not deserted(scope):
        return
    if scope.stays:
        scope.gave.clear()
    else:
        empty(scope)
        scope.ended()


def deserted(scope: Scope) -> bool:
    """Whether no token is left in a scope but armed starts."""
    if len(scope.tasks) == 1:
        return True
    return bool(scope.spec.armed) and scope.task_tree.holds_only_armed_starts()


def empty(scope: Scope, token: Token | None = None) -> None:
    """Cancel everything in a scope, but one token, with which it will end."""
    tokens = scope.task_tree.offspring()
    cancel_all(tuple(one for one in tokens if one is not token))
    scope.gave.clear()
    scope.stays = False


def frames(token: Token) -> list[Token]:
    """The instances that a token stands in, innermost first (rule 21)."""
    found = []
    one: Token | None = token
    while one is not None:
        if one.frame is not None:
            found.append(one)
        one = one.workflow.host
    return found


def own_values(token: Token) -> dict[str, Json]:
    """What a visit sees besides the case data."""
    merged: dict[str, Json] = {}
    for one in reversed(frames(token)):
        merged.update(one.frame or {})
    return merged


def view(token: Token) -> Mapping[str, Json]:
    """What the expressions of a visit see."""
    values = token.case.values
    own = own_values(token)
    return {**values, **own} if own else values


def write(token: Token, values: Mapping[str, Json]) -> None:
    """Write data for a visit (rule 21)."""
    for one in frames(token):
        if one.frame is not None and one.task_spec.gathers:
            one.frame.update(values)
            return
    token.case.values.update(values)
