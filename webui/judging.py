"""Verdicts on cases, for the command line and the pages.

Everything is read in one moment of the database and nothing is written.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from engine.domain import iso8601
from engine.domain.events import Sealed
from engine.domain.organisation import Organisation
from engine.evidence.rows import Check
from engine.judging import library
from engine.judging.court import Court
from engine.judging.integrity import parsed
from engine.judging.norm import Norm, Surroundings
from engine.judging.ruling import QUESTIONS, Answer, Deviation, Judgement
from engine.ports import UnitOfWork
from webui import context, judged_rows


class Checked(context.Application, Protocol):
    """An application whose rows can be read in one pass."""

    @property
    def check(self) -> Check:
        """Opens moments of the database."""


@contextmanager
def court(app: context.Application, tenant: UUID) -> Iterator[tuple[Court, "Desk"]]:
    """A court over one moment of a tenant's database.

    Raises:
        EvidenceError: What cases are judged by does not verify.
    """
    tools = app.engine.tools
    with app.store.read(tenant) as uow:
        norms = library.Library(uow, tools.packages)
        surroundings = Surroundings(
            norms=norms,
            services=tools.services,
            calendars=library.calendars(uow, tenant, tools.calendar),
        )
        made = Court(surroundings, library.people(uow, tenant))
        yield made, Desk(uow, norms)


class Desk:
    """Brings the cases before the court."""

    def __init__(self, uow: UnitOfWork, norms: library.Library) -> None:
        self._uow = uow
        self._norms = norms

    def case(self, case: UUID) -> tuple[Sequence[Sealed], tuple[int, bytes]]:
        """The events of a case, and what its row says of the last of them."""
        row = self._uow.cases.get(case)
        return self._uow.history.read(row.id, row.month), (row.seq, row.head)

    def norm(self, events: Sequence[Sealed]) -> Norm | None:
        """What a case is judged by, as its first event says."""
        facts = parsed(events[0]).get("facts", {}) if events else {}
        return self._norms.of(str(facts.get("version")), str(facts.get("process", "")))

    def organisation(self) -> Organisation:
        """The organisation, for names."""
        return self._uow.accounts.organisation()


def judge(app: context.Application, tenant: UUID, case: UUID) -> Judgement:
    """The verdicts on one case."""
    with court(app, tenant) as (made, desk):
        return made.case(*desk.case(case))


def plain(judgement: Judgement) -> dict[str, Any]:
    """The verdicts on a case as JSON."""
    return {
        "case": judgement.case,
        "answer": answer(judgement),
        "conforms": judgement.answer is not Answer.DOES_NOT_CONFORM,
        "closed": judgement.closed,
        "events": [
            {
                "seq": event.seq,
                "type": event.type,
                "at": event.at,
                **({"element": event.element} if event.element else {}),
                "verdicts": {
                    question.value: {
                        "verdict": ruling.verdict.value,
                        "reason": ruling.code,
                        **({"params": dict(ruling.params)} if ruling.params else {}),
                    }
                    for question, ruling in zip(QUESTIONS, event.rulings, strict=True)
                },
            }
            for event in judgement.events
        ],
        "deviations": [deviation(one) for one in judgement.deviations],
    }


def answer(judgement: Judgement) -> str:
    """What is said of a case, as the manual words it."""
    if judgement.answer is Answer.WITH_DEVIATIONS:
        number = len(judgement.deviations)
        return f"conforms with {number} deviation{'s' * (number > 1)}"
    return str(judgement.answer.value)


def deviation(one: Deviation) -> dict[str, Any]:
    """A deviation as JSON."""
    return {
        "seq": one.seq,
        "class": one.kind.value,
        "at": one.at,
        "element": one.element or None,
        "agency": one.agency or None,
        "cause": one.cause or None,
        "approver": one.approver or None,
        **dict(one.params),
    }


@dataclass(slots=True)
class Rate:
    """The cases of one procedure."""

    code: str
    cases: int = 0
    #: Events of these cases; each got six verdicts.
    events: int = 0
    closed: int = 0
    #: Closed cases that conform; those of them with deviations.
    conforming: int = 0
    deviating: int = 0
    deviations: Counter[str] = field(default_factory=Counter)
    by_step: Counter[str] = field(default_factory=Counter)
    by_unit: Counter[str] = field(default_factory=Counter)
    by_month: Counter[str] = field(default_factory=Counter)
    #: Dossier codes of the cases that do not conform, with the first reason.
    failing: list[dict[str, Any]] = field(default_factory=list)

    def take(self, judgement: Judgement, code: str, names: Mapping[str, str]) -> None:
        """Count one case."""
        self.cases += 1
        self.events += len(judgement.events)
        self.closed += judgement.closed
        if judgement.answer is Answer.DOES_NOT_CONFORM:
            self.failing.append(_first(judgement, code))
        elif judgement.closed:
            self.conforming += 1
            self.deviating += judgement.answer is Answer.WITH_DEVIATIONS
        for one in judgement.deviations:
            self.deviations[one.kind.value] += 1
            self.by_step[one.element] += 1
            self.by_unit[names.get(one.agency, one.agency)] += 1
            self.by_month[_month(one.at)] += 1

    def plain(self) -> dict[str, Any]:
        """The figures as JSON."""
        share = round(self.conforming / self.closed, 4) if self.closed else None
        return {
            "procedure": self.code,
            "cases": self.cases,
            "closed": self.closed,
            "conforming": self.conforming,
            "with_deviations": self.deviating,
            "rate": share,
            "deviations": sum(self.deviations.values()),
            "by_class": dict(sorted(self.deviations.items())),
            "by_step": dict(sorted(self.by_step.items())),
            "by_unit": dict(sorted(self.by_unit.items())),
            "by_month": dict(sorted(self.by_month.items())),
            "failing": self.failing,
        }


def _first(judgement: Judgement, code: str) -> dict[str, Any]:
    for event, question, ruling in judgement.failures():
        where = {"seq": event.seq, "question": question.value, "reason": ruling.code}
        return {"case": judgement.case, "code": code, **where}
    return {"case": judgement.case, "code": code, "reason": "no-events"}


def _month(at: str) -> str:
    """The local month of an instant as the record writes it."""
    return iso8601.day(iso8601.parse_instant(at)).strftime("%Y-%m")


def rates(app: Checked, tenant: UUID, procedure: str = "") -> tuple[Rate, ...]:
    """Judge every case of a tenant, or of one procedure, and count."""
    found: dict[str, Rate] = {}
    with court(app, tenant) as (made, desk), app.check.moment(tenant) as moment:
        agencies = desk.organisation().agencies.values()
        names = {one.id.hex: one.name for one in agencies}
        for events, head in judged_rows.cases(moment, tenant):
            body = parsed(events[0]) if events else {}
            code = str(body.get("model", {}).get("procedure", ""))
            if procedure in ("", code):
                rate = found.setdefault(code, Rate(code))
                dossier = str(body.get("facts", {}).get("code", ""))
                rate.take(made.case(events, head), dossier, names)
    return tuple(found[code] for code in sorted(found))
