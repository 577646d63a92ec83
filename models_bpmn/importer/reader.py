"""From bytes to an XML tree that is safe to look at.

The order of the checks is the defence (lxml 6.1, libxml2 2.14): the size before
anything is parsed; a parser that loads, resolves and downloads nothing; then no DOCTYPE
at all, since that parser lets a silent one through; then the shape. Trees that pass
hold elements and text only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from lxml import etree
from lxml.etree import _Element as Element

from engine import limits
from models_bpmn.importer import decoding
from models_bpmn.importer.report import Place, Report
from models_bpmn.importer.vocabulary import ATTRIBUTES, BPMN

#: More attributes than this has no element of any tool.
_ATTRIBUTES: Final = 200
#: How libxml2 ends what it says.
_WHERE: Final = re.compile(r"\s*,? line \d+, column \d+\Z")
#: A name that is longer is shown up to here.
_NAME_CHARS: Final = 1_000
#: The namespace of drafts of BPMN 2.0, which old tools wrote and wrote in other ways.
_DRAFTS: Final = re.compile(
    r"https?://((www|schema)\.)?omg\.org/(spec/)?bpmn(2|20)?"
    r"(/(2\.0(\.[0-9])?|20(09|1[0-9])[0-9]{4}))?(/model)?/?",
    re.IGNORECASE,
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
    root = tree(name, content, report, limits.DIAGRAM_BYTES)
    if root is None:
        return None
    file = Place(file=name)
    _renamed(root, file, report)
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


def _renamed(root: Element, file: Place, report: Report) -> None:
    """Read the elements of a draft of BPMN 2.0 as those of BPMN 2.0."""
    old = namespace(root)
    if local(root) != "definitions":
        return
    if any(str(one.tag) == "process" for one in root) and old in {"", BPMN}:
        # The prefix was written on the definitions alone, or nowhere.
        old = ""
    elif old == BPMN or not _DRAFTS.fullmatch(old):
        return
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if namespace(element) == old:
            element.tag = f"{{{BPMN}}}{local(element)}"
        if local(element) != "extensionElements":
            waiting += element
    report.add("namespace-changed", file, namespace=old or "–")


def tree(
    name: str, content: bytes, report: Report, limit: int = limits.UPLOAD_BYTES
) -> Element | None:
    """The root of a file whose bytes are safe to parse, whatever language it holds."""
    file = Place(file=name)
    if len(content) > limit:
        report.add("file-too-large", file, size=len(content), limit=limit)
        return None
    if not content.strip():
        report.add("file-empty", file)
        return None
    text = decoding.utf_8(content, file, report)
    parsed = None if text is None else _parse(text, file, report)
    return None if parsed is None else parsed.getroot()


def _parse(content: bytes, file: Place, report: Report) -> "etree._ElementTree | None":
    tree, prefixes = None, list[str]()
    while tree is None:
        try:
            tree = _parsed(content)
        except etree.XMLSyntaxError as error:
            more = decoding.declared(content, error.msg or "")
            if more is None or len(prefixes) == decoding.MOST_PREFIXES:
                _unreadable(content, error, file, report)
                return None
            content, prefix = more
            prefixes.append(prefix)
    if _has_doctype(tree):
        report.add("doctype", file)
        return None
    for prefix in prefixes:
        report.add("prefix-declared", file, prefix=prefix)
    return tree


def _parsed(content: bytes) -> "etree._ElementTree":
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
    return etree.ElementTree(etree.fromstring(content, parser))


def _unreadable(
    content: bytes, error: etree.XMLSyntaxError, file: Place, report: Report
) -> None:
    if b"<!DOCTYPE" in content:
        report.add("doctype", file)
    else:
        place = Place(file=file.file, line=error.lineno or 0)
        # The place says the line already.
        reason = _WHERE.sub("", error.msg or "unreadable").strip()
        report.add("xml", place, reason=reason)


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
        good = _attributes(element, file, report, cut=not language) and good
        if language and namespace(element) == language and depth > 1:
            # Other tools number their own things; nothing refers to the root.
            good = _numbered(element, seen, file, report) and good
    return good


def _attributes(element: Element, file: Place, report: Report, *, cut: bool) -> bool:
    here = Place(element.get("id", "")[:80], "", line(element), file.file)
    if len(element.attrib) > _ATTRIBUTES:
        report.add("xml-attributes", here, limit=_ATTRIBUTES)
        return False
    limit = limits.XML_ATTRIBUTE_BYTES
    # At most four bytes a character: only long values are worth encoding.
    long = [
        key
        for key, value in attributes(element)
        if len(value) * 4 > limit and len(value.encode()) > limit
    ]
    refused = [key for key in long if not (cut and _cut(element, key))]
    for key in long:
        code = "xml-attribute" if key in refused else "attribute-cut"
        report.add(code, here, attribute=key.rpartition("}")[2][:80], limit=limit)
    return not refused


def _cut(element: Element, key: str) -> bool:
    """Let a long attribute go that refers to nothing: a picture, a text; a name begins.

    What an element of BPMN says in an attribute of its own is never left out.
    """
    if key == "name":
        element.set(key, element.get(key, "")[:_NAME_CHARS] + "…")
        return True
    if key not in ATTRIBUTES or namespace(element) != BPMN:
        del element.attrib[key]
        return True
    return False


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


def remove(element: Element) -> None:
    """Take an element out of its document."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
