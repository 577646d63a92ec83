"""The pass that names pairs events and places by what they are, not by a hash."""

import random
from typing import Final

from engine.evidence import scan

MONTH: Final = 202611
#: Added to the number and to the month of a row, these leave Python's hash of it as it
#: was in 98 of 100 rows, whatever the key of the process.
SAME_HASH: Final = (77_497_711_263_346, -1_070_075_471_084_746_939)


def test_a_place_that_hashes_like_that_of_its_event_is_no_place_of_it() -> None:
    chance = random.Random(1)  # noqa: S311 - the same rows each time
    more, other = SAME_HASH
    alike = 0
    for seq in range(1, 51):
        stream, leaf = chance.randbytes(16), chance.randbytes(32)
        forged = (stream, seq + more, MONTH + other, leaf)
        alike += hash((stream, seq, MONTH, leaf)) == hash(forged)
        pairs = scan.Pairs()
        pairs.take([(stream, seq, MONTH, leaf, b"")], [(2026, 0, *forged)])
        assert not pairs.agree(set(), set())
    assert alike > 0


def test_an_event_and_its_place_pair_in_any_order() -> None:
    event = (b"s" * 16, 1, MONTH, b"l" * 32)
    pairs = scan.Pairs()
    pairs.take([], [(2026, 0, *event)])
    assert not pairs.agree(set(), set())
    assert pairs.agree(set(), {event})
    pairs.take([(*event, b"")], [])
    assert pairs.agree(set(), set())


def test_an_event_with_three_places_is_not_paired() -> None:
    event = (b"s" * 16, 1, MONTH, b"l" * 32)
    pairs = scan.Pairs()
    pairs.take([(*event, b"")], [(2026, 0, *event)])
    for index in (1, 2):
        pairs.take([], [(2026, index, *event)])
    assert not pairs.agree(set(), set())
