"""What a file is, held against what its name says."""

import io
import tracemalloc
import zipfile

import pytest

from webui import i18n, sniffing


def zipped(*names: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return into.getvalue()


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
DOCX = zipped("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "type_"),
    [
        ("don.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("DON.PDF", b"\n\n%PDF-1.4 thu", "application/pdf"),
        ("anh.jpg", b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"),
        ("anh.jpeg", b"\xff\xd8\xff\xe1", "image/jpeg"),
        ("anh.png", PNG, "image/png"),
        ("anh.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("don.docx", DOCX, sniffing.DOCX.type),
        (
            "so.xlsx",
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            sniffing.XLSX.type,
        ),
        ("don.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", sniffing.OLE.type),
        ("goi.zip", zipped("a.txt"), "application/zip"),
        ("ghi chú.txt", "Đủ hồ sơ".encode(), "text/plain"),
        ("bm.txt", b"BMW la mot hang xe", "text/plain"),
        ("bang.csv", "họ;tên".encode("utf-16"), "text/plain"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(
    name: str, content: bytes, type_: str
) -> None:
    assert sniffing.refusal(name, content) == ""
    assert sniffing.type_of(name, content) == type_


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("don.pdf", PNG, "ảnh PNG"),
        ("anh.png", b"%PDF-1.7", "tài liệu PDF"),
        ("don.docx", zipped("a.txt"), "tệp nén zip"),
        ("don.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office cũ"),
        ("ghi.txt", b"<!DOCTYPE html><script>", "trang web"),
        ("anh.jpg", b"<script>alert(1)</script>", "trang web"),
        ("don.pdf", b"\0\1\2\3", "không nhận ra"),
        ("don.pdf", b"PK\x03\x04 broken", "không nhận ra"),
        ("don.pdf", b"MZ\x90\0", "chương trình"),
        ("don.exe", "chữ".encode(), "chương trình"),
        ("chay.js", b"alert(1)", "chương trình"),
        ("khong-duoi", b"#!/bin/sh\nrm", "chương trình"),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_what_it_is(
    name: str, content: bytes, what: str
) -> None:
    said = sniffing.refusal(name, content)
    assert name in said
    assert what in said


def test_a_name_that_promises_nothing_is_taken_as_bytes() -> None:
    assert sniffing.refusal("du-lieu.gml", b"\0\1\2") == ""
    assert sniffing.type_of("du-lieu.gml", b"\0\1\2") == ""
    assert sniffing.type_of("anh", PNG) == ""


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_kind_has_a_name_in_both_languages(code: str) -> None:
    known = {
        message.id: message.string
        for path in i18n.files(code)
        for message in i18n.read(path)
    }
    assert [one for one in sniffing.messages() if not known.get(one)] == []


def test_a_zip_with_a_list_of_a_hundred_thousand_parts_is_not_read() -> None:
    """25 MB of such a list took ten seconds and 300 MB to read."""
    entry = b"PK\x01\x02" + bytes(24) + b"\x01" + bytes(17) + b"a"
    listed = entry * 100_000
    sizes = len(listed).to_bytes(4, "little") + (30).to_bytes(4, "little")
    end = b"PK\x05\x06" + bytes(4) + b"\xff" * 4 + sizes + bytes(2)
    content = b"PK\x03\x04" + bytes(26) + listed + end
    tracemalloc.start()
    try:
        assert sniffing.kind_of(content) is sniffing.ZIP
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 1024 * 1024
    assert "zip" in sniffing.refusal("don.docx", content)
