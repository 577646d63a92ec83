"""XES (IEEE 1849-2016), with an extension of our own for the proof of each event."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from xml.sax import saxutils

from engine.evidence.exports.rows import Done, Exported, Head

#: Prefix and address of the extension: element, beside, real, hand (of what was done on
#: paper), comment, version, seq, leaf, head.
PREFIX: Final = "quytrinh"
EXTENSION: Final = "urn:quytrinh:xes:1"
_STANDARD: Final = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Organizational", "org"),
    ("Lifecycle", "lifecycle"),
)
#: What XML 1.0 cannot hold, even escaped.
_NO_XML: Final = dict.fromkeys(
    (*(set(range(0x20)) - {9, 10, 13}), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF),
    "\ufffd",
)


def write(cases: Sequence[Exported], head: Head) -> bytes:
    """The log as a document."""
    return "".join(f"{line}\n" for line in _lines(cases, head)).encode()


def _lines(cases: Sequence[Exported], head: Head) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">'
    for name, prefix in _STANDARD:
        address = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f'  <extension name="{name}" prefix="{prefix}" uri="{address}"/>'
    yield f'  <extension name="Quytrinh" prefix="{PREFIX}" uri="{EXTENSION}"/>'
    yield '  <classifier name="Activity" keys="concept:name"/>'
    yield f"  {_text('lifecycle:model', 'standard')}"
    yield f"  {_text(f'{PREFIX}:head', head.text())}"
    for case in cases:
        yield "  <trace>"
        yield from (f"    {one}" for one in _case(case))
        for done in case.done:
            yield "    <event>"
            yield from (f"      {one}" for one in _event(done))
            yield "    </event>"
        yield "  </trace>"
    yield "</log>"


def _case(case: Exported) -> Iterable[str]:
    yield _text("concept:name", case.code)
    yield _text(f"{PREFIX}:procedure", case.procedure)
    yield _date(f"{PREFIX}:opened", case.opened)
    if case.due is not None:
        yield _date(f"{PREFIX}:due", case.due)
    if case.closed is not None:
        yield _date(f"{PREFIX}:closed", case.closed)


def _event(done: Done) -> Iterable[str]:
    yield _text("concept:name", done.name)
    yield _date("time:timestamp", done.at)
    yield _text("lifecycle:transition", done.transition.value)
    for key, value in (
        ("org:resource", done.account),
        ("org:role", done.position),
        ("org:group", done.agency),
    ):
        if value:
            yield _text(key, value)
    if done.real is not None:
        yield _date(f"{PREFIX}:real", done.real)
        yield _text(f"{PREFIX}:hand", done.hand)
    yield _text(f"{PREFIX}:element", done.element)
    if done.comment:
        yield _text(f"{PREFIX}:comment", done.comment)
    if done.beside:
        yield _text(f"{PREFIX}:beside", done.beside)
    yield _text(f"{PREFIX}:version", done.version)
    yield f'<int key="{PREFIX}:seq" value="{done.seq}"/>'
    yield _text(f"{PREFIX}:leaf", done.leaf)


def _text(key: str, value: str) -> str:
    return f'<string key="{key}" value={_quoted(value)}/>'


def _date(key: str, at: datetime) -> str:
    value = at.astimezone(UTC).isoformat(timespec="microseconds")
    return f'<date key="{key}" value="{value}"/>'


def _quoted(value: str) -> str:
    kept = value.translate(_NO_XML)
    # Line ends in an attribute are read as blanks unless they are written as numbers.
    breaks = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    return saxutils.quoteattr(kept, breaks)
