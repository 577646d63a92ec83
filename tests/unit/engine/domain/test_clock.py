"""The legal clock: pauses, restarts, extensions and recounts, to the minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import clock, clock_text, model, term, working_time
from engine.domain.clock_state import Cause, Change, Clock, Kind, Policy, Wait
from engine.domain.term import Term
from engine.errors import NotReadyError
from models_bpmn import calendars

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = calendars.default_calendar()
STEP = ("xem", 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def of(
    received: datetime,
    amount: int = 5,
    unit: str = "working-day",
    step: int | None = None,
    cutoff: str = "",
) -> Clock:
    facts = model.Facts(limit=model.TimeLimit(amount, unit), cutoff=cutoff)
    blank = clock.promise_of(facts, received, None)
    made = Clock(case=None if blank is None else blank.begun(received, CALENDAR))
    if step is not None:
        limit = model.TimeLimit(step, "working-hour")
        one = Term(began=received, limit=limit).begun(received, CALENDAR)
        made = clock.opened(made, STEP, one)
    return made


def begun(
    given: Clock,
    when: datetime,
    policy: Policy = Policy.SUSPEND,
    cause: Cause = Cause.SUPPLEMENT,
    key: str = "w",
) -> Clock:
    wait = Wait(key=key, cause=cause, policy=policy, began=when)
    return clock.follow(given, clock.begin(given, wait, CALENDAR), when)


def ended(given: Clock, when: datetime, key: str = "w") -> Clock:
    return clock.follow(given, clock.end(given, key, when, CALENDAR), when)


def due(given: Clock) -> datetime:
    assert given.case is not None
    assert given.case.due is not None
    return given.case.due


@pytest.mark.parametrize(
    ("received", "cutoff", "asked", "brought", "promised"),
    [
        # Due at the end of Friday 13/11; whole days of pause end with a day of work.
        ("06 17:00", "", "10 07:30", "11 07:30", "16 17:00"),
        ("06 17:00", "", "10 17:00", "11 17:00", "16 17:00"),
        ("06 17:00", "", "10 17:00", "12 07:30", "16 17:00"),
        # Due when work begins on Monday 16/11: the day that is added ends at 17:00.
        ("06 15:30", "15:00", "10 07:30", "11 07:30", "16 17:00"),
        ("06 15:30", "15:00", "10 07:30", "12 07:30", "17 17:00"),
        # Half a day: before noon, not after it.
        ("06 15:30", "15:00", "10 13:00", "11 07:30", "16 11:30"),
        ("06 17:00", "", "10 07:30", "10 13:00", "16 11:30"),
        # No work in it: the promise stays as it was told.
        ("06 15:30", "15:00", "10 17:00", "11 07:30", "16 07:30"),
        ("06 17:00", "", "10 11:30", "10 13:00", "13 17:00"),
    ],
)
def test_a_pause_of_whole_days_ends_with_a_day_of_work_not_before_the_next(
    received: str, cutoff: str, asked: str, brought: str, promised: str
) -> None:
    case = of(at(f"2026-11-{received}"), cutoff=cutoff)
    going = ended(begun(case, at(f"2026-11-{asked}")), at(f"2026-11-{brought}"))
    assert due(going) == at(f"2026-11-{promised}")


def test_a_suspended_case_keeps_the_working_minutes_that_were_left() -> None:
    # Friday 6/11 to Friday 13/11; asked on Monday at 10:00 with 4 days 30 min left ...
    case = of(at("2026-11-06 10:30"), step=8)
    assert due(case) == at("2026-11-13 10:30")
    waiting = begun(case, at("2026-11-09 10:00"))
    assert waiting.case is not None
    assert waiting.case.due is None
    assert waiting.steps[STEP].due is None
    # ... and done on Thursday at 14:00: the same is left then.
    going = ended(waiting, at("2026-11-12 14:00"))
    assert due(going) == at("2026-11-18 14:30")
    # The step was due on Monday at 10:30.
    assert going.steps[STEP].due == at("2026-11-12 14:30")


def test_a_case_that_was_late_already_stays_as_late_as_it_was() -> None:
    case = of(at("2026-11-02 08:00"), amount=1)
    late = begun(case, at("2026-11-03 10:00"))
    going = ended(late, at("2026-11-10 10:00"))
    assert due(going) == at("2026-11-10 08:00")


def test_a_restart_counts_the_whole_limit_with_its_cutoff_hour() -> None:
    case = begun(
        of(at("2026-11-02 08:00"), cutoff="15:00"),
        at("2026-11-04 09:00"),
        Policy.RESTART,
    )
    assert due(ended(case, at("2026-11-10 09:00"))) == at("2026-11-17 09:00")
    # Brought after the cut-off hour, it counts from the next morning.
    assert due(ended(case, at("2026-11-10 15:30"))) == at("2026-11-18 07:30")


def test_a_wait_that_continues_moves_nothing_and_is_known() -> None:
    case = of(at("2026-11-02 08:00"), step=4)
    asked = begun(case, at("2026-11-03 08:00"), Policy.CONTINUE, Cause.AGENCY)
    assert (asked.case, asked.steps) == (case.case, case.steps)
    assert [one.cause for one in asked.open_waits] == [Cause.AGENCY]
    back = ended(asked, at("2026-11-05 08:00"))
    assert back.case == case.case
    assert not back.open_waits


def test_one_restart_among_overlapping_waits_restarts_the_promise() -> None:
    case = begun(of(at("2026-11-02 08:00")), at("2026-11-03 08:00"), key="a")
    both = begun(case, at("2026-11-04 08:00"), Policy.RESTART, key="b")
    one = ended(both, at("2026-11-05 08:00"), "b")
    assert one.case is not None
    assert one.case.due is None
    assert due(ended(one, at("2026-11-09 08:00"), "a")) == at("2026-11-16 08:00")


def test_a_wait_after_a_restart_that_is_over_does_not_restart_again() -> None:
    case = begun(of(at("2026-11-02 08:00")), at("2026-11-03 08:00"), Policy.RESTART)
    again = ended(case, at("2026-11-04 08:00"))
    later = begun(again, at("2026-11-04 08:00"), key="b")
    assert due(ended(later, at("2026-11-05 08:00"), "b")) == at("2026-11-12 08:00")


def test_work_opened_while_the_clock_stands_gets_its_whole_limit_later() -> None:
    standing = begun(of(at("2026-11-02 08:00")), at("2026-11-03 08:00"))
    limit = model.TimeLimit(4, "working-hour")
    opened_at = at("2026-11-04 08:00")
    fresh = Term(began=opened_at, limit=limit).begun(opened_at, CALENDAR)
    with_step = clock.opened(standing, STEP, fresh)
    assert with_step.steps[STEP].due is None
    going = ended(with_step, at("2026-11-09 08:00"))
    assert going.steps[STEP].due == at("2026-11-09 13:30")
    assert going.steps[STEP].began == at("2026-11-09 08:00")
    assert STEP not in clock.closed(going, STEP).steps


def test_limits_of_the_ordinary_calendar_keep_minutes_of_the_clock() -> None:
    case = of(at("2026-11-02 08:00"), 48, "hour")
    going = ended(begun(case, at("2026-11-03 08:00")), at("2026-11-07 20:17"))
    assert due(going) == at("2026-11-08 20:17")
    # Days end on a working day, however long the pause.
    days = of(at("2026-11-02 08:00"), 10, "day")
    going = ended(begun(days, at("2026-11-03 08:00")), at("2026-11-05 08:00"))
    assert due(going) == at("2026-11-16 17:00")


def test_an_extension_is_later_than_the_promise_or_refused() -> None:
    case = of(at("2026-11-02 08:00"))
    change = clock.extend(case, model.TimeLimit(3, "working-day"), CALENDAR)
    assert change.due == (at("2026-11-09 08:00"), at("2026-11-12 08:00"))
    told = clock.extend(case, at("2026-11-20 16:00"), CALENDAR)
    assert due(clock.follow(case, told, at("2026-11-05 08:00"))) == told.due[1]
    with pytest.raises(NotReadyError):
        clock.extend(case, at("2026-11-09 08:00"), CALENDAR)
    with pytest.raises(NotReadyError):
        clock.extend(Clock(), model.TimeLimit(3, "working-day"), CALENDAR)


def test_an_extension_while_the_clock_stands_grows_what_is_left() -> None:
    standing = begun(of(at("2026-11-02 08:00")), at("2026-11-03 08:00"))
    with pytest.raises(NotReadyError):
        clock.extend(standing, at("2026-12-01 08:00"), CALENDAR)
    change = clock.extend(standing, model.TimeLimit(2, "working-day"), CALENDAR)
    assert change.due == (None, None)
    longer = clock.follow(standing, change, at("2026-11-04 08:00"))
    # One working day was away.
    assert due(ended(longer, at("2026-11-04 08:00"))) == at("2026-11-12 08:00")


def test_what_is_no_open_wait_cannot_end() -> None:
    case = of(at("2026-11-02 08:00"))
    with pytest.raises(NotReadyError):
        clock.end(case, "w", at("2026-11-03 08:00"), CALENDAR)
    over = ended(begun(case, at("2026-11-03 08:00")), at("2026-11-04 08:00"))
    with pytest.raises(NotReadyError):
        clock.end(over, "w", at("2026-11-05 08:00"), CALENDAR)


def test_another_edition_counts_the_promise_anew_with_the_same_waits() -> None:
    days_off = {
        at("2026-11-06 00:00").date(): working_time.SpecialDay(
            reason=working_time.Reason.HOLIDAY, name="Nghỉ bù", source="99/QĐ-UBND"
        )
    }
    other = working_time.Calendar(
        name=CALENDAR.name,
        edition="mới",
        week=CALENDAR.week,
        special={**CALENDAR.special, **days_off},
    )
    case = of(at("2026-11-02 08:00"), step=40)
    paused = ended(begun(case, at("2026-11-03 08:00")), at("2026-11-04 08:00"))
    assert due(paused) == at("2026-11-10 08:00")
    change = clock.recount(paused, other)
    assert change is not None
    assert change.kind is Kind.RECOUNTED
    assert change.calendar == "mới"
    assert change.due == (at("2026-11-10 08:00"), at("2026-11-11 08:00"))
    moved = clock.follow(paused, change, at("2026-11-05 08:00"))
    assert clock.recount(moved, other) is None
    # While it stands, what is kept moves instead.
    standing = begun(case, at("2026-11-03 08:00"))
    change = clock.recount(standing, other)
    assert change is not None
    assert change.due == (None, None)
    going = ended(
        clock.follow(standing, change, at("2026-11-03 09:00")), at("2026-11-04 08:00")
    )
    assert due(going) == at("2026-11-11 08:00")


def test_a_version_says_what_a_wait_does() -> None:
    plain = model.Facts()
    assert clock.policy_of(plain, Cause.SUPPLEMENT) is Policy.SUSPEND
    assert clock.policy_of(plain, Cause.PAYMENT) is Policy.SUSPEND
    assert clock.policy_of(plain, Cause.AGENCY) is Policy.CONTINUE
    drawn = model.Facts(supplement_policy="RESTART", consultation_policy="SUSPEND")
    assert clock.policy_of(drawn, Cause.SUPPLEMENT) is Policy.RESTART
    assert clock.policy_of(drawn, Cause.AGENCY) is Policy.SUSPEND
    assert clock.policy_of(drawn, Cause.SUSPENSION) is Policy.SUSPEND


# Properties.

MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 5),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 12, 20),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)
SPANS = st.integers(0, 20_000).map(lambda n: timedelta(minutes=n))
LIMITS = st.sampled_from(
    [(3, "working-day"), (20, "working-hour"), (10, "day"), (30, "hour"), (1, "month")]
)
WORKED = st.sampled_from(
    [(3, "working-day"), (20, "working-hour"), (15, "working-day")]
)


def left(given: Clock, when: datetime) -> int:
    assert given.case is not None
    return term.left(when, due(given), given.case.limit, CALENDAR)


@given(MOMENTS, SPANS, SPANS, WORKED)
def test_a_pause_is_a_shift(
    start: datetime, before: timedelta, pause: timedelta, limit: tuple[int, str]
) -> None:
    case = of(start, *limit)
    stop, go = start + before, start + before + pause
    assert left(ended(begun(case, stop), go), go) == left(case, stop)


@given(MOMENTS, SPANS, st.lists(SPANS, min_size=3, max_size=3), LIMITS)
def test_two_overlapping_waits_are_their_union(
    start: datetime, before: timedelta, spans: list[timedelta], limit: tuple[int, str]
) -> None:
    first = start + before
    second, third = first + spans[0], first + spans[0] + spans[1]
    last = third + spans[2]
    case = of(start, *limit, step=9)
    two = begun(begun(case, first, key="a"), second, key="b")
    two = ended(ended(two, third, "a"), last, "b")
    one = ended(begun(case, first), last)
    assert (two.case, two.steps, two.marks) == (one.case, one.steps, one.marks)


@given(MOMENTS, SPANS, SPANS, SPANS, LIMITS)
def test_two_pauses_in_a_row_are_one(
    start: datetime,
    before: timedelta,
    first: timedelta,
    second: timedelta,
    limit: tuple[int, str],
) -> None:
    stop = start + before
    between, last = stop + first, stop + first + second
    case = of(start, limit[0], limit[1]) if "working" in limit[1] else of(start)
    two = ended(begun(case, stop), between)
    two = ended(begun(two, between, key="b"), last, "b")
    assert due(two) == due(ended(begun(case, stop), last))


@given(MOMENTS, MOMENTS, SPANS, LIMITS)
def test_a_restart_forgets_what_was_before(
    start: datetime, other: datetime, pause: timedelta, limit: tuple[int, str]
) -> None:
    end = max(start, other) + pause
    cases = [begun(of(one, *limit), one, Policy.RESTART) for one in (start, other)]
    dues = [due(ended(case, end)) for case in cases]
    assert dues[0] == dues[1] == due(of(end, *limit))


@given(
    MOMENTS, st.lists(SPANS, min_size=4, max_size=4), LIMITS, st.sampled_from(Policy)
)
def test_a_recount_by_the_same_edition_changes_nothing(
    start: datetime, spans: list[timedelta], limit: tuple[int, str], policy: Policy
) -> None:
    moments = [start + sum(spans[: n + 1], timedelta()) for n in range(4)]
    case = begun(of(start, *limit, step=9), moments[0], policy)
    assert clock.recount(case, CALENDAR) is None
    case = ended(case, moments[1])
    longer = clock.extend(case, model.TimeLimit(5, "day"), CALENDAR)
    case = clock.follow(case, longer, moments[1])
    case = begun(case, moments[2], key="b")
    assert clock.recount(case, CALENDAR) is None
    assert clock.recount(ended(case, moments[3], "b"), CALENDAR) is None


@given(MOMENTS, SPANS, SPANS, LIMITS)
def test_a_clock_and_its_changes_survive_being_written_down(
    start: datetime, before: timedelta, pause: timedelta, limit: tuple[int, str]
) -> None:
    case = of(start, *limit, step=9)
    assert clock_text.dump(case) == ""
    wait = Wait(
        key="w", cause=Cause.PAYMENT, policy=Policy.SUSPEND, began=start + before
    )
    change: Change = clock.begin(case, wait, CALENDAR)
    assert clock_text.change_of(clock_text.facts_of(change)) == change
    waiting = clock.follow(case, change, wait.began)
    assert clock_text.load(clock_text.dump(waiting)) == waiting
    over = ended(waiting, wait.began + pause)
    assert clock_text.load(clock_text.dump(over)) == over
    longer = clock.extend(over, model.TimeLimit(1, "month"), CALENDAR)
    assert clock_text.change_of(clock_text.facts_of(longer)) == longer


@given(MOMENTS, SPANS, SPANS, WORKED)
def test_a_pause_shifts_the_warning_too(
    start: datetime, before: timedelta, pause: timedelta, limit: tuple[int, str]
) -> None:
    case = of(start, *limit)
    stop, go = start + before, start + before + pause
    over = ended(begun(case, stop), go)
    assert case.case is not None
    assert over.case is not None
    first = term.warned(case.case, case.marks, CALENDAR)
    second = term.warned(over.case, over.marks, CALENDAR)
    assert first is not None
    assert second is not None
    assert working_time.remaining(second, due(over), CALENDAR) == (
        working_time.remaining(first, due(case), CALENDAR)
    )


@given(MOMENTS, LIMITS)
def test_a_warning_stands_between_the_beginning_and_the_due_instant(
    start: datetime, limit: tuple[int, str]
) -> None:
    case = of(start, *limit).case
    assert case is not None
    assert case.due is not None
    warned = term.warned(case, (), CALENDAR)
    assert warned is not None
    all_of_it = term.left(start, case.due, case.limit, CALENDAR)
    assert term.left(warned, case.due, case.limit, CALENDAR) == all_of_it // 5
