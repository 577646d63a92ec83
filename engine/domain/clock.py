"""The legal clock of a case: what its limits are, what moves them, why they stand.

Theory of operation (docs/manual/clock.md). A clock holds the promise of the case and
the limits of its open steps. Waits stop it and let it go on, an extension moves the
promise, a new edition of the calendar counts everything anew. Each of these is planned
(`begin`, `end`, `extend`, `recount`), which gives a `Change`: what the record keeps.
`follow` applies a recorded change and reads no calendar. So the command, the rebuild
and the verdict reach the same state by the same function.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from engine.domain import term as terms
from engine.domain.clock_state import (
    WHOLE,
    Cause,
    Change,
    Clock,
    Key,
    Kind,
    Moved,
    Policy,
    Wait,
)
from engine.domain.model import Facts, TimeLimit
from engine.domain.term import Mark, Sign, Term
from engine.domain.working_time import Calendar
from engine.errors import NotReadyError


def policy_of(facts: Facts, cause: Cause) -> Policy:
    """What a wait for a cause does, by a version of a procedure (rule 6)."""
    written, otherwise = {
        Cause.SUPPLEMENT: (facts.supplement_policy, Policy.SUSPEND),
        Cause.PAYMENT: (facts.payment_policy, Policy.SUSPEND),
        Cause.AGENCY: (facts.consultation_policy, Policy.CONTINUE),
    }.get(cause, ("", Policy.SUSPEND))
    return Policy(written) if written else otherwise


def promise_of(facts: Facts, began: datetime, due: datetime | None) -> Term | None:
    """What a procedure promises to a dossier that was received at an instant."""
    if facts.limit is None:
        return None
    return Term(
        began=began, limit=facts.limit, promise=True, cutoff=facts.cutoff, due=due
    )


def started(
    facts: Facts,
    promise: tuple[datetime, datetime | None],
    steps: Mapping[Key, tuple[datetime, TimeLimit, datetime | None]],
) -> Clock:
    """A clock that nothing has moved yet.

    Args:
        facts: The procedure.
        promise: When the dossier was really received, and the due instant.
        steps: Of the open steps with a limit, beginning, limit and due instant.
    """
    case, (began, due) = None, promise
    if due is not None:
        case = promise_of(facts, began, due)
    return Clock(
        case=case,
        steps={
            key: Term(began=begun, limit=limit, due=until)
            for key, (begun, limit, until) in steps.items()
        },
    )


# Plans: what a change would do.


def begin(clock: Clock, wait: Wait, calendar: Calendar) -> Change:
    """A wait begins."""
    stops = wait.stops and clock.since is None
    now = _due(clock)
    return Change(
        kind=Kind.BEGUN,
        cause=wait.cause,
        policy=wait.policy,
        wait=wait.key,
        due=(now, None if stops else now),
        steps=tuple((*key, one.due, None) for key, one in _running(clock))
        if stops
        else (),
        calendar=calendar.edition,
        left=_left(clock, wait.began, calendar) if stops else None,
    )


def end(clock: Clock, key: str, at: datetime, calendar: Calendar) -> Change:
    """A wait ends; the clock goes on when nothing else stops it.

    Raises:
        NotReadyError: There is no such wait (`no-wait`).
    """
    wait = _open(clock, key)
    case, steps = clock.case, dict[Key, Term]()
    if _goes_on(clock, wait) and clock.since is not None:
        pause, marks = (clock.since, at), len(clock.marks) + 1
        if case is not None:
            case = terms.resumed(case, pause, calendar, restart=_restarts(clock))
        steps = {
            one: terms.resumed(term, pause, calendar, restart=False, marks=marks)
            for one, term in clock.steps.items()
        }
    return Change(
        kind=Kind.ENDED,
        cause=wait.cause,
        policy=wait.policy,
        wait=key,
        due=(_due(clock), None if case is None else case.due),
        steps=_moved(clock.steps, steps),
        calendar=calendar.edition,
    )


def extend(clock: Clock, by: datetime | TimeLimit, calendar: Calendar) -> Change:
    """The promise is extended until an instant, or by a limit from the old one.

    Raises:
        NotReadyError: There is no promise (`no-promise`), the new instant is not later
            (`not-later`), or an instant is given while the clock stands (`stands`).
    """
    case = clock.case
    base = None if case is None else case.due or case.kept
    if case is None or base is None:
        raise NotReadyError(code="no-promise")
    limit = by if isinstance(by, TimeLimit) else None
    if limit is None and clock.since is not None:
        raise NotReadyError(code="stands")
    new = by if isinstance(by, datetime) else terms.extended(base, limit, calendar)
    if new <= base:
        raise NotReadyError(code="not-later")
    stands = case.due is None
    return Change(
        kind=Kind.EXTENDED,
        cause=Cause.EXTENSION,
        due=(None, None) if stands else (base, new),
        kept=((*WHOLE, base, new),) if stands else (),
        calendar=calendar.edition,
        limit=limit,
    )


def recount(clock: Clock, calendar: Calendar) -> Change | None:
    """Everything counted anew from its beginning; None: nothing moves (rule 9)."""
    made = {key: terms.counted(one, clock.marks, calendar) for key, one in _all(clock)}
    before = dict(_all(clock))
    whole = made.pop(WHOLE, None)
    moved = _moved(clock.steps, made)
    kept = tuple(
        (*key, one.kept, new.kept)
        for key, one in before.items()
        if (new := whole if key == WHOLE else made[key]) is not None
        and new.kept != one.kept
    )
    due = (_due(clock), None if whole is None else whole.due)
    if due[0] == due[1] and not moved and not kept:
        return None
    return Change(
        kind=Kind.RECOUNTED,
        cause=Cause.CALENDAR,
        due=due,
        steps=moved,
        kept=kept,
        calendar=calendar.edition,
    )


# What a change leads to.


def follow(clock: Clock, change: Change, at: datetime) -> Clock:
    """The clock after a recorded change that happened at a (real) instant.

    Raises:
        NotReadyError: A wait ends that is not open (`no-wait`).
    """
    return _FOLLOW[change.kind](clock, change, at)


def _begun(clock: Clock, change: Change, at: datetime) -> Clock:
    policy = change.policy or Policy.CONTINUE
    wait = Wait(key=change.wait, cause=change.cause, policy=policy, began=at)
    stops = wait.stops and clock.since is None
    clock = replace(clock, waits=(*clock.waits, wait))
    if not stops:
        return clock
    return replace(
        clock,
        since=at,
        case=clock.case and clock.case.stopped(),
        steps={key: one.stopped() for key, one in clock.steps.items()},
        marks=(*clock.marks, Mark(sign=Sign.STOP, at=at)),
    )


def _ended(clock: Clock, change: Change, at: datetime) -> Clock:
    wait = _open(clock, change.wait)
    waits = tuple(replace(one, ended=at) if one is wait else one for one in clock.waits)
    if not _goes_on(clock, wait):
        return replace(clock, waits=waits)
    sign = Sign.RESTART if _restarts(clock) else Sign.GO
    marks = (*clock.marks, Mark(sign=sign, at=at))
    case, steps = clock.case, dict(clock.steps)
    if case is not None and change.due[1] is not None:
        case = case.gone_on(change.due[1], len(marks))
    for element, occurrence, _, due in change.steps:
        one = steps.get((element, occurrence))
        if one is not None and due is not None:
            began = at if one.kept is None else one.began
            steps[element, occurrence] = replace(
                one.gone_on(due, len(marks)), began=began
            )
    return replace(clock, waits=waits, since=None, case=case, steps=steps, marks=marks)


def _extended(clock: Clock, change: Change, at: datetime) -> Clock:
    to = change.due[1] if change.limit is None else None
    mark = Mark(sign=Sign.EXTEND, at=at, to=to, limit=change.limit)
    return replace(_set(clock, change), marks=(*clock.marks, mark))


def _recounted(clock: Clock, change: Change, _: datetime) -> Clock:
    return _set(clock, change)


_FOLLOW: Final = {
    Kind.BEGUN: _begun,
    Kind.ENDED: _ended,
    Kind.EXTENDED: _extended,
    Kind.RECOUNTED: _recounted,
}


def _set(clock: Clock, change: Change) -> Clock:
    """The clock with the due instants that a change names."""
    made = dict(_all(clock))
    moved = [*change.steps, (*WHOLE, *change.due)]
    for element, occurrence, _, due in moved:
        one = made.get((element, occurrence))
        if one is not None and due is not None:
            made[element, occurrence] = replace(one, due=due)
    for element, occurrence, _, due in change.kept:
        one = made.get((element, occurrence))
        if one is not None:
            made[element, occurrence] = replace(one, kept=due)
    return replace(clock, case=made.pop(WHOLE, None), steps=made)


# Steps come and go.


def opened(clock: Clock, key: Key, term: Term) -> Clock:
    """The clock with a step that begins; while it stands, the whole limit waits."""
    if clock.since is not None:
        term = replace(term, due=None, kept=None)
    term = replace(term, since=len(clock.marks))
    return replace(clock, steps={**clock.steps, key: term})


def closed(clock: Clock, key: Key) -> Clock:
    """The clock without a step that is over."""
    if key not in clock.steps:
        return clock
    steps = {one: term for one, term in clock.steps.items() if one != key}
    return replace(clock, steps=steps)


def next_key(clock: Clock | None, cause: Cause) -> str:
    """The name of the next wait of a cause that an act begins."""
    known = () if clock is None else clock.waits
    count = sum(one.key.startswith(f"{cause.value}:") for one in known)
    return f"{cause.value}:{count + 1}"


def drawn_key(element: str, occurrence: int) -> str:
    """The name of a wait that a visit draws."""
    return f"at:{element}:{occurrence}"


def rounds(clock: Clock | None, cause: Cause) -> int:
    """How many waits of a cause there have been."""
    return 0 if clock is None else sum(one.cause is cause for one in clock.waits)


def _all(clock: Clock) -> Iterator[tuple[Key, Term]]:
    if clock.case is not None:
        yield WHOLE, clock.case
    yield from clock.steps.items()


def _running(clock: Clock) -> Iterator[tuple[Key, Term]]:
    return ((key, one) for key, one in clock.steps.items() if one.due is not None)


def _due(clock: Clock) -> datetime | None:
    return None if clock.case is None else clock.case.due


def _left(clock: Clock, at: datetime, calendar: Calendar) -> int | None:
    case = clock.case
    if case is None or case.due is None:
        return None
    return terms.left(at, case.due, case.limit, calendar)


def _open(clock: Clock, key: str) -> Wait:
    for one in clock.open_waits:
        if one.key == key:
            return one
    raise NotReadyError(code="no-wait", wait=key)


def _goes_on(clock: Clock, ending: Wait) -> bool:
    """Whether the clock goes on when a wait ends."""
    others = (one for one in clock.open_waits if one is not ending)
    return ending.stops and not any(one.stops for one in others)


def _restarts(clock: Clock) -> bool:
    """Whether a wait since the clock stands restarts it."""
    since = clock.since
    return any(
        one.policy is Policy.RESTART and (one.ended is None or _within(one, since))
        for one in clock.waits
    )


def _within(wait: Wait, since: datetime | None) -> bool:
    """Whether a wait that is over lay in the time since an instant."""
    ended = wait.ended
    return since is not None and ended is not None and wait.began >= since <= ended


def _moved(before: Mapping[Key, Term], after: Mapping[Key, Term]) -> tuple[Moved, ...]:
    return tuple(
        (*key, before[key].due, one.due)
        for key, one in after.items()
        if one.due != before[key].due
    )
