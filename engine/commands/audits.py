"""Carry out audits: plan, draw samples, answer checklists, raise findings, act.

The commands share one file because each is the same act: look at what the stream of the
audit says, refuse what does not follow from it, and append one event (ISO 9001:2015,
9.2.2; ISO 19011:2018).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from engine import limits
from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, policy, sampling
from engine.domain.case import Case
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.organisation import Role
from engine.domain.programme import Answer, Audit, Grade, Scope
from engine.domain.run import Json
from engine.domain.sampling import Plan
from engine.errors import (
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    TooLargeError,
)
from engine.evidence import programme, record

#: The longest text that an auditor writes, in characters.
TEXT_CHARS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAudit:
    """Put an audit on the programme."""

    title: str
    scope: Scope
    #: First and last day of the audit itself.
    first: date
    last: date
    #: Who leads it, and who else takes part: accounts of auditors.
    lead: UUID
    team: tuple[UUID, ...] = ()
    #: What conformity is judged against.
    criteria: str = ""
    edition: str = "2015"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSample:
    """Draw a sample for an audit."""

    audit: UUID
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChecklist:
    """Answer a question about a sampled case; the last answer counts."""

    audit: UUID
    case: UUID
    #: `<clause>@<element>`, or `free:<n>` with the question as `text`.
    question: str
    answer: Answer
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseFinding:
    """Attach a finding to one event of a sampled case."""

    audit: UUID
    case: UUID
    #: Number of the event in the case's history.
    seq: int
    grade: Grade
    clause: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeAudit:
    """End an audit: nothing more is sampled, asked or found."""

    audit: UUID
    conclusion: str


Values = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """One event of an audit on its way."""

    type: EventType
    facts: Values
    values: Values = field(default_factory=dict)


def plan(command: PlanAudit, transaction: Transaction) -> Result:
    """Begin the stream of an audit; it gets the next number of its year.

    Raises:
        NotAllowedError: The actor conducts no audits.
        NotFoundError: Somebody of the team is no active auditor, or an agency of the
            scope is unknown.
        NotReadyError: Days are out of order, or the title is missing.
    """
    _check_conducts(transaction)
    _check_text(command.title)
    if command.last < command.first or command.scope.last < command.scope.first:
        raise NotReadyError(code="days-order")
    team = tuple(dict.fromkeys((command.lead, *command.team)))
    auditors = {one.id for one in transaction.uow.accounts.with_role(Role.AUDITOR)}
    if not auditors.issuperset(team):
        raise NotFoundError(code="no-auditor")
    known = transaction.uow.accounts.organisation().agencies
    if not known.keys() >= set(command.scope.agencies):
        raise NotFoundError(code="no-agency")
    year = iso8601.day(transaction.now).year
    prefix = f"KT-{year}-"
    code = f"{prefix}{transaction.uow.cases.next_code(prefix):03d}"
    audit = transaction.tools.ids.uuid()
    scope = command.scope
    facts: dict[str, Json] = {
        "code": code,
        "edition": command.edition,
        "scope": {
            "procedures": [*scope.procedures],
            "agencies": [one.hex for one in scope.agencies],
            "first": scope.first.isoformat(),
            "last": scope.last.isoformat(),
        },
        "first": command.first.isoformat(),
        "last": command.last.isoformat(),
        "lead": command.lead.hex,
        "team": [one.hex for one in team],
    }
    texts = {"title": command.title.strip(), "criteria": command.criteria.strip()}
    noted = _Noted(type=EventType.AUDIT_PLANNED, facts=facts, values=texts)
    _append(transaction, audit, noted)
    return {"audit": audit.hex, "code": code}


def draw(command: DrawSample, transaction: Transaction) -> Result:
    """Draw a sample of the cases that are there now, and record how it was drawn.

    Raises:
        NotReadyError: The audit is concluded, there is no seed, size or case, or the
            question reaches into the future, which could not be drawn again.
        TooLargeError: The sample is larger than a sample may be.
    """
    audit = _open_audit(command.audit, transaction)
    made = command.plan
    if not made.seed.strip() or made.size < 1 or made.query.last < made.query.first:
        raise NotReadyError(code="no-seed")
    if made.size > limits.SAMPLE_CASES:
        raise TooLargeError(code="sample-cases", limit=limits.SAMPLE_CASES)
    if made.query.as_of > transaction.now:
        raise NotReadyError(code="in-future")
    found = sampling.draw(made, transaction.uow.auditing.population(made.query))
    if not found.chosen:
        raise NotReadyError(code="no-cases")
    facts: dict[str, Json] = {
        "n": len(audit.samples) + 1,
        "method": sampling.METHOD,
        **programme.plan_facts(made),
        **programme.sample_facts(found),
    }
    noted = _Noted(type=EventType.AUDIT_SAMPLED, facts=facts)
    _append(transaction, audit.id, noted)
    return {"audit": audit.id.hex, **facts}


def answer(command: AnswerChecklist, transaction: Transaction) -> Result:
    """Record what the auditor found to a question.

    Raises:
        NotAllowedError: The auditor worked on the case (ISO 9001:2015, 9.2.2 c).
        NotReadyError: The case was not sampled, or the question says nothing.
    """
    audit = _open_audit(command.audit, transaction)
    case = _sampled(audit, command.case, transaction)
    if command.question.startswith("free:"):
        _check_text(command.text)
    elif "@" not in command.question:
        raise NotReadyError(code="no-text")
    facts = {
        "case": case.id.hex,
        "question": command.question,
        "answer": command.answer.value,
    }
    texts = {"text": command.text.strip(), "note": command.note.strip()}
    values = {name: one[:TEXT_CHARS] for name, one in texts.items() if one}
    noted = _Noted(type=EventType.CHECKLIST_ANSWERED, facts=facts, values=values)
    _append(transaction, audit.id, noted)
    return {"audit": audit.id.hex, **facts}


def find(command: RaiseFinding, transaction: Transaction) -> Result:
    """Attach a finding to the event of a case, by its number and leaf hash.

    Raises:
        NotAllowedError: The auditor worked on the case.
        NotFoundError: The case has no such event.
        NotReadyError: The case was not sampled, or the text is missing.
    """
    audit = _open_audit(command.audit, transaction)
    case = _sampled(audit, command.case, transaction)
    _check_text(command.text)
    events = transaction.uow.history.read(case.id, case.month)
    step = next((one for one in events if one.seq == command.seq), None)
    if step is None:
        raise NotFoundError(code="no-event")
    element, occurrence = _visit(step.body)
    facts: dict[str, Json] = {
        "n": len(audit.findings) + 1,
        "grade": command.grade.value,
        "clause": command.clause.strip()[:20],
        "case": case.id.hex,
        "code": case.code,
        "seq": step.seq,
        "leaf": step.leaf.hex(),
        "element": element,
        "occurrence": occurrence,
    }
    values = {"text": command.text.strip()}
    noted = _Noted(type=EventType.FINDING_RAISED, facts=facts, values=values)
    _append(transaction, audit.id, noted)
    return {"audit": audit.id.hex, **facts}


def conclude(command: ConcludeAudit, transaction: Transaction) -> Result:
    """Record the conclusion with how many findings there are of each grade.

    Raises:
        NotReadyError: It is concluded already, or says nothing.
    """
    audit = _open_audit(command.audit, transaction)
    _check_text(command.conclusion)
    counts: dict[str, Json] = {
        grade.value: sum(one.grade is grade for one in audit.findings)
        for grade in Grade
    }
    noted = _Noted(
        type=EventType.AUDIT_CONCLUDED,
        facts={"findings": counts, "cases": len(audit.cases)},
        values={"conclusion": command.conclusion.strip()},
    )
    _append(transaction, audit.id, noted)
    return {"audit": audit.id.hex, "findings": counts}


def locked(audit: UUID, transaction: Transaction) -> Audit:
    """The audit that a member of its team works on, locked.

    Raises:
        NotAllowedError: The actor conducts no audits, or is not of the team.
        NotFoundError: There is no such audit.
    """
    _check_conducts(transaction)
    stream = transaction.uow.history.stream(StreamKind.AUDIT, audit)
    if stream is None:
        raise NotFoundError(code="no-audit")
    found = programme.fold(stream, transaction.uow.history.read(audit, stream.month))
    if transaction.person.account.id not in found.team:
        raise NotAllowedError(code="not-in-team")
    return found


def _open_audit(audit: UUID, transaction: Transaction) -> Audit:
    found = locked(audit, transaction)
    if found.concluded_at is not None:
        raise NotReadyError(code="audit-closed")
    return found


def _check_conducts(transaction: Transaction) -> None:
    thing = policy.Thing(tenant=transaction.tenant)
    policy.check(transaction.person, policy.Action.AUDIT_CONDUCT, thing)


def _sampled(audit: Audit, case: UUID, transaction: Transaction) -> Case:
    """A case of the samples, by somebody who did no work on it."""
    if case not in audit.cases:
        raise NotReadyError(code="not-in-sample")
    found = transaction.uow.cases.get(case)
    thing = policy.Thing(tenant=found.tenant, agencies=found.agencies.all())
    transaction.check(policy.Action.CASE_VIEW, thing)
    account = transaction.person.account.id
    if any(one.assignee == account for one in transaction.uow.cases.work(found)):
        raise NotAllowedError(code="own-work")
    return found


def _visit(body: bytes) -> tuple[str, int]:
    """The step that an event was about; nothing where it was about none."""
    visit = record.parse(body).get("visit")
    if not isinstance(visit, list):
        return "", 0
    element, occurrence = visit
    return str(element), int(str(occurrence))


def _check_text(text: str) -> None:
    if not text.strip():
        raise NotReadyError(code="no-text")
    if len(text) > TEXT_CHARS:
        raise TooLargeError(limit=TEXT_CHARS)


def _append(transaction: Transaction, audit: UUID, noted: _Noted) -> None:
    event = Event(
        type=noted.type,
        at=transaction.now,
        doer=transaction.doer(),
        facts=noted.facts,
        values=noted.values,
    )
    append(transaction, StreamKind.AUDIT, audit, event)
