"""Deviations: what happened, lawfully recorded, but not as planned.

`TABLE` says which reasons of a verdict are deviations of which class. An act that makes
another deviation is one more line, and a reason in the verdict that finds it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.domain import on_paper
from engine.domain.events import EventType
from engine.judging.dossier import Dossier
from engine.judging.integrity import Opened
from engine.judging.ruling import Deviation, Kind, Ruling, Verdict

#: Reason -> class.
TABLE: Final[Mapping[str, Kind]] = {
    "late": Kind.LATE,
    "case-late": Kind.LATE,
    "released": Kind.RELEASED,
    "handed-back": Kind.RELEASED,
    "reassigned": Kind.REASSIGNED,
    "given-on": Kind.REASSIGNED,
    "stopped": Kind.STOPPED,
    "halted": Kind.HALTED,
    "retried": Kind.RETRIED,
    "resumed": Kind.RESUMED,
    "backwards": Kind.CLOCK,
    "returned": Kind.RETURNED,
    "recalled": Kind.RECALLED,
    "stopped-by-person": Kind.STOPPED_BY_PERSON,
    "withdrawn": Kind.WITHDRAWN,
    "suspended": Kind.SUSPENDED,
    "extended": Kind.EXTENDED,
    "asked-again": Kind.ASKED_AGAIN,
    "on-paper": Kind.ON_PAPER,
    "result-undecided": Kind.UNDECIDED,
    "returned-undecided": Kind.UNDECIDED,
}
#: Classes in which whoever does it decides that it may be so.
_DECIDED: Final = frozenset(
    {
        Kind.REASSIGNED,
        Kind.RETRIED,
        Kind.RESUMED,
        Kind.RETURNED,
        Kind.RECALLED,
        Kind.STOPPED_BY_PERSON,
        Kind.WITHDRAWN,
        Kind.SUSPENDED,
        Kind.EXTENDED,
        Kind.UNDECIDED,
    }
)
#: Events whose reason is a value.
_REASONED: Final = frozenset(
    one.value
    for one in (
        EventType.TASK_REASSIGNED,
        EventType.TASK_RETURNED,
        EventType.CASE_STOPPED,
        EventType.CASE_WITHDRAWN,
        EventType.CASE_SUSPENDED,
        EventType.DEADLINE_EXTENDED,
        EventType.SUPPLEMENT_REQUESTED,
        EventType.RESULT_ISSUED,
    )
)
#: Reasons about the case as a whole, not about a step.
_WHOLE: Final = frozenset(
    {
        "case-late",
        "halted",
        "resumed",
        "stopped-by-person",
        "withdrawn",
        "suspended",
        "extended",
        "asked-again",
        "result-undecided",
        "returned-undecided",
    }
)


def of(
    case: Dossier, event: Opened, rulings: tuple[Ruling, ...]
) -> Iterator[Deviation]:
    """The deviations that the verdicts on an event found."""
    for ruling in rulings:
        if ruling.verdict is Verdict.DEVIATION:
            yield _made(case, event, ruling)


def _made(case: Dossier, event: Opened, ruling: Ruling) -> Deviation:
    kind = TABLE[ruling.code]
    element, occurrence = event.visit
    work = case.open.get((element, occurrence))
    facts, doer = event.body["facts"], event.body["doer"]
    decided = facts.get(on_paper.FACT, {}).get("by", doer.get("account", ""))
    approver = decided if kind in _DECIDED else ""
    return Deviation(
        seq=event.seq,
        kind=kind,
        at=event.at,
        element="" if ruling.code in _WHOLE else element,
        agency=work.agency if work is not None else case.handling,
        cause=str(facts.get("reason", ruling.params.get("why", _said(event, kind)))),
        approver=str(facts.get("approver", approver)),
        params=ruling.params,
    )


def _said(event: Opened, kind: Kind) -> str:
    """Why somebody decided so, as far as it was not erased; why it is on paper."""
    paper = event.body["facts"].get(on_paper.FACT)
    if paper is not None and kind is Kind.ON_PAPER:
        return str(paper["why"])
    return str(event.values.get("reason", "")) if event.type in _REASONED else ""
