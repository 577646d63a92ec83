"""The promise of two seconds is judged by the events themselves."""

from datetime import UTC, datetime, timedelta

from engine.evidence import promise

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_it_is_held_while_no_event_waits_longer_than_promised() -> None:
    found = promise.judge(promise.Ages([0.5, 2.0, 0.1], None), NOW)
    assert found.held
    assert (found.events, found.broken) == (3, 0)
    assert (found.median, found.longest, found.waits) == (0.5, 2.0, 0.0)


def test_one_event_that_waited_longer_breaks_it_and_is_counted() -> None:
    found = promise.judge(promise.Ages([0.5, 2.01], None), NOW)
    assert not found.held
    assert (found.broken, found.longest) == (1, 2.01)


def test_an_event_that_still_waits_breaks_it_before_any_head_covers_it() -> None:
    since = NOW - timedelta(seconds=3)
    found = promise.judge(promise.Ages([], since), NOW)
    assert not found.held
    assert found.waits == 3.0
    assert promise.judge(promise.Ages([], NOW - timedelta(seconds=1)), NOW).held


def test_clocks_that_differ_make_no_negative_age() -> None:
    found = promise.judge(promise.Ages([-0.3], NOW + timedelta(seconds=1)), NOW)
    assert found.held
    assert (found.median, found.waits) == (0.0, 0.0)
