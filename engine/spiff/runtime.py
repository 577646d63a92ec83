"""The port `engine.ports.Runtime`: acts go in, what they led to comes out.

The loop is our own: the movable token with the smallest arrival number first, inclusive
joins last, never beyond the budget (docs/manual/semantics.md, rules 3 and 4).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from engine.domain import stops
from engine.domain.model import Model
from engine.domain.run import (
    Act,
    Advance,
    Begin,
    Complete,
    Continue,
    Fire,
    Incident,
    Json,
    Message,
    Open,
    Picture,
    Redirect,
    Retry,
    Signal,
    Status,
    Stop,
    Visit,
    Wait,
)
from engine.errors import NothingWaitsError, NotReadyError
from engine.ports import Context
from engine.spiff import case as cases
from engine.spiff import codec, delivery, loader, redirecting, retrying
from engine.spiff.case import Case
from engine.spiff.elements import conditions, joins, scopes
from engine.spiff.elements.activities import Work
from engine.spiff.elements.ad_hoc import AdHoc
from engine.spiff.token import READY, Token


class SpiffExecution:
    """One case, run by SpiffWorkflow."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def act(self, act: Act, context: Context) -> Advance:
        """Apply one act and go on until every token waits.

        Raises:
            NotReadyError: The visit is not open, or nothing waits for the message or
                signal.
            OutcomeRequiredError: The outcome is missing or not one of the task's.
        """
        case = self._case
        case.arrange(context)
        _apply(case, act, context)
        more = _advance(case, context.budget)
        return _effect(case, more=more)

    def picture(self) -> Picture:
        """Everything that is open now."""
        case = self._case
        stopped = _incidents(case)
        ready = [one for one in case.tokens.values() if one.state == READY]
        seen = {_visit(one): cases.own_values(one) for one in ready}
        return Picture(
            status=_status(case, stopped),
            ready=tuple(seen),
            waiting=tuple(_wait(one) for one in delivery.waiting(case)),
            incidents=stopped,
            data=dict(case.values),
            locals={visit: values for visit, values in seen.items() if values},
        )

    def dump(self) -> bytes:
        """The state as bytes, the same for the same state in every process."""
        return codec.dump(self._case)


class SpiffRuntime:
    """SpiffWorkflow as an interpreter of models."""

    def __init__(self) -> None:
        self._loader = loader.Loader()

    def begin(self, model: Model) -> SpiffExecution:
        """A case before its first act, which must be `Open`."""
        return SpiffExecution(Case(self._loader.program(model)))

    def load(self, model: Model, state: bytes) -> SpiffExecution:
        """A case from its dumped state.

        Raises:
            StateError: The bytes are damaged or of another codec version or model.
        """
        return SpiffExecution(codec.load(self._loader.program(model), state))


# Acts.


def _apply(case: Case, act: Act, context: Context) -> None:
    """Do what the act itself does."""
    if not isinstance(act, Continue):
        case.changed()
    if isinstance(act, Open):
        _open(case, act)
    elif not case.last_number:
        raise NotReadyError
    elif isinstance(act, Complete | Begin | Retry | Redirect | Stop):
        _do(case, act)
    elif isinstance(act, Fire):
        delivery.timer(case, act.element, act.occurrence, context.now)
    elif isinstance(act, Message):
        delivery.message(case, act)
    elif isinstance(act, Signal):
        _signal(case, act)


def _open(case: Case, act: Open) -> None:
    if case.last_number:
        raise NotReadyError
    case.values.update(act.data)
    starts = case.spec.starts
    if act.start:
        starts = tuple(one for one in case.spec.triggers if one.node.id == act.start)
    if not scopes.begin(case, starts):
        raise NotReadyError(element=act.start, occurrence=1)


def _signal(case: Case, act: Signal) -> None:
    if not delivery.signal(case, act.name, act.payload):
        raise NothingWaitsError(name=act.name)


