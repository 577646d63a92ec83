"""Sealed days: what stands under the root, on both databases."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.commands import seal_day
from engine.commands.seal_day import AnnounceKeys, SealDay
from engine.dispatch import Engine
from engine.domain.case import Case
from engine.domain.events import StreamKind
from engine.domain.organisation import Actor
from engine.errors import EvidenceError, NotAllowedError
from engine.evidence import days, record, tree, verifier
from engine.evidence.days import Sealing
from storage.database import Database
from storage.days import Days
from storage.log import Log
from tests.contracts import world
from tests.contracts.world import World
from webui import bootstrap


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        # 08:00 in Vietnam.
        self.at = datetime(2026, 11, 20, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant that the test has chosen."""
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sealing(here: World, clock: Clock) -> Engine:
    return Engine(here.store, bootstrap.tools(clock))


def act(here: World, case: Case) -> Case:
    change = world.next_act(case)
    with here.begin() as work:
        work.cases.save(change)
        work.commit()
    return change.case


def root_of(*cases: Case) -> bytes:
    ordered = sorted(cases, key=lambda one: one.id.hex)
    leaves = [
        verifier.leaf_hash(verifier.canonical([one.id.hex, one.seq, one.head.hex()]))
        for one in ordered
    ]
    return tree.root(leaves)


def told(here: World) -> list[Any]:
    """The facts of the log's own events."""
    identity = days.stream_of(here.tenant)
    with here.begin() as work:
        stream = work.history.stream(StreamKind.LOG, identity)
        assert stream is not None
        events = work.history.read(identity, stream.month)
    return [record.parse(one.body)["facts"] for one in events]


def test_nothing_is_under_the_root_before_it_has_a_place(
    here: World, database: Database
) -> None:
    here.opened()
    assert Days(database).standing(here.tenant, 2026).heads == tree.EMPTY


def test_the_root_is_over_the_last_placed_event_of_each_case(
    here: World, database: Database
) -> None:
    log, reading = Log(database), Days(database)
    first, second, third = here.opened(), here.opened(), here.opened()
    second = act(here, second)
    log.integrate(here.tenant, 2026, 1_000)
    standing = reading.standing(here.tenant, 2026)
    assert standing.heads == root_of(first, second, third)
    assert standing.cases == 3
    # What has no place yet changes nothing.
    act(here, act(here, first))
    here.opened()
    assert reading.standing(here.tenant, 2026) == standing


def test_every_case_of_a_sealed_day_has_a_path_to_its_root_for_ever(
    here: World, database: Database
) -> None:
    log, reading = Log(database), Days(database)
    cases = [here.opened() for _ in range(5)]
    log.integrate(here.tenant, 2026, 1_000)
    sealed = reading.standing(here.tenant, 2026)
    moved = act(here, cases[2])
    late = here.opened()
    log.integrate(here.tenant, 2027, 1_000)
    act(here, moved)
    wanted = [one.id for one in (*cases, late)]
    spots = Days(database).places(here.tenant, sealed, wanted)
    assert [one.stream for one in spots] == [one.id for one in cases]
    for spot, case in zip(spots, cases, strict=True):
        head = days.leaf(case.id.hex, spot.seq, case.head)
        place = (spot.index, sealed.cases, spot.path, sealed.heads)
        assert verifier.check_inclusion(head, *place)


def test_heads_that_are_not_those_sealed_give_no_path(
    here: World, database: Database
) -> None:
    case = here.opened()
    Log(database).integrate(here.tenant, 2026, 1_000)
    sealed = Days(database).standing(here.tenant, 2026)
    forged = dataclasses.replace(sealed, heads=bytes(32))
    with pytest.raises(EvidenceError):
        Days(database).places(here.tenant, forged, [case.id])


def sealed_as(codes: dict[str, int]) -> Sealing:
    return Sealing(year=2026, size=7, heads=bytes(32), cases=3, codes=codes)


def test_a_day_is_sealed_once_after_each_local_midnight(
    here: World, sealing: Engine, clock: Clock
) -> None:
    daily = SealDay(sealing=sealed_as({}), daily=True)
    sealing.run(AnnounceKeys(keys=("a+b+c",)), here.tenant)
    assert sealing.run(daily, here.tenant) == {"sealed": False}
    clock.at = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert sealing.run(daily, here.tenant)["day"] == "2026-11-20"
    assert sealing.run(daily, here.tenant) == {"sealed": False}
    # Three days without a server are caught up as one.
    clock.at += timedelta(days=3)
    assert sealing.run(daily, here.tenant)["day"] == "2026-11-23"
    # A clock that is turned back seals nothing again.
    clock.at -= timedelta(days=2)
    assert sealing.run(daily, here.tenant) == {"sealed": False}
    by_hand = SealDay(sealing=sealed_as({}))
    assert sealing.run(by_hand, here.tenant)["day"] == "2026-11-22"


def test_codes_are_told_when_numbers_were_given_since_the_last_day(
    here: World, sealing: Engine
) -> None:
    sealing.run(SealDay(sealing=sealed_as({"B-": 2, "A-": 1})), here.tenant)
    sealing.run(SealDay(sealing=sealed_as({"B-": 3, "A-": 1})), here.tenant)
    first, second = told(here)
    assert first["codes"] == [["A-", 1], ["B-", 2]]
    assert second["codes"] == [["B-", 3]]
    assert Sealing.of(first) == sealed_as({"A-": 1, "B-": 2})


def test_keys_are_announced_when_they_change(here: World, sealing: Engine) -> None:
    for keys in (("b", "a"), ("a", "b"), ("a", "b", "c")):
        sealing.run(AnnounceKeys(keys=keys), here.tenant)
    assert told(here) == [{"keys": ["a", "b"]}, {"keys": ["a", "b", "c"]}]


def test_no_person_seals_a_day_or_announces_keys(here: World, sealing: Engine) -> None:
    person = Actor(account=here.supervisor)
    for command in (AnnounceKeys(keys=()), SealDay(sealing=sealed_as({}))):
        with pytest.raises(NotAllowedError):
            sealing.execute(command, person)


@pytest.mark.parametrize("hour", [16, 17])
def test_the_day_changes_at_midnight_in_vietnam(hour: int) -> None:
    last = datetime(2026, 11, 20, 15, tzinfo=UTC)
    now = datetime(2026, 11, 20, hour, tzinfo=UTC)
    assert seal_day.is_due(last, now) == (hour == 17)


def test_a_count_of_heads_is_enough_to_find_any_place() -> None:
    for count in (0, 1, 2, 3, 7, 8, 9, 33):
        heads = [(UUID(int=n).hex, n + 1, bytes([n]) * 32) for n in range(count)]
        kept = days.Kept(heads)
        root, size = days.root(heads)
        assert (kept.root(), kept.size) == (root, size)
        for number, (stream, seq, head) in enumerate(heads):
            spot = kept.spot(UUID(hex=stream))
            assert spot is not None
            assert (spot.seq, spot.index) == (seq, number)
            place = (number, size, spot.path, root)
            assert verifier.check_inclusion(days.leaf(stream, seq, head), *place)
        assert kept.spot(UUID(int=99)) is None
