"""Tables of text are read in the encodings and shapes that offices write."""

import codecs
import unicodedata

import pytest

from models_bpmn.histories import delimited, encodings
from models_bpmn.histories.table import HistoryError

VIETNAMESE = (
    "Hồ sơ đăng ký thường trú; Thẩm định hồ sơ; Trả kết quả; Nguyễn Thị Ánh; "
    "cấp giấy chứng nhận quyền sử dụng đất; ưu tiên; lũy kế; bổ sung; kỳ hạn; nghĩa vụ"
)


#: What a `.Vn` font looks like without the font, and what it says.
TCVN3 = (
    "Céng hßa x· héi chñ nghÜa ViÖt Nam; §éc lËp - Tù do - H¹nh phóc; Hå s¬ ®¨ng ký "
    "th\xad\u00eang tró; ThÈm ®Þnh; Tr¶ kÕt qu¶"
)
SAID = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam; Độc lập - Tự do - Hạnh phúc; Hồ sơ đăng ký "
    "thường trú; Thẩm định; Trả kết quả"
)
#: Written by hand from the keyboard tables of the VNI font.
VNI = (
    "Hoà sô ñaêng kyù thöôøng truù; Thaåm ñònh hoà sô; Traû keát quaû; "
    "Nguyeãn Thò AÙnh; caáp giaáy chöùng nhaän quyeàn söû duïng ñaát; öu tieân; "
    "luõy keá; boå sung; kyø haïn; nghóa vuï"
)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (VIETNAMESE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + VIETNAMESE.encode(), "utf-8-sig"),
        (VIETNAMESE.encode("utf-16"), "utf-16"),
        (VIETNAMESE.encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_unicode_is_recognised(content: bytes, name: str) -> None:
    assert encodings.decode(content) == (VIETNAMESE, name, frozenset())


def test_windows_1258_is_recognised() -> None:
    written = "".join(_cp1258(one) for one in VIETNAMESE)
    text, name, bad = encodings.decode(written.encode("cp1258"))
    assert (text, name, bad) == (VIETNAMESE, "windows-1258", frozenset())


def _cp1258(letter: str) -> str:
    """A letter as that code page writes it: the tone behind."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        for tone in "\u0300\u0301\u0303\u0309\u0323":
            for base in "aeiouyAEIOUYăâêôơưĂÂÊÔƠƯ":
                if _composed(base + tone) == letter:
                    return base + tone
        raise
    return letter


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_tcvn3_is_recognised() -> None:
    text, name, _ = encodings.decode(TCVN3.encode("latin-1"))
    assert (text, name) == (SAID, "TCVN3")


def test_vni_is_recognised() -> None:
    text, name, _ = encodings.decode(VNI.encode("latin-1"))
    assert name == "VNI"
    assert text == VIETNAMESE


def test_a_damaged_byte_is_told_with_its_line() -> None:
    content = (
        "Mã,Bước\n" + "1,Tiếp nhận\n" * 9
    ).encode() + b"2,Ti\xffp nh\xe1\xba\xadn\n"
    table = delimited.read(content)
    assert table.encoding == "utf-8"
    assert [(one.line, one.code, one.used) for one in table.problems] == [
        (11, "undecodable", True)
    ]
    assert len(table.rows) == 10


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = ["case", "step", "note"], ["1", "a", '"x, y; z | \t"'], ["2", "b", ""]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode()
    table = delimited.read(content)
    assert table.columns == ("case", "step", "note")
    assert table.rows[0].cells["note"] == "x, y; z | \t"
    assert table.rows[1].cells == {"case": "2", "step": "b"}


def test_the_hint_of_excel_is_followed() -> None:
    table = delimited.read(b"sep=|\na,b|c\n1|2\n")
    assert table.columns == ("a,b", "c")


def test_a_quoted_field_may_hold_lines_and_quotation_marks() -> None:
    table = delimited.read(b'case,step\n1,"a\nb ""c"""\n2,d\n')
    assert [(one.line, one.cells["step"]) for one in table.rows] == [
        (2, 'a\nb "c"'),
        (4, "d"),
    ]
    assert table.problems == ()


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_only() -> None:
    table = delimited.read(b'case,step\n1,"a\n2,b\n3,c\n')
    assert [one.line for one in table.rows] == [3, 4]
    assert [(one.line, one.code, one.used) for one in table.problems] == [
        (2, "quote-open", False)
    ]


def test_a_quotation_mark_inside_a_field_is_part_of_it() -> None:
    table = delimited.read(b'case,step\n1,pipe 5" long\n2,b\n')
    assert [one.cells["step"] for one in table.rows] == ['pipe 5" long', "b"]


def test_lines_of_ten_megabytes_are_read() -> None:
    long = "x" * 10_000_000
    table = delimited.read(f'case,step,note\n1,a,{long}\n2,b,"{long}"\n'.encode())
    assert [len(str(one.cells["note"])) for one in table.rows] == [len(long)] * 2


def test_rows_with_missing_or_further_cells_are_told() -> None:
    table = delimited.read(b"case,step,by\n1,a\n2,b,c,d\n\n3,e,f\n")
    assert [(one.line, one.code) for one in table.problems] == [
        (2, "short"),
        (3, "long"),
    ]
    assert [one.line for one in table.rows] == [2, 3, 5]


def test_columns_of_one_name_are_told_apart() -> None:
    assert delimited.read(b"a,a,\n1,2,3\n").columns == ("a", "a (2)", "column 3")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"one column\n1\n", b"\0\0\0\0"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(HistoryError, match="header"):
        delimited.read(content)
