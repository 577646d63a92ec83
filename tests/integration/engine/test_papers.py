"""Papers of a case that went through everything: names, dates and minutes by hand.

Working hours are 07:30 to 11:30 and 13:00 to 17:00; Tuesday 24/11/2026 is Vietnam
Culture Day. The dossier is received on Friday 20/11 at 09:05 with five working days:
Monday 23, Wednesday 25, Thursday 26, Friday 27, Monday 30/11 at 09:05.

A supplement stops the clock from Monday 23/11, 10:05 to Friday 27/11, 10:05: 325
minutes of Monday, 480 of Wednesday and Thursday each and 155 of Friday are 1,440, three
working days. So the promise becomes Thursday 3/12 at 09:05, and the first step, which
was due on Wednesday 25/11 at 09:05, is due on Monday 30/11 at 09:05.
"""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pypdf
import pytest

from engine.commands import ask_outside as ask
from engine.commands.end_case import WithdrawCase
from engine.commands.erase_personal import ErasePersonal
from engine.commands.extend_deadline import (
    AskExtension,
    ExtendDeadline,
    RefuseExtension,
)
from engine.commands.hand_over_file import AcceptFile, OfferFile
from engine.commands.number_paper import NumberPaper
from engine.commands.refuse_reception import SendBack
from engine.commands.return_task import ReturnTask
from engine.commands.substitute import GiveSubstitution
from engine.domain import calendars, receipt
from engine.domain.events import EventType, StreamKind
from engine.domain.model import TimeLimit
from engine.domain.organisation import Agency, Naming, Substitution
from engine.domain.paper_forms import SETS, Kind, set_for
from engine.domain.timeliness import Class
from engine.errors import ExistsError, NotReadyError
from engine.evidence import chained
from engine.evidence.papers import book, desk, letters, offer, slip
from engine.evidence.papers.source import Party, Source
from tests import bpmn
from tests.integration.engine import forging, keeping
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, wrong
from webui.documents import papers

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")
STEP: Final = '<qt:work><qt:limit amount="{}" unit="working-hour"/></qt:work>'
LONG: Final = (
    "Công ty trách nhiệm hữu hạn một thành viên Thương mại Dịch vụ"
    " Nguyễn Thị Ngọc Huyền"
)
MODEL: Final = bpmn.definitions(
    bpmn.process(
        f"start s; task xem 'Xem xét' {ext(STEP.format(16))};"
        f" task ky 'Ký duyệt' {ext(STEP.format(8))}; task tra 'Trả kết quả'; end e",
        "s > xem > ky > tra > e",
        identity="p_giay",
        name="Cấp giấy xác nhận",
        more=lanes(examiner="xem", leader="ky", desk="tra")
        + ext(
            '<qt:procedure code="8.001" applicant="ho_ten">'
            '<qt:limit amount="5" unit="working-day"/></qt:procedure>'
        ),
    )
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def go(office: Office, text: str) -> None:
    office.clock.at = at(text).astimezone(UTC)


@scene
def case(office: Office) -> UUID:
    office.publish(giay=MODEL)
    return office.open(
        "8.001", ho_ten=LONG, dia_chi="12 Trần Phú", dien_thoai="0905 123 456"
    )


def source_of(office: Office, case: UUID) -> Source:
    row, sealed = office.case(case), office.events(case)
    with office.app.store.begin(office.tenant) as uow:
        version = uow.procedures.version(row.procedure_version)
        model = office.app.packages.published(version, uow.procedures).pool("").model
        organisation = uow.accounts.organisation()
    return Source(
        first=sealed[0],
        steps=chained.opened(sealed),
        model=model,
        procedure=("8.001", "Cấp giấy xác nhận"),
        organisation=organisation,
        names={one.id: one.name for one in office.accounts.values()},
        log="tinh/1",
    )


def text_of(source: Source, kind: Kind, view: papers.Paper) -> str:
    content = papers.pdf(source.forms, kind, [view], at("2026-12-09 08:00"))
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def live(office: Office, case: UUID) -> None:
    """Live through everything that the module tells."""
    go(office, "2026-11-20 09:35")
    office.claim("thamtra", case, "xem")
    go(office, "2026-11-23 10:05")
    missing = ask.RequestSupplement(
        case=case, missing="Ký từng trang\nGhi ngày", reason="Đơn chưa ký"
    )
    office.do("thamtra", missing)
    go(office, "2026-11-27 10:05")
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    go(office, "2026-11-30 10:00")
    office.complete("thamtra", case, "xem")
    go(office, "2026-11-30 14:00")
    back = ReturnTask(
        case=case, element="ky", occurrence=1, target="xem", reason="Thiếu ý kiến"
    )
    office.do("lanhdao", back)
    stands_in(office)
    go(office, "2026-12-02 14:00")
    office.complete("xa", case, "xem", visit=2)
    go(office, "2026-12-03 08:00")
    more = ExtendDeadline(
        case=case,
        by=TimeLimit(3, "working-day"),
        reason="Chờ cơ quan thuế",
        letter="12/XLGH",
    )
    office.do("giamsat", more)
    go(office, "2026-12-03 15:00")
    office.complete("lanhdao", case, "ky", visit=2)
    go(office, "2026-12-08 10:00")
    office.complete("motcua", case, "tra")


def stands_in(office: Office) -> None:
    office.do(
        "quantri",
        GiveSubstitution(
            substitution=Substitution(
                id=office.app.ids.uuid(),
                position=office.actor("thamtra").positions[0].id,
                absent=office.accounts["thamtra"].id,
                substitute=office.accounts["xa"].id,
                valid_from=date(2026, 12, 1),
                valid_to=date(2026, 12, 4),
                order="12/QĐ-VP",
            )
        ),
    )


EXAMINER: Final = Party(
    agency="Cơ quan office", position="Chuyên viên", person="Người thamtra"
)
LEADER: Final = Party(
    agency="Cơ quan office", position="Lãnh đạo", person="Người lanhdao"
)
DESK: Final = Party(agency="Cơ quan ward", position="Một cửa", person="Người motcua")
SUBSTITUTE: Final = replace(EXAMINER, person="Người xa", behalf="Người thamtra")


def test_the_slip_has_every_hand_over_with_its_minutes_and_results(
    office: Office, case: UUID
) -> None:
    live(office, case)
    source = source_of(office, case)
    view = slip.slip(source, at("2026-12-09 08:00"))
    told = [
        (
            one.at,
            one.kind,
            one.giver,
            [(each.party, each.taken) for each in one.receivers],
            one.due,
            one.result,
        )
        for one in view.lines
    ]
    done = EventType.TASK_COMPLETED
    assert told == [
        (
            at("2026-11-20 09:05"),
            EventType.CASE_OPENED,
            DESK,
            [(EXAMINER, at("2026-11-20 09:35"))],
            None,
            None,
        ),
        (
            at("2026-11-30 10:00"),
            done,
            EXAMINER,
            [(LEADER, at("2026-11-30 14:00"))],
            at("2026-11-30 09:05"),
            Class.LATE,
        ),
        (
            at("2026-11-30 14:00"),
            EventType.TASK_RETURNED,
            LEADER,
            [(SUBSTITUTE, at("2026-12-02 14:00"))],
            at("2026-12-01 10:00"),
            Class.EARLY,
        ),
        (
            at("2026-12-02 14:00"),
            done,
            SUBSTITUTE,
            [(LEADER, at("2026-12-03 15:00"))],
            at("2026-12-02 14:00"),
            Class.ON_TIME,
        ),
        (
            at("2026-12-03 15:00"),
            done,
            LEADER,
            [(DESK, at("2026-12-08 10:00"))],
            at("2026-12-03 14:00"),
            Class.LATE,
        ),
        (at("2026-12-08 10:00"), done, DESK, [], None, None),
    ]
    assert view.lines[2].target == "Xem xét"
    assert (view.promised, view.ended) == (
        at("2026-12-08 09:05"),
        at("2026-12-08 10:00"),
    )
    assert view.result is Class.LATE
    assert (view.desk, view.others) == ("Cơ quan ward", ())


def test_the_printed_slip_says_the_same(office: Office, case: UUID) -> None:
    live(office, case)
    source = source_of(office, case)
    text = text_of(source, Kind.SLIP, slip.slip(source, at("2026-12-09 08:00")))
    for said in (
        "Mẫu số 06",
        "Tiếp nhận: 09:05 20/11/2026",
        "Hẹn trả: 09:05 08/12/2026",
        "Người xa (thay Người thamtra)",
        "Giao: 14:00 02/12/2026 Nhận: 15:00 03/12/2026",
        "Đúng hạn",
        "Trả lại bước trước: Xem xét",
        "Chờ bổ sung hồ sơ: 10:05 23/11/2026 đến 10:05 27/11/2026",
        "hẹn trả 09:05 30/11/2026 → 09:05 03/12/2026",
        "Gia hạn: 08:00 03/12/2026; hẹn trả 09:05 03/12/2026 → 09:05 08/12/2026",
        "Kết thúc: 10:00 08/12/2026 – Quá hạn",
    ):
        assert said in text, text
    assert text.count("Quá hạn") == 3


def test_the_receipt_says_what_was_promised_at_the_receipt_whatever_came_later(
    office: Office, case: UUID
) -> None:
    number = NumberPaper(case=case, kind=Kind.RECEIPT, about=1)
    assert office.do("motcua", number) == {"number": 1, "year": 2026}
    live(office, case)
    source = source_of(office, case)
    text = text_of(
        source, Kind.RECEIPT, letters.receipt(source, at("2026-12-09 08:00"))
    )
    for said in (
        "CƠ QUAN PROVINCE",
        "CƠ QUAN WARD",
        "Số: 1/TNHS",
        "ngày 20 tháng 11 năm 2026",
        f"Mã hồ sơ: {source.code}",
        f"Tiếp nhận hồ sơ của: {LONG}",
        "Địa chỉ: 12 Trần Phú",
        "Số điện thoại: 0905 123 456",
        "Nội dung yêu cầu giải quyết: Cấp giấy xác nhận",
        "Thời hạn giải quyết theo quy định: 05 ngày làm việc",
        "Thời gian nhận hồ sơ: 09 giờ 05 phút, ngày 20 tháng 11 năm 2026",
        "Thời gian trả kết quả: 09 giờ 05 phút, ngày 30 tháng 11 năm 2026",
        "quyển số 2026, số thứ tự 1",
        "Người motcua",
    ):
        assert said in text, text
    held = receipt.parse(source.qr)
    assert (held.code, held.leaf) == (source.code, office.events(case)[0].leaf)


def test_a_case_whose_papers_are_numbered_stays_sound_even_when_it_is_over(
    office: Office, case: UUID
) -> None:
    before = office.case(case).due_at
    number = NumberPaper(case=case, kind=Kind.RECEIPT, about=1)
    assert office.do("motcua", number) == office.do("motcua", number)
    assert office.case(case).due_at == before
    assert source_of(office, case).record.handled is False
    live(office, case)
    kinds = {
        one.kind: one.about
        for one in offer.offers(source_of(office, case))
        if not one.why_not
    }
    apology = NumberPaper(case=case, kind=Kind.APOLOGY, about=kinds[Kind.APOLOGY])
    with pytest.raises(NotReadyError) as refused:
        office.do("giamsat", apology)
    assert refused.value.code == "typed-number"
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    assert wrong(judged(office, case)) == []


def test_a_sealed_day_tells_of_a_number_whose_paper_is_gone(
    office: Office, case: UUID, tmp_path: Path
) -> None:
    kept = keeping.Kept(office, tmp_path)
    office.do("motcua", NumberPaper(case=case, kind=Kind.RECEIPT, about=1))
    kept.seal()
    assert kept.codes(kept.check()) == []
    office.sql("UPDATE code_counter SET last = 2 WHERE prefix LIKE 'TNHS/%'")
    kept.seal()
    found = [one for one in kept.check().findings if one.code == "code"]
    assert len(found) == 1
    assert f"TNHS/{office.agencies['ward'].hex}/2026/2" in found[0].message_en


def test_papers_mark_a_date_that_no_confirmed_calendar_covered_as_it_was_told(
    office: Office, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(office, case)
    now = at("2026-12-09 08:00")
    known = office.app.engine.tools.calendar
    # The promise of the receipt is 30/11; the letter moves it from 3/12 to 8/12.
    for last, promised, moved in (
        (date(2026, 12, 31), False, (False, False)),
        (date(2026, 12, 7), False, (False, True)),
        (date(2026, 11, 30), False, (True, True)),
        (date(2026, 11, 29), True, (True, True)),
    ):
        calendar = replace(known, confirmed=(date(2026, 1, 1), last))
        register = calendars.alone(known)
        monkeypatch.setattr(register, "in_force", lambda *_, now=calendar: now)
        source = replace(source_of(office, case), register=register)
        about = {one.kind: one.about for one in offer.offers(source) if not one.why_not}
        assert letters.receipt(source, now).provisional is promised
        told = letters.apology(source, about[Kind.APOLOGY], now)
        assert told.provisional == moved
        assert slip.slip(source, now).provisional is False, "it is over"


def test_a_request_for_a_supplement_tells_its_rule_and_by_when(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-23 10:05")
    command = ask.RequestSupplement(
        case=case,
        missing="Đơn",
        reason="Thiếu",
        basis=" khoản 2 Điều 17 ",
        until=date(2026, 11, 22),
    )
    with pytest.raises(NotReadyError) as early:
        office.do("thamtra", command)
    assert early.value.code == "supplement-day"
    office.do("thamtra", replace(command, until=date(2026, 11, 30)))
    source = source_of(office, case)
    (about,) = (
        one.about
        for one in offer.offers(source)
        if one.kind is Kind.SUPPLEMENT and not one.why_not
    )
    facts = source.steps[about - 1].body["facts"]
    assert (facts["basis"], facts["until"]) == ("khoản 2 Điều 17", "2026-11-30")
    view = letters.supplement(source, about, at("2026-11-23 11:00"))
    text = text_of(source, Kind.SUPPLEMENT, view)
    assert "Căn cứ: khoản 2 Điều 17" in text
    assert "Bổ sung chậm nhất ngày: 30/11/2026" in text


def test_the_slip_says_since_when_the_clock_stands(office: Office, case: UUID) -> None:
    go(office, "2026-11-23 10:05")
    office.do(
        "thamtra", ask.RequestSupplement(case=case, missing="Đơn", reason="Thiếu")
    )
    shown = slip.slip(source_of(office, case), at("2026-11-24 08:00"))
    assert (shown.promised, shown.stands) == (None, at("2026-11-23 10:05"))
    go(office, "2026-11-25 10:05")
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    shown = slip.slip(source_of(office, case), at("2026-11-25 11:00"))
    assert shown.stands is None
    assert shown.promised is not None


def test_the_request_and_the_apology_say_who_asked_why_and_until_when(
    office: Office, case: UUID
) -> None:
    live(office, case)
    source, now = source_of(office, case), at("2026-12-09 08:00")
    kinds = {one.kind: one.about for one in offer.offers(source) if not one.why_not}
    asked = letters.supplement(source, kinds[Kind.SUPPLEMENT], now)
    assert asked.items == ("Ký từng trang", "Ghi ngày")
    text = text_of(source, Kind.SUPPLEMENT, asked)
    assert "Lý do: Đơn chưa ký" in text
    assert "10 giờ 05 phút, ngày 23 tháng 11 năm 2026" in text
    sorry = text_of(
        source, Kind.APOLOGY, letters.apology(source, kinds[Kind.APOLOGY], now)
    )
    for said in (
        f"Kính gửi: {LONG}",
        "Ngày 20/11/2026",
        "hẹn trả kết quả vào 09 giờ 05 phút, ngày 03 tháng 12 năm 2026",
        "Lý do: Chờ cơ quan thuế",
        "được gia hạn đến 09 giờ 05 phút, ngày 08 tháng 12 năm 2026",
        "Số: 12/XLGH",
        "ngày 03 tháng 12 năm 2026",
        "GIÁM SÁT (Ký, ghi rõ họ tên) Người giamsat",
    ):
        assert said in sorry, sorry
    assert Kind.STOP not in kinds
    assert Kind.REFUSAL not in kinds


def test_the_form_of_2025_also_asks_for_the_time_before_it_is_granted(
    office: Office, case: UUID
) -> None:
    until = at("2026-12-04 17:00").astimezone(UTC)
    request = AskExtension(case=case, by=until, reason="Hồ sơ phức tạp")
    office.do("thamtra", request)
    source = source_of(office, case)
    found = offer.find(source, Kind.APOLOGY, 2)
    assert found is not None
    assert found.draft
    view = letters.apology(source, 2, at("2026-11-20 10:00"))
    assert not view.granted
    text = text_of(source, Kind.APOLOGY, view)
    assert "đề nghị gia hạn thời gian giải quyết đến 17 giờ 00 phút, ngày 04" in text
    assert "Người thamtra" not in text
    assert "DỰ THẢO" in text


def test_a_request_gets_no_number_and_is_gone_once_it_is_answered(
    office: Office, case: UUID
) -> None:
    longer = TimeLimit(3, "working-day")
    office.do("thamtra", AskExtension(case=case, by=longer, reason="Phức tạp"))
    with pytest.raises(NotReadyError) as refused:
        office.do("thamtra", NumberPaper(case=case, kind=Kind.APOLOGY, about=2))
    assert refused.value.code == "draft-paper"
    office.do("thamtra", AskExtension(case=case, by=longer, reason="Rất phức tạp"))
    assert apologies(office, case) == [(3, "", True)]
    office.do("giamsat", ExtendDeadline(case=case, by=longer, reason="Đồng ý"))
    assert apologies(office, case) == [(4, "", False)]
    assert offer.find(source_of(office, case), Kind.APOLOGY, 3) is None
    office.do("thamtra", AskExtension(case=case, by=longer, reason="Thêm nữa"))
    office.do("giamsat", RefuseExtension(case=case, reason="Đủ rồi"))
    assert apologies(office, case) == [(4, "", False)]
    office.do("thamtra", AskExtension(case=case, by=longer, reason="Thêm nữa"))
    assert apologies(office, case) == [(4, "", False), (7, "", True)]
    back = WithdrawCase(case=case, reason="Rút", basis="Điều 21", document="Đơn")
    office.do("motcua", back)
    assert apologies(office, case) == [(4, "", False)]


def test_the_apology_has_one_number_typed_or_of_the_register(
    office: Office, case: UUID
) -> None:
    longer, now = TimeLimit(3, "working-day"), at("2026-11-20 10:00")
    extend = ExtendDeadline(case=case, by=longer, reason="Chờ", letter=" 7/XLGH-UB ")
    office.do("giamsat", extend)
    office.do("giamsat", replace(extend, letter=" "))
    assert apologies(office, case) == [(2, "7/XLGH-UB", False), (3, "", False)]
    number = NumberPaper(case=case, kind=Kind.APOLOGY, about=3)
    assert office.do("giamsat", number) == {"number": 1, "year": 2026}
    source = source_of(office, case)
    heads = [letters.apology(source, seq, now).head for seq in (2, 3)]
    assert [one.number for one in heads] == ["7/XLGH-UB", "1/XLGH"]
    verdict = [one.params["letter"] for one in judged(office, case).deviations]
    assert verdict == ["7/XLGH-UB", ""]
    assert office.rebuild(case) == []
    assert wrong(judged(office, case)) == []


@pytest.mark.parametrize("typed", ["1/XLGH", " 001 / xlgh "])
def test_a_number_that_the_register_gave_is_refused_for_another_letter(
    office: Office, case: UUID, typed: str
) -> None:
    longer = TimeLimit(3, "working-day")
    extend = ExtendDeadline(case=case, by=longer, reason="Chờ")
    # Nobody has it yet: written by hand, it may be.
    office.do("giamsat", replace(extend, letter="2/XLGH"))
    office.do("giamsat", extend)
    office.do("giamsat", NumberPaper(case=case, kind=Kind.APOLOGY, about=3))
    taken = replace(extend, letter=typed)
    ask = AskExtension(case=case, by=longer, reason="Chờ", letter=typed)
    for login, command in (("giamsat", taken), ("thamtra", ask)):
        with pytest.raises(ExistsError) as refused:
            office.do(login, command)
        assert refused.value.code == "number-given"
    # Another register, and a number that was not given yet.
    office.do("giamsat", replace(extend, letter="1/XLGH-VP"))
    office.do("giamsat", replace(extend, letter="3/XLGH"))
    office.do("giamsat", replace(extend, letter="1/UBND"))
    assert len(apologies(office, case)) == 5
    assert office.rebuild(case) == []


def test_who_extends_from_above_signs_in_the_position_that_supervises(
    office: Office, case: UUID
) -> None:
    longer = TimeLimit(3, "working-day")
    office.do("giamsat", ExtendDeadline(case=case, by=longer, reason="Chờ", letter="7"))
    source = source_of(office, case)
    view = letters.apology(source, 2, at("2026-11-20 10:00"))
    position = office.actor("giamsat").positions[0]
    assert view.official == Party(
        agency=source.office(position.agency),
        position=position.name,
        person="Người giamsat",
    )
    assert position.agency not in (
        source.agency("handling"),
        source.agency("receiving"),
    )
    # The agency that handles the dossier apologises, whoever granted the time.
    assert view.head.office == source.office(source.agency("handling"))
    assert wrong(judged(office, case)) == []

    def other(body: dict[str, Any], _: dict[str, Any]) -> None:
        leader = office.actor("lanhdao").positions[0]
        body["doer"] |= {"position": leader.id.hex, "agency": leader.agency.hex}

    signed = forging.forge(office.events(case), 2, other)
    assert (2, "authority", "not-holder") in wrong(judged(office, case, signed))


def apologies(office: Office, case: UUID) -> list[tuple[int, str, bool]]:
    return [
        (one.about, one.typed, one.draft)
        for one in offer.offers(source_of(office, case))
        if one.kind is Kind.APOLOGY
    ]


def test_a_withdrawn_dossier_has_a_notice_with_its_stage(
    office: Office, case: UUID
) -> None:
    command = WithdrawCase(
        case=case, reason="Nộp lại sau", basis="Điều 21", document="Đơn ngày 20/11/2026"
    )
    office.do("motcua", command)
    source = source_of(office, case)
    text = text_of(source, Kind.STOP, letters.stop(source, 2, at("2026-11-20 10:00")))
    assert "Trường hợp dừng: người nộp đề nghị rút hồ sơ." in text
    assert "Thời điểm dừng: 09 giờ 05 phút, ngày 20 tháng 11 năm 2026" in text
    assert "Công việc đang thực hiện khi dừng: Xem xét" in text
    assert "Phí, lệ phí: không phát sinh" in text


def test_an_erased_name_prints_as_erased_with_the_order(
    office: Office, case: UUID
) -> None:
    live(office, case)
    erase = ErasePersonal(
        case=case,
        names=("ho_ten",),
        basis="Điều 14 Luật 91/2025/QH15",
        order="QĐ 5",
    )
    office.do("quantri", erase)
    source = source_of(office, case)
    view = letters.receipt(source, at("2026-12-09 08:00"))
    gone = "đã xóa theo Điều 14 Luật 91/2025/QH15 (QĐ 5), ngày 08/12/2026"
    assert view.contact.name == gone
    assert gone in text_of(source, Kind.RECEIPT, view)
    assert LONG not in text_of(source, Kind.RECEIPT, view)


def test_the_book_has_a_line_a_dossier_in_the_order_of_receipt(
    office: Office, case: UUID
) -> None:
    office.do("motcua", NumberPaper(case=case, kind=Kind.RECEIPT, about=1))
    go(office, "2026-11-20 09:20")
    second = office.open("8.001", ho_ten="Lê Văn Đượm")
    live(office, case)
    now = at("2026-12-09 08:00")
    read = [source_of(office, one) for one in (second, case)]
    view = book.book(
        read[0].organisation,
        office.agencies["ward"],
        (date(2026, 11, 1), date(2026, 11, 30)),
        [book.entry(one, now) for one in read],
        date(2026, 12, 9),
    )
    assert [one.contact.name for one in view.entries] == [LONG, "Lê Văn Đượm"]
    assert [one.number for one in view.entries] == [1, 0]
    first = view.entries[0]
    assert (first.promised, first.returned) == (
        at("2026-12-08 09:05"),
        at("2026-12-08 10:00"),
    )
    text = text_of(read[0], Kind.BOOK, view)
    for said in (
        "Quyển số: 2026 – từ ngày 01/11/2026 đến ngày 30/11/2026 – 2 hồ sơ",
        "10:00 08/12/2026",
        "Quá hạn; bổ sung 1 lần",
        "Cơ quan office",
    ):
        assert said in text, text


def test_a_paper_bears_the_name_that_the_agency_had_on_its_day(
    office: Office, case: UUID
) -> None:
    source = source_of(office, case)
    ward = office.agencies["ward"]
    named = replace(
        source.organisation.agencies[ward],
        level="commune",
        name="Ủy ban nhân dân phường Quy Nhơn",
        renamed=(
            Naming(
                since=date(2026, 12, 1),
                name="Ủy ban nhân dân phường Quy Nhơn Nam",
                level="commune",
            ),
        ),
    )
    agencies: dict[UUID, Agency] = {**source.organisation.agencies, ward: named}
    dated = replace(
        source, organisation=replace(source.organisation, agencies=agencies)
    )
    before = letters.receipt(dated, at("2026-11-20 10:00")).head
    after = letters.receipt(dated, at("2026-12-01 10:00")).head
    assert (before.office, before.place) == (
        "Ủy ban nhân dân phường Quy Nhơn",
        "Quy Nhơn",
    )
    assert (after.office, after.place, after.above) == (
        "Ủy ban nhân dân phường Quy Nhơn Nam",
        "Quy Nhơn Nam",
        "",
    )


def test_what_the_desk_sent_back_shares_its_numbers_and_its_forms(
    office: Office, case: UUID
) -> None:
    back = SendBack(
        kind=EventType.RECEPTION_INCOMPLETE,
        procedure="8.001",
        agency=office.agencies["ward"],
        missing=("Bản vẽ", "Giấy ủy quyền"),
        reason="Chưa đủ giấy tờ",
        name="Đặng Thị Ước",
        contact={"dia_chi": "5 Lê Lợi"},
    )
    asked = ask.RequestSupplement(case=case, missing="Ký đơn", reason="Chưa ký")
    office.do("motcua", asked)
    number = NumberPaper(case=case, kind=Kind.SUPPLEMENT, about=2)
    assert office.do("motcua", number)["number"] == 1
    done = office.do("motcua", back)
    assert done["number"] == "2/HDHS"
    refusal = EventType.RECEPTION_REFUSED
    office.do("motcua", replace(back, kind=refusal, missing=()))
    source = source_of(office, case)
    with office.app.store.begin(office.tenant) as uow:
        stream = UUID(str(done["stream"]))
        known = uow.history.known(StreamKind.RECEPTION, stream)
        assert known is not None
        steps = chained.opened(uow.history.read(stream, known.month))
    first, second = (
        desk.SentBack(
            step=step,
            procedure="Cấp giấy xác nhận",
            organisation=source.organisation,
            names=source.names,
            orders={},
        )
        for step in steps
    )
    text = text_of(source, first.kind, first.paper())
    for said in (
        "Số: 2/HDHS",
        "Hồ sơ của: Đặng Thị Ước",
        "Địa chỉ: 5 Lê Lợi",
        "1. Bản vẽ 2. Giấy ủy quyền",
        "Lý do: Chưa đủ giấy tờ",
        "09 giờ 05 phút, ngày 20 tháng 11 năm 2026",
        "Người motcua",
    ):
        assert said in text, text
    assert "Mã hồ sơ" not in text
    refused = text_of(source, second.kind, second.paper())
    assert "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ" in refused
    assert "Số: 1/TCHS" in refused


def test_a_refused_dossier_prints_form_03_with_the_last_reason(
    office: Office, case: UUID
) -> None:
    live(office, case)
    source = source_of(office, case)
    last = source.steps[-1]
    assert offer.find(source, Kind.REFUSAL, last.seq) is None
    told = {**last.body, "facts": {**last.body["facts"], "ending": "refused"}}
    ended = replace(last, body=told, values={"ly_do_tu_choi": "Không đủ điều kiện"})
    refused = replace(source, steps=(*source.steps[:-1], ended))
    assert offer.find(refused, Kind.REFUSAL, last.seq) is not None
    view = letters.refusal(refused, last.seq, at("2026-12-09 08:00"))
    text = text_of(refused, Kind.REFUSAL, view)
    assert "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ" in text
    assert "Không đủ điều kiện" in text
    assert "10 giờ 00 phút, ngày 08 tháng 12 năm 2026" in text


def test_what_an_agency_received_in_a_period_is_read_in_order(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20 17:00")
    second = office.open("8.001", ho_ten="Lê Văn Đượm")
    morning, noon = at("2026-11-20 09:05"), at("2026-11-20 12:00")
    evening = at("2026-11-20 17:00")
    received, ward = office.app.queries.received, office.agencies["ward"]

    def read(since: datetime, until: datetime, limit: int = 9) -> list[UUID]:
        return [one.id for one in received(office.tenant, ward, (since, until), limit)]

    assert read(morning, at("2026-11-21 00:00")) == [case, second]
    assert read(morning, at("2026-11-21 00:00"), 1) == [case]
    assert read(noon, evening) == []
    assert read(morning, evening) == [case]
    other = office.agencies["office"]
    assert received(office.tenant, other, (morning, at("2026-11-21 00:00")), 9) == ()
    assert received(office.abroad, ward, (morning, at("2026-11-21 00:00")), 9) == ()


def test_a_handed_over_file_is_a_line_of_the_slip(office: Office, case: UUID) -> None:
    taker = office.actor("thamtra").positions[0].id
    office.do("motcua", OfferFile(case=case, taker=taker))
    source = source_of(office, case)
    now = at("2026-12-09 08:00")
    line = slip.slip(source, now).lines[-1]
    assert (line.giver, line.receivers[0].taken) == (DESK, None)
    assert line.receivers[0].party == replace(EXAMINER, person="")
    go(office, "2026-11-20 09:40")
    office.do("thamtra", AcceptFile(case=case))
    source = source_of(office, case)
    line = slip.slip(source, now).lines[-1]
    assert line.receivers[0].party == EXAMINER
    assert line.receivers[0].taken == at("2026-11-20 09:40")
    assert "Giao nhận hồ sơ giấy" in text_of(source, Kind.SLIP, slip.slip(source, now))


def test_the_set_follows_from_the_day_of_receipt(office: Office) -> None:
    go(office, "2025-06-30 16:30")
    office.publish(giay=MODEL)
    old = source_of(office, office.open("8.001", ho_ten="Lê Văn Đượm"))
    go(office, "2025-07-01 07:30")
    new = source_of(office, office.open("8.001", ho_ten="Lê Văn Đượm"))
    assert (old.forms.name, new.forms.name) == ("tt-01-2018", "tt-03-2025")
    offered = {one.kind: one for one in offer.offers(old)}
    assert offered[Kind.STOP].why_not == "no-form"
    now = at("2026-11-20 10:00")
    assert "Mẫu số 05" in text_of(old, Kind.SLIP, slip.slip(old, now))
    assert "Mẫu số 06" in text_of(new, Kind.SLIP, slip.slip(new, now))
    told = text_of(old, Kind.RECEIPT, letters.receipt(old, now))
    assert "Phí, lệ phí" not in told
    assert "Phí, lệ phí: Không thu" in text_of(
        new, Kind.RECEIPT, letters.receipt(new, now)
    )


def test_each_set_names_its_circular_its_day_and_why() -> None:
    assert [one.received_from for one in SETS] == [date(2025, 7, 1), date.min]
    assert [len(one.forms) for one in SETS] == [7, 6]
    assert all("Thông tư số" in one.circular and one.source for one in SETS)
    assert set_for(date(2018, 12, 1)).circular == "Thông tư số 01/2018/TT-VPCP"
