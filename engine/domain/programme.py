"""The audit programme: audits, what was sampled and asked, findings and actions.

An audit (ISO 9001:2015, 9.2) is one stream of events; these records are what the stream
says, folded by `engine.evidence.programme`. Free text is a personal value behind a
commitment: it may have been erased, and is then empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final
from uuid import UUID

from engine.domain.sampling import Plan, Sample

#: The built-in procedure of corrective actions (ISO 9001:2015, 10.2).
ACTION_PROCEDURE: Final = "QT-10.2"


class Grade(Enum):
    """How grave a finding is (ISO 19011:2018, 6.4.8)."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"


class Answer(Enum):
    """What the auditor found to a question of the checklist."""

    CONFORMS = "conforms"
    FAILS = "fails"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is audited: empty means all."""

    procedures: tuple[str, ...] = ()
    agencies: tuple[UUID, ...] = ()
    #: First and last day whose records are looked at.
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A sample of an audit."""

    number: int
    plan: Plan
    sample: Sample
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The answer to a question about a case."""

    case: UUID
    #: `<clause>@<element>`, or `free:<n>`.
    question: str
    answer: Answer
    text: str = ""
    note: str = ""
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The step that a finding is attached to: one event of a case."""

    case: UUID
    code: str
    seq: int
    #: Leaf hash of the event, hex.
    leaf: str
    element: str = ""
    occurrence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an auditor found."""

    audit: UUID
    number: int
    grade: Grade
    clause: str
    evidence: Evidence
    text: str
    at: datetime
    by: UUID | None
    #: The case of the corrective action, with its dossier code; None: not begun.
    action: UUID | None = None
    action_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """An audit as its stream tells it."""

    id: UUID
    code: str
    title: str
    criteria: str
    #: The edition whose clauses are asked about.
    edition: str
    scope: Scope
    #: First and last day of the audit itself.
    first: date
    last: date
    lead: UUID
    team: tuple[UUID, ...]
    planned_at: datetime
    samples: tuple[Drawn, ...] = ()
    #: The last answer to each (case, question).
    answers: Mapping[tuple[UUID, str], Checked] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    conclusion: str = ""
    concluded_at: datetime | None = None

    @property
    def cases(self) -> frozenset[UUID]:
        """Every case that was sampled."""
        return frozenset(
            one.case for each in self.samples for one in each.sample.chosen
        )

    def finding(self, number: int) -> Finding | None:
        """A finding by its number."""
        return next((one for one in self.findings if one.number == number), None)
