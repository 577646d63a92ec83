"""Papers as PDF: each form of both sets, on its paper; data is never markup."""

import io
import threading
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pypdf
import pytest

from engine import limits
from engine.domain.dossier_record import Component, Ending, Fee
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.paper_forms import SETS, FormSet, Kind
from engine.domain.timeliness import Class
from engine.errors import TooLargeError
from engine.evidence.papers.book import Book, Entry
from engine.evidence.papers.letters import Apology, Receipt, Refusal, Stop, Supplement
from engine.evidence.papers.slip import Line, Receiver, Slip
from engine.evidence.papers.source import Contact, Head, Party
from webui.documents import papers, printable, typesetting

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")
NOON: Final = datetime(2026, 11, 20, 12, tzinfo=HANOI)
LATER: Final = datetime(2026, 11, 27, 16, 59, tzinfo=HANOI)
HEAD: Final = Head(
    above="Ủy ban nhân dân phường Quy Nhơn Nam",
    office="Trung tâm Phục vụ hành chính công phường Quy Nhơn Nam",
    place="Quy Nhơn Nam",
    number="127/TNHS",
    day=date(2026, 2, 3),
)
CONTACT: Final = Contact(name="Nguyễn Thị Đượm", address="12 Trần Phú", phone="0905")
WHO: Final = Party(agency="Trung tâm", position="Công chức", person="Trần Ánh Tuyết")
DEED: Final = Component(name="Đơn đăng ký", quantity=2)
COMMON: Final[dict[str, Any]] = {
    "head": HEAD,
    "code": "H14-260203-0127",
    "contact": CONTACT,
    "procedure": "Cấp Giấy chứng nhận",
    "qr": "QUYTRINH1 tinh/1 H14-260203-0127 " + "ab" * 32,
}
VIEWS: Final[dict[Kind, papers.Paper]] = {
    Kind.RECEIPT: Receipt(
        **COMMON,
        desk="Trung tâm",
        components=(DEED,),
        sets=1,
        limit=TimeLimit(5, "working-day"),
        received=NOON,
        promised=LATER,
        collect="post",
        fees=(Fee(name="Lệ phí", amount=1_250_000),),
        book=2026,
        line=127,
        receiver=WHO,
        lookup="8K3M2WPZ",
    ),
    Kind.SUPPLEMENT: Supplement(
        **COMMON, items=("Bản vẽ",), reason="Thiếu", round=2, asked=NOON, official=WHO
    ),
    Kind.REFUSAL: Refusal(
        **COMMON, desk="Trung tâm", reason="Không thẩm quyền", at=NOON, official=WHO
    ),
    Kind.APOLOGY: Apology(
        **COMMON,
        desk="Bộ phận một cửa xã Nhơn Lý",
        received=NOON,
        old=NOON,
        new=LATER,
        longer=None,
        granted=True,
        reason="Chờ ý kiến",
        official=WHO,
    ),
    Kind.STOP: Stop(
        **COMMON,
        received=NOON,
        stopped=LATER,
        withdrawn=False,
        basis="Điều 21",
        order="TB 7",
        reason="Không bổ sung",
        stage=("Thẩm tra",),
        wanted=100_000,
        paid=0,
        originals=(DEED,),
        official=WHO,
    ),
    Kind.SLIP: Slip(
        **COMMON,
        received=NOON,
        promised=LATER,
        desk="Trung tâm",
        handling="Phòng Kinh tế",
        others=(),
        lines=(
            Line(
                at=NOON,
                kind=EventType.TASK_COMPLETED,
                step="Thẩm tra",
                giver=WHO,
                receivers=(Receiver(step="Ký", party=WHO),),
                due=LATER,
                result=Class.EARLY,
            ),
        ),
        moves=(),
        ended=None,
        result=None,
    ),
    Kind.BOOK: Book(
        head=HEAD,
        office=HEAD.office,
        year=2026,
        first=date(2026, 1, 1),
        last=date(2026, 3, 31),
        entries=(
            Entry(
                number=127,
                code="H14-260203-0127",
                procedure="Cấp Giấy chứng nhận",
                sets=1,
                contact=CONTACT,
                lead="Phòng Kinh tế",
                received=NOON,
                promised=LATER,
                returned=LATER,
                collect="direct",
                ending=Ending.REFUSED,
                result=Class.LATE,
                supplements=2,
            ),
        ),
    ),
}
FORMS: Final = [(forms, kind) for forms in SETS for kind in forms.forms]
#: 148 mm x 210 mm and 297 mm x 210 mm in points.
A5: Final = (420, 595)
WIDE_A4: Final = (842, 595)


