"""Hostile and broken files (the XML attacks of the security notes)."""

import re

import pytest

from engine import limits
from models_bpmn import importer
from models_bpmn.importer import messages, report
from tests import bpmn
from tests.unit.models_bpmn import loading

PLAIN = bpmn.diagram("start s; task a; end e", "s > a > e")
BODY = PLAIN.split(b"\n", 1)[1]


def with_doctype(doctype: str, text: str = "") -> bytes:
    body = BODY.replace(b'id="a"', f'id="a" name="{text}"'.encode())
    return doctype.encode() + b"\n" + body


def laughs() -> bytes:
    lines = ['<!DOCTYPE x [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return with_doctype("".join(lines) + "]>", "&a11;")


ATTACKS = {
    "external entity": with_doctype(
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "&f;"
    ),
    "entity over the network": with_doctype(
        '<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:9/x">]>', "&f;"
    ),
    "parameter entity": with_doctype(
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'
    ),
    "external DTD file": with_doctype('<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
    "external DTD over the network": with_doctype(
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    ),
    "public DTD": with_doctype('<!DOCTYPE x PUBLIC "-//X//Y" "http://127.0.0.1:9/">'),
    "silent doctype": with_doctype("<!DOCTYPE definitions>"),
    "billion laughs": laughs(),
    "quadratic blow-up": with_doctype(
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 1_000
    ),
    "attribute default": with_doctype(
        '<!DOCTYPE x [<!ATTLIST process isExecutable CDATA "true">]>'
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_document_type_is_refused_and_nothing_is_read(name: str) -> None:
    [finding] = loading.findings(ATTACKS[name])
    assert finding.code == "doctype"
    assert "root:" not in finding.message


def deep(levels: int) -> bytes:
    inside = "<a>" * levels + "</a>" * levels
    return BODY.replace(b"</process>", f"<group>{inside}</group></process>".encode())


SHAPES = {
    "too large": (PLAIN + b" " * limits.DIAGRAM_BYTES, "file-too-large"),
    "empty": (b" \n", "file-empty"),
    "no XML": (b"PK\x03\x04", "xml"),
    "cut off": (PLAIN[:-20], "xml"),
    "null byte": (PLAIN.replace(b"a", b"\0", 1), "xml"),
    "depth over ours": (deep(limits.XML_DEPTH), "xml-depth"),
    "depth over libxml2's": (deep(100_000), "xml"),
    "many empty nodes": (
        BODY.replace(b"<process", b"<a/>" * 200_000 + b"<process"),
        "xml-elements",
    ),
    "many attributes": (
        BODY.replace(
            b"<process",
            b"<process " + b" ".join(b'a%d=""' % n for n in range(60_000)),
        ),
        "xml-attributes",
    ),
    "long attribute": (
        BODY.replace(b'id="a"', b'id="a" default="%s"' % (b"x" * 5_000)),
        "xml-attribute",
    ),
    "long Vietnamese attribute": (
        BODY.replace(b'id="a"', f'id="a" default="{"ệ" * 1_400}"'.encode()),
        "xml-attribute",
    ),
    "declared UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + BODY, "encoding"),
    "bytes that are no UTF-8": (
        BODY.replace(b'id="a"', b'id="a" name="\xff"'),
        "encoding",
    ),
    "id used twice": (BODY.replace(b'id="e"', b'id="a"', 1), "id-twice"),
    "no definitions": (b"<html/>", "not-bpmn"),
    "other namespace": (BODY.replace(b"20100524", b"20990101"), "not-bpmn"),
    "definitions inside something": (b"<x>" + BODY + b"</x>", "not-bpmn"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_of_the_wrong_shape_is_refused(name: str) -> None:
    content, code = SHAPES[name]
    assert code in [found for found, _ in loading.refusals(content)]


UNUSUAL = {
    "UTF-16": PLAIN.decode().replace('id="a"', 'id="a" name="Đơn"').encode("utf-16"),
    "windows-1258": (
        b'<?xml version="1.0" encoding="windows-1258"?>'
        + BODY.replace(b'id="a"', b'id="a" name="\xd0on"')
    ),
    "Latin-1": (
        b'<?xml version="1.0" encoding="ISO-8859-1"?>'
        + BODY.replace(b'id="a"', b'id="a" name="\xe9"')
    ),
    "Latin-1 as Java calls it": (
        b'<?xml version="1.0" encoding="ISO8859_1"?>'
        + BODY.replace(b'id="a"', b'id="a" name="\xe9"')
    ),
    "the old Macintosh": (
        b'<?xml version="1.0" encoding="MacRoman"?>'
        + BODY.replace(b'id="a"', b'id="a" name="\x8e"')
    ),
    "DOS": (
        b'<?xml version="1.0" encoding="CP850"?>'
        + BODY.replace(b'id="a"', b'id="a" name="\x82"')
    ),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_file_of_another_declared_encoding_is_converted(name: str) -> None:
    loaded = loading.load(UNUSUAL[name])
    assert loaded.model.nodes["a"].name in {"Đơn", "Đon", "é"}
    assert "encoding-changed" in {one.code for one in loaded.findings}
    # What was uploaded stays what was uploaded.
    assert loaded.files["a.bpmn"] == UNUSUAL[name]


DECLARED = '<?xml version="1.0" encoding="%s"?>'
PICTURE = 'xmlns:z="urn:z" z:icon="data:image/png;base64,' + "QUJD" * 2_000 + '"'
#: How tools and people really store files -> what is remarked.
ODD = {
    "two byte order marks": (b"\xef\xbb\xbf" * 2 + PLAIN, ""),
    "blank lines before the declaration": (b"\n\n" + PLAIN, ""),
    "null bytes and a DOS end behind": (PLAIN + b"\0\0\r\n\x1a", ""),
    "CRLF": (PLAIN.replace(b"\n", b"\r\n"), ""),
    "a declaration in other words": ((DECLARED % "UTF_8").encode() + BODY, ""),
    "UTF-8 that says UTF-16": (
        (DECLARED % "UTF-16").encode() + BODY,
        "encoding-changed",
    ),
    "an encoding that nobody knows": (
        (DECLARED % "unicode").encode() + BODY,
        "encoding-changed",
    ),
    "UTF-16 without a mark": (
        (DECLARED % "UTF-16").encode("utf-16-le") + BODY.decode().encode("utf-16-le"),
        "encoding-changed",
    ),
    "big-endian UTF-16 without a mark": (
        (DECLARED % "UTF-16").encode("utf-16-be") + BODY.decode().encode("utf-16-be"),
        "encoding-changed",
    ),
    "a vendor's prefix that is not declared": (
        BODY.replace(b'id="a"', b'id="a" vendor:x="1" camunda:assignee="${boss}"')
        .replace(b' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"', b"")
        .replace(b"</process>", b"<v2:y/></process>"),
        "prefix-declared",
    ),
    "a picture in an attribute": (
        BODY.replace(b'id="a"', f'id="a" {PICTURE}'.encode()),
        "attribute-cut",
    ),
    "a name as long as a text": (
        BODY.replace(b'id="a"', f'id="a" name="{"ệ" * 5_000}"'.encode()),
        "attribute-cut",
    ),
    "the namespace of a draft": (
        BODY.replace(bpmn.BPMN.encode(), b"http://schema.omg.org/spec/BPMN/2.0"),
        "namespace-changed",
    ),
    "the namespace in small letters": (
        BODY.replace(bpmn.BPMN.encode(), bpmn.BPMN.lower().encode()),
        "namespace-changed",
    ),
    "the namespace without an ending": (
        BODY.replace(bpmn.BPMN.encode(), bpmn.BPMN.removesuffix("/MODEL").encode()),
        "namespace-changed",
    ),
    "the namespace of a shorter name": (
        BODY.replace(bpmn.BPMN.encode(), b"http://www.omg.org/bpmn2"),
        "namespace-changed",
    ),
    "a prefix on the definitions alone": (
        BODY.replace(b"<definitions xmlns=", b"<b:definitions xmlns:b=").replace(
            b"</definitions>", b"</b:definitions>"
        ),
        "namespace-changed",
    ),
    "a text in an attribute that BPMN does not know": (
        BODY.replace(b'id="a"', f'id="a" json="{"x" * 9_000}"'.encode()),
        "attribute-cut",
    ),
    "the encoding of the old Macintosh": (
        (DECLARED % "MacRoman").encode() + BODY,
        "",
    ),
    "an encoding as Java calls it": ((DECLARED % "Cp1252").encode() + BODY, ""),
    "the namespace with another ending": (
        BODY.replace(bpmn.BPMN.encode(), bpmn.BPMN.encode() + b"/"),
        "namespace-changed",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_what_a_file_plainly_means_is_read(name: str) -> None:
    content, remark = ODD[name]
    found = importer.analyse([("a.bpmn", content)], importer.Settings(forms={}))
    assert (found.nodes, found.executable) == (3, 3), found.findings
    told = {one.code for one in found.findings}
    assert not remark or remark in told
    assert found.files["a.bpmn"] == content


def test_a_declaration_that_comes_late_keeps_the_numbers_of_the_lines() -> None:
    content = b"\n\n\n" + PLAIN.replace(b"<userTask", b"\n<scriptTask", 1).replace(
        b"</userTask", b"</scriptTask", 1
    )
    found = importer.analyse([("a.bpmn", content)], importer.Settings(forms={}))
    number = content[: content.index(b"<scriptTask")].count(b"\n") + 1
    assert [one.place.line for one in found.decisions] == [number]


def test_what_an_element_refers_to_is_never_cut() -> None:
    long = b'id="a" calledElement="%s"' % (b"x" * 5_000)
    assert ("xml-attribute", "a") in loading.refusals(BODY.replace(b'id="a"', long))


def test_endless_undeclared_prefixes_are_refused() -> None:
    many = " ".join(f'p{number}:x="1"' for number in range(50)).encode()
    content = BODY.replace(b'id="a"', b'id="a" ' + many)
    assert loading.refusals(content) == [("xml", "")]


def test_xinclude_is_not_followed_and_refused() -> None:
    include = (
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        b'href="file:///etc/passwd" parse="text"/>'
    )
    content = BODY.replace(b"</process>", include + b"</process>")
    assert loading.refusals(content) == [("element-unknown", "P")]


def test_a_file_of_exactly_the_limits_is_read() -> None:
    content = PLAIN + b" " * (limits.DIAGRAM_BYTES - len(PLAIN))
    assert loading.made(content).id == "P"
    # definitions, process, group and one level less than the depth that remains.
    assert loading.made(deep(limits.XML_DEPTH - 3)).id == "P"


def test_comments_byte_order_mark_and_old_declarations_do_no_harm() -> None:
    commented = BODY.replace(b"<process", b"<!-- <!DOCTYPE x> --><?pi x?><process")
    assert loading.made(b"\xef\xbb\xbf" + commented).id == "P"
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + BODY
    assert loading.made(latin).id == "P"


def test_ids_of_foreign_things_may_repeat() -> None:
    fields = (
        "<extensionElements><camunda:formData>"
        '<camunda:formField id="x"/><camunda:formField id="x"/>'
        "</camunda:formData></extensionElements>"
    )
    content = bpmn.diagram(f"start s; task a {fields}; end e", "s > a > e")
    assert loading.refusals(content) == []


def test_findings_name_the_line_and_the_file() -> None:
    content = bpmn.diagram("start s\nscriptTask x 'Tính phí'\nend e", "s > x > e")
    [finding] = loading.findings(content)
    line = (
        content.decode()
        .split("\n")
        .index('<scriptTask id="x" name="Tính phí"></scriptTask>')
    )
    assert (finding.line, finding.name) == (line + 1, "Tính phí")


@pytest.mark.parametrize("name", ["no XML", "cut off", "null byte"])
def test_what_is_no_xml_is_told_in_vietnamese_with_the_line_once(name: str) -> None:
    content, _ = SHAPES[name]
    [finding] = loading.findings(content)
    assert isinstance(finding, report.Remark)
    said = messages.text(finding.code, "vi", finding.params)
    assert "hãy xuất lại từ công cụ vẽ" in said
    assert finding.line > 0
    assert not re.search(r"line \d+, column", said), said
    assert "\n" not in said
