"""What judging says: verdicts with reasons, deviations, the answer for a case.

A bulk check makes six verdicts for each of a million events, so records that are made
for every event are named tuples, and a verdict that says nothing special is a shared
constant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from engine.domain.run import Json

Params = Mapping[str, Json]
_NONE: Final[Params] = {}


class Verdict(Enum):
    """How an event stands up to a question."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    #: It happened, lawfully recorded, but not as planned.
    DEVIATION = "DEVIATION"
    #: The record contradicts itself or the model.
    FAIL = "FAIL"
    #: It cannot be said: what it asks for was erased, or cannot be trusted any more.
    UNKNOWN = "UNKNOWN"


class Question(Enum):
    """The six questions, in the order in which verdicts stand."""

    INTEGRITY = "integrity"
    CONTROL_FLOW = "control_flow"
    AUTHORITY = "authority"
    TIME = "time"
    DATA = "data"
    VERSION = "version"


QUESTIONS: Final = tuple(Question)


class Ruling(NamedTuple):
    """A verdict with its reason: a stable code and the values its text names."""

    verdict: Verdict
    code: str
    params: Params = _NONE


class Judged(NamedTuple):
    """An event with its six verdicts, in the order of `QUESTIONS`."""

    seq: int
    #: As recorded; empty where the bytes could not be read.
    type: str
    at: str
    element: str
    occurrence: int
    rulings: tuple[Ruling, Ruling, Ruling, Ruling, Ruling, Ruling]

    def of(self, question: Question) -> Ruling:
        """The answer to one question."""
        return self.rulings[QUESTIONS.index(question)]


class Kind(Enum):
    """Classes of deviation."""

    LATE = "late"
    REASSIGNED = "reassigned"
    RELEASED = "released"
    STOPPED = "stopped"
    HALTED = "halted"
    RETRIED = "retried"
    RESUMED = "resumed"
    CLOCK = "clock"
    RETURNED = "returned"
    RECALLED = "recalled"
    #: A person ended the case, by a document or because its applicant asked.
    STOPPED_BY_PERSON = "stopped by a person"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    EXTENDED = "extended"
    ASKED_AGAIN = "asked-again"
    #: Done on paper outside of a declared outage.
    ON_PAPER = "on-paper"
    #: A result was recorded or handed over while work before it was open.
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """What happened otherwise than planned (ISO 9001:2015, 8.7 and 10.2)."""

    seq: int
    kind: Kind
    #: As recorded, in UTC.
    at: str
    #: The step; empty for the case as a whole.
    element: str = ""
    #: The agency whose work it was, in hex; empty where no work is meant.
    agency: str = ""
    #: Why, as recorded; empty where nothing is.
    cause: str = ""
    #: The account that allowed it, in hex; empty where nobody had to.
    approver: str = ""
    params: Params = field(default_factory=dict)


class Answer(Enum):
    """What is said of a case as a whole."""

    CONFORMS = "conforms"
    WITH_DEVIATIONS = "conforms with deviations"
    DOES_NOT_CONFORM = "does not conform"


class Judgement(NamedTuple):
    """The verdicts on a case."""

    #: Stream of the case, in hex.
    case: str
    events: tuple[Judged, ...]
    deviations: tuple[Deviation, ...]
    #: Whether some verdict is FAIL.
    failed: bool
    #: Whether the record ends with the end of the case.
    closed: bool

    @property
    def answer(self) -> Answer:
        """What is said of the case."""
        if self.failed:
            return Answer.DOES_NOT_CONFORM
        return Answer.WITH_DEVIATIONS if self.deviations else Answer.CONFORMS

    def failures(self) -> list[tuple[Judged, Question, Ruling]]:
        """Everything that is FAIL, in the order of events and questions."""
        return [
            (event, question, ruling)
            for event in self.events
            for question, ruling in zip(QUESTIONS, event.rulings, strict=True)
            if ruling.verdict is Verdict.FAIL
        ]


def passes(code: str, /, **params: Json) -> Ruling:
    """A PASS, mostly without particulars and made once."""
    return Ruling(Verdict.PASS, code, params or _NONE)


def fails(code: str, /, **params: Json) -> Ruling:
    """A FAIL."""
    return Ruling(Verdict.FAIL, code, params)


def unknown(code: str, /, **params: Json) -> Ruling:
    """An UNKNOWN."""
    return Ruling(Verdict.UNKNOWN, code, params)


def deviates(code: str, /, **params: Json) -> Ruling:
    """A DEVIATION."""
    return Ruling(Verdict.DEVIATION, code, params)


#: What cannot be asked because the bytes of this event, or of one before, are not
#: those that were sealed.
UNTRUSTED: Final = unknown("untrusted")
