"""SpiffWorkflow's task as a BPMN token.

States: FUTURE, arrived and not moved yet; WAITING, an open wait or a token held at a
join; READY, open work; STARTED, holds a scope instance, instances or armed events;
ERROR, an incident; COMPLETED, a part of an event whose other parts have not happened
yet (rule 34). Any other token that completes or is cancelled is forgotten at once, so a
case costs what its open tokens cost, however often it went round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.domain.run import Closed, End, Json

if TYPE_CHECKING:
    from engine.spiff.case import Case, Scope
    from engine.spiff.elements.base import Element, Exit
    from engine.spiff.memory import Remembered

FUTURE: Final[int] = TaskState.FUTURE
WAITING: Final[int] = TaskState.WAITING
READY: Final[int] = TaskState.READY
STARTED: Final[int] = TaskState.STARTED
COMPLETED: Final[int] = TaskState.COMPLETED
ERROR: Final[int] = TaskState.ERROR
CANCELLED: Final[int] = TaskState.CANCELLED

#: The states in which a token can be written down.
STATES: Final = frozenset({FUTURE, WAITING, READY, STARTED, COMPLETED, ERROR})

#: Number of the task at the root of every workflow; tokens count from 1.
ROOT: Final = 0


class Many:
    """How far a multi-instance activity has come."""

    __slots__ = ("completed", "last", "placed", "results", "total")

    def __init__(self, total: int, last: int) -> None:
        self.total = total
        self.placed = 0
        self.completed = 0
        #: Occurrence of the instance that completed last.
        self.last = last
        #: What completed instances left, with their place in the order of items.
        self.results: list[tuple[int, Json]] = []


class Token(Task):  # type: ignore[misc]
    """A token on one element; its number is its arrival number in the case.

    User data never stand in `data`: SpiffWorkflow would copy, merge and decode them.
    """

    # What few tokens have is kept on the class until a token has it.
    data: Mapping[str, Any] = MappingProxyType({})
    internal_data: Mapping[str, Any] = MappingProxyType({})
    triggered = False
    thread_id = 0
    last_state_change = 0.0
    #: Flow by which it arrived; empty for what was begun or armed.
    flow: str = ""
    occurrence: int = 0
    #: Choice of the person who completed the task before (rule 12).
    outcome: str = ""
    #: True while the visit is open work or an open wait.
    is_open: bool = False
    #: Values of its own; only instances of multi-instance activities have them.
    frame: dict[str, Json] | None = None
    many: Many | None = None
    #: Which instance it is, from 1; 0 for what is no instance.
    turn: int = 0
    #: Flows that a gateway has chosen and not taken yet.
    chosen: Sequence[Exit] = ()
    #: Instant at which the timer is due, ISO 8601 in UTC.
    due: str = ""
    keys: Mapping[str, Json] = MappingProxyType({})
    #: How often the cycle had fired when this wait was armed.
    fired: int = 0
    #: Conditional events: how often the condition was looked at, and at what data.
    looks: int = 0
    seen: int = 0
    #: What the scope instance remembered that ended in it (rule 32).
    inner: Sequence[Remembered] = ()
    #: The throw event whose handler a boundary event has ended.
    resumes: Token | None = None
    #: Payload of the message or signal that it caught.
    payload: Mapping[str, Json] = MappingProxyType({})
    #: Why it cannot go on.
    incident: str = ""

    id: int
    workflow: Scope
    task_spec: Element
    _children: list[int]
    _parent: int | None
    _state: int

    def __init__(
        self,
        workflow: Scope,
        element: Element,
        parent: Token | None,
        number: int,
        state: int = FUTURE,
    ) -> None:
        # The original makes a UUID, reads the clock and sets a thread id: not here.
        self.id = number
        self.workflow = workflow
        self.task_spec = element
        self._children = []
        self._state = state
        workflow.tasks[number] = self
        if parent is None:
            self._parent = None
        else:
            self._parent = parent.id
            parent._children.append(number)  # noqa: SLF001 - same class

    @property
    def case(self) -> Case:
        """The case that it belongs to."""
        return self.workflow.top_workflow

    @property
    def host(self) -> Token | None:
        """The activity or gateway that it is armed or begun for; None: free."""
        parent = self._parent
        return self.workflow.tasks[parent] if parent else None

    @property
    def alive(self) -> bool:
        """False once it was completed or cancelled."""
        return self.case.tokens.get(self.id) is self

    def offspring(self) -> tuple[Token, ...]:
        """The armed events and instances that hang on it."""
        tasks = self.workflow.tasks
        return tuple(tasks[number] for number in self._children)

    def holds_only_armed_starts(self) -> bool:
        """Whether nothing hangs on it that keeps its scope alive (rule 30)."""
        tasks, scope = self.workflow.tasks, self.workflow.spec.name
        return all(tasks[one].task_spec.guards == scope for one in self._children)

    def _add_child(self, task_spec: Element, state: int = FUTURE) -> Token:
        """Put a token on an element; it gets the next arrival number (rule 1)."""
        case = self.workflow.top_workflow
        case.last_number = number = case.last_number + 1
        child = Token(self.workflow, task_spec, self, number, state)
        case.tokens[number] = child
        return child

    def place(self, element: Element) -> Token:
        """Put a token on an element, hanging on this one."""
        return self._add_child(element)

    def _set_state(self, value: int) -> None:
        self._state = value

    def move(self, state: int) -> None:
        """Set the state."""
        self._state = state

    def enter(self) -> None:
        """Begin the visit, and go through with it where nobody has to do anything."""
        element = self.task_spec
        element._update(self)  # noqa: SLF001 - SpiffWorkflow's own way in
        if self._state == READY and not element.manual:
            self.run()

    def proceed(self) -> None:
        """Run a visit that waited and need not wait any longer."""
        self._ready()
        self.run()

    def open(self) -> None:
        """Note that the visit waits now, for a person or for an event."""
        self.is_open = True
        self.case.fresh.add(self.id)

    def close(self, end: End) -> None:
        """Note that an open visit has ended; nothing for one that is not open."""
        if not self.is_open:
            return
        self.is_open = False
        case = self.case
        if self.id in case.fresh:
            case.fresh.discard(self.id)
        else:
            case.effects.closed.append(
                Closed(self.task_spec.node.id, self.occurrence, end)
            )

    def release(self) -> None:
        """Hang it on the root: what it was armed for no longer carries it."""
        tasks = self.workflow.tasks
        if self._parent:
            tasks[self._parent]._children.remove(self.id)  # noqa: SLF001
            self._parent = ROOT
            tasks[ROOT]._children.append(self.id)  # noqa: SLF001

    def move_into(self, scope: Scope) -> None:
        """Let it go on, with its number, in another scope instance."""
        tasks = self.workflow.tasks
        self.workflow.task_tree._children.remove(self.id)  # noqa: SLF001
        del tasks[self.id]
        self.workflow = scope
        self._parent = ROOT
        scope.tasks[self.id] = self
        scope.task_tree._children.append(self.id)  # noqa: SLF001

    def forget(self) -> None:
        """Take it out of the tree; what still hangs on it goes to the root."""
        tasks = self.workflow.tasks
        if self._children:
            tasks[ROOT]._children.extend(self._children)  # noqa: SLF001
            for number in self._children:
                tasks[number]._parent = ROOT  # noqa: SLF001
        if self._parent is not None:
            tasks[self._parent]._children.remove(self.id)  # noqa: SLF001
        del tasks[self.id]
        case = self.case
        del case.tokens[self.id]
        case.stopped.discard(self.id)

    def cancel(self) -> None:
        """End it, and everything that hangs on it or runs inside, cancelled."""
        cancel_all((self,))

    def below(self) -> Iterator[Token]:
        """Everything that hangs on it or runs inside, and itself."""
        yield self
        for child in self.offspring():
            yield from child.below()
        scope = self.case.subprocesses.get(self.id)
        if scope is not None:
            for token in scope.task_tree.offspring():
                yield from token.below()


def cancel_all(tokens: tuple[Token, ...]) -> None:
    """End tokens and all that belongs to them, cancelled, by arrival number."""
    doomed = [one for token in tokens for one in token.below()]
    for token in sorted(doomed, key=_number):
        token.move(CANCELLED)
        token.close(End.CANCELLED)
        token.task_spec.cancelled(token)
        token.case.subprocesses.pop(token.id, None)
    for token in doomed:
        token.forget()


def _number(token: Token) -> int:
    return token.id
