"""What a sheet of paper tells, and the outages that explain it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from engine.domain import clock_text, on_paper, outages
from engine.domain.on_paper import OnPaper
from engine.domain.outages import Outage

NOON: Final = datetime(2026, 11, 20, 5, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
SHEET: Final = OnPaper(
    at=NOON, by=UUID(int=1), position=UUID(int=2), scan="ab" * 32, why="Mất điện"
)
OUTAGE: Final = Outage(
    id=UUID(int=9),
    begins=NOON,
    reason="Mất điện",
    document="3/TB",
    declared_by=None,
    declared_at=NOON + 5 * MINUTE,
)


def test_a_sheet_is_read_back_as_it_was_told() -> None:
    facts = {"paper": on_paper.told(SHEET, UUID(int=9))}
    assert on_paper.of(facts) == SHEET
    assert on_paper.outage_of(facts) == UUID(int=9)
    assert clock_text.real(NOON + MINUTE, facts) == NOON


def test_an_act_on_the_screen_tells_of_no_sheet() -> None:
    assert on_paper.of({}) is None
    assert on_paper.outage_of({"paper": on_paper.told(SHEET)}) is None
    assert clock_text.real(NOON, {}) == NOON


def test_an_instant_needs_its_offset() -> None:
    with pytest.raises(ValueError, match="2026"):
        replace(SHEET, at=NOON.replace(tzinfo=None))


def test_everybody_with_a_hand_in_it_is_named_once() -> None:
    doer = {"account": "a", "on_behalf_of": "b", "position": "p"}
    told = {"paper": on_paper.told(SHEET)}
    assert on_paper.hands_of(doer, told) == {"a", "b", UUID(int=1).hex}
    assert on_paper.hands_of(doer, {}) == {"a", "b"}


@pytest.mark.parametrize(
    ("late", "possible"),
    [(0, True), (30, True), (59, True), (60, False)],
)
def test_a_sheet_tells_the_minute_and_no_seconds(late: int, *, possible: bool) -> None:
    assert on_paper.possible(NOON, NOON + timedelta(seconds=late)) is possible


def test_an_outage_covers_from_its_first_instant_up_to_its_last() -> None:
    over = replace(OUTAGE, ends=NOON + 2 * MINUTE)
    assert not over.covers(NOON - MINUTE)
    assert over.covers(NOON)
    assert over.covers(NOON + MINUTE)
    assert not over.covers(NOON + 2 * MINUTE)
    assert OUTAGE.covers(NOON + timedelta(days=9))


def test_an_outage_counts_for_what_was_entered_after_it_was_declared() -> None:
    declared = OUTAGE.declared_at
    assert OUTAGE.counted(NOON, declared)
    assert not OUTAGE.counted(NOON, declared - MINUTE)
    assert OUTAGE.counted(NOON, declared - MINUTE, MINUTE)
    assert not OUTAGE.counted(NOON - MINUTE, declared)


def test_an_end_said_later_takes_nothing_from_what_was_entered_before() -> None:
    told = declared = OUTAGE.declared_at
    facts = {"ends": clock_text.instant(NOON + MINUTE)}
    over = outages.ended(OUTAGE, facts, told + 10 * MINUTE)
    assert over.counted(NOON + 3 * MINUTE, declared)
    assert not over.counted(NOON + 3 * MINUTE, told + 10 * MINUTE)
    assert over.counted(NOON, told + 10 * MINUTE)


def test_the_events_of_an_outage_are_folded() -> None:
    facts = {
        "outage": OUTAGE.id.hex,
        "begins": clock_text.instant(NOON),
        "ends": None,
        "reason": "Mất điện",
        "document": "3/TB",
    }
    assert outages.declared(facts, OUTAGE.declared_at) == OUTAGE


def test_of_several_outages_the_earliest_that_covers_is_meant() -> None:
    later = replace(OUTAGE, id=UUID(int=1), begins=NOON + MINUTE)
    assert outages.covering([later, OUTAGE], NOON + 2 * MINUTE) == OUTAGE
    assert outages.covering([later], NOON) is None
