"""From bytes to an XML tree that is safe to look at.

The order of the checks is the defence (lxml 6.1, libxml2 2.14): the size before
anything is parsed; a parser that loads, resolves and downloads nothing; then no DOCTYPE
at all, since that parser lets a silent one through; then the shape. Trees that pass
hold elements and text only.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from lxml import etree
from lxml.etree import _Element as Element

from engine import limits
from models_bpmn.importer.report import Place, Report
from models_bpmn.importer.vocabulary import BPMN

#: More attributes than this has no element of any tool.
_ATTRIBUTES: Final = 200
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
#: Encodings that are converted; plain ASCII bytes mean in them what they mean in UTF-8.
_CONVERTED: Final = re.compile(
    r"iso-8859-([1-9]|1[013456])|windows-125[0-8]|latin[1-9]|gbk|gb2312|gb18030|big5"
    r"|shift_jis|euc-(jp|kr)|koi8-r"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One uploaded file, read."""

    name: str
    content: bytes
    root: Element
    by_id: Mapping[str, Element]

    def place(self, element: Element) -> Place:
        """Where a remark about `element` belongs."""
        return Place(
            element=element.get("id", ""),
            name=words(element.get("name", "")),
            line=line(element),
            file=self.name,
        )


def read(name: str, content: bytes, report: Report) -> Source | None:
    """Read one file; None when it is refused, with the reasons in `report`."""
    root = tree(name, content, report)
    if root is None:
        return None
    file = Place(file=name)
    if root.tag != f"{{{BPMN}}}definitions":
        report.add("not-bpmn", file, tag=local(root))
        return None
    # Ids that are used twice are looked at, and repaired, by a later step.
    if not fits(root, file, report, None):
        return None
    by_id: dict[str, Element] = {}
    for one in root.iter(f"{{{BPMN}}}*"):
        by_id.setdefault(one.get("id", ""), one)
    return Source(name, content, root, by_id)


def tree(name: str, content: bytes, report: Report) -> Element | None:
    """The root of a file whose bytes are safe to parse, whatever language it holds."""
    file = Place(file=name)
    if len(content) > limits.UPLOAD_BYTES:
        size = len(content)
        report.add("file-too-large", file, size=size, limit=limits.UPLOAD_BYTES)
        return None
    if not content.strip():
        report.add("file-empty", file)
        return None
    text = _utf_8(content, file, report)
    parsed = None if text is None else _parse(text, file, report)
    return None if parsed is None else parsed.getroot()


def _utf_8(content: bytes, file: Place, report: Report) -> bytes | None:
    """The file in UTF-8; another encoding that it declares is converted and noted."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    else:
        declared = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8))
        name = declared[1].decode("latin-1").lower() if declared else "utf-8"
    if name in _UTF_8 or (content.isascii() and _CONVERTED.fullmatch(name)):
        return _checked(content, file, report)
    try:
        known = name == "utf-16" or _CONVERTED.fullmatch(name)
        text = content.decode(name) if known else None
    except (UnicodeDecodeError, LookupError):
        text = None
    if text is None:
        report.add("encoding", file, reason=name[:40])
        return None
    report.add("encoding-changed", file, encoding=name)
    # The parser is told the encoding; what the declaration says has no effect then.
    return text.lstrip("\ufeff").encode()


def _checked(content: bytes, file: Place, report: Report) -> bytes | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        report.add("encoding", file, reason=f"byte {error.start + 1}")
        return None
    return content


def _parse(content: bytes, file: Place, report: Report) -> "etree._ElementTree | None":
    # A parser of its own for every file: libxml2 keeps the names it has seen.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        tree = etree.ElementTree(etree.fromstring(content, parser))
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in content:
            report.add("doctype", file)
        else:
            place = Place(file=file.file, line=error.lineno or 0)
            report.add("xml", place, reason=error.msg or "unreadable")
        return None
    if _has_doctype(tree):
        report.add("doctype", file)
        return None
    return tree


def _has_doctype(tree: "etree._ElementTree") -> bool:
    # lxml-stubs 0.5 knows neither attribute.
    info: Any = tree.docinfo
    return bool(info.doctype) or info.internalDTD is not None


def fits(root: Element, file: Place, report: Report, language: str | None) -> bool:
    """Whether a tree keeps the limits, with one id an element of its language.

    Without a language ids are not looked at.
    """
    count, depth, seen, good = 0, 0, dict[str, int](), True
    # Start and end events give the depth without recursion.
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        count, depth = count + 1, depth + 1
        if count > limits.XML_ELEMENTS:
            report.add("xml-elements", file, limit=limits.XML_ELEMENTS)
            return False
        if depth > limits.XML_DEPTH:
            place = Place(file=file.file, line=line(element))
            report.add("xml-depth", place, limit=limits.XML_DEPTH)
            return False
        good = _attributes(element, file, report) and good
        if language and namespace(element) == language and depth > 1:
            # Other tools number their own things; nothing refers to the root.
            good = _numbered(element, seen, file, report) and good
    return good


def _attributes(element: Element, file: Place, report: Report) -> bool:
    here = Place(element.get("id", "")[:80], "", line(element), file.file)
    if len(element.attrib) > _ATTRIBUTES:
        report.add("xml-attributes", here, limit=_ATTRIBUTES)
        return False
    good = True
    for key, value in attributes(element):
        # At most four bytes a character: only long values are worth encoding.
        if len(value) * 4 > limits.XML_ATTRIBUTE_BYTES:
            size = len(value.encode())
            if size > limits.XML_ATTRIBUTE_BYTES:
                name = key.rpartition("}")[2][:80]
                limit = limits.XML_ATTRIBUTE_BYTES
                report.add("xml-attribute", here, attribute=name, limit=limit)
                good = False
    return good


def _numbered(
    element: Element, seen: dict[str, int], file: Place, report: Report
) -> bool:
    identity = element.get("id")
    if identity is not None and identity in seen:
        here = Place(identity[:80], "", line(element), file.file)
        report.add("id-twice", here, first=seen[identity])
        return False
    if identity is not None:
        seen[identity] = line(element)
    return True


# What every later step asks of an element.


def line(element: Element) -> int:
    """The line of the file in which an element begins; 0 when unknown."""
    return cast("int | None", element.sourceline) or 0


def attributes(element: Element) -> Iterator[tuple[str, str]]:
    """The attributes of an element, names as `{namespace}name`."""
    for key, value in element.attrib.items():
        yield str(key), str(value)


def words(text: str) -> str:
    """A name or text in one line, as a person reads it."""
    return " ".join(text.split())


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The namespace of an element; empty when it has none."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag)[0] == "{" else ""


def triggered(element: Element | None) -> bool:
    """Whether an element is an event sub-process."""
    return (
        element is not None
        and local(element) == "subProcess"
        and element.get("triggeredByEvent") in {"true", "1"}
    )


def children(element: Element, *names: str) -> Iterator[Element]:
    """The BPMN children of these names, in document order; all without names."""
    for child in element:
        if namespace(child) == BPMN and (not names or local(child) in names):
            yield child


def text_of(element: Element) -> str:
    """The text of an element, with what stands in CDATA sections."""
    return "".join(str(part) for part in element.itertext()).strip()
