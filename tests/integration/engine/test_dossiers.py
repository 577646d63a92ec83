"""Dossiers: what is told of each from its first minute, and what is derived of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.dossier_acts import (
    AddComponents,
    AskWithdrawal,
    IssueResult,
    PayFee,
    ReturnComponents,
    ReturnResult,
)
from engine.commands.end_case import StopCase
from engine.commands.hand_over_file import AcceptFile, OfferFile
from engine.commands.open_case import OpenCase
from engine.commands.rate_case import RateCase
from engine.commands.refuse_reception import SendBack, stream_of
from engine.domain import lookup
from engine.domain.case import Agencies
from engine.domain.dossier_record import Component, Dossier, Ending, Fee, Paid
from engine.domain.events import EventType
from engine.domain.indicators import Filed, Period
from engine.domain.portal import PortalState
from engine.errors import (
    EngineError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
)
from engine.evidence import record
from engine.judging.ruling import Kind
from tests.integration.engine.office import Office
from tests.integration.engine.test_verdicts import judged, wrong

PAPERS: Final = (
    Component(name="Tờ khai", kind="original", quantity=1, digitised=True),
    Component(name="Giấy chứng sinh", kind="copy", quantity=2, source="store"),
)
CODE: Final = "ABCD2345"
DAY: Final = date(2026, 11, 20)


def received(office: Office, **more: Any) -> UUID:
    ward, at = office.agencies["ward"], office.agencies["office"]
    asked: dict[str, Any] = {
        "procedure": "1.001",
        "agencies": Agencies(helping=ward, receiving=ward, handling=at, deciding=at),
        "data": {"ten": "Nguyễn Thị Đượm", "phi": 5000},
        "components": PAPERS,
        "sets": 2,
        "fees": (Fee(name="Lệ phí", amount=8000),),
        "fees_why": "Theo nghị quyết của tỉnh",
        "lookup": CODE,
        "contact": {"dia_chi": "12 Trần Phú"},
    }
    opened = office.do("motcua", OpenCase(**(asked | more)))
    return UUID(str(opened["case"]))


def told(office: Office, case: UUID) -> Dossier:
    with office.app.store.read(office.tenant) as uow:
        found = uow.dossiers.get(case)
    assert found is not None
    assert office.case(case).portal == found.state.value
    return found.dossier


def filed(office: Office, first: date, last: date) -> dict[UUID, Filed]:
    with office.app.store.read(office.tenant) as uow:
        rows = uow.dossiers.of_period(Period(first=first, last=last))
    return {one.case: one for one in rows if one.case is not None}


def refused(
    office: Office, error: type[EngineError], code: str, who: str, command: object
) -> None:
    before = office.digest()
    with pytest.raises(error) as refusal:
        office.do(who, command)
    assert refusal.value.code == code
    assert office.digest() == before


def test_a_receipt_records_what_came_in(office: Office) -> None:
    case = received(office)
    found = told(office, case)
    assert (found.components, found.sets) == (PAPERS, 2)
    assert found.paid is Paid.DUE
    assert found.received_at == office.case(case).opened_at
    opening: Any = record.parse(office.events(case)[0].body)
    assert opening["facts"]["fees_why"] == "Theo nghị quyết của tỉnh"
    # Names and addresses are committed values, never facts.
    body = office.events(case)[0].body.decode()
    assert "Đượm" not in body
    assert "Trần Phú" not in body
    assert office.rebuild(case) == []
    assert wrong(judged(office, case)) == []


def test_fees_are_those_of_the_version_unless_somebody_says_why(office: Office) -> None:
    fees = (Fee(name="Lệ phí", amount=1),)
    command = OpenCase(procedure="1.001", data={"ten": "A", "phi": 0}, fees=fees)
    refused(office, NotReadyError, "no-why", "motcua", command)


def test_acts_are_told_until_the_result_is_with_the_applicant(office: Office) -> None:
    case = received(office)
    office.do("motcua", PayFee(case=case, name="Lệ phí", amount=3000, channel="npsp"))
    assert told(office, case).paid is Paid.PART
    assert not told(office, case).handled
    office.do("motcua", AddComponents(case=case, components=(PAPERS[0],)))
    office.complete("motcua", case, "nhan")
    assert PortalState(office.case(case).portal) is PortalState.IN_PROCESS
    before_last_step(office, case)
    office.do(
        "thamtra",
        IssueResult(case=case, number="12/GP", date=DAY, electronic=True),
    )
    again = IssueResult(case=case, number="13/GP", date=DAY)
    refused(office, NotReadyError, "no-why", "thamtra", again)
    office.do("motcua", ReturnComponents(case=case, components=(PAPERS[0],)))
    office.do("motcua", ReturnResult(case=case, how="direct", taken_by="Ông B"))
    found = told(office, case)
    assert found.result is not None
    assert found.result.number == "12/GP"
    assert found.given_back == (PAPERS[0],)
    assert PortalState(office.case(case).portal) is PortalState.RETURNED
    twice = ReturnResult(case=case, how="direct", taken_by="Ông B")
    refused(office, NotReadyError, "returned-already", "motcua", twice)
    assert office.rebuild(case) == []
    assert wrong(judged(office, case)) == []


def before_last_step(office: Office, case: UUID) -> None:
    """Bring a case that was received to the step that nothing comes after."""
    office.complete("thamtra", case, "tham_tra")
    office.clock.move(days=4)
    office.wake(case)
    office.complete("motcua", case, "thu_phi")


def test_a_result_before_the_work_that_leads_to_it_needs_a_reason(
    office: Office,
) -> None:
    case = received(office)
    early = IssueResult(case=case, number="12/GP", date=DAY)
    refused(office, NotReadyError, "no-why", "motcua", early)
    office.do("motcua", replace(early, reason="Bản giấy đã ký khi mất mạng"))
    back = ReturnResult(case=case, how="direct", taken_by="Ông B")
    refused(office, NotReadyError, "not-decided", "motcua", back)
    assert not told(office, case).rates
    found = judged(office, case)
    assert wrong(found) == []
    (undecided,) = found.deviations
    assert undecided.kind is Kind.UNDECIDED
    assert undecided.cause == "Bản giấy đã ký khi mất mạng"
    assert undecided.approver == office.accounts["motcua"].id.hex
    office.complete("motcua", case, "nhan")
    before_last_step(office, case)
    office.do("motcua", back)
    assert told(office, case).rates, "whoever has the result may say how it went"
    assert [one.kind for one in judged(office, case).deviations].count(
        Kind.UNDECIDED
    ) == 1


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 11, 19), "before-receipt"), (date(2026, 11, 21), "future-day")],
    ids=["before the receipt", "tomorrow"],
)
def test_a_result_is_of_a_day_from_the_receipt_until_today(
    office: Office, day: date, code: str
) -> None:
    case = received(office)
    command = IssueResult(case=case, number="12/GP", date=day, reason="Vì")
    refused(office, NotReadyError, code, "motcua", command)


def test_a_payment_that_nothing_is_owed_for_says_why(office: Office) -> None:
    case = received(office)
    for name, amount in (("Lệ phí", 8001), ("Tiền sử dụng đất", 1)):
        more = PayFee(case=case, name=name, amount=amount, channel="counter")
        refused(office, NotReadyError, "not-owed", "motcua", more)
    office.do("motcua", PayFee(case=case, name="Lệ phí", amount=8000, channel="npsp"))
    again = PayFee(case=case, name="Lệ phí", amount=1, channel="counter")
    refused(office, NotReadyError, "not-owed", "motcua", again)
    office.do("motcua", replace(again, reason="Thêm một bản sao"))
    assert [one.amount for one in told(office, case).payments] == [8000, 1]
    assert wrong(judged(office, case)) == []


def test_nothing_is_given_back_that_did_not_come_in(office: Office) -> None:
    case = received(office)
    for one in (
        replace(PAPERS[0], quantity=2),
        replace(PAPERS[0], name="Sổ đỏ"),
        replace(PAPERS[0], kind="copy"),
        PAPERS[1],
    ):
        command = ReturnComponents(case=case, components=(one,))
        refused(office, NotReadyError, "not-received", "motcua", command)
    office.do("motcua", ReturnComponents(case=case, components=(PAPERS[0],)))
    again = ReturnComponents(case=case, components=(PAPERS[0],))
    refused(office, NotReadyError, "not-received", "motcua", again)


def test_nothing_is_told_of_a_case_of_others(office: Office) -> None:
    case = received(office)
    command = PayFee(case=case, name="Lệ phí", amount=1, channel="npsp")
    before = office.digest()
    with pytest.raises((NotFoundError, NotAllowedError)):
        office.do("xa", command)
    assert office.digest() == before


def test_a_withdrawal_that_was_asked_for_shows_on_the_portal(office: Office) -> None:
    case = received(office)
    office.do("motcua", AskWithdrawal(case=case, reason="Đổi ý"))
    state = PortalState(office.case(case).portal)
    assert state is PortalState.WITHDRAWAL_ASKED


def test_the_file_is_with_one_desk_until_the_other_accepts(office: Office) -> None:
    case = received(office)
    mine = office.actor("motcua").positions[0].id
    theirs = office.actor("thamtra").positions[0].id
    refused(office, NotReadyError, "not-offered", "thamtra", AcceptFile(case=case))
    office.do("motcua", OfferFile(case=case, taker=theirs, originals=PAPERS))
    with office.app.store.read(office.tenant) as uow:
        waiting = {one: uow.dossiers.offered([one]) for one in (mine, theirs)}
    assert [len(found) for found in waiting.values()] == [1, 1]
    refused(
        office, NotAllowedError, "not-your-position", "motcua", AcceptFile(case=case)
    )
    office.do("thamtra", AcceptFile(case=case))
    assert told(office, case).holder == theirs.hex
    again = OfferFile(case=case, taker=theirs)
    refused(office, NotAllowedError, "not-holding", "motcua", again)
    with office.app.store.read(office.tenant) as uow:
        assert uow.dossiers.offered([mine, theirs]) == ()
    assert office.rebuild(case) == []
    assert wrong(judged(office, case)) == []


def test_a_dossier_is_rated_once_after_its_end_with_both_codes(office: Office) -> None:
    case = received(office)
    code = office.case(case).code

    def rate(**more: Any) -> None:
        asked: dict[str, Any] = {"code": code, "lookup": "abcd-2345", "score": 5}
        office.app.engine.run(RateCase(**(asked | more)), office.tenant)

    with pytest.raises(NotReadyError):
        rate()
    stop = StopCase(case=case, reason="Trùng", basis="Điều 1", document="1/QĐ")
    office.do("giamsat", stop)
    with pytest.raises(NotFoundError):
        rate(lookup="ABCD2346")
    with pytest.raises(NotReadyError):
        rate(score=6)
    rate(comment="Nhanh, lịch sự")
    assert told(office, case).score == 5
    assert told(office, case).ending is Ending.STOPPED
    with pytest.raises(NotReadyError):
        rate()
    assert office.rebuild(case) == []
    assert wrong(judged(office, case)) == []


def test_a_look_up_code_is_kept_as_a_salted_hash(office: Office) -> None:
    one, other = office.case(received(office)), office.case(received(office))
    assert CODE.encode() not in one.lookup
    assert one.lookup != other.lookup
    assert lookup.fits("abcd 2345", one.lookup)
    assert not lookup.fits(CODE, b"")


def test_a_period_is_told_as_the_record_stood_at_its_end(office: Office) -> None:
    case = received(office)
    office.complete("motcua", case, "nhan")
    office.clock.move(days=10)
    office.do("motcua", PayFee(case=case, name="Lệ phí", amount=8000, channel="bank"))
    then = filed(office, DAY, DAY)[case]
    assert (then.procedure, then.code) == ("1.001", office.case(case).code)
    assert then.dossier.paid is Paid.DUE
    assert then.dossier.handled
    later = DAY + timedelta(days=10)
    assert filed(office, later, later)[case].dossier.paid is Paid.PAID
    before = DAY - timedelta(days=1)
    assert filed(office, before, before) == {}


def test_what_ended_before_a_period_has_no_part_in_it(office: Office) -> None:
    case = received(office)
    stop = StopCase(case=case, reason="Trùng", basis="Điều 1", document="1/QĐ")
    office.do("giamsat", stop)
    assert case in filed(office, DAY, DAY)
    later = DAY + timedelta(days=1)
    assert filed(office, later, later) == {}


def test_a_lost_row_is_told_anew(office: Office) -> None:
    case = received(office)
    office.complete("motcua", case, "nhan")
    known = told(office, case)
    office.sql("DELETE FROM dossier WHERE case_id = :case", case=case)
    assert office.rebuild(case) == ["the dossier differs from the record"]
    assert told(office, case) == known
    office.sql("DELETE FROM dossier WHERE case_id = :case", case=case)
    office.do("motcua", AskWithdrawal(case=case, reason="Đổi ý"))
    assert told(office, case).components == PAPERS
    assert office.rebuild(case) == []


def test_codes_are_never_given_again(office: Office) -> None:
    """Whatever happens to the cases: stopped, rebuilt, damaged."""
    codes = []
    for n in range(6):
        case = received(office)
        codes.append(office.case(case).code)
        if n % 2:
            stop = StopCase(case=case, reason="Trùng", basis="Điều 1", document="1/QĐ")
            office.do("giamsat", stop)
        office.rebuild(case)
    assert len(set(codes)) == len(codes)
    assert [code[-4:] for code in codes] == [f"{n:04d}" for n in range(1, 7)]


def back(office: Office, **more: Any) -> SendBack:
    asked: dict[str, Any] = {
        "kind": EventType.RECEPTION_INCOMPLETE,
        "procedure": "1.001",
        "agency": office.agencies["ward"],
        "missing": ("Tờ khai",),
        "reason": "Chưa ký",
        "name": "Nguyễn Thị Đượm",
    }
    return SendBack(**(asked | more))


def test_what_is_sent_back_at_the_desk_is_numbered_and_no_case(office: Office) -> None:
    first = office.do("motcua", back(office))
    refusal = EventType.RECEPTION_REFUSED
    other = office.do("motcua", back(office, kind=refusal, missing=()))
    second = office.do("motcua", back(office))
    assert [one["number"] for one in (first, other, second)] == [
        "1/HDHS",
        "1/TCHS",
        "2/HDHS",
    ]
    with office.app.store.read(office.tenant) as uow:
        assert list(uow.cases.all()) == []
        stream = stream_of(office.agencies["ward"], DAY)
        events = uow.history.read(stream, 202611)
    assert [one.type for one in events] == [
        "reception.incomplete",
        "reception.refused",
        "reception.incomplete",
    ]
    assert b"\xc4\x90\xc6\xb0\xe1\xbb\xa3m" not in b"".join(one.body for one in events)


def test_a_desk_sends_back_for_itself_alone_and_says_what_is_missing(
    office: Office,
) -> None:
    nothing = back(office, missing=())
    refused(office, NotReadyError, "no-components", "motcua", nothing)
    elsewhere = back(office, agency=office.agencies["office"])
    refused(office, NotAllowedError, "no-position", "motcua", elsewhere)
    silent = back(office, reason=" ")
    refused(office, NotReadyError, "no-why", "motcua", silent)
