"""Figures of a period: the quarterly report and the indicators of Decision 766.

The report on the handling of procedures has the columns of table II.06 (Circular
02/2017/TT-VPCP, Circular 01/2020/TT-VPCP). The indicators are those of Decision
766/QĐ-TTg of 23/6/2022, as far as the record of dossiers tells them; what it cannot
tell stays None and is never 0 (docs/manual/dossiers.md, rule 9).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from engine.domain import iso8601, timeliness
from engine.domain.dossier_record import Dossier, Ending
from engine.domain.timeliness import Class

_ONLINE: Final = "online"
_GATEWAYS: Final = frozenset({"npsp", "gateway"})
#: Of five points, those that say “satisfied”.
_SATISFIED: Final = 4


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
    #: The procedure may be done online from end to end; None: nobody has said.
    whole_online: bool | None = None
    #: The procedure answers with a document.
    needs_result: bool = True


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
        line = _line(one.dossier, period)
        if line is not None:
            key = by(one)
            lines[key] = lines.get(key, Handling()).plus(line)
    return dict(sorted(lines.items()))


def _line(dossier: Dossier, period: Period) -> Handling | None:
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
    return "online" if dossier.channel == _ONLINE else "other"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One item: what counts, of how many, and the points it gives."""

    code: str
    #: None: the record does not tell it.
    numerator: int | None
    denominator: int | None
    maximum: float
    #: The share that gives all points.
    full: float = 1.0

    @property
    def ratio(self) -> float | None:
        """The share; None: unknown, or of nothing."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def score(self) -> float | None:
        """Points, to two digits."""
        ratio = self.ratio
        if ratio is None:
            return None
        return round(self.maximum * min(1.0, ratio / self.full), 2)


#: What the portal or the catalogue of procedures alone can tell.
_UNKNOWN: Final[tuple[tuple[str, float], ...]] = (
    ("PUBLISH_ON_TIME", 6),
    ("PUBLIC_UPDATE_ON_TIME", 4),
    ("PUBLIC_CONTENT_FULL", 2),
    ("DOSSIER_SYNC", 6),
    ("PAYMENT_PROCEDURES_INTEGRATED", 2),
    ("STORE_SYNC", 4),
    ("CERTIFIED_E_COPIES", 2),
    ("PETITIONS_ON_TIME", 6),
    ("PETITION_SATISFACTION", 6),
)


def indicators(filed: Sequence[Filed], period: Period) -> tuple[Indicator, ...]:
    """Every item of the decision, in the order of its groups."""
    known = {one.code: one for one in _computed(filed, period)}
    none = {
        code: Indicator(code=code, numerator=None, denominator=None, maximum=most)
        for code, most in _UNKNOWN
    }
    return tuple((known | none)[code] for code in ORDER)


#: Publicity, progress, digitisation, online service and payment, satisfaction.
ORDER: Final = (
    "PUBLISH_ON_TIME",
    "PUBLIC_UPDATE_ON_TIME",
    "PUBLIC_CONTENT_FULL",
    "DOSSIER_SYNC",
    "ON_TIME",
    "ELECTRONIC_RESULT",
    "COMPONENTS_DIGITISED",
    "COMPONENTS_REUSED",
    "STORE_SYNC",
    "POPULATION_DATA_DOSSIERS",
    "POPULATION_DATA_PROCEDURES",
    "CERTIFIED_E_COPIES",
    "ONLINE_PROCEDURES",
    "ONLINE_DOSSIERS",
    "PAYMENT_PROCEDURES_INTEGRATED",
    "PAYMENT_PROCEDURES_USED",
    "PAID_ONLINE",
    "PETITIONS_ON_TIME",
    "PETITION_SATISFACTION",
    "DOSSIER_SATISFACTION",
)


def _computed(filed: Sequence[Filed], period: Period) -> Iterable[Indicator]:
    received = [one for one in filed if period.holds(one.dossier.received_at)]
    ended = [one for one in filed if period.holds(one.dossier.ended_at)]
    counted = [
        one
        for one in filed
        if _line(one.dossier, period) is not None and one.dossier.promised_at
    ]
    done = [
        one for one in ended if one.needs_result and one.dossier.ending is Ending.DONE
    ]
    yield _share("ON_TIME", 20, counted, lambda one: on_time(one.dossier, period))
    yield _share("ELECTRONIC_RESULT", 6, done, lambda one: _electronic(one.dossier))
    yield _share("COMPONENTS_DIGITISED", 4, ended, _digitised, full=0.8)
    yield _share("COMPONENTS_REUSED", 2, received, lambda one: _from(one, "store"))
    yield _share(
        "POPULATION_DATA_DOSSIERS", 2, received, lambda one: _from(one, "population")
    )
    yield _procedures(
        "POPULATION_DATA_PROCEDURES", 2, received, lambda one: _from(one, "population")
    )
    yield from _online(received)
    yield from _payments(received)
    rated = [one for one in filed if one.dossier.score is not None and one in ended]
    yield _share("DOSSIER_SATISFACTION", 6, rated, _satisfied)


def _share(
    code: str,
    maximum: float,
    of: Sequence[Filed],
    counts: Callable[[Filed], bool],
    *,
    full: float = 1.0,
) -> Indicator:
    return Indicator(
        code=code,
        numerator=sum(map(counts, of)),
        denominator=len(of),
        maximum=maximum,
        full=full,
    )


def _procedures(
    code: str,
    maximum: float,
    of: Sequence[Filed],
    counts: Callable[[Filed], bool],
    *,
    full: float = 1.0,
) -> Indicator:
    """Procedures with a dossier that counts, of all that had one."""
    return Indicator(
        code=code,
        numerator=len({one.procedure for one in of if counts(one)}),
        denominator=len({one.procedure for one in of}),
        maximum=maximum,
        full=full,
    )


def on_time(dossier: Dossier, period: Period) -> bool:
    """Whether the portal counts it as on time.

    The time in which supplements were awaited is taken off the end (or off the end of
    the period, for what is open), which is then compared with what was promised first;
    a second supplement asked for while it was unfinished makes it late.
    """
    ended, promised = dossier.ended_at, dossier.promised_at
    asked = [one.began for one in dossier.supplements]
    if timeliness.portal_late(asked, ended):
        return False
    end = ended if period.holds(ended) and ended is not None else period.end
    spans = ((one.began, min(one.ended or end, end)) for one in dossier.supplements)
    waited = sum((last - first for first, last in spans if last > first), timedelta())
    return promised is None or iso8601.day(end - waited) <= iso8601.day(promised)


def _electronic(dossier: Dossier) -> bool:
    result = dossier.result
    return result is not None and result.electronic and bool(result.file)


def _digitised(one: Filed) -> bool:
    dossier = one.dossier
    papers = dossier.components
    return (
        bool(papers)
        and all(paper.digitised or paper.source != "applicant" for paper in papers)
        and (not one.needs_result or bool(dossier.result and dossier.result.file))
    )


def _from(one: Filed, source: str) -> bool:
    return any(paper.source == source for paper in one.dossier.components)


def _online(received: Sequence[Filed]) -> Iterable[Indicator]:
    """Dossiers of procedures that may be done online from end to end."""
    known = [one for one in received if one.whole_online is not None]
    whole = [one for one in known if one.whole_online]
    if not known:
        for code in ("ONLINE_PROCEDURES", "ONLINE_DOSSIERS"):
            yield Indicator(code=code, numerator=None, denominator=None, maximum=6)
        return
    yield _procedures("ONLINE_PROCEDURES", 6, whole, _filed_online, full=0.8)
    yield _share("ONLINE_DOSSIERS", 6, whole, _filed_online, full=0.5)


def _filed_online(one: Filed) -> bool:
    return one.dossier.channel == _ONLINE


def _payments(received: Sequence[Filed]) -> Iterable[Indicator]:
    """Dossiers with something to pay; where all fees are 0 they do not count."""
    paying = [one for one in received if any(fee.amount for fee in one.dossier.fees)]
    yield _procedures("PAYMENT_PROCEDURES_USED", 2, paying, _paid_online)
    yield _share("PAID_ONLINE", 6, paying, _paid_online)


def _paid_online(one: Filed) -> bool:
    return any(payment.channel in _GATEWAYS for payment in one.dossier.payments)


def _satisfied(one: Filed) -> bool:
    return (one.dossier.score or 0) >= _SATISFIED


def total(lines: Mapping[str, Handling]) -> Handling:
    """All lines together."""
    made = Handling()
    for line in lines.values():
        made = made.plus(line)
    return made
