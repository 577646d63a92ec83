"""What if: old cases driven through another version, to the first step that differs.

The recorded acts are done again, as far as they fit, by the token game over the other
version: the same steps by the same people with the same answers at the same instants.
Nothing outside is asked: what a registered function answered is taken from the record;
conditions and decision tables, which only look at data, are evaluated anew. Nothing is
stored, and no case changes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from engine.domain.deciding import Evaluating
from engine.domain.events import Sealed
from engine.domain.model import Model, Node, NodeKind, is_work
from engine.domain.run import (
    Act,
    Begin,
    Choice,
    Complete,
    Continue,
    Fire,
    Json,
    Picture,
    Redirect,
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


def twins(old: Model, new: Model) -> Mapping[str, str]:
    """Which element of another version each element of a version is.

    The same id, else the same kind and name, where only one in each version has them: a
    drawing that was made anew has other ids.
    """
    named, known = _by_name(new), _by_name(old)
    found = {}
    for node in old.nodes.values():
        if node.id in new.nodes:
            found[node.id] = node.id
        elif len(known[_called(node)]) == 1 and len(named.get(_called(node), ())) == 1:
            found[node.id] = named[_called(node)][0]
    return found


def _called(node: Node) -> tuple[bool, NodeKind, str]:
    # Tasks for people are one kind, however they are drawn.
    work = is_work(node)
    kind = NodeKind.USER_TASK if work else node.kind
    return work, kind, node.name or node.id


def _by_name(model: Model) -> dict[tuple[bool, NodeKind, str], list[str]]:
    found: dict[tuple[bool, NodeKind, str], list[str]] = {}
    for node in model.nodes.values():
        found.setdefault(_called(node), []).append(node.id)
    return found


class _Recalled(Evaluating):
    """Decides anew, but takes what was answered from outside from the record."""

    def __init__(
        self, steps: Sequence[Step], model: Model, twin: Mapping[str, str]
    ) -> None:
        self._answers = {
            (twin.get(element, element), occurrence): answer
            for (element, occurrence), answer in _answers(steps)
        }
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
        self._twin = twins(old.model, new.model)
        self._judge = _Recalled(steps, new.model, self._twin)
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
        alike = tuple(sorted(map(self._here, wanted)))
        refused = self._refused(act, step)
        if refused is not None:
            return self._differs(refused[0], step, wanted, refused[1])
        self.fitted += 1
        picture = self._execution.picture()
        stopped = {one.element for one in picture.incidents}
        if stopped - {self._here(one.element) for one in recorded.incidents}:
            reason = picture.incidents[-1].message
            return self._differs(Verdict.STOPS, step, wanted, reason)
        if _open(self._new, picture) != alike:
            return self._differs(Verdict.OTHER_WORK, step, wanted)
        return None

    def _refused(self, act: Act, step: Step) -> tuple[Verdict, str] | None:
        """Do the act; why it cannot be done."""
        try:
            self._do(self._fit(act), step)
        except OutcomeRequiredError as error:
            return Verdict.OUTCOME_GONE, error.message
        except NotReadyError as error:
            return Verdict.STEP_GONE, error.message
        except EngineError as error:
            return Verdict.STOPS, error.message
        return None

    def _here(self, element: str) -> str:
        return self._twin.get(element, element)

    def _fit(self, act: Act) -> Act:
        """The act as the other version understands it.

        Raises:
            NotReadyError: It is not open there.
            OutcomeRequiredError: Its outcome is not offered there.
        """
        if not isinstance(act, Complete | Begin | Fire | Redirect):
            return act
        there = _there(act, self._execution.picture())
        visit = _visit(self._here(act.element), act.occurrence, there)
        act = replace(act, element=visit.element, occurrence=visit.occurrence)
        if isinstance(act, Begin):
            return replace(act, activity=self._here(act.activity))
        if isinstance(act, Redirect):
            return replace(act, target=self._here(act.target))
        if isinstance(act, Complete):
            return replace(act, outcome=self._outcome(act))
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


def _there(act: Act, picture: Picture) -> tuple[Visit, ...]:
    """The open visits that an act may be about."""
    waits = tuple(Visit(one.element, one.occurrence) for one in picture.waiting)
    if isinstance(act, Fire):
        return waits
    return (*picture.ready, *waits) if isinstance(act, Redirect) else picture.ready


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