def read(forms: FormSet, kind: Kind, view: papers.Paper) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(papers.pdf(forms, kind, [view], NOON)))


def text_of(forms: FormSet, kind: Kind, view: papers.Paper) -> str:
    pages = read(forms, kind, view).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(("forms", "kind"), FORMS)
def test_every_form_of_both_sets_is_set_with_its_number_and_title(
    forms: FormSet, kind: Kind
) -> None:
    text, form = text_of(forms, kind, VIEWS[kind]), forms.forms[kind]
    assert f"Mẫu số {form.number}" in text
    assert form.title.upper() in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG QUY NHƠN NAM" in text
    assert "Quy Nhơn Nam, ngày 03 tháng 02 năm 2026" in text
    assert "Nguyễn Thị Đượm" in text


@pytest.mark.parametrize(("forms", "kind"), FORMS)
def test_the_book_is_on_a4_and_everything_else_on_a5(
    forms: FormSet, kind: Kind
) -> None:
    box = read(forms, kind, VIEWS[kind]).pages[0].mediabox
    size = round(float(box.width)), round(float(box.height))
    assert size == (WIDE_A4 if kind is Kind.BOOK else A5)


def test_type_is_embedded() -> None:
    page: Any = read(SETS[0], Kind.RECEIPT, VIEWS[Kind.RECEIPT]).pages[0]
    fonts = page["/Resources"]["/Font"].values()
    for font in fonts:
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = inner["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()
    assert fonts


def test_money_spans_and_kinds_are_written_as_officials_write_them() -> None:
    text = text_of(SETS[0], Kind.RECEIPT, VIEWS[Kind.RECEIPT])
    for said in (
        "Lệ phí: 1.250.000 đồng",
        "05 ngày làm việc",
        "1 Đơn đăng ký Bản chính 2",
        "Nhận qua dịch vụ bưu chính công ích",
        "16 giờ 59 phút, ngày 27 tháng 11 năm 2026",
        "đánh giá): 8K3M2WPZ",
    ):
        assert said in text, text
    assert "Phí, lệ phí" not in text_of(SETS[1], Kind.RECEIPT, VIEWS[Kind.RECEIPT])


def test_a_fee_of_nothing_is_written_as_not_taken() -> None:
    view: Any = VIEWS[Kind.RECEIPT]
    free = Fee(name="Phí", amount=0)
    text = text_of(SETS[0], Kind.RECEIPT, replace(view, fees=(free,)))
    assert "7. Phí, lệ phí: Không thu Vào Sổ" in text
    text = text_of(SETS[0], Kind.RECEIPT, replace(view, fees=(*view.fees, free)))
    assert "Lệ phí: 1.250.000 đồng; Phí: không thu" in text


@pytest.mark.parametrize("text", ["#panic()", "*_`$@<x>", "= Tiêu", "]", "\\", '"'])
@pytest.mark.parametrize("kind", [Kind.RECEIPT, Kind.STOP, Kind.SLIP])
def test_what_people_typed_is_no_markup(text: str, kind: Kind) -> None:
    view: Any = VIEWS[kind]
    view = replace(view, contact=Contact(name=text, address=text, phone=text))
    assert text in text_of(SETS[0], kind, view).replace("“", '"').replace("”", '"')


def test_what_is_not_known_leaves_room_to_write() -> None:
    view: Any = VIEWS[Kind.RECEIPT]
    bare = replace(view, contact=Contact(), limit=None, promised=None)
    text = text_of(SETS[0], Kind.RECEIPT, replace(bare, components=(), lookup=""))
    assert "None" not in text
    assert "Mã tra cứu" not in text
    assert "Thời gian trả kết quả: ." in text


def test_a_long_slip_repeats_its_head_on_each_page() -> None:
    slip = VIEWS[Kind.SLIP]
    assert isinstance(slip, Slip)
    pages = read(SETS[0], Kind.SLIP, replace(slip, lines=slip.lines * 30)).pages
    assert len(pages) > 2
    assert all("Thời gian giao nhận" in page.extract_text() for page in pages)


def test_steps_that_are_handed_over_side_by_side_are_told_apart() -> None:
    slip = VIEWS[Kind.SLIP]
    assert isinstance(slip, Slip)
    two = tuple(
        Receiver(step=step, party=WHO, taken=taken)
        for step, taken in (("Ý kiến quy hoạch", LATER), ("Ý kiến xây dựng", None))
    )
    line = replace(slip.lines[0], receivers=two)
    text = text_of(SETS[0], Kind.SLIP, replace(slip, lines=(line,)))
    assert "Nhận a): 16:59 27/11/2026 Nhận b): chưa nhận" in text, text
    assert "(Ý kiến quy hoạch)" in text
    assert "(Ý kiến xây dựng)" in text
    waiting = replace(slip.lines[0], receivers=())
    told = text_of(SETS[0], Kind.SLIP, replace(slip, lines=(waiting,)))
    assert "chờ bước khác" in told


@pytest.mark.parametrize("forms", SETS, ids=[one.name for one in SETS])
def test_who_decided_signs_in_the_own_position_and_agency(forms: FormSet) -> None:
    sorry: Any = VIEWS[Kind.APOLOGY]
    above = Party(agency="UBND tỉnh", position="Chánh Văn phòng", person="Võ Thị Ân")
    text = text_of(forms, Kind.APOLOGY, replace(sorry, official=above))
    assert "UBND TỈNH CHÁNH VĂN PHÒNG (Ký, ghi rõ họ tên) Võ Thị Ân" in text
    assert "THỦ TRƯỞNG" not in text
    own = replace(above, agency=HEAD.office)
    text = text_of(forms, Kind.APOLOGY, replace(sorry, official=own))
    assert "UBND TỈNH" not in text
    assert text.endswith("CHÁNH VĂN PHÒNG (Ký, ghi rõ họ tên) Võ Thị Ân")
    unnamed = text_of(
        forms, Kind.APOLOGY, replace(sorry, official=Party(person="Võ Thị Ân"))
    )
    assert "NGƯỜI QUYẾT ĐỊNH GIA HẠN (Ký, ghi rõ họ tên) Võ Thị Ân" in unnamed


def test_what_is_only_asked_for_is_a_draft_without_day_and_name() -> None:
    sorry: Any = VIEWS[Kind.APOLOGY]
    head = replace(HEAD, number="")
    text = text_of(SETS[0], Kind.APOLOGY, replace(sorry, head=head, granted=False))
    assert "DỰ THẢO" in text
    assert "Quy Nhơn Nam, ngày …… tháng …… năm ………" in text
    assert "Số:" not in text
    assert WHO.person not in text
    assert "DỰ THẢO" not in text_of(SETS[0], Kind.APOLOGY, sorry)


@pytest.mark.parametrize("forms", SETS, ids=[one.name for one in SETS])
def test_the_apology_names_who_received_and_what_is_only_provisional(
    forms: FormSet,
) -> None:
    sorry: Any = VIEWS[Kind.APOLOGY]
    text = text_of(forms, Kind.APOLOGY, sorry)
    assert "Bộ phận một cửa xã Nhơn Lý đã tiếp nhận hồ sơ" in text
    assert "tạm tính" not in text
    both = replace(sorry, provisional=(True, True))
    told = text_of(forms, Kind.APOLOGY, both)
    assert "ngày 20 tháng 11 năm 2026 (tạm tính)." in told, told
    assert "ngày 27 tháng 11 năm 2026 (tạm tính)." in told, told


@pytest.mark.parametrize("kind", [Kind.RECEIPT, Kind.SLIP, Kind.BOOK])
def test_a_promise_that_nothing_confirmed_covers_is_provisional_on_paper(
    kind: Kind,
) -> None:
    view: Any = VIEWS[kind]
    assert "(tạm tính)" not in text_of(SETS[0], kind, view)
    if isinstance(view, Book):
        first: Any = replace(view.entries[0], provisional=True)
        view = replace(view, entries=(first,))
    else:
        view = replace(view, provisional=True)
    assert "2026 (tạm tính)" in text_of(SETS[0], kind, view)


@pytest.mark.parametrize("forms", SETS, ids=[one.name for one in SETS])
def test_the_forms_for_the_applicant_say_how_the_desk_is_reached(
    forms: FormSet,
) -> None:
    head = replace(HEAD, address="01 Trần Phú", phone="(0256) 3 822 111")
    for kind, said in (
        (
            Kind.RECEIPT,
            "Liên hệ: địa chỉ: 01 Trần Phú; điện thoại: (0256) 3 822 111",
        ),
        (
            Kind.SUPPLEMENT,
            "(địa chỉ: 01 Trần Phú; điện thoại: (0256) 3 822 111) để được hướng dẫn",
        ),
    ):
        more: Any = {"head": head}
        assert said in text_of(forms, kind, replace(VIEWS[kind], **more))
        assert "01 Trần Phú" not in text_of(forms, kind, VIEWS[kind])


def test_what_a_request_does_not_name_is_not_on_it() -> None:
    text = text_of(SETS[0], Kind.SUPPLEMENT, VIEWS[Kind.SUPPLEMENT])
    assert "Căn cứ" not in text
    assert "chậm nhất" not in text


def test_a_slip_says_since_when_the_time_limit_stands_still() -> None:
    slip: Any = VIEWS[Kind.SLIP]
    slip = replace(slip, promised=None)
    told = text_of(SETS[0], Kind.SLIP, replace(slip, stands=NOON))
    assert "Hẹn trả: tạm dừng tính thời hạn từ 12:00 20/11/2026" in told
    assert "không quy định thời hạn" in text_of(SETS[0], Kind.SLIP, slip)


def test_no_line_of_the_book_is_without_a_number() -> None:
    book = VIEWS[Kind.BOOK]
    assert isinstance(book, Book)
    (entry,) = book.entries
    rows = (replace(entry, number=0), entry, replace(entry, number=0))
    text = text_of(SETS[0], Kind.BOOK, replace(book, entries=rows))
    lines = [f"{said} H14-260203-0127" for said in ("1", "2 (127)", "3")]
    places = [text.index(line) for line in lines]
    assert places == sorted(places)


NAME: Final = "Nguyễn Phúc Hoàng Công Tằng Tôn Nữ Thị Quỳnh Như"
MAIL: Final = "nguyenphuchoangcongtang.quynhnhu.2026@congtythuongmaidichvu.com.vn"
LONG: Final = Contact(name=NAME, address=NAME * 3, phone="0905 123 456", email=MAIL)


@pytest.mark.parametrize("kind", [Kind.RECEIPT, Kind.SUPPLEMENT, Kind.REFUSAL])
def test_words_and_names_that_are_longer_than_a_line_are_cut_not_lost(
    kind: Kind,
) -> None:
    view: Any = VIEWS[kind]
    signs = "receiver" if kind is Kind.RECEIPT else "official"
    behalf = replace(WHO, person=NAME, behalf=NAME)
    view = replace(view, contact=LONG, procedure="x" * 120, **{signs: behalf})
    lines = [
        line.replace("\u200b", "").strip()
        for page in read(SETS[0], kind, view).pages
        for line in page.extract_text().splitlines()
    ]
    # The paper holds some 80 letters of this type in a line.
    assert max(map(len, lines)) < 90
    assert "".join(lines).count("x") >= 120
    assert MAIL in "".join(lines)
    # Half of the paper holds some 33: the last lines are the signatures.
    assert lines[-4:] == [
        "Nguyễn Phúc Hoàng Công",
        "Tằng Tôn Nữ Thị Quỳnh Như",
        "(thay Nguyễn Phúc Hoàng Công",
        "Tằng Tôn Nữ Thị Quỳnh Như)",
    ]


@pytest.mark.parametrize("length", range(900, 1700, 100))
def test_a_signature_never_stands_alone_on_a_page(length: int) -> None:
    view: Any = VIEWS[Kind.APOLOGY]
    reason = ("Chờ ý kiến của cơ quan thuế. " * 80)[:length]
    pages = read(SETS[0], Kind.APOLOGY, replace(view, reason=reason)).pages
    last = " ".join(pages[-1].extract_text().split())
    assert "Mong nhận được" in last
    assert WHO.person in last


#: What people paste into names: each with how many of its signs the fonts have not.
PASTED: Final = {
    "chinese": ("王小明 (Wang Xiaoming)", "▯▯▯ (Wang Xiaoming)", 3),
    "picture": ("Lan 👍🏽", "Lan ▯", 1),
    "korean": ("김민준", "▯▯▯", 3),
    "thai": ("ก้อง", "▯▯▯", 3),
    "bullet": ("\uf0b7 Bản vẽ", "• Bản vẽ", 0),
    "private": ("\ue123 Nôm", "▯ Nôm", 1),
    "mark": ("\ufeffĐơn\u200b", "Đơn", 0),
    "control": ("Đơn\x01 \x1bký", "Đơn ký", 0),
    "apart": ("Nguye\u0302\u0303n", "Nguyễn", 0),
    "wide": ("Ａ１２", "A12", 0),
}


@pytest.mark.parametrize("pasted", PASTED)
@pytest.mark.parametrize(("forms", "kind"), FORMS)
def test_no_sign_that_the_fonts_have_not_keeps_a_paper_from_being_printed(
    forms: FormSet, kind: Kind, pasted: str
) -> None:
    typed, printed, lost = PASTED[pasted]
    text = text_of(forms, kind, with_name(VIEWS[kind], typed))
    # A name may be cut into lines, which the text of the page tells as spaces.
    assert printed.replace(" ", "") in text.replace(" ", "")
    assert (f"{lost} ký tự không in được" in text) == bool(lost)


def with_name(view: papers.Paper, name: str) -> papers.Paper:
    if isinstance(view, Book):
        first = replace(view.entries[0], contact=Contact(name=name))
        return replace(view, entries=(first,))
    contact: dict[str, Any] = {"contact": Contact(name=name)}
    return replace(view, **contact)


def test_only_the_paper_that_lost_signs_says_so() -> None:
    view = VIEWS[Kind.RECEIPT]
    odd = [view, with_name(view, "王小明"), view]
    pages = pypdf.PdfReader(
        io.BytesIO(papers.pdf(SETS[0], Kind.RECEIPT, odd, NOON))
    ).pages
    said = ["3 ký tự không in được" in page.extract_text() for page in pages]
    assert said == [False, True, False]


def test_signs_that_go_together_badly_are_left_out_before_a_paper_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printable, "has", lambda _: True)
    text = text_of(SETS[0], Kind.RECEIPT, with_name(VIEWS[Kind.RECEIPT], "王 Ân"))
    assert "▯ Ân" in text
    assert "1 ký tự không in được" in text


