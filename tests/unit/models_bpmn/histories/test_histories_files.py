"""XES and XLSX files are read, compressed or not; attacks on the reader are refused."""

import gzip
import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from engine import limits
from models_bpmn.histories import reading
from models_bpmn.histories.table import HistoryError

XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/c.xesext"/>
  <global scope="event"><string key="concept:name" value="?"/></global>
  <trace>
    <string key="concept:name" value="H1"/>
    <date key="deadline" value="2026-02-10T00:00:00+07:00"/>
    <event>
      <string key="concept:name" value="Nhận"><string key="code" value="A"/></string>
      <date key="time:timestamp" value="2026-02-01T08:00:00.000Z"/>
      <int key="pages" value="3"/>
      <list key="papers"><values><string key="one" value="x"/></values></list>
    </event>
    <event><string key="concept:name" value="b"/><date key="when" value="soon"/></event>
  </trace>
  <event><string key="concept:name" value="lost"/></event>
</log>
"""


def test_a_log_is_read_with_its_nested_attributes() -> None:
    table = reading.read(XES.encode())
    assert (table.format, len(table.rows)) == ("xes", 2)
    first = table.rows[0].cells
    assert first["concept:name"] == "Nhận"
    assert first["concept:name/code"] == "A"
    assert first["papers/one"] == "x"
    assert first["time:timestamp"] == datetime(2026, 2, 1, 8, tzinfo=UTC)
    assert first["case:concept:name"] == "H1"
    assert [one.line for one in table.rows] == [8, 14]
    assert [(one.line, one.code, one.used) for one in table.problems] == [
        (14, "value", True),
        (16, "no-trace", False),
    ]
    assert table.named("deadline") == "case:deadline"
    assert table.named("nothing") is None


def test_a_compressed_log_is_the_same_log() -> None:
    plain = reading.read(XES.encode())
    assert reading.read(gzip.compress(XES.encode())) == plain
    half = len(XES) // 2
    parts = gzip.compress(XES[:half].encode()) + gzip.compress(XES[half:].encode())
    assert reading.read(parts) == plain


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            XES.replace("<log", '<!DOCTYPE log [<!ENTITY a "b">]><log').encode(),
            "DOCTYPE",
        ),
        (
            XES.replace("UTF-8", "UTF-16")
            .replace("<log", '<!DOCTYPE log [<!ENTITY a "b">]><log')
            .encode("utf-16"),
            "DOCTYPE",
        ),
        (XES[:700].encode(), "damaged in line"),
        (b"<definitions/>", "no XES"),
        (b"<log>" + b"<list>" * 80 + b"</list>" * 80 + b"</log>", "nested"),
        (gzip.compress(XES.encode())[:-20], "ends too early"),
        (b"\x1f\x8bnothing", "damaged"),
        (b"PK\x03\x04nothing", "damaged"),
        (b"\xd0\xcf\x11\xe0old", ".xlsx"),
    ],
)
def test_what_is_damaged_or_attacks_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(HistoryError, match=reason):
        reading.read(content)


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HISTORY_BYTES", 1_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(5_000_000))
    for content in (
        gzip.compress(bytes(5_000_000)),
        packed.getvalue(),
        bytes(1_000_001),
    ):
        with pytest.raises(HistoryError, match="1000000 bytes"):
            reading.read(content)


def workbook(*rows: tuple[object, ...]) -> openpyxl.Workbook:
    """A workbook whose second sheet holds the rows."""
    made = openpyxl.Workbook()
    made.active.append(["Báo cáo"])
    sheet = made.create_sheet("Dữ liệu")
    for row in rows:
        sheet.append(list(row))
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_a_workbook_is_read_as_values() -> None:
    rows = (
        ("Mã", "Bước", "Ngày"),
        (17, "Tiếp nhận", datetime(2026, 2, 1, 8, 30)),  # noqa: DTZ001
        (),
        (18, "Trả", datetime(2026, 2, 2)),  # noqa: DTZ001
        (19, "Trả", 46086.5, "thừa"),
    )
    table = reading.read(saved(workbook(*rows)))
    assert table.columns == ("Mã", "Bước", "Ngày")
    assert [one.line for one in table.rows] == [2, 4, 5]
    assert table.rows[0].cells["Ngày"] == datetime(2026, 2, 1, 8, 30)  # noqa: DTZ001
    assert table.rows[1].cells["Ngày"] == "2026-02-02"
    assert table.rows[2].cells["Ngày"] == 46086.5
    assert [(one.line, one.code) for one in table.problems] == [
        (0, "sheet"),
        (5, "long"),
    ]


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(HistoryError, match="no table"):
        reading.read(saved(openpyxl.Workbook()))
