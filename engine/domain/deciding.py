"""Who decides: an expression now, or the record of what was decided then.

An interpreter asks a `Decider` for every choice and records the answer. `Evaluating`
answers by evaluating, `Following` repeats a record and never evaluates, so that neither
a repaired bug nor an erased value changes an old case; `Comparing` follows the record
and evaluates as well, and keeps what differs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from engine.domain.run import Choice, Decision, Incident, Json
from engine.errors import EngineError, IncidentError

#: Marks a recorded answer whose value was erased; what steers the tokens stays beside.
ERASED: Final = "erased"


def is_erased(answer: Json) -> bool:
    """Whether the value of a recorded answer was erased: it writes nothing."""
    return isinstance(answer, dict) and ERASED in answer


class Decider(Protocol):
    """Answers one choice of one visit."""

    def decide(
        self,
        choice: Choice,
        element: str,
        occurrence: int,
        evaluate: Callable[[], Json],
    ) -> Json:
        """Give the value of the choice; `evaluate` computes it from the case data.

        Raises:
            EngineError: The choice cannot be made; the token becomes an incident.
        """


class Evaluating:
    """Decides by evaluating, for acts that happen now."""

    def decide(
        self,
        choice: Choice,
        element: str,
        occurrence: int,
        evaluate: Callable[[], Json],
    ) -> Json:
        """Evaluate."""
        return evaluate()


Key = tuple[Choice, str, int]


class Following:
    """Decides as the record says."""

    def __init__(
        self, decisions: Iterable[Decision], incidents: Iterable[Incident] = ()
    ) -> None:
        self._values = {
            (one.choice, one.element, one.occurrence): one.value for one in decisions
        }
        self._incidents = {
            (one.element, one.occurrence): one.message for one in incidents
        }

    def decide(
        self,
        choice: Choice,
        element: str,
        occurrence: int,
        evaluate: Callable[[], Json],
    ) -> Json:
        """Repeat the record.

        Raises:
            IncidentError: The record says that the token stopped here, or it is silent.
        """
        key = (choice, element, occurrence)
        if key in self._values:
            return self._values[key]
        if choice is Choice.HOLDS:
            # Looks at which a condition did not hold are not recorded.
            return 0
        message = self._incidents.get(
            (element, occurrence), "The record does not say how this was decided."
        )
        raise IncidentError(message, element=element)


@dataclass(frozen=True, slots=True)
class Difference:
    """A recorded decision that evaluates to something else now."""

    choice: Choice
    element: str
    occurrence: int
    recorded: Json
    #: What evaluation gives now; None with a `reason` when it fails.
    evaluated: Json
    reason: str = ""


@dataclass
class Comparing:
    """Follows the record and evaluates beside it."""

    following: Following
    differences: list[Difference] = field(default_factory=list)

    def decide(
        self,
        choice: Choice,
        element: str,
        occurrence: int,
        evaluate: Callable[[], Json],
    ) -> Json:
        """Repeat the record; keep the difference when evaluation disagrees."""
        recorded = self.following.decide(choice, element, occurrence, evaluate)
        # A registered function may act on the world: it is never called again. A
        # decision table, which tells its rules, only answers.
        # An erased one cannot be compared, nor asked again without what it read.
        if choice is Choice.ANSWER and (not _ruled(recorded) or is_erased(recorded)):
            return recorded
        try:
            evaluated, reason = evaluate(), ""
        except EngineError as error:
            evaluated, reason = None, error.message
        if choice is Choice.HOLDS and isinstance(evaluated, int) and evaluated < 0:
            # It does not hold now: a difference only at the look at which it did.
            evaluated = recorded if -evaluated != recorded else None
        if reason or evaluated != recorded:
            self.differences.append(
                Difference(choice, element, occurrence, recorded, evaluated, reason)
            )
        return recorded


def _ruled(answer: Json) -> bool:
    return isinstance(answer, dict) and "rules" in answer