@pytest.mark.parametrize("forms", SETS, ids=[one.name for one in SETS])
@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        (0, "working-day", "trong ngày làm việc 4."),
        (0, "day", "trong ngày 4."),
        (0, "month", "trong ngày 4."),
        (0, "hour", "ngay khi tiếp nhận 4."),
        (0, "working-hour", "ngay khi tiếp nhận 4."),
        (1, "month", "01 tháng 4."),
        (4, "working-hour", "04 giờ làm việc 4."),
        (12, "day", "12 ngày 4."),
    ],
)
def test_a_time_limit_is_never_nothing_of_something(
    forms: FormSet, amount: int, unit: str, said: str
) -> None:
    view: Any = VIEWS[Kind.RECEIPT]
    view = replace(view, limit=TimeLimit(amount, unit))
    text = text_of(forms, Kind.RECEIPT, view)
    assert f"Thời hạn giải quyết theo quy định: {said}" in text, text


def test_several_papers_make_one_file() -> None:
    view = VIEWS[Kind.RECEIPT]
    made = papers.pdf(SETS[0], Kind.RECEIPT, [view] * 3, NOON)
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 3


def test_a_document_that_takes_too_long_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "TYPESETTING_SECONDS", 0.01)
    release, begun = threading.Event(), threading.Barrier(limits.TYPESETTINGS + 1)

    def occupied() -> None:
        begun.wait()
        release.wait()

    busy = [typesetting.SETTERS.submit(occupied) for _ in range(limits.TYPESETTINGS)]
    begun.wait()
    try:
        with pytest.raises(TooLargeError) as error:
            papers.pdf(SETS[0], Kind.RECEIPT, [VIEWS[Kind.RECEIPT]], NOON)
    finally:
        release.set()
    assert error.value.code == "typesetting-time"
    assert all(one.result() is None for one in busy)
