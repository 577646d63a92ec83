"""Tables of text (RFC 4180 and what programs make of it).

A field may be as long as the file. A quotation mark that is never closed costs its own
line, not the rest of the file.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from models_bpmn.histories import encodings
from models_bpmn.histories.table import HistoryError, Problem, Row, Table, unique

_DELIMITERS: Final = (",", ";", "\t", "|")
#: Lines that one record may reach over, and lines looked at to find the delimiter.
_REACH: Final = 1_000
_SAMPLE: Final = 50


def read(content: bytes) -> Table:
    """Read a file of text.

    Raises:
        HistoryError: It has no header with two columns.
    """
    text, encoding, bad = encodings.decode(content)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((one for one, line in enumerate(lines) if line.strip()), len(lines))
    delimiter = ""
    if first < len(lines) and lines[first].lower().startswith("sep="):
        # Excel's own hint.
        delimiter, first = lines[first][4:5], first + 1
    delimiter = delimiter or _delimiter(lines[first : first + _SAMPLE])
    problems = [
        Problem(line, "undecodable", used=True, params={"encoding": encoding})
        for line in sorted(bad)
    ]
    records = _records(lines, first, delimiter, problems)
    _, header = next(records, (0, []))
    if len(header) <= 1:
        message = "This text has no header line with two columns or more."
        raise HistoryError(message)
    columns = tuple(unique(header))
    rows = [_row(line, fields, columns, problems) for line, fields in records]
    return Table(
        format="csv",
        encoding=encoding,
        columns=columns,
        rows=tuple(rows),
        problems=tuple(problems),
    )


def _row(
    line: int, fields: list[str], columns: tuple[str, ...], problems: list[Problem]
) -> Row:
    if len(fields) != len(columns):
        code = "short" if len(fields) < len(columns) else "long"
        params = {"count": len(fields), "wanted": len(columns)}
        problems.append(Problem(line, code, used=True, params=params))
    # Padding is for people; empty cells say nothing.
    cells = {key: one for key, one in zip(columns, fields, strict=False) if one.strip()}
    return Row(line, cells)


def _records(
    lines: Sequence[str], at: int, delimiter: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            if line.strip(delimiter + " \0"):
                yield at + 1, line.split(delimiter)
            at += 1
            continue
        fields, used = _quoted(lines, at, delimiter)
        if fields is None:
            problems.append(Problem(at + 1, "quote-open"))
        else:
            yield at + 1, fields
        at += used


def _quoted(
    lines: Sequence[str], at: int, delimiter: str
) -> tuple[list[str] | None, int]:
    """The fields of a record and the lines it takes; None: it never ends."""
    fields = _fields(lines[at], delimiter)
    used, parts = 1, [lines[at]]
    while fields is None and used < _REACH and at + used < len(lines):
        parts.append(lines[at + used])
        used += 1
        # Only a quotation mark can close what one has opened.
        if '"' in parts[-1]:
            fields = _fields("\n".join(parts), delimiter)
    return fields, used if fields is not None else 1


def _fields(text: str, delimiter: str) -> list[str] | None:
    """The fields of a record; None while a quotation mark is open."""
    found: list[str] = []
    at = 0
    while True:
        if not text.startswith('"', at):
            end = text.find(delimiter, at)
            found.append(text[at:] if end < 0 else text[at:end])
        else:
            close = _closing(text, at + 1)
            if close < 0:
                return None
            end = text.find(delimiter, close + 1)
            rest = text[close + 1 :] if end < 0 else text[close + 1 : end]
            found.append(text[at + 1 : close].replace('""', '"') + rest.rstrip())
        if end < 0:
            return found
        at = end + 1


def _closing(text: str, at: int) -> int:
    """Where a quoted field closes; doubled marks stand for one."""
    while True:
        close = text.find('"', at)
        if close < 0 or not text.startswith('"', close + 1):
            return close
        at = close + 2


def _delimiter(lines: Sequence[str]) -> str:
    """The character that cuts most lines into the same number of fields."""
    best, wins = ",", (0, 0)
    for one in _DELIMITERS:
        counts = Counter(
            len(fields)
            for line in lines
            if line.strip() and (fields := _fields(line, one)) is not None
        )
        counts.pop(1, None)
        if counts:
            width, times = counts.most_common(1)[0]
            if (times, width) > wins:
                best, wins = one, (times, width)
    return best
