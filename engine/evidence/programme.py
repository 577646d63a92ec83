"""What the stream of an audit says: events folded into one record.

The stream is the truth and nothing else is stored, so that an audit is proved as a case
is: canonical bytes, a chain, a place in the log.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.domain.events import EventType, Sealed, Stream
from engine.domain.programme import (
    Answer,
    Audit,
    Checked,
    Drawn,
    Evidence,
    Finding,
    Grade,
    Scope,
)
from engine.domain.run import Json
from engine.domain.sampling import Basis, Chosen, Plan, Query, Risk, Sample
from engine.errors import EvidenceError, NotFoundError
from engine.evidence import record, retrace
from engine.evidence.retrace import Step

Body = Mapping[str, Any]
Texts = Mapping[str, str]


def fold(stream: Stream, events: Sequence[Sealed]) -> Audit:
    """The audit that a stream tells of, while its chain is checked.

    Raises:
        EvidenceError: An event is missing, or was changed.
        NotFoundError: The stream does not begin with the plan of an audit.
    """
    steps = retrace.opened(events)
    if (len(events), events[-1].leaf if events else b"") != (stream.seq, stream.head):
        raise EvidenceError("The stream does not end where it says.", seq=stream.seq)
    if steps[0].type is not EventType.AUDIT_PLANNED:
        raise NotFoundError(code="no-audit")
    audit = _planned(stream.id, steps[0])
    for step in steps[1:]:
        apply = _STEPS.get(step.type)
        if apply is not None:
            audit = apply(audit, step.body, _texts(step))
    return audit


def plan_facts(plan: Plan) -> dict[str, Json]:
    """How a sample is drawn, as facts of an event."""
    query = plan.query
    return {
        "query": {
            "basis": query.basis.value,
            "first": query.first.isoformat(),
            "last": query.last.isoformat(),
            "as_of": record.instant(query.as_of),
            "procedures": [*query.procedures],
            "agencies": [one.hex for one in query.agencies],
            "value": query.value,
            "amount": query.amount,
        },
        "seed": plan.seed,
        "size": plan.size,
        "weights": {one.value: of for one, of in plan.weights.items()},
    }


def sample_facts(sample: Sample) -> dict[str, Json]:
    """What was drawn, as facts of an event."""
    return {
        "population": sample.population,
        "digest": sample.digest,
        "cases": [
            [one.case.hex, one.code, one.weight, [risk.value for risk in one.risks]]
            for one in sample.chosen
        ],
    }


def _planned(audit: UUID, step: Step) -> Audit:
    texts, facts = _texts(step), _facts(step.body)
    scope = facts["scope"]
    return Audit(
        id=audit,
        code=facts["code"],
        title=texts.get("title", ""),
        criteria=texts.get("criteria", ""),
        edition=facts["edition"],
        scope=Scope(
            procedures=tuple(scope["procedures"]),
            agencies=tuple(map(UUID, scope["agencies"])),
            first=date.fromisoformat(scope["first"]),
            last=date.fromisoformat(scope["last"]),
        ),
        first=date.fromisoformat(facts["first"]),
        last=date.fromisoformat(facts["last"]),
        lead=UUID(facts["lead"]),
        team=tuple(map(UUID, facts["team"])),
        planned_at=step.at,
    )


def _sampled(audit: Audit, body: Body, _: Texts) -> Audit:
    facts = _facts(body)
    drawn = Drawn(
        number=len(audit.samples) + 1,
        plan=_plan(facts),
        sample=Sample(
            population=facts["population"],
            digest=facts["digest"],
            chosen=tuple(map(_chosen, facts["cases"])),
        ),
        at=_at(body),
        by=_by(body),
    )
    return replace(audit, samples=(*audit.samples, drawn))


def _plan(facts: Body) -> Plan:
    query = facts["query"]
    return Plan(
        query=Query(
            basis=Basis(query["basis"]),
            first=date.fromisoformat(query["first"]),
            last=date.fromisoformat(query["last"]),
            as_of=datetime.fromisoformat(query["as_of"]),
            procedures=tuple(query["procedures"]),
            agencies=tuple(map(UUID, query["agencies"])),
            value=query["value"],
            amount=query["amount"],
        ),
        seed=facts["seed"],
        size=facts["size"],
        weights={Risk(name): of for name, of in facts["weights"].items()},
    )


def _chosen(told: Sequence[Any]) -> Chosen:
    case, code, weight, risks = told
    return Chosen(
        case=UUID(case), code=code, weight=weight, risks=tuple(map(Risk, risks))
    )


def _answered(audit: Audit, body: Body, texts: Texts) -> Audit:
    facts = _facts(body)
    made = Checked(
        case=UUID(facts["case"]),
        question=facts["question"],
        answer=Answer(facts["answer"]),
        text=texts.get("text", ""),
        note=texts.get("note", ""),
        at=_at(body),
        by=_by(body),
    )
    return replace(audit, answers={**audit.answers, (made.case, made.question): made})


def _raised(audit: Audit, body: Body, texts: Texts) -> Audit:
    facts = _facts(body)
    made = Finding(
        audit=audit.id,
        number=facts["n"],
        grade=Grade(facts["grade"]),
        clause=facts["clause"],
        evidence=Evidence(
            case=UUID(facts["case"]),
            code=facts["code"],
            seq=facts["seq"],
            leaf=facts["leaf"],
            element=facts["element"],
            occurrence=facts["occurrence"],
        ),
        text=texts.get("text", ""),
        at=_at(body),
        by=_by(body),
    )
    return replace(audit, findings=(*audit.findings, made))


def _acted(audit: Audit, body: Body, _: Texts) -> Audit:
    facts = _facts(body)
    return replace(
        audit,
        findings=tuple(
            replace(one, action=UUID(facts["case"]), action_code=facts["code"])
            if one.number == facts["n"]
            else one
            for one in audit.findings
        ),
    )


def _concluded(audit: Audit, body: Body, texts: Texts) -> Audit:
    return replace(
        audit, conclusion=texts.get("conclusion", ""), concluded_at=_at(body)
    )


_STEPS: Final[Mapping[EventType, Callable[[Audit, Body, Texts], Audit]]] = {
    EventType.AUDIT_SAMPLED: _sampled,
    EventType.CHECKLIST_ANSWERED: _answered,
    EventType.FINDING_RAISED: _raised,
    EventType.ACTION_OPENED: _acted,
    EventType.AUDIT_CONCLUDED: _concluded,
}


def _facts(body: Mapping[str, Any]) -> Body:
    facts: Body = body["facts"]
    return facts


def _texts(step: Step) -> Mapping[str, str]:
    """The values that are still stored."""
    return {name: str(value) for name, value in step.values.items()}


def _at(body: Body) -> datetime:
    return datetime.fromisoformat(body["at"])


def _by(body: Body) -> UUID | None:
    account = body["doer"].get("account")
    return UUID(account) if account else None
