"""CSV (RFC 4180), a line for each step that was done, and for what was beside it."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from engine.domain import cells
from engine.evidence.exports.rows import Done, Exported, Head

#: The columns; `head` is the signed head of the log that the export was made from.
COLUMNS: Final = (
    *("case", "activity", "element", "time", "resource", "position", "agency"),
    *("lifecycle", "procedure", "opened", "due", "completed", "version", "seq"),
    *("beside", "real", "hand", "comment", "leaf", "head"),
)
_BOM: Final = "\ufeff"


def write(cases: Sequence[Exported], head: Head, *, bom: bool = False) -> bytes:
    """The log as text; with `bom` Excel takes it for Unicode."""
    file = io.StringIO(newline="")
    if bom:
        file.write(_BOM)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for case in cases:
        for done in case.done:
            writer.writerow(_row(case, done, head))
    return file.getvalue().encode()


def _row(case: Exported, done: Done, head: Head) -> tuple[str | int, ...]:
    return (
        *(case.code, done.name, done.element, _instant(done.at)),
        *(done.account, done.position, done.agency, done.transition.value),
        case.procedure,
        *(_instant(case.opened), _instant(case.due), _instant(case.closed)),
        *(done.version, done.seq, done.beside, _instant(done.real), done.hand),
        *(cells.harmless(done.comment), done.leaf, head.text()),
    )


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
