"""From bytes to UTF-8 that a strict parser reads, without a change of meaning.

XML has one right way to be stored and tools have many. What a file plainly means is
read, and the change is remarked; what could mean two things is refused.
"""

import codecs
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models_bpmn.importer.report import Place, Report

_DECLARATION: Final = re.compile(rb"^(\s*)(<\?xml[^>]*?\?>)")
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_UTF_8: Final = frozenset({"utf-8", "utf8", "utf_8", "us-ascii", "ascii"})
#: Encodings that are converted; plain ASCII bytes mean in them what they mean in UTF-8.
#: Names are those of the codecs, for tools write `ISO8859_1`, `Cp1252` or `MacRoman`.
_CONVERTED: Final = re.compile(
    r"iso8859-([1-9]|1[013456])|cp(125[0-8]|437|85[0258]|86[0-9]|874|932|949|950)"
    r"|mac-roman|tis-620|gbk|gb2312|gb18030|big5|shift_jis|euc_(jp|kr)|koi8-[ru]"
)
#: XML 1.0, appendix F: how a file without a mark begins when its characters are wide.
_WIDE: Final[Mapping[bytes, str]] = MappingProxyType(
    {b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}
)
#: “Namespace prefix camunda for assignee on userTask is not defined” (libxml2).
_UNBOUND: Final = re.compile(r"Namespace prefix ([\w.-]+) (?:for|on) .* not defined")
_ROOT: Final = re.compile(rb"<[A-Za-z_][\w.:-]*")
#: A file with more undeclared prefixes was not made by a tool.
MOST_PREFIXES: Final = 10
_PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "activiti": "http://activiti.org/bpmn",
        "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
        "camunda": "http://camunda.org/schema/1.0/bpmn",
        "dc": "http://www.omg.org/spec/DD/20100524/DC",
        "di": "http://www.omg.org/spec/DD/20100524/DI",
        "flowable": "http://flowable.org/bpmn",
        "omgdc": "http://www.omg.org/spec/DD/20100524/DC",
        "omgdi": "http://www.omg.org/spec/DD/20100524/DI",
        "operaton": "http://operaton.org/schema/1.0/bpmn",
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "zeebe": "http://camunda.org/schema/zeebe/1.0",
    }
)


def utf_8(content: bytes, file: Place, report: Report) -> bytes | None:
    """The file in UTF-8; what was changed for that is remarked, None is a refusal."""
    name = _encoding(content)
    if name in _UTF_8 or (content.isascii() and _converted(name)):
        return _checked(_trimmed(content), file, report)
    text = _decoded(content, name)
    if text is not None:
        report.add("encoding-changed", file, encoding=name)
        # The parser is told the encoding; what the declaration says has no effect.
        return _trimmed(text.lstrip("\ufeff").encode())
    if _mistaken(name) and _reads(content):
        report.add("encoding-changed", file, encoding=name[:40] or "?")
        return _trimmed(content)
    report.add("encoding", file, reason=name[:40])
    return None


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    wide = _WIDE.get(content[:4])
    if wide:
        return wide
    declared = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8).lstrip())
    return declared[1].decode("latin-1").strip().lower() if declared else "utf-8"


def _decoded(content: bytes, name: str) -> str | None:
    wide = name == "utf-16" and content[:2] in {
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF16_BE,
    }
    if not (wide or name in _WIDE.values() or _converted(name)):
        return None
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _converted(name: str) -> bool:
    try:
        return bool(_CONVERTED.fullmatch(codecs.lookup(name).name))
    except (LookupError, ValueError):
        return False


def _mistaken(name: str) -> bool:
    """Whether no bytes of UTF-8 can be in an encoding: one of wide characters, or none.

    UTF-7 and the like are not: the same bytes mean something else in them.
    """
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return True
    return known.startswith(("utf-16", "utf-32"))


def _reads(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _checked(content: bytes, file: Place, report: Report) -> bytes | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        report.add("encoding", file, reason=f"byte {error.start + 1}")
        return None
    return content


def _trimmed(content: bytes) -> bytes:
    """Without what stands before the declaration and after the document."""
    marks = 0
    while content.startswith(codecs.BOM_UTF8, 3 * marks):
        marks += 1
    content = content[3 * marks :].rstrip(b"\0 \t\r\n\x1a")
    early = _DECLARATION.match(content)
    if early is None or not early[1]:
        return content
    # Behind the declaration, so that every line keeps its number.
    return early[2] + early[1] + content[early.end() :]


def declared(content: bytes, message: str) -> tuple[bytes, str] | None:
    """A file with the prefix declared that a parser missed; None: it missed another.

    Args:
        content: the file in UTF-8.
        message: what the parser said.

    Returns:
        The changed file and the prefix.
    """
    missed = _UNBOUND.search(message)
    declaration = _DECLARATION.match(content)
    start = declaration.end() if declaration else 0
    root = _ROOT.search(content, start)
    if missed is None or root is None or b"<!" in content[start : root.start()]:
        return None
    prefix = missed[1]
    space = _PREFIXES.get(prefix, f"urn:undeclared:{prefix}")
    made = f' xmlns:{prefix}="{space}"'.encode()
    return content[: root.end()] + made + content[root.end() :], prefix