def _do(case: Case, act: Complete | Begin | Retry | Redirect | Stop) -> None:
    """Do what a person decides: work, or what nothing drawn asks for."""
    if isinstance(act, Retry):
        retrying.retry(case, act)
    elif isinstance(act, Redirect):
        redirecting.redirect(case, act)
    elif isinstance(act, Stop):
        redirecting.stop(case)
    else:
        _go_on(case, act)


def _go_on(case: Case, act: Complete | Begin) -> None:
    """Let a person go on with open work."""
    token, work = _work(case, act)
    if isinstance(act, Complete):
        work.complete(token, act.answers, act.outcome)
    elif isinstance(work, AdHoc):
        work.begin(token, act.activity)
    else:
        raise NotReadyError(element=act.element, occurrence=act.occurrence)


def _work(case: Case, act: Complete | Begin) -> tuple[Token, Work]:
    """The open work that an act is about: a person can do nothing else."""
    for token in case.tokens.values():
        spec = token.task_spec
        if (
            token.state == READY
            and token.occurrence == act.occurrence
            and spec.node.id == act.element
            and isinstance(spec, Work)
        ):
            return token, spec
    raise NotReadyError(element=act.element, occurrence=act.occurrence)


def _advance(case: Case, budget: int) -> bool:
    """Make automatic steps; True when some are left."""
    steps = 0
    while True:
        step = _next(case)
        if step is None:
            return False
        if steps == budget:
            return True
        steps += step()


def _next(case: Case) -> Callable[[], bool] | None:
    """What is done next; it tells whether it was a step (rules 3 and 29)."""
    token = case.next_movable()
    if token is not None:
        return partial(case.step, token)
    condition = conditions.due(case)
    if condition is not None:
        waiting, event = condition
        return partial(event.look, waiting)
    enabled = joins.next_enabled(case)
    if enabled is not None:
        join, scope = enabled
        return partial(join.fire, scope)
    return None


# Effects.


def _effect(case: Case, *, more: bool) -> Advance:
    effects = case.effects
    stopped = _incidents(case)
    return Advance(
        status=_status(case, stopped),
        opened=_opened(case),
        closed=tuple(effects.closed),
        taken=tuple(effects.taken),
        completed=tuple(effects.completed),
        decisions=tuple(effects.decisions),
        thrown=tuple(effects.thrown),
        incidents=stopped,
        more=more,
    )


def _opened(case: Case) -> tuple[Visit, ...]:
    """Work that the act opened; waits are seen in the picture."""
    tokens = (case.tokens[number] for number in sorted(case.fresh))
    return tuple(_visit(one) for one in tokens if one.state == READY)


def _visit(token: Token) -> Visit:
    return Visit(token.task_spec.node.id, token.occurrence)


def _wait(token: Token) -> Wait:
    spec = token.task_spec
    keys: dict[str, Json] = dict(token.keys)
    return Wait(
        element=spec.node.id,
        occurrence=token.occurrence,
        kind=spec.waits,
        name=spec.node.event.name,
        due=delivery.instant(token.due) if token.due else None,
        keys=keys,
    )


def _status(case: Case, incidents: tuple[Incident, ...]) -> Status:
    if incidents:
        return Status.INCIDENT
    if case.last_number and not case.tokens:
        return Status.COMPLETED
    return Status.OPEN


def _incidents(case: Case) -> tuple[Incident, ...]:
    """Tokens that cannot go on; joins that wait in vain when nothing else is left."""
    if case.stopped:
        tokens = (case.tokens[number] for number in sorted(case.stopped))
        return tuple(
            Incident(one.task_spec.node.id, one.occurrence, one.incident)
            for one in tokens
        )
    if any(token.is_open for token in case.tokens.values()):
        return ()
    if not case.tokens or case.next_movable() is not None:
        return ()
    return _deadlock(case)


def _deadlock(case: Case) -> tuple[Incident, ...]:
    """One incident for each join that holds tokens (rule 24)."""
    if joins.next_enabled(case) is not None:
        return ()
    waiting = {
        token.task_spec.place: token.task_spec.node.id
        for token in case.tokens.values()
        if joins.is_join(token.task_spec)
    }
    return tuple(
        Incident(waiting[place], 0, stops.DEADLOCK) for place in sorted(waiting)
    )
