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
#: Encodings in which plain ASCII bytes mean what they mean in UTF-8.
_SAME_ASCII: Final = re.compile(r"(iso-8859|windows-125|latin)")


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
    if not fits(root, file, report, BPMN):
        return None
    by_id = {one.get("id", ""): one for one in root.iter(f"{{{BPMN}}}*")}
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
    problem = _encoding_problem(content)
    if problem:
        report.add("encoding", file, reason=problem)
        return None
    parsed = _parse(content, file, report)
    return None if parsed is None else parsed.getroot()


def _encoding_problem(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    declared = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode("latin-1").lower() if declared else "utf-8"
    if name not in _UTF_8 and not (content.isascii() and _SAME_ASCII.match(name)):
        return name[:40]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1}"
    return ""


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


def fits(root: Element, file: Place, report: Report, language: str) -> bool:
    """Whether a tree keeps the limits, with one id an element of its language."""
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
        if namespace(element) == language and depth > 1:
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


def children(element: Element, *names: str) -> Iterator[Element]:
    """The BPMN children of these names, in document order; all without names."""
    for child in element:
        if namespace(child) == BPMN and (not names or local(child) in names):
            yield child


def text_of(element: Element) -> str:
    """The text of an element, with what stands in CDATA sections."""
    return "".join(str(part) for part in element.itertext()).strip()
