"""From the rows of a table to cases in order (`engine.conformance.foreign`)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.conformance.foreign import Case, Event, Stamp
from engine.domain import cells, side_work
from models_bpmn.histories import mapping
from models_bpmn.histories.dates import Reader, is_serial
from models_bpmn.histories.mapping import Map, Matching
from models_bpmn.histories.table import Cell, Problem, Row, Table

#: In exports of ours (XES, CSV): the element, and the step beside which it stands.
_SIDE: Final = (("quytrinh:element", "quytrinh:beside"), ("element", "beside"))
#: In exports of ours: what was said beside a step.
_SAID: Final = ("quytrinh:comment", "comment")
#: Transitions by which a step is done; the others only tell of it (XES, lifecycle).
DONE: Final = frozenset({"", "complete", "completed", "hoàn thành", "kết thúc"})


@dataclass(slots=True)
class Entry:
    """One usable row."""

    line: int
    case: str
    label: str
    at: Stamp | None
    resource: str
    transition: str
    row: Row
    #: Side work of ours, which stands beside the steps and is none of them.
    beside: bool = False


@dataclass(slots=True, kw_only=True)
class Gathered:
    """The cases of a table, and what was found on the way."""

    columns: Mapping[str, str]
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Life-cycle transition → rows.
    transitions: Counter[str] = field(default_factory=Counter)
    #: Zone as written ("": none) → stamps of events.
    zones: Counter[str] = field(default_factory=Counter)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label of a step, in the order of the file."""
        steps = (one.label for one in self.entries if not one.beside)
        return tuple(dict.fromkeys(steps))


def gather(table: Table, given: Map) -> Gathered:
    """The usable rows of a table; of the others it says why they are not used.

    Raises:
        HistoryError: Columns that are needed are missing.
    """
    found = Gathered(columns=mapping.columns(table, given))
    found.problems += table.problems
    reader = Reader(given.order, given.zone, table.since_1904)
    if "time" not in found.columns:
        found.problems.append(Problem(0, "no-order", used=True))
    _remark(found, table.rows, reader)
    for row in table.rows:
        entry = _entry(row, found, reader)
        if isinstance(entry, Problem):
            found.problems.append(entry)
        else:
            found.entries.append(entry)
            if "lifecycle" in found.columns:
                found.transitions[entry.transition] += 1
    return found


def _remark(found: Gathered, rows: Sequence[Row], reader: Reader) -> None:
    """What is to be said of the stamps as a whole: their zones, numbers of days."""
    if "time" not in found.columns:
        return
    time, case = found.columns["time"], found.columns["case"]
    mixed: dict[Cell, set[str]] = {}
    serials: list[Row] = []
    for row in rows:
        cell = row.cells.get(time)
        zone = reader.zone_of(cell)
        if zone is not None:
            found.zones[zone] += 1
            mixed.setdefault(row.cells.get(case), set()).add(zone)
        if is_serial(cell):
            serials.append(row)
    if len(found.zones) > 1:
        several = sum(len(one) > 1 for one in mixed.values())
        found.problems.append(_zones(found.zones, several, reader))
    if serials:
        found.problems.append(_serial(serials[0], time, len(serials), reader))


def _zones(zones: Counter[str], cases: int, reader: Reader) -> Problem:
    counts = [f"{name}: {count}" for name, count in sorted(zones.items()) if name]
    bare, assumed = zones[""], reader.assumed
    params = {"zones": ", ".join(counts), "cases": cases}
    params |= {"bare": bare, "assumed": assumed}
    return Problem(0, "zones-assumed" if bare else "zones", used=True, params=params)


def _serial(row: Row, column: str, count: int, reader: Reader) -> Problem:
    value = row.cells.get(column)
    at = reader.read(value)
    params = {"column": column, "value": str(value), "count": count}
    params["day"] = f"{at.at:%d/%m/%Y %H:%M}" if at else "?"
    return Problem(row.line, "serial", used=True, params=params)


def _entry(row: Row, found: Gathered, reader: Reader) -> Entry | Problem:
    columns = found.columns
    case = _text(row.cells.get(columns["case"]))
    label = _text(row.cells.get(columns["activity"]))
    for key, value in (("case", case), ("activity", label)):
        if not value:
            return Problem(row.line, f"no-{key}", params={"column": columns[key]})
        if mapping.short(value) != value:
            params = {"column": columns[key], "count": len(value)}
            params["value"] = mapping.short(value)
            long = Problem(row.line, "too-long", used=True, params=params)
            found.problems.append(long)
    case, label = mapping.short(case), mapping.short(label)
    at = None
    if "time" in columns:
        cell = row.cells.get(columns["time"])
        at = reader.read(cell)
        if at is None:
            return _untimed(row, cell, columns["time"], reader)
    transition = _text(row.cells.get(columns.get("lifecycle", "\0"))).casefold()
    resource = _text(row.cells.get(columns.get("resource", "\0")))
    beside = any(_is_side(row.cells, *pair) for pair in _SIDE)
    return Entry(row.line, case, label, at, resource, transition, row, beside)


