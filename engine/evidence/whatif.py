"""What if: old cases driven through another version, to the first step that differs.

The recorded acts are done again, as far as they fit, by the token game over the other
version: the same steps by the same people with the same answers at the same instants.
Nothing outside is asked: what a registered function answered is taken from the record;
conditions and decision tables, which only look at data, are evaluated anew. Nothing is
stored, and no case changes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from engine.domain.deciding import Evaluating
from engine.domain.events import Sealed
from engine.domain.model import Model, Node, NodeKind
from engine.domain.run import (
    Act,
    Begin,
    Choice,
    Complete,
    Continue,
    Fire,
    Json,
    Picture,
    Retry,
    Visit,
)
from engine.errors import (
    EngineError,
    IncidentError,
    NotReadyError,
    OutcomeRequiredError,
)
from engine.evidence import acts, retrace
from engine.evidence.retrace import Step
from engine.ports import Context, Execution, Outside, Runtime

#: Continuations of one act; a draft that goes round for ever is stopped.
_ROUNDS: Final = 50


class Verdict(Enum):
    """What another version makes of a case."""

    #: It leads the same way, step by step.
    SAME = "same"
    #: A step that was done is not there, or is not open then.
    STEP_GONE = "step-gone"
    #: The step is open, but the outcome that was chosen is not offered.
    OUTCOME_GONE = "outcome-gone"
    #: After the act something else is open than was.
    OTHER_WORK = "other-work"
    #: The tokens stop there.
    STOPS = "stops"
    #: Values that this needs were erased; nothing can be said from there on.
    ERASED = "erased"
    #: The record of the case itself cannot be followed.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A case on another version, up to the first difference."""

    verdict: Verdict
    #: Acts that fitted.
    fitted: int
    #: Number of the event at which it differs, and what that was about.
    seq: int = 0
    element: str = ""
    #: Elements open after it, as recorded and as the other version leads.
    recorded: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version to run on."""

    model: Model
    outside: Outside


def drive(
    runtime: Runtime, events: Sequence[Sealed], old: Version, new: Version
) -> Tried:
    """Drive a recorded case through another version."""
    try:
        steps = retrace.opened(events)
        trail = tuple(retrace.trail(runtime, old.model, steps, old.outside))
    except EngineError as error:
        return Tried(verdict=Verdict.UNREADABLE, fitted=0, reason=error.message)
    drive_ = _Drive(runtime, steps, old, new)
    for step, picture in trail:
        different = drive_.follow(step, picture)
        if different is not None:
            return different
    return Tried(verdict=Verdict.SAME, fitted=drive_.fitted)


class _Recalled(Evaluating):
    """Decides anew, but takes what was answered from outside from the record."""

    def __init__(self, steps: Sequence[Step], model: Model) -> None:
        self._answers = dict(_answers(steps))
        self._nodes = model.nodes

    def decide(
        self,
        choice: Choice,
        element: str,
        occurrence: int,
        evaluate: Callable[[], Json],
    ) -> Json:
        """Evaluate; the answer of a function is the recorded one.

        Raises:
            IncidentError: The function was not asked then, or its answer was erased.
        """
        node = self._nodes.get(element)
        asked = node is not None and node.kind is NodeKind.SERVICE_TASK
        if choice is not Choice.ANSWER or not asked:
            return evaluate()
        if (element, occurrence) not in self._answers:
            raise IncidentError("The record holds no answer of this function.")
        return self._answers[element, occurrence]


def _answers(steps: Sequence[Step]) -> Iterator[tuple[tuple[str, int], Json]]:
    for step in steps:
        for choice, element, occurrence, _ in step.body.get("effect", {}).get(
            "decisions", ()
        ):
            name = f"{Choice.ANSWER.value}:{element}:{occurrence}"
            if choice == Choice.ANSWER.value and name in step.values:
                yield (element, occurrence), step.values[name]


class _Drive:
    """A case on its way through another version."""

    def __init__(
        self, runtime: Runtime, steps: Sequence[Step], old: Version, new: Version
    ) -> None:
        self.fitted = 0
        self._old, self._new = old.model, new.model
        self._outside = new.outside
        self._judge = _Recalled(steps, new.model)
        self._execution: Execution = runtime.begin(new.model)
        self._erased = False

    def follow(self, step: Step, recorded: Picture) -> Tried | None:
        """Do one recorded act; tell the difference, if there is one."""
        act = acts.act_of(step.type, step.body, step.values)
        if act is None or isinstance(act, Continue | Retry):
            # Claims, continuations and retries lead nowhere by themselves.
            return None
        self._erased |= any(
            name not in step.values for name in step.body.get("commitments", {})
        )
        wanted = _open(self._old, recorded)
        try:
            fitting = self._fit(act)
            self._do(fitting, step)
        except OutcomeRequiredError as error:
            return self._differs(Verdict.OUTCOME_GONE, step, wanted, error.message)
        except NotReadyError as error:
            return self._differs(Verdict.STEP_GONE, step, wanted, error.message)
        except EngineError as error:
            return self._differs(Verdict.STOPS, step, wanted, error.message)
        self.fitted += 1
        return self._compared(step, recorded, wanted)

    def _compared(
        self, step: Step, recorded: Picture, wanted: tuple[str, ...]
    ) -> Tried | None:
        picture = self._execution.picture()
        stopped = {one.element for one in picture.incidents}
        if stopped - {one.element for one in recorded.incidents}:
            reason = picture.incidents[-1].message
            return self._differs(Verdict.STOPS, step, wanted, reason)
        if _open(self._new, picture) != wanted:
            return self._differs(Verdict.OTHER_WORK, step, wanted)
        return None

    def _fit(self, act: Act) -> Act:
        """The act as the other version understands it.

        Raises:
            NotReadyError: It is not open there.
            OutcomeRequiredError: Its outcome is not offered there.
        """
        picture = self._execution.picture()
        if isinstance(act, Complete):
            visit = _visit(act.element, act.occurrence, picture.ready)
            outcome = self._outcome(act)
            return replace(act, occurrence=visit.occurrence, outcome=outcome)
        if isinstance(act, Begin):
            visit = _visit(act.element, act.occurrence, picture.ready)
            return replace(act, occurrence=visit.occurrence)
        if isinstance(act, Fire):
            waits = [Visit(one.element, one.occurrence) for one in picture.waiting]
            visit = _visit(act.element, act.occurrence, waits)
            return replace(act, occurrence=visit.occurrence)
        return act

    def _outcome(self, act: Complete) -> str:
        """The outcome by id, or by the name that people saw."""
        offered = self._new.nodes[act.element].work.outcomes
        if not offered or act.outcome in offered:
            return act.outcome if offered else ""
        flow = self._old.flows.get(act.outcome)
        name = flow.name if flow else ""
        for one in offered if name else ():
            if self._new.flows[one].name == name:
                return one
        raise OutcomeRequiredError

    def _do(self, act: Act, step: Step) -> None:
        context = Context(
            now=step.at,
            decider=self._judge,
            services=self._outside.services,
            decisions=self._outside.decisions,
        )
        advance = self._execution.act(act, context)
        for _ in range(_ROUNDS):
            if not advance.more:
                return
            advance = self._execution.act(Continue(), context)
        raise IncidentError("It does not come to rest.")

    def _differs(
        self, verdict: Verdict, step: Step, wanted: tuple[str, ...], reason: str = ""
    ) -> Tried:
        element, _ = step.body.get("visit", ("", 0))
        return Tried(
            # What is missing may be the only reason.
            verdict=Verdict.ERASED if self._erased else verdict,
            fitted=self.fitted,
            seq=step.seq,
            element=element,
            recorded=wanted,
            found=_open(self._new, self._execution.picture()),
            reason=reason,
        )


def _visit(element: str, occurrence: int, there: Sequence[Visit]) -> Visit:
    same = [one for one in there if one.element == element]
    if not same:
        raise NotReadyError(element=element)
    exact = [one for one in same if one.occurrence == occurrence]
    return (exact or same)[0]


def _open(model: Model, picture: Picture) -> tuple[str, ...]:
    """What is open for people and what is waited for, by element."""
    waits = (one.element for one in picture.waiting)
    shown = [*(one.element for one in picture.ready)]
    shown += [one for one in waits if not _beside(model.nodes.get(one))]
    return tuple(sorted(shown))


def _beside(node: Node | None) -> bool:
    """What only may happen beside the steps: it changes no way until it does."""
    return node is None or bool(node.attached_to) or node.kind is NodeKind.START_EVENT
