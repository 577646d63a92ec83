"""Two cases side by side: what both did stands together, the rest is told apart."""

from engine.domain.events import EventType
from engine.domain.run import Visit
from engine.evidence import beside
from engine.evidence.beside import Difference
from tests import models
from tests.unit.engine.evidence.histories import CLERK, History
from tests.unit.engine.evidence.test_replay import REWORK

PARALLEL = models.build(
    "start > chia",
    models.both("chia"),
    "chia > x > gop",
    "chia > y > gop",
    models.both("gop"),
    "gop > ky > end",
)


def straight() -> History:
    return History(REWORK).open().do("tra").do("ky", "chon-dat").do("dat")


def sent_back() -> History:
    history = History(REWORK).open().do("tra").do("ky", "chon-tra")
    return history.do("tra").do("ky", "chon-dat").do("dat")


def aligned(first: History, second: History) -> tuple[beside.Pair, ...]:
    return beside.align(first.replay().moments, second.replay().moments)


def numbers(pairs: tuple[beside.Pair, ...]) -> list[tuple[int, int]]:
    return [
        (one.first.seq if one.first else 0, one.second.seq if one.second else 0)
        for one in pairs
    ]


def test_equal_cases_differ_nowhere() -> None:
    pairs = aligned(straight(), straight())
    assert {one.difference for one in pairs} == {Difference.NONE}
    assert beside.first_difference(pairs) is None


def test_the_first_difference_is_where_the_ways_part() -> None:
    pairs = aligned(straight(), sent_back())
    index = beside.first_difference(pairs)
    assert index == 2
    assert (pairs[2].difference, numbers(pairs)[2]) == (Difference.WAY, (3, 3))
    only = [one for one in pairs if one.difference is Difference.SECOND]
    assert [one.second.seq for one in only if one.second] == [4, 5]


def test_claims_are_no_difference() -> None:
    claimed = History(REWORK).open()
    claimed.note(EventType.TASK_CLAIMED, doer=CLERK, visit=Visit("tra", 1))
    claimed.do("tra").do("ky", "chon-dat").do("dat")
    assert beside.first_difference(aligned(straight(), claimed)) is None


def test_remarks_are_no_difference() -> None:
    remarked = History(REWORK).open().do("tra")
    remarked.note(EventType.CASE_REMARKED, doer=CLERK)
    remarked.do("ky", "chon-dat").do("dat")
    assert beside.first_difference(aligned(straight(), remarked)) is None


def test_another_order_is_told_as_such_and_not_as_missing() -> None:
    first = History(PARALLEL).open().do("x").do("y").do("ky")
    second = History(PARALLEL).open().do("y").do("x").do("ky")
    found = [one.difference for one in aligned(first, second)]
    assert found.count(Difference.ORDER) == 2
    assert Difference.FIRST not in found
    assert Difference.SECOND not in found


def test_a_case_that_goes_on_is_only_longer() -> None:
    begun = History(REWORK).open().do("tra")
    pairs = aligned(begun, straight())
    assert numbers(pairs) == [(1, 1), (2, 2), (0, 3), (0, 4)]
    assert beside.first_difference(pairs) == 2
