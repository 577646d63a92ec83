"""Instants against the log: no event names one that the heads around it refute.

Theory of operation (docs/manual/evidence.md, 6). Whatever had been written when a head
was signed is covered by it, or by one of the next if more waited than one batch takes.
So an event behind that head was written later, however long it waited for its place: an
hour without a sequencer is no finding. Where the clock of the server was turned back,
the next head was signed by that clock as well; so the finding asks that an event is
older than the head before it *and* the head after it. That the clock went back between
two heads is told too, though nothing need be wrong.

An event that names a later instant than the first head that covers it had been written
before that instant came. Here as well it must be later than the head before it, and
where the clock went back between the two nothing is concluded: it may have been written
just before.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from engine.domain import iso8601
from engine.evidence import sequencer
from engine.evidence.findings import Findings
from engine.evidence.rows import Block

#: Seconds that an honest event may lie outside the heads around it: a command takes
#: its instant when it begins, and the clocks of two servers are not the same.
TOLERANCE: Final = 600
_LAYER: Final = "instants"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000
_ALLOWED: Final = TOLERANCE * _SECOND
#: Before every event, and after every one.
_NEVER: Final = -(1 << 63)
_EVER: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class _Head:
    """A signed head: of which log, at which size, when (microseconds since 1970)."""

    year: int
    size: int
    at: int


@dataclass(slots=True)
class _Log:
    """The heads of one year, and which instants an event behind each may name."""

    sizes: list[int] = field(default_factory=list)
    heads: list[_Head] = field(default_factory=list)
    #: Behind so many heads: the last that nothing waited behind; None: there is none.
    passed: list[_Head | None] = field(default_factory=list)
    oldest: list[int] = field(default_factory=list)
    latest: list[int] = field(default_factory=list)


class Instants:
    """Compares the instants of events with the signed heads around their places."""

    def __init__(self, findings: Findings, heads: Block, now: datetime) -> None:
        self._findings = findings
        self._logs: dict[int, _Log] = {}
        for year, size, _, _, at, _ in heads:
            _add(self._logs.setdefault(year, _Log()), _Head(year, size, at))
        following = (now - _EPOCH) // timedelta(microseconds=1)
        for year in sorted(self._logs, reverse=True):
            log = self._logs[year]
            log.passed = _passed(log.heads, self._end_of(year))
            nexts = [*(head.at for head in log.heads), following]
            log.oldest = [
                min(before.at, after) - _ALLOWED if before else _NEVER
                for before, after in zip(log.passed, nexts, strict=True)
            ]
            log.latest = _latest(log)
            following = log.heads[0].at
        self._tell_steps()

    def look(self, event: str, at: int, year: int | None, index: int | None) -> None:
        """Compare one event; without a place it is not compared."""
        if year is None or index is None:
            return
        log = self._logs.get(year) or self._without_heads(year)
        behind = bisect_right(log.sizes, index)
        if log.oldest[behind] <= at <= log.latest[behind]:
            return
        late = at > log.latest[behind]
        head = log.heads[behind] if late else log.passed[behind]
        if head is not None:
            code = "postdated" if late else "backdated"
            words = {"year": head.year, "size": head.size, "signed": _local(head.at)}
            self._findings.wrong(_LAYER, code, event=event, at=_local(at), **words)

    def _end_of(self, year: int) -> _Head | None:
        """The last head of earlier years that surely stood before this one began.

        The very last is left out: a signer that was away signs it when the new year is
        on its way.
        """
        for before in sorted(self._logs, reverse=True):
            if before < year and len(self._logs[before].heads) > 1:
                return _passed(self._logs[before].heads[:-1], None)[-1]
        return None

    def _without_heads(self, year: int) -> _Log:
        """A year of which no head is signed yet."""
        made = _Log(passed=[None], oldest=[_NEVER], latest=[_EVER])
        self._logs[year] = made
        return made

    def _tell_steps(self) -> None:
        """Say how often the clock was turned back, and the first time."""
        steps = [
            (before, after)
            for year in sorted(self._logs)
            for before, after in pairwise(self._logs[year].heads)
            if after.at < before.at - _ALLOWED
        ]
        if steps:
            before, after = steps[0]
            words = {"year": before.year, "size": before.size, "count": len(steps)}
            times = {"before": _local(before.at), "after": _local(after.at)}
            self._findings.note(_LAYER, "clock-back", **words, **times)


def _add(log: _Log, head: _Head) -> None:
    """Take the next head; of two at one size the later counts."""
    if log.sizes and log.sizes[-1] == head.size:
        log.heads[-1] = head
        return
    log.sizes.append(head.size)
    log.heads.append(head)


def _passed(heads: list[_Head], end: _Head | None) -> list[_Head | None]:
    """Behind each number of heads: the last of them that nothing waited behind.

    A head over a whole batch says nothing: more may have waited than the batch took.
    """
    made, size = [end], 0
    for head in heads:
        whole = head.size - size >= sequencer.BATCH
        made.append(made[-1] if whole else head)
        size = head.size
    return made


def _latest(log: _Log) -> list[int]:
    """Behind each number of heads: the latest instant that an honest event may name.

    What waited for more than one batch may have been written by the clock of any head
    since. Behind the last one nothing covers it yet.
    """
    made: list[int] = []
    reached = _NEVER
    signed = zip((None, *log.heads), log.passed, log.heads, strict=False)
    for before, passed, after in signed:
        if before is passed:
            reached = _NEVER
        reached = max([reached, *(one.at for one in (before, passed) if one)])
        back = after.at < reached - _ALLOWED
        made.append(_EVER if back else max(reached, after.at) + _ALLOWED)
    return [*made, _EVER]


def _local(at: int) -> str:
    """An instant in the local time, to the second."""
    moment = _EPOCH + timedelta(microseconds=at)
    return f"{moment.astimezone(iso8601.VIETNAM):%d/%m/%Y %H:%M:%S}"
