"""XES (IEEE 1849): a log of traces of events with typed attributes.

Columns are attribute keys; those of a trace have `case:` before them, and those inside
another attribute its key and a slash. The parser resolves and loads nothing, and a
document with a DOCTYPE is refused.
"""

import io
from datetime import datetime
from typing import Any, Final, cast

from lxml import etree
from lxml.etree import _Element as Element

from engine import limits
from models_bpmn.histories.table import Cell, HistoryError, Problem, Row, Table

_TYPED: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
_NESTED: Final = frozenset({"list", "container", "values"})
_CASE: Final = "case:"
_DOCTYPE: Final = "A log with a DOCTYPE is not read."


def read(content: bytes) -> Table:
    """Read an XES document.

    Raises:
        HistoryError: It is damaged, holds a DOCTYPE, or is no XES.
    """
    if b"<!DOCTYPE" in content:
        raise HistoryError(_DOCTYPE)
    reader = _Reader()
    try:
        _parse(content, reader)
    except etree.XMLSyntaxError as error:
        message = f"The XML is damaged in line {error.lineno}: {error.msg}."
        raise HistoryError(message) from error
    return Table(
        format="xes",
        encoding="xml",
        columns=tuple(reader.columns),
        rows=tuple(reader.rows),
        problems=tuple(reader.problems),
        empty=tuple(reader.empty),
    )


def _parse(content: bytes, reader: "_Reader") -> None:
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    for event, element in events:
        name = _local(element)
        if event == "start":
            depth += 1
            _check(element, name, depth)
            continue
        depth -= 1
        if name == "event":
            reader.event(element)
        elif name == "trace":
            reader.end_trace(element)
        if name in {"event", "trace"}:
            _forget(element)


def _check(element: Element, name: str, depth: int) -> None:
    if depth > limits.XML_DEPTH:
        message = f"The XML is nested deeper than {limits.XML_DEPTH}."
        raise HistoryError(message)
    if depth > 1:
        return
    # lxml-stubs 0.5 knows neither attribute.
    info: Any = element.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise HistoryError(_DOCTYPE)
    if name != "log":
        message = f"This XML is no XES log but “{name}”."
        raise HistoryError(message)


def _forget(element: Element) -> None:
    parent = element.getparent()
    element.clear()
    if parent is not None and _local(parent) == "log":
        while element.getprevious() is not None:
            del parent[0]


class _Reader:
    def __init__(self) -> None:
        self.columns: dict[str, None] = {}
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.empty: list[Row] = []
        self._waiting: list[Row] = []

    def event(self, element: Element) -> None:
        """An event; its trace may have attributes behind it."""
        line = _line(element)
        parent = element.getparent()
        if parent is None or _local(parent) != "trace":
            self.problems.append(Problem(line, "no-trace"))
            return
        cells: dict[str, Cell] = {}
        self._attributes(element, "", cells)
        self._waiting.append(Row(line, cells))

    def end_trace(self, element: Element) -> None:
        """A trace: its attributes go to each of its events."""
        found: dict[str, Cell] = {}
        self._attributes(element, _CASE, found)
        if not self._waiting:
            self.empty.append(Row(_line(element), found))
        self.rows += [
            Row(one.line, {**found, **one.cells}) if found else one
            for one in self._waiting
        ]
        self._waiting.clear()

    def _attributes(
        self, element: Element, prefix: str, cells: dict[str, Cell]
    ) -> None:
        for child in element:
            name = _local(child)
            if name in _NESTED:
                self._attributes(child, _inside(child, prefix), cells)
            if name not in _TYPED:
                continue
            key = prefix + (child.get("key") or "")
            self.columns.setdefault(key)
            cells[key] = self._value(name, key, child)
            if len(child):
                self._attributes(child, f"{key}/", cells)

    def _value(self, kind: str, key: str, element: Element) -> Cell:
        text = element.get("value", "")
        try:
            if kind == "date":
                return datetime.fromisoformat(text)
            if kind == "float":
                return float(text)
        except ValueError:
            params = {"value": text[:80], "column": key}
            found = Problem(_line(element), "value", used=True, params=params)
            self.problems.append(found)
        return text


def _inside(element: Element, prefix: str) -> str:
    key = element.get("key")
    return f"{prefix}{key}/" if key else prefix


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _line(element: Element) -> int:
    return cast("int | None", element.sourceline) or 0
