"""The indicators of Decision 766/QĐ-TTg of 23/6/2022, as far as dossiers tell them.

Theory of operation. Each item is a row of `_ITEMS`: which dossiers it is about, which
of those its version keeps silent on, which count. `tally` counts dossiers, part after
part if there are many, and tallies add up; `indicators` gives the items of a tally.
What no record tells stays None and is never 0 (docs/manual/dossiers.md, rule 9).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from engine.domain import indicators as reports
from engine.domain import iso8601, timeliness
from engine.domain.dossier_record import Dossier, Ending
from engine.domain.indicators import Filed, Period

_GATEWAYS: Final = frozenset({"npsp", "gateway"})
#: Of five points, those that say “satisfied”.
_SATISFIED: Final = 4


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
    #: Procedures left out, because no version that was used says what it asks.
    silent: tuple[str, ...] = ()

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


@dataclass(slots=True, kw_only=True)
class Count:
    """What is counted for one item."""

    #: Dossiers that count, and of how many.
    numerator: int = 0
    denominator: int = 0
    #: Procedures of those that count, and of all of them.
    above: set[str] = field(default_factory=set)
    below: set[str] = field(default_factory=set)
    #: Dossiers whose version says what the item asks, and procedures that do not.
    known: int = 0
    silent: set[str] = field(default_factory=set)

    def take(self, other: "Count") -> None:
        """Add what another part counted."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.above |= other.above
        self.below |= other.below
        self.known += other.known
        self.silent |= other.silent


#: Code of an item -> what is counted for it.
Tally = dict[str, Count]
_Asks = Callable[[Filed, Period], bool]


def _always(_: Filed) -> bool | None:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    code: str
    maximum: float
    #: Which dossiers it is about, and which of them count.
    of: _Asks = lambda _, __: False
    counts: _Asks = lambda _, __: False
    #: Whether it is about the procedure, by its version; None: that does not say.
    among: Callable[[Filed], bool | None] = _always
    #: Procedures are counted, not dossiers.
    procedures: bool = False
    full: float = 1.0
    #: The record of dossiers tells it at all.
    told: bool = True


def _elsewhere(code: str, maximum: float) -> _Item:
    """What the portal or the catalogue of procedures alone can tell."""
    return _Item(code=code, maximum=maximum, told=False)


def tally(filed: Iterable[Filed], period: Period) -> Tally:
    """Count dossiers for every item."""
    made = {one.code: Count() for one in _ITEMS}
    for one in filed:
        for item in _ITEMS:
            if item.told and item.of(one, period):
                _count(made[item.code], item, one, period)
    return made


def _count(count: Count, item: _Item, one: Filed, period: Period) -> None:
    among = item.among(one)
    if among is None:
        count.silent.add(one.procedure)
        return
    count.known += 1
    if not among:
        return
    count.denominator += 1
    count.below.add(one.procedure)
    if item.counts(one, period):
        count.numerator += 1
        count.above.add(one.procedure)


def added(parts: Iterable[Tally]) -> Tally:
    """The tally of all parts together."""
    made = {one.code: Count() for one in _ITEMS}
    for part in parts:
        for code, count in part.items():
            made[code].take(count)
    return made


def indicators(counted: Tally) -> tuple[Indicator, ...]:
    """Every item of the decision, in the order of its groups."""
    return tuple(_indicator(item, counted[item.code]) for item in _ITEMS)


def of(filed: Iterable[Filed], period: Period) -> tuple[Indicator, ...]:
    """Every item for some dossiers."""
    return indicators(tally(filed, period))


def _indicator(item: _Item, count: Count) -> Indicator:
    numerator: int | None
    denominator: int | None
    if item.procedures:
        numerator, denominator = len(count.above), len(count.below)
    else:
        numerator, denominator = count.numerator, count.denominator
    if not item.told or (count.silent and not count.known):
        numerator = denominator = None
    return Indicator(
        code=item.code,
        numerator=numerator,
        denominator=denominator,
        maximum=item.maximum,
        full=item.full,
        silent=tuple(sorted(count.silent)),
    )


# Which dossiers an item is about.


def _received(one: Filed, period: Period) -> bool:
    return period.holds(one.dossier.received_at)


def _ended(one: Filed, period: Period) -> bool:
    return period.holds(one.dossier.ended_at)


def _promised(one: Filed, period: Period) -> bool:
    counted = reports.line_of(one.dossier, period) is not None
    return counted and one.dossier.promised_at is not None


def _done(one: Filed, period: Period) -> bool:
    return _ended(one, period) and one.dossier.ending is Ending.DONE


