"""Derived rows beside their events: the organisation, procedures, registers, figures.

Whoever owns the database can leave every event alone and change what stands beside
them: give an account another role, move a due date, confirm a calendar. So what the
events say is folded and compared with each row, column by column, and whatever differs
is named with the event that says otherwise. What no event tells (passwords, drafts,
when somebody is told next) is not compared; docs/manual/evidence.md, 6, lists it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from uuid import UUID

from engine.domain.events import StreamKind
from engine.domain.run import Json
from engine.errors import EvidenceError
from engine.evidence import office_rows, record, row_words
from engine.evidence.findings import Findings
from engine.evidence.office_rows import KEYS, Rows, Said
from engine.evidence.rows import Moment

_ORGANISATION, _PROCEDURES = "organisation", "procedures"
#: Tables of procedures; the other ones are the organisation's.
_OF_PROCEDURES: Final = frozenset({"procedure", "procedure_version"})
#: Substitutions name procedures: those come first.
_KINDS: Final = (StreamKind.PROCEDURE, StreamKind.CALENDAR, StreamKind.ORGANISATION)
#: The layer of the versions compares it, with the files.
_APART: Final = frozenset({"hash"})
#: Columns by which a row is called.
_NAMES: Final = ("login", "code", "name", "number")
#: What an event raises that does not say what such an event says.
STUMBLES: Final = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError),
    ValueError,
)
#: Characters of a value that a finding shows.
_CHARS: Final = 100

#: Name of a version, and whether it is a controlled procedure; None: not to be read.
Title = Callable[[UUID], tuple[str, bool] | None]


def check(
    moment: Moment, findings: Findings, title: Title | None, pace: Callable[[], None]
) -> None:
    """Compare every row of the organisation, its calendars and its procedures."""
    rows = _folded(moment, findings, pace)
    if title is not None:
        _name(rows, title)
    for table in KEYS:
        _compare(moment, findings, table, rows.tables[table])
        pace()


def _folded(moment: Moment, findings: Findings, pace: Callable[[], None]) -> Rows:
    rows = Rows()
    for kind in _KINDS:
        opened = _opened(moment, kind)
        for block in moment.told(kind.value):
            for stream, seq, body in block:
                event = f"{kind.value}:{stream.hex()} {seq}"
                values = opened.get((stream, seq), {})
                try:
                    rows.take(event, record.parse(body), values)
                except STUMBLES as error:
                    layer = _PROCEDURES if kind is _KINDS[0] else _ORGANISATION
                    why = repr(error)[:_CHARS]
                    findings.wrong(layer, "row-event", event=event, why=why)
            pace()
    return rows


def _opened(
    moment: Moment, kind: StreamKind
) -> Mapping[tuple[bytes, int], dict[str, Json]]:
    """The personal values of a kind of streams; few of their events have any."""
    opened: dict[tuple[bytes, int], dict[str, Json]] = {}
    for block in moment.values(kind.value):
        for stream, seq, name, value in block:
            try:
                opened.setdefault((stream, seq), {})[name] = json.loads(value)
            except (TypeError, ValueError):
                # It opens no commitment: the layer of the records says so.
                continue
    return opened


def _name(rows: Rows, title: Title) -> None:
    """What versions are called is told by what they run as."""
    versions = rows.tables["procedure_version"]
    for key, row in versions.items():
        if "hash" not in row:
            # It was published, and no event of its upload is there.
            continue
        event = row["hash"][1]
        try:
            found = title(UUID(key[0]))
        except (EvidenceError, ValueError):
            found = None
        if found is None:
            # Its row or its files are not there: the layer of the versions says so.
            continue
        row["name"], row["controlled"] = (found[0], event), (found[1], event)
        known = rows.tables["procedure"].get((str(row["procedure"][0]),))
        if row["number"][0] == 1 and known is not None:
            known["name"] = found[0], event


def _compare(
    moment: Moment,
    findings: Findings,
    table: str,
    told: dict[office_rows.Key, dict[str, Said]],
) -> None:
    layer = _PROCEDURES if table in _OF_PROCEDURES else _ORGANISATION
    left = dict(told)
    for block in moment.rows(table):
        for row in block:
            key = tuple(str(row[name]) for name in KEYS[table])
            said = left.pop(key, None)
            words = row_words.thing(table, _called(row, key))
            if said is None:
                findings.wrong(layer, "row-forged", **words)
                continue
            for name, value, event in _differing(said, row):
                shown = _shown(name, value, row[name])
                findings.wrong(
                    layer,
                    "row",
                    event=event,
                    **words,
                    **row_words.column(name),
                    **shown,
                )
    for key, said in left.items():
        words = row_words.thing(table, _called(_plain(said), key))
        event = next((one for _, one in said.values()), "")
        findings.wrong(layer, "row-gone", event=event, **words)


def _differing(
    said: Mapping[str, Said], row: Mapping[str, Json]
) -> Iterator[tuple[str, Json, str]]:
    for name, (value, event) in said.items():
        if name not in _APART and name in row and row[name] != value:
            yield name, value, event


def _plain(said: Mapping[str, Said]) -> dict[str, Json]:
    return {name: value for name, (value, _) in said.items()}


def _called(row: Mapping[str, Json], key: office_rows.Key) -> str:
    """What a reader finds a row by."""
    names = (str(row[name]) for name in _NAMES if row.get(name))
    name = next(names, "")
    return " ".join(filter(None, (f"“{name}”" if name else "", "/".join(key))))


def _shown(name: str, told: Json, stored: Json) -> dict[str, str]:
    if name in office_rows.HIDDEN:
        return {"told": "…", "stored": "…"}
    return {"told": text(told), "stored": text(stored)}


def text(value: Json) -> str:
    """A value as a finding shows it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, str):
        return value[:_CHARS]
    return json.dumps(value, ensure_ascii=False)[:_CHARS]
