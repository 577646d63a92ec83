"""Why a due instant is what it is: the sum that made it, line by line.

The beginning and the limit with the days that are left out come from
`engine.domain.working_time.add`; what moved the instant since is told here, from the
changes that the record keeps (docs/manual/clock.md, rule 14).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.clock_state import WHOLE, Cause, Change, Key, Kind, Policy
from engine.domain.model import TimeLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that moved a due instant, or that might have."""

    kind: Kind
    cause: Cause
    policy: Policy | None = None
    #: When it happened; of a wait from when until when (None: it is not over).
    at: datetime
    until: datetime | None = None
    #: The due instant before and after; None: the clock stands.
    old: datetime | None = None
    new: datetime | None = None
    #: Minutes that were left when a wait stopped the clock.
    left: int | None = None
    #: Of an extension by a limit.
    limit: TimeLimit | None = None


def explain(
    changes: Iterable[tuple[datetime, Change]],
    key: Key = WHOLE,
    began: datetime | None = None,
) -> tuple[Part, ...]:
    """What moved the due instant of a case, or of one of its steps, in order.

    Args:
        changes: What the record keeps, each with its (real) instant.
        key: The step; by default the case.
        began: When the step began: a wait that was over then is not told.
    """
    return tuple(
        part
        for part in _parts(list(changes), key)
        if began is None or part.until is None or part.until > began
    )


def _parts(changes: Sequence[tuple[datetime, Change]], key: Key) -> Iterator[Part]:
    for n, (at, change) in enumerate(changes):
        old, new = _moved(change, key)
        if change.kind is Kind.BEGUN:
            over = _end(changes[n + 1 :], change.wait)
            yield Part(
                kind=change.kind,
                cause=change.cause,
                policy=change.policy,
                at=at,
                until=over[0] if over else None,
                old=old,
                new=_moved(over[1], key)[1] if over else None,
                left=change.left if key == WHOLE else None,
            )
        elif change.kind is not Kind.ENDED and old != new:
            yield Part(
                kind=change.kind,
                cause=change.cause,
                at=at,
                old=old,
                new=new,
                limit=change.limit,
            )


def _end(
    changes: Iterable[tuple[datetime, Change]], wait: str
) -> tuple[datetime, Change] | None:
    for at, change in changes:
        if change.kind is Kind.ENDED and change.wait == wait:
            return at, change
    return None


def _moved(change: Change, key: Key) -> tuple[datetime | None, datetime | None]:
    """What a change did to one due instant; what is kept while the clock stands too."""
    rows = [*change.steps, *change.kept]
    if key == WHOLE and change.due != (None, None):
        rows.insert(0, (*WHOLE, *change.due))
    for element, occurrence, old, new in rows:
        if (element, occurrence) == key:
            return old, new
    return None, None