def said(row: Row) -> str:
    """What was said beside a step, in a row of an export of ours."""
    beside, column = (row.cells.get(one) for one in _SAID)
    if beside:
        return str(beside)
    return cells.plain(str(column)) if column else ""


def _is_side(row: Mapping[str, Cell], element: str, beside: str) -> bool:
    """Whether a row tells of side work: of a step, under a name that no drawing has."""
    return bool(row.get(beside)) and side_work.is_side(_text(row.get(element)))


def _untimed(row: Row, cell: Cell, column: str, reader: Reader) -> Problem:
    value = _text(cell)
    params = {"column": column, "value": value[:80], "order": reader.order}
    return Problem(row.line, "bad-time" if value else "no-time", params=params)


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else mapping.label_of(str(cell))


def cases(
    table: Table, gathered: Gathered, matching: Matching, given: Map
) -> list[Case]:
    """The cases, in the order of the file.

    Raises:
        HistoryError: A column of the map is not there.
    """
    reader = Reader(given.order, given.zone, table.since_1904)
    due = {one: mapping.column(table, one) for one in given.due}
    by_case: dict[str, list[Entry]] = {}
    for entry in gathered.entries:
        by_case.setdefault(entry.case, []).append(entry)
    for row in table.empty:
        name = _text(row.cells.get(gathered.columns["case"]))
        by_case.setdefault(mapping.short(name) or f"({row.line})", [])
    steps_only = any(one in DONE for one in gathered.transitions)
    made = []
    values = _Values(gathered, reader)
    completed = gathered.columns.get("completed")
    for identity, entries in by_case.items():
        ordered = _ordered(identity, entries, gathered.problems)
        done = [one for one in ordered if not steps_only or one.transition in DONE]
        made.append(
            Case(
                id=identity,
                events=tuple(_event(one, matching) for one in done),
                completed=values.of(ordered, completed) if completed else _last(done),
                unfinished=bool(completed) and not _says(ordered, completed),
                due={key: values.of(ordered, name) for key, name in due.items()},
            )
        )
    return made


def _ordered(
    case: str, entries: Sequence[Entry], problems: list[Problem]
) -> list[Entry]:
    """By time; rows of one instant stay as they are."""
    if any(one.at is None for one in entries):
        return list(entries)
    ordered = sorted(entries, key=lambda one: one.at.at if one.at else 0)
    for one, other in zip(entries, ordered, strict=True):
        if one is not other:
            params = {"case": case}
            problems.append(Problem(one.line, "unordered", used=True, params=params))
            break
    return ordered


def _event(entry: Entry, matching: Matching) -> Event:
    elements = matching.elements.get(entry.label)
    return Event(
        label=entry.label,
        at=entry.at,
        resource=entry.resource,
        elements=() if entry.beside else elements or (),
        ignored=entry.beside or elements == (),
        beside=entry.beside,
    )


def _says(entries: Sequence[Entry], column: str | None) -> bool:
    """Whether any row of a case says something in a column."""
    told = (one.row.cells.get(column or "") for one in entries)
    return any(one is not None and str(one).strip() for one in told)


def _last(entries: Sequence[Entry]) -> Stamp | None:
    """When the last step was done; what was said beside it ends no case."""
    steps = [one for one in entries if not one.beside]
    return steps[-1].at if steps else None


class _Values:
    """What a whole case says in a column; of several values the last counts."""

    def __init__(self, gathered: Gathered, reader: Reader) -> None:
        self._problems = gathered.problems
        self._reader = reader

    def of(self, entries: Sequence[Entry], column: str) -> Stamp | None:
        """The date of a case in a column."""
        told = {
            one.row.cells[column]: one
            for one in entries
            if one.row.cells.get(column) is not None
        }
        if not told:
            return None
        cell, entry = list(told.items())[-1]
        if len(told) > 1:
            params = {"case": entry.case, "column": column}
            found = Problem(entry.line, "differs", used=True, params=params)
            self._problems.append(found)
        at = self._reader.read(cell)
        if at is not None and is_serial(cell):
            self._problems.append(_serial(entry.row, column, 1, self._reader))
        if at is None:
            params = {"column": column, "value": str(cell)[:80]}
            found = Problem(entry.line, "bad-date", used=True, params=params)
            self._problems.append(found)
        return at
