"""Excel workbooks: the first sheet that holds a table, read as values."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from engine import limits
from models_bpmn.histories.table import Cell, HistoryError, Problem, Row, Table, unique

#: What a damaged workbook makes of the library.
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError),
    *(NotImplementedError, OSError, RuntimeError, ValueError, OverflowError),
    *(InvalidFileException, SyntaxError, TypeError, AttributeError),
)
_ENTRIES: Final = 10_000


def read(content: bytes) -> Table:
    """Read a workbook.

    Raises:
        HistoryError: It is damaged, unpacks to too much, or holds no table.
    """
    try:
        _check(content)
        with warnings.catch_warnings():
            # About styles and extensions, which are not read here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            return _table(book)
    except _DAMAGED as error:
        message = f"The workbook is damaged: {error}."
        raise HistoryError(message) from error


def _check(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    size = sum(one.file_size for one in entries)
    if size > limits.HISTORY_BYTES or len(entries) > _ENTRIES:
        message = f"The workbook unpacks to more than {limits.HISTORY_BYTES} bytes."
        raise HistoryError(message)


def _table(book: Any) -> Table:
    sheets = {one.title: one for one in book.worksheets}
    first, found = "", list[tuple[int, list[Cell]]]()
    filled = []
    for title, sheet in sheets.items():
        # What a sheet says of its own size is often wrong.
        sheet.reset_dimensions()
        rows = list(_rows(sheet)) if not found else list(_one(_rows(sheet)))
        filled += [title] if rows else []
        if not found and rows and len(rows[0][1]) > 1:
            first, found = title, rows
    if not found:
        raise HistoryError("The workbook holds no table with two columns or more.")
    problems = [
        Problem(0, "sheet", used=True, params={"name": title, "first": first})
        for title in filled
        if title != first
    ]
    columns = tuple(unique([_text(one) for one in found[0][1]]))
    made = []
    for line, cells in found[1:]:
        if len(cells) > len(columns):
            params = {"count": len(cells), "wanted": len(columns)}
            problems.append(Problem(line, "long", used=True, params=params))
        pairs = zip(columns, cells, strict=False)
        made.append(Row(line, {key: one for key, one in pairs if one is not None}))
    return Table(
        format="xlsx",
        encoding="xml",
        columns=columns,
        rows=tuple(made),
        problems=tuple(problems),
        since_1904=book.epoch.year == _YEAR_1904,
    )


_YEAR_1904: Final = 1904


def _one(
    rows: Iterator[tuple[int, list[Cell]]],
) -> Iterator[tuple[int, list[Cell]]]:
    for row in rows:
        yield row
        return


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Rows that hold something, without the empty cells behind."""
    for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_cell(one) for one in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield line, cells


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        # A day without hour is written as its midnight.
        return value.date().isoformat() if value.time() == time() else value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    text = str(value)
    return text if text.strip() else None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
