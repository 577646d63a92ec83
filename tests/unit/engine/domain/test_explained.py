"""Why a due instant is what it is, from what the record keeps."""

from datetime import datetime, timedelta

from engine.domain import clock
from engine.domain.clock_state import Cause, Change, Kind, Policy, Wait
from engine.domain.explained import explain
from engine.domain.model import TimeLimit
from tests.unit.engine.domain.test_clock import CALENDAR, STEP, at, of


def test_waits_and_extensions_are_told_with_what_they_moved() -> None:
    case = of(at("2026-11-02 08:00"), step=40)
    told: list[tuple[datetime, Change]] = []

    def happen(change: Change, when: datetime) -> None:
        nonlocal case
        case = clock.follow(case, change, when)
        told.append((when, change))

    stop, go = at("2026-11-03 08:00"), at("2026-11-04 08:00")
    wait = Wait(key="w", cause=Cause.PAYMENT, policy=Policy.SUSPEND, began=stop)
    happen(clock.begin(case, wait, CALENDAR), stop)
    assert explain(told)[0].until is None
    happen(clock.end(case, "w", go, CALENDAR), go)
    happen(clock.extend(case, TimeLimit(1, "working-day"), CALENDAR), go)
    first, second = explain(told)
    assert (first.at, first.until, first.left) == (stop, go, 4 * 480)
    assert (first.old, first.new) == (at("2026-11-09 08:00"), at("2026-11-10 08:00"))
    assert (second.kind, second.new) == (Kind.EXTENDED, at("2026-11-11 08:00"))
    # A step is paused, and not extended.
    (only,) = explain(told, STEP)
    assert only.new is not None
    assert only.old is not None
    assert only.new - only.old == timedelta(days=1)


def test_a_wait_that_was_over_before_a_step_began_is_not_told_of_it() -> None:
    case = of(at("2026-11-02 08:00"))
    stop, go = at("2026-11-03 08:00"), at("2026-11-04 08:00")
    wait = Wait(key="w", cause=Cause.PAYMENT, policy=Policy.SUSPEND, began=stop)
    begun = clock.begin(case, wait, CALENDAR)
    ended = clock.end(clock.follow(case, begun, stop), "w", go, CALENDAR)
    told = [(stop, begun), (go, ended)]
    assert explain(told, STEP, began=go) == ()
    assert len(explain(told, STEP, began=stop)) == 1
    # A wait that goes on stops the step that is opened meanwhile.
    assert len(explain(told[:1], STEP, began=go)) == 1
