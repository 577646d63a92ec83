"""Control flow of one event: what the tokens did, and what work was moved by hand."""

from typing import Any, Final

from engine.domain import clocked, dossier_record, issuing
from engine.domain.events import EventType
from engine.forms import facts
from engine.judging import beside, version
from engine.judging.control_flow import Found
from engine.judging.dossier import Dossier, Work
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.ruling import Ruling, Verdict, deviates, fails, passes

#: Events that move tokens; each tells its effect.
MOVES: Final = frozenset(
    one.value
    for one in (
        EventType.CASE_OPENED,
        EventType.CASE_CONTINUED,
        EventType.CASE_RESUMED,
        EventType.INCIDENT_RETRIED,
        EventType.TASK_COMPLETED,
        EventType.ACTIVITY_BEGUN,
        EventType.TIMER_FIRED,
        EventType.MESSAGE_RECEIVED,
        EventType.SIGNAL_RECEIVED,
        EventType.TASK_RETURNED,
        EventType.TASK_RECALLED,
        EventType.CASE_STOPPED,
        EventType.CASE_WITHDRAWN,
    )
)
#: What a person orders that no drawing asks for, and the reason of its verdict.
_ORDERED: Final = {
    EventType.TASK_RETURNED.value: deviates("returned"),
    EventType.TASK_RECALLED.value: deviates("recalled"),
    EventType.CASE_STOPPED.value: deviates("stopped-by-person"),
    EventType.CASE_WITHDRAWN.value: deviates("withdrawn"),
    EventType.INCIDENT_RETRIED.value: deviates("retried"),
    EventType.CASE_RESUMED.value: deviates("resumed"),
}
_SUSPENDED: Final = EventType.CASE_SUSPENDED.value
_SUSPENSION_ENDED: Final = EventType.SUSPENSION_ENDED.value
#: What is work, which nobody does during a suspension (docs/manual/clock.md, rule 7).
_WORKS: Final = MOVES.union((EventType.TASK_CLAIMED.value,), beside.EVENTS).difference(
    (EventType.CASE_STOPPED.value, EventType.CASE_WITHDRAWN.value)
)
_CLAIMED: Final = EventType.TASK_CLAIMED.value
_RELEASED: Final = EventType.TASK_RELEASED.value
_REASSIGNED: Final = EventType.TASK_REASSIGNED.value
_HALTED: Final = EventType.CASE_HALTED.value
_TRANSFERRED: Final = EventType.CASE_TRANSFERRED.value

#: Events that move the legal clock, and nothing else.
_CLOCKS: Final = frozenset(one.value for one in clocked.EVENTS) - {
    _SUSPENDED,
    _SUSPENSION_ENDED,
}
#: Events that move the clock or the agencies of a case that is under way.
_NOTES: Final = _CLOCKS | {_TRANSFERRED}
#: What is told of the dossier, whether its case is over or not.
_TOLD: Final = frozenset(one.value for one in dossier_record.ACTS)

#: What is told of the result, and the reason of its verdict before the decision.
_UNDECIDED: Final = {
    EventType.RESULT_ISSUED.value: deviates("result-undecided"),
    EventType.RESULT_RETURNED.value: deviates("returned-undecided"),
}

NOTED: Final = passes("noted")
_LIFE: Final = passes("work-moved")
_PASS: Final = Verdict.PASS


def judge(
    norm: Norm, case: Dossier, event: Opened, effect: Any, found: Found
) -> Ruling:
    """The verdict on control flow."""
    if case.suspended and event.type in _WORKS:
        return fails("was-suspended")
    if event.type not in MOVES:
        if effect is not None:
            return fails("no-act", type=event.type)
        return _undecided(norm, case, event) or _still(case, event)
    if effect is None:
        return fails("no-effect")
    ruling = found.ruling
    if ruling[0] is _PASS:
        wrong = beside.ended(case, event)
        return wrong or _planned(case, event, effect, ruling)
    return ruling


def _undecided(norm: Norm, case: Dossier, event: Opened) -> Ruling | None:
    """Whether a result comes before work that leads to it (dossiers.md, rule 7)."""
    ruling = _UNDECIDED.get(event.type)
    if ruling is None:
        return None
    drawn, work = facts.drawn(norm.recording), (element for element, _ in case.open)
    ahead = issuing.ahead(case.model, drawn, work, closed=case.closed)
    return ruling if ahead else None


def _planned(case: Dossier, event: Opened, effect: Any, ruling: Ruling) -> Ruling:
    """Whether what the model allows was planned as well."""
    stopped = effect["incidents"]
    if stopped:
        fresh = [one for one in stopped if one not in case.incidents]
        if fresh:
            element, occurrence, why = fresh[0]
            return deviates("stopped", element=element, occurrence=occurrence, why=why)
    return _ORDERED.get(event.type, ruling)


def _still(case: Dossier, event: Opened) -> Ruling:
    """The verdict on an event that moves no token."""
    if event.type in version.REMARKS or _notes(case, event):
        return NOTED
    if event.type in (_SUSPENDED, _SUSPENSION_ENDED):
        return _rests(case, begins=event.type == _SUSPENDED)
    if event.type == _HALTED:
        return deviates("halted", steps=event.body["facts"].get("steps", 0))
    if event.type not in (_CLAIMED, _RELEASED, _REASSIGNED):
        return beside.still(case, event) or NOTED
    work = case.open.get(event.visit)
    if work is None:
        return fails("no-such-work")
    return _moved(event, work) or _LIFE


def _notes(case: Dossier, event: Opened) -> bool:
    """Whether it only tells of the dossier, or moves clock or agencies."""
    if event.type in _TOLD:
        return True
    return event.type in _NOTES and not case.closed


def _rests(case: Dossier, *, begins: bool) -> Ruling:
    """The verdict on the beginning or the end of a suspension."""
    if case.closed or case.suspended is begins:
        return fails("was-suspended" if begins else "not-suspended")
    return deviates("suspended") if begins else NOTED


def _moved(event: Opened, work: Work) -> Ruling | None:
    """What is wrong with work changing hands."""
    if event.type == _REASSIGNED:
        held = event.body["facts"].get("from", "") == work.holder
        return None if held else fails("other-holder", holder=work.holder)
    claims = event.type == _CLAIMED
    if claims is bool(work.holder):
        return fails("claimed-already" if claims else "not-claimed")
    return None
