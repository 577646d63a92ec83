"""Figures of a period, with the expected numbers worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from engine.domain import indicators, scores
from engine.domain.dossier_record import (
    Component,
    Dossier,
    Ending,
    Fee,
    Payment,
    ResultDocument,
    Span,
)
from engine.domain.indicators import Filed, Handling, Period
from engine.domain.model import Facts
from engine.domain.offering import Answer, Offering, Online, OnlinePayment
from engine.domain.scores import Indicator

QUARTER: Final = Period(first=date(2026, 10, 1), last=date(2026, 12, 31))


def at(month: int, day: int, hour: int = 2) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


RECEIVED: Final = Dossier(
    channel="direct",
    received_at=at(11, 2),
    due_at=at(11, 12),
    promised_at=at(11, 12),
    components=(Component(name="Đơn"),),
)


def ended(day: int, **more: Any) -> Dossier:
    dossier = replace(RECEIVED, ended_at=at(11, day), ending=Ending.DONE)
    return replace(dossier, **more)


def filed(dossier: Dossier, procedure: str = "1.001", **more: Any) -> Filed:
    known: dict[str, Any] = {
        "field": "Đất đai",
        "agency": "H99.12",
        "needs_result": True,
    }
    return Filed(procedure=procedure, dossier=dossier, **(known | more))


def of(code: str, *cases: Filed) -> Indicator:
    found = scores.of(cases, QUARTER)
    return next(one for one in found if one.code == code)


def test_a_dossier_is_counted_where_it_came_in_and_where_it_stands() -> None:
    before = replace(RECEIVED, received_at=at(9, 20), due_at=at(10, 8))
    cases = [
        filed(ended(11)),
        filed(ended(12, channel="online")),
        filed(ended(13, channel="post")),
        filed(replace(before, ended_at=at(10, 5), ending=Ending.DONE)),
        filed(replace(before, ended_at=at(9, 28), ending=Ending.DONE)),
        filed(before),
        filed(replace(RECEIVED, received_at=at(12, 30), due_at=None)),
        filed(replace(RECEIVED, received_at=datetime(2027, 1, 4, 2, tzinfo=UTC))),
    ]
    (line,) = indicators.handling(cases, QUARTER, lambda one: one.field).values()
    assert line == Handling(
        online=1, other=3, carried=2, early=2, on_time=1, late=1, in_time=1, overdue=1
    )
    assert (line.received, line.solved, line.in_progress) == (6, 4, 2)


def test_lines_are_by_what_is_asked_and_add_up() -> None:
    cases = [filed(ended(11)), filed(ended(13), field="Hộ tịch")]
    lines = indicators.handling(cases, QUARTER, lambda one: one.field)
    assert {*lines} == {"Hộ tịch", "Đất đai"}
    assert indicators.total(lines) == Handling(other=2, early=1, late=1)


def test_waiting_for_a_supplement_is_taken_off_on_the_portal() -> None:
    four_days = Span(wait="supplement:1", began=at(11, 4), ended=at(11, 8))
    late = ended(16)
    excused = ended(16, supplements=(four_days,))
    again = Span(wait="supplement:2", began=at(11, 9), ended=at(11, 9, 5))
    twice = ended(10, supplements=(four_days, again))
    assert of("ON_TIME", *map(filed, (late, excused, twice))).numerator == 1
    assert scores.on_time(excused, QUARTER)
    assert not scores.on_time(twice, QUARTER), "a second supplement counts as late"


def test_an_open_dossier_is_measured_at_the_end_of_the_period() -> None:
    promised = datetime(2027, 1, 8, 2, tzinfo=UTC)
    in_time = replace(RECEIVED, due_at=promised, promised_at=promised)
    found = of("ON_TIME", filed(in_time), filed(RECEIVED))
    assert (found.numerator, found.denominator, found.score) == (1, 2, 10.0)


def test_results_and_components_count_as_electronic_with_their_files() -> None:
    paper = ResultDocument(number="1", date="2026-11-10", at=at(11, 10))
    file = replace(paper, electronic=True, file="a" * 64)
    scanned = (Component(name="Đơn", digitised=True),)
    cases = [
        filed(ended(11, result=paper)),
        filed(ended(11, result=file, components=scanned)),
        filed(ended(11, ending=Ending.REFUSED, result=None)),
    ]
    assert of("ELECTRONIC_RESULT", *cases).ratio == 1 / 2
    found = of("COMPONENTS_DIGITISED", *cases)
    assert (found.numerator, found.denominator) == (1, 3)
    assert found.score == round(4 * (1 / 3) / 0.8, 2)


def test_what_is_paid_online_counts_where_something_is_to_be_paid() -> None:
    fees = (Fee(name="Lệ phí", amount=20_000),)
    paid = Payment(
        name="Lệ phí", amount=20_000, channel="npsp", receipt="R1", at=at(11, 3)
    )
    cases = [
        filed(ended(11, fees=fees, payments=(paid,))),
        filed(ended(11, fees=fees), "1.002"),
        filed(ended(11, fees=(Fee(name="Lệ phí", amount=0),)), "1.003"),
    ]
    assert of("PAID_ONLINE", *cases).ratio == 1 / 2
    assert of("PAYMENT_PROCEDURES_USED", *cases).ratio == 1 / 2


def test_what_is_reused_and_rated_is_counted_among_its_own() -> None:
    taken = (Component(name="CCCD", source="population"),)
    cases = [
        filed(ended(11, components=taken, score=5)),
        filed(ended(11, score=3), "1.002"),
        filed(ended(11), "1.002"),
    ]
    assert of("POPULATION_DATA_DOSSIERS", *cases).ratio == 1 / 3
    assert of("POPULATION_DATA_PROCEDURES", *cases).ratio == 1 / 2
    assert of("COMPONENTS_REUSED", *cases).numerator == 0
    assert of("DOSSIER_SATISFACTION", *cases).ratio == 1 / 2


def test_whole_online_procedures_reach_all_points_at_their_thresholds() -> None:
    online = ended(11, channel="online")
    cases = [
        filed(online, whole_online=True),
        filed(ended(11), whole_online=True),
        filed(ended(11), "1.002", whole_online=True),
        filed(online, "1.003", whole_online=False),
    ]
    found = of("ONLINE_DOSSIERS", *cases)
    assert (found.numerator, found.denominator) == (1, 3)
    assert found.score == 4.0
    assert of("ONLINE_PROCEDURES", *cases).score == round(6 * 0.5 / 0.8, 2)


def test_what_a_version_says_decides_what_its_dossiers_count_for() -> None:
    fees = (Fee(name="Lệ phí", amount=20_000),)
    dossier = filed(ended(11, channel="online", fees=fees), needs_result=None)
    said = Offering(online=Online.WHOLE, payment=OnlinePayment.NPSP)
    whole = dossier.stated(Facts(offering=said, results=("Giấy phép",)))
    for code in ("ONLINE_DOSSIERS", "PAYMENT_PROCEDURES_INTEGRATED"):
        assert of(code, whole).ratio == 1
    assert of("ELECTRONIC_RESULT", whole).ratio == 0
    part = Offering(online=Online.PART, payment=OnlinePayment.NONE, answer=Answer.NONE)
    stated = dossier.stated(Facts(offering=part, results=("Giấy phép",)))
    assert of("PAYMENT_PROCEDURES_INTEGRATED", stated).ratio == 0
    for code in ("ONLINE_DOSSIERS", "ELECTRONIC_RESULT"):
        found = of(code, stated)
        assert (found.numerator, found.denominator, found.score) == (0, 0, None)


def test_procedures_whose_version_is_silent_are_left_out_and_named() -> None:
    silent = filed(ended(11, channel="online"), "1.009", needs_result=None)
    alone = of("ONLINE_DOSSIERS", silent)
    assert (alone.numerator, alone.denominator) == (None, None)
    beside = of("ONLINE_DOSSIERS", silent, filed(ended(11), whole_online=True))
    assert (beside.numerator, beside.denominator) == (0, 1)
    for found in (alone, beside, of("ELECTRONIC_RESULT", silent)):
        assert found.silent == ("1.009",)
    assert silent.stated(Facts()).needs_result is None


def test_parts_counted_apart_add_up_to_what_is_counted_at_once() -> None:
    online = ended(11, channel="online", score=5)
    cases = [
        filed(online, whole_online=True),
        filed(ended(13), whole_online=True),
        filed(online, "1.002", whole_online=True),
        filed(ended(11), "1.003"),
        filed(RECEIVED, "1.002", whole_online=False),
    ]
    at_once = scores.of(cases, QUARTER)
    for cut in range(len(cases) + 1):
        parts = (scores.tally(one, QUARTER) for one in (cases[:cut], cases[cut:]))
        assert scores.indicators(scores.added(parts)) == at_once
    assert [one.code for one in at_once] == [*scores.ORDER]


def test_what_cannot_be_told_is_null_and_never_zero() -> None:
    for code in ("PETITIONS_ON_TIME", "DOSSIER_SYNC", "ONLINE_DOSSIERS"):
        found = of(code, filed(ended(11)))
        assert (found.numerator, found.ratio, found.score) == (None, None, None)
    assert of("PAID_ONLINE", filed(ended(11))).score is None, "a share of nothing"