def _paying(one: Filed, period: Period) -> bool:
    """There is something to pay; where all fees are 0 it does not count."""
    return _received(one, period) and any(fee.amount for fee in one.dossier.fees)


def _rated(one: Filed, period: Period) -> bool:
    return _ended(one, period) and one.dossier.score is not None


# Whether it is about the procedure.


def _whole_online(one: Filed) -> bool | None:
    return one.whole_online


def _needs_result(one: Filed) -> bool | None:
    return one.needs_result


def _says_result(one: Filed) -> bool | None:
    return None if one.needs_result is None else True


def _says_payment(one: Filed) -> bool | None:
    return None if one.pays_online is None else True


# What counts.


def _in_time(one: Filed, period: Period) -> bool:
    return on_time(one.dossier, period)


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


def _electronic(one: Filed, _: Period) -> bool:
    result = one.dossier.result
    return result is not None and result.electronic and bool(result.file)


def _digitised(one: Filed, _: Period) -> bool:
    dossier = one.dossier
    papers = dossier.components
    return (
        bool(papers)
        and all(paper.digitised or paper.source != "applicant" for paper in papers)
        and (not one.needs_result or bool(dossier.result and dossier.result.file))
    )


def _reused(one: Filed, _: Period) -> bool:
    return any(paper.source == "store" for paper in one.dossier.components)


def _population(one: Filed, _: Period) -> bool:
    return any(paper.source == "population" for paper in one.dossier.components)


def _filed_online(one: Filed, _: Period) -> bool:
    return one.dossier.channel == reports.ONLINE


def _payable_online(one: Filed, _: Period) -> bool:
    return one.pays_online is True


def _paid_online(one: Filed, _: Period) -> bool:
    return any(payment.channel in _GATEWAYS for payment in one.dossier.payments)


def _satisfied(one: Filed, _: Period) -> bool:
    return (one.dossier.score or 0) >= _SATISFIED


#: Publicity, progress, digitisation, online service and payment, satisfaction.
_ITEMS: Final = (
    _elsewhere("PUBLISH_ON_TIME", 6),
    _elsewhere("PUBLIC_UPDATE_ON_TIME", 4),
    _elsewhere("PUBLIC_CONTENT_FULL", 2),
    _elsewhere("DOSSIER_SYNC", 6),
    _Item(code="ON_TIME", maximum=20, of=_promised, counts=_in_time),
    _Item(
        code="ELECTRONIC_RESULT",
        maximum=6,
        of=_done,
        among=_needs_result,
        counts=_electronic,
    ),
    _Item(
        code="COMPONENTS_DIGITISED",
        maximum=4,
        of=_ended,
        among=_says_result,
        counts=_digitised,
        full=0.8,
    ),
    _Item(code="COMPONENTS_REUSED", maximum=2, of=_received, counts=_reused),
    _elsewhere("STORE_SYNC", 4),
    _Item(code="POPULATION_DATA_DOSSIERS", maximum=2, of=_received, counts=_population),
    _Item(
        code="POPULATION_DATA_PROCEDURES",
        maximum=2,
        of=_received,
        counts=_population,
        procedures=True,
    ),
    _elsewhere("CERTIFIED_E_COPIES", 2),
    _Item(
        code="ONLINE_PROCEDURES",
        maximum=6,
        of=_received,
        among=_whole_online,
        counts=_filed_online,
        procedures=True,
        full=0.8,
    ),
    _Item(
        code="ONLINE_DOSSIERS",
        maximum=6,
        of=_received,
        among=_whole_online,
        counts=_filed_online,
        full=0.5,
    ),
    _Item(
        code="PAYMENT_PROCEDURES_INTEGRATED",
        maximum=2,
        of=_paying,
        among=_says_payment,
        counts=_payable_online,
        procedures=True,
    ),
    _Item(
        code="PAYMENT_PROCEDURES_USED",
        maximum=2,
        of=_paying,
        counts=_paid_online,
        procedures=True,
    ),
    _Item(code="PAID_ONLINE", maximum=6, of=_paying, counts=_paid_online),
    _elsewhere("PETITIONS_ON_TIME", 6),
    _elsewhere("PETITION_SATISFACTION", 6),
    _Item(code="DOSSIER_SATISFACTION", maximum=6, of=_rated, counts=_satisfied),
)
#: Codes in the order of the groups.
ORDER: Final = tuple(one.code for one in _ITEMS)
#: What the record of dossiers never tells.
ELSEWHERE: Final = frozenset(one.code for one in _ITEMS if not one.told)
