"""Two cases of one procedure side by side: aligned by step, with what differs.

The longest common run of steps is what both did alike (longest common subsequence);
what is left over is in one of them, or in both at another place.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Final, TypeAlias

from engine.domain.events import EventType
from engine.evidence.moment import Moment

#: Acts that say nothing about the way a case took.
_ASIDE: Final = frozenset(
    {EventType.TASK_CLAIMED, EventType.CASE_CONTINUED, EventType.CASE_REMARKED}
)
_Key: TypeAlias = tuple[EventType, str]


class Difference(Enum):
    """How a step of one case stands to the other."""

    NONE = "none"
    #: Both did it, and went on another way.
    WAY = "way"
    #: Both did it, at another place.
    ORDER = "order"
    #: Only the first or the second did it.
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Pair:
    """A step in one case or in both."""

    first: Moment | None
    second: Moment | None
    difference: Difference


def align(first: Sequence[Moment], second: Sequence[Moment]) -> tuple[Pair, ...]:
    """The steps of two cases in the order of time, equal ones beside each other."""
    left = [one for one in first if one.type not in _ASIDE]
    right = [one for one in second if one.type not in _ASIDE]
    matcher = SequenceMatcher(
        a=[_key(one) for one in left], b=[_key(one) for one in right], autojunk=False
    )
    pairs: list[Pair] = []
    for tag, i, upper, j, right_upper in matcher.get_opcodes():
        if tag == "equal":
            pairs.extend(map(_pair, left[i:upper], right[j:right_upper]))
            continue
        pairs += [Pair(one, None, Difference.FIRST) for one in left[i:upper]]
        pairs += [Pair(None, one, Difference.SECOND) for one in right[j:right_upper]]
    return tuple(_reordered(pairs))


def first_difference(pairs: Sequence[Pair]) -> int | None:
    """Where two cases part for the first time; None: nowhere."""
    for index, pair in enumerate(pairs):
        if pair.difference is not Difference.NONE:
            return index
    return None


def _key(moment: Moment) -> _Key:
    return moment.type, moment.element or moment.subject


def _pair(first: Moment, second: Moment) -> Pair:
    same = _way(first) == _way(second)
    return Pair(first, second, Difference.NONE if same else Difference.WAY)


def _way(moment: Moment) -> tuple[str, frozenset[str]]:
    return moment.outcome, frozenset(branch.flow for branch in moment.branches)


def _reordered(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Tell what both did at different places from what only one of them did."""
    only_first = Counter(
        _key(one.first) for one in pairs if one.first and not one.second
    )
    only_second = Counter(
        _key(one.second) for one in pairs if one.second and not one.first
    )
    both = only_first & only_second
    left = {Difference.FIRST: both.copy(), Difference.SECOND: both.copy()}
    for pair in pairs:
        moment = pair.first or pair.second
        counted = left.get(pair.difference)
        if counted is not None and moment is not None and counted[_key(moment)]:
            counted[_key(moment)] -= 1
            yield Pair(pair.first, pair.second, Difference.ORDER)
        else:
            yield pair
