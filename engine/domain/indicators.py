"""Figures of a period: what is counted, and the quarterly report.

The report on the handling of procedures has the columns of table II.06 (Circular
02/2017/TT-VPCP, Circular 01/2020/TT-VPCP). The indicators of Decision 766 are in
`engine.domain.scores`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from engine.domain import iso8601, timeliness
from engine.domain.dossier_record import Dossier
from engine.domain.model import Facts
from engine.domain.timeliness import Class

ONLINE: Final = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in local time, first and last included."""

    first: date
    last: date

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant lies in it."""
        return at is not None and self.first <= iso8601.day(at) <= self.last

    def before(self, at: datetime | None) -> bool:
        """Whether an instant lies before it."""
        return at is not None and iso8601.day(at) < self.first

    @property
    def begin(self) -> datetime:
        """Its first instant."""
        return iso8601.midnight(self.first)

    @property
    def end(self) -> datetime:
        """Its last instant."""
        return iso8601.midnight(self.last + timedelta(days=1)) - timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A dossier as a report counts it: as the record stood at the period's end."""

    procedure: str
    field: str
    #: Id of the agency that handles it, hex.
    agency: str
    dossier: Dossier
    #: The case, for whoever asks what stands behind a number.
    case: UUID | None = None
    code: str = ""
    #: The version that it runs, and its process there; empty: the main one.
    version: UUID | None = None
    process: str = ""
    #: What the version says of the procedure; None: nothing.
    #: It may be done online from end to end.
    whole_online: bool | None = None
    #: Its fees may be paid online.
    pays_online: bool | None = None
    #: It is answered with a document.
    needs_result: bool | None = None

    def stated(self, facts: Facts) -> "Filed":
        """The dossier with what its version says of the procedure."""
        said = facts.offering
        return replace(
            self,
            whole_online=said.whole_online,
            pays_online=said.pays_online,
            needs_result=said.needs_result(facts.results),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """A line of the quarterly report."""

    online: int = 0
    #: Direct and by post.
    other: int = 0
    carried: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    in_time: int = 0
    overdue: int = 0

    @property
    def received(self) -> int:
        """Received in the period or before, and not yet ended when it began."""
        return self.online + self.other + self.carried

    @property
    def solved(self) -> int:
        """Ended in the period."""
        return self.early + self.on_time + self.late

    @property
    def in_progress(self) -> int:
        """Not ended at the end of the period."""
        return self.in_time + self.overdue

    def plus(self, other: "Handling") -> "Handling":
        """Both together."""
        names = [one.name for one in fields(Handling)]
        return Handling(**{n: getattr(self, n) + getattr(other, n) for n in names})


def handling(
    filed: Iterable[Filed], period: Period, by: Callable[[Filed], str]
) -> dict[str, Handling]:
    """The lines of the quarterly report, by field, agency or procedure."""
    lines: dict[str, Handling] = {}
    for one in filed:
        line = line_of(one.dossier, period)
        if line is not None:
            key = by(one)
            lines[key] = lines.get(key, Handling()).plus(line)
    return dict(sorted(lines.items()))


def line_of(dossier: Dossier, period: Period) -> Handling | None:
    """What one dossier adds; None: it has no part in the period."""
    received = dossier.received_at
    if received is None or iso8601.day(received) > period.last:
        return None
    if period.before(dossier.ended_at):
        return None
    told = {_came(dossier, period): 1}
    if period.holds(dossier.ended_at):
        told[_ended(dossier)] = 1
    else:
        told[_stands(dossier, period)] = 1
    return Handling(**told)


def _came(dossier: Dossier, period: Period) -> str:
    if period.before(dossier.received_at):
        return "carried"
    return "online" if dossier.channel == ONLINE else "other"


def _ended(dossier: Dossier) -> str:
    """By local date; what was promised for no day is on time."""
    assert dossier.ended_at is not None  # noqa: S101 - it ended in the period.
    found = timeliness.classify(dossier.due_at, dossier.ended_at, dossier.ended_at)
    if found is None:
        return "on_time"
    return {Class.EARLY: "early", Class.LATE: "late"}.get(found.by_date, "on_time")


def _stands(dossier: Dossier, period: Period) -> str:
    found = timeliness.classify(
        dossier.due_at, None, period.end, waiting=dossier.stands
    )
    late = found is not None and found.by_date is Class.OVERDUE
    return "overdue" if late else "in_time"


def total(lines: Mapping[str, Handling]) -> Handling:
    """All lines together."""
    made = Handling()
    for line in lines.values():
        made = made.plus(line)
    return made
