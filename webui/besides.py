"""Two replays side by side, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.evidence import beside
from engine.evidence.beside import Difference
from engine.evidence.moment import Moment
from webui import moments, replaying
from webui.i18n import translate

_WORDS: Final = {
    Difference.NONE: "the same",
    Difference.WAY: "went on differently",
    Difference.ORDER: "at another place",
    Difference.FIRST: "only in the first",
    Difference.SECOND: "only in the second",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A step in one case or in both."""

    first: moments.View | None
    second: moments.View | None
    word: str
    differs: bool
    #: Where the two part for the first time.
    parting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Two cases beside each other."""

    first: replaying.Told
    second: replaying.Told
    rows: Sequence[Row]

    @property
    def differences(self) -> int:
        """Steps that differ."""
        return sum(row.differs for row in self.rows)


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return tuple(_WORDS.values())


def read(first: replaying.Told, second: replaying.Told) -> Sides:
    """Put two cases of a procedure beside each other."""
    pairs = beside.align(first.replay.moments, second.replay.moments)
    parting = beside.first_difference(pairs)
    rows = [
        Row(
            first=_view(first, pair.first),
            second=_view(second, pair.second),
            word=translate(_WORDS[pair.difference]),
            differs=pair.difference is not Difference.NONE,
            parting=index == parting,
        )
        for index, pair in enumerate(pairs)
    ]
    return Sides(first=first, second=second, rows=rows)


def _view(told: replaying.Told, moment: Moment | None) -> moments.View | None:
    # Events are numbered from 1 without gaps.
    return None if moment is None else told.views[moment.seq - 1]
