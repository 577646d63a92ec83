"""Instants against signed heads: what they refute, and what an honest office does."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.evidence import backdating, sequencer
from engine.evidence.findings import Findings, Layer

BEGIN = datetime(2026, 11, 2, 1, tzinfo=UTC)
HOUR = 3600
#: Size of the log and second of signing, of a quiet day: an hour from head to head.
DAY = [(10 * number, number * HOUR) for number in range(1, 6)]
#: Year → its heads.
Years = dict[int, list[tuple[int, int]]]


def looked(years: Years, now: int, *events: tuple[int, int, int]) -> Findings:
    """What is found of events: year, index, second."""
    findings = Findings()
    heads = [
        (year, size, b"", b"", micros(second), None)
        for year, signed in sorted(years.items())
        for size, second in signed
    ]
    at = BEGIN + timedelta(seconds=now)
    instants = backdating.Instants(findings, heads, at)
    for number, (year, index, second) in enumerate(events, start=1):
        instants.look(f"case:a {number}", micros(second), year, index)
    return findings


def micros(second: int) -> int:
    """Microseconds since 1970."""
    return round((BEGIN + timedelta(seconds=second)).timestamp() * 1_000_000)


def named(findings: Findings, code: str = "backdated") -> list[str]:
    """The events that are called backdated, or what the code says."""
    assert {one.code for one in findings.told} <= {code}
    return [one.event for one in findings.told]


def layer(findings: Findings) -> Layer:
    """What became of the instants."""
    return next(one for one in findings.layers() if one.layer == "instants")


@pytest.mark.parametrize(
    ("index", "second", "wrong"),
    [
        # Before the first head nothing is known.
        (3, -100 * HOUR, False),
        (10, HOUR, False),
        (10, HOUR - backdating.TOLERANCE, False),
        (10, HOUR - backdating.TOLERANCE - 1, True),
        (25, 0, True),
        (25, 2 * HOUR, False),
        # Behind the last head the clock of the check counts.
        (50, 4 * HOUR, True),
        (50, 5 * HOUR, False),
    ],
)
def test_what_is_older_than_the_heads_around_it_is_named(
    index: int, second: int, *, wrong: bool
) -> None:
    found = looked({2026: DAY}, 6 * HOUR, (2026, index, second))
    assert named(found) == ["case:a 1"] * wrong


def test_words_name_event_instant_and_head() -> None:
    [told] = looked({2026: DAY}, 6 * HOUR, (2026, 25, 0)).told
    for words in (told.message_vi, told.message_en):
        assert "case:a 1" in words
        assert "02/11/2026 08:00:00" in words
        assert "02/11/2026 10:00:00" in words
        assert "20 " in words


def test_without_heads_and_without_a_place_nothing_is_named() -> None:
    assert named(looked({}, HOUR, (2026, 5, -HOUR))) == []
    findings = Findings()
    instants = backdating.Instants(
        findings, [(2026, 1, b"", b"", micros(0), None)], BEGIN
    )
    instants.look("case:a 1", micros(-99 * HOUR), None, None)
    assert named(findings) == []


def test_what_waited_for_more_than_one_batch_is_not_named() -> None:
    # Nobody sequenced for five hours; then batch after batch, seconds apart.
    batch = sequencer.BATCH
    burst = [(10, 0)] + [(10 + n * batch, 5 * HOUR + n) for n in range(1, 4)]
    rest = 10 + 3 * batch + 700
    heads = [*burst, (rest, 5 * HOUR + 4), (rest + 9, 9 * HOUR)]
    waited = [(2026, 10 + n * batch + 5, n * HOUR) for n in range(4)]
    assert named(looked({2026: heads}, 9 * HOUR, *waited)) == []
    # What is older than the head before the burst, or comes after it, is named.
    wrong = [(2026, 10 + 2 * batch, -HOUR), (2026, rest, 3 * HOUR)]
    assert len(named(looked({2026: heads}, 9 * HOUR, *wrong))) == 2


def test_a_clock_turned_back_is_noted_and_its_events_are_not_named() -> None:
    heads = [(10, 30 * HOUR), (20, 1 * HOUR), (30, 2 * HOUR), (40, 31 * HOUR)]
    found = looked({2026: heads}, 32 * HOUR, (2026, 12, 3300), (2026, 25, HOUR))
    assert named(found) == []
    told = layer(found)
    assert (told.result, told.noted) == ("PASS", True)
    assert "03/11/2026 14:00:00" in told.message_vi
    assert "02/11/2026 09:00:00" in told.message_en


def test_a_clock_put_right_by_minutes_is_not_noted() -> None:
    found = looked({2026: [(10, HOUR), (20, HOUR - 500)]}, HOUR)
    assert not layer(found).noted


def test_a_new_year_begins_behind_the_heads_of_the_old() -> None:
    years = {2026: DAY, 2027: [(10, 9 * HOUR), (20, 10 * HOUR)]}
    # The last head of the old year may have been signed late: the one before counts.
    late = (2027, 0, 4 * HOUR)
    assert named(looked(years, 10 * HOUR, late)) == []
    assert named(looked(years, 10 * HOUR, (2027, 0, 2 * HOUR))) == ["case:a 1"]
    # A year without a head yet, and the end of the old one.
    assert named(looked({2026: DAY}, 10 * HOUR, (2027, 0, 0))) == []
    assert named(looked(years, 10 * HOUR, (2026, 51, 4 * HOUR))) == ["case:a 1"]


def test_of_two_heads_of_one_size_the_later_counts() -> None:
    heads = [(10, 0), (10, 3 * HOUR), (20, 4 * HOUR)]
    found = looked({2026: heads}, 5 * HOUR, (2026, 10, HOUR))
    assert named(found) == ["case:a 1"]


@pytest.mark.parametrize(
    ("index", "second", "wrong"),
    [
        # The first head is the only one that says anything of what it covers.
        (3, HOUR + backdating.TOLERANCE, False),
        (3, HOUR + backdating.TOLERANCE + 1, True),
        (10, 2 * HOUR, False),
        (19, 2 * HOUR + backdating.TOLERANCE, False),
        (19, 2 * HOUR + backdating.TOLERANCE + 1, True),
        (25, 30 * HOUR, True),
        # Behind the last head nothing covers it yet.
        (50, 99 * HOUR, False),
    ],
)
def test_what_is_later_than_the_head_over_it_is_named(
    index: int, second: int, *, wrong: bool
) -> None:
    found = looked({2026: DAY}, 6 * HOUR, (2026, index, second))
    assert named(found, "postdated") == ["case:a 1"] * wrong


def test_words_of_a_postdated_event_name_the_head_that_covers_it() -> None:
    [told] = looked({2026: DAY}, 6 * HOUR, (2026, 25, 5 * HOUR)).told
    for words in (told.message_vi, told.message_en):
        assert "case:a 1" in words
        assert "02/11/2026 13:00:00" in words
        assert "02/11/2026 11:00:00" in words
        assert "30 " in words


def test_what_the_clock_wrote_before_it_was_turned_back_is_not_postdated() -> None:
    # The first head after it was signed by the clock that went back.
    heads = [(10, 30 * HOUR), (20, 1 * HOUR), (30, 2 * HOUR)]
    found = looked({2026: heads}, 3 * HOUR, (2026, 12, 31 * HOUR))
    assert named(found) == []
    assert layer(found).noted
    # Behind the head after that, the clock is no excuse.
    found = looked({2026: heads}, 3 * HOUR, (2026, 22, 31 * HOUR))
    assert named(found, "postdated") == ["case:a 1"]
    # Put right by less than is allowed, it counts as it stood before.
    heads = [(10, 2 * HOUR), (20, 2 * HOUR - 500)]
    near = 2 * HOUR + backdating.TOLERANCE
    assert named(looked({2026: heads}, 3 * HOUR, (2026, 12, near))) == []
    found = looked({2026: heads}, 3 * HOUR, (2026, 12, near + 1))
    assert named(found, "postdated") == ["case:a 1"]


def test_what_waited_for_more_than_one_batch_goes_by_the_latest_head_since() -> None:
    # The clock was ahead while all waited, and put right between two full batches.
    batch = sequencer.BATCH
    heads = [(10, 0), (10 + batch, 9 * HOUR), (10 + 2 * batch, HOUR)]
    heads += [(10 + 2 * batch + 7, HOUR + 1), (10 + 3 * batch, 2 * HOUR)]
    waited = [(2026, 12 + batch, 9 * HOUR), (2026, 12 + 2 * batch, 9 * HOUR)]
    assert named(looked({2026: heads}, 9 * HOUR, *waited)) == []
    # Behind a head that nothing waited behind, that clock counts no more.
    after = (2026, 10 + 2 * batch + 8, 9 * HOUR)
    found = looked({2026: heads}, 9 * HOUR, after)
    assert named(found, "postdated") == ["case:a 1"]


def test_a_clock_that_was_in_the_next_year_already_is_no_finding() -> None:
    years = {2026: [*DAY, (60, 6 * HOUR)], 2027: [(10, 99 * HOUR), (20, 9 * HOUR)]}
    # It was put back; the log of 2026 went on, and then came the real New Year.
    honest = [(2026, 55, 6 * HOUR), (2027, 3, 99 * HOUR), (2027, 12, 98 * HOUR)]
    assert named(looked(years, 10 * HOUR, *honest)) == []
    assert named(looked({2026: DAY}, 10 * HOUR, (2027, 0, 99 * HOUR))) == []
