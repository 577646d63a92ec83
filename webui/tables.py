"""Tables of numbers: shown on a page and taken away as XLSX or CSV, both the same.

A number leads to what stands behind it. A cell that begins like a formula gets an
apostrophe in a file (CWE-1236).
"""

import csv as comma
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import flask
import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from webui import cells, formats

KINDS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
Value = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value."""

    value: Value
    #: What stands behind it; empty: nothing that can be listed.
    address: str = ""
    #: What it counts, for who hears the number alone.
    about: str = ""
    unit: str = ""
    #: Shade of a heat map; None: it is in none.
    heat: int | None = None
    #: `late`: its number is bad.
    tone: str = ""
    #: What a page tells besides, on request.
    detail: str = ""

    @property
    def text(self) -> str:
        """As the page shows it; nothing counted is a dash."""
        if self.value is None or self.value == "":
            return "–"
        if isinstance(self.value, str):
            return self.value
        return formats.number(self.value) + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column."""

    name: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table under its name."""

    #: Its name in an address.
    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    #: What is said where there are no rows.
    empty: str = ""
    #: How a file says what it is about: period, units, when it was made.
    about: str = ""
    #: Ranges of shades, for a heat map.
    scale: tuple[tuple[int, int, int], ...] = ()
    #: On a narrow screen it scrolls in its own frame, and does not become cards.
    scrolls: bool = False

    @property
    def has_heat(self) -> bool:
        """Whether it is a heat map."""
        return any(cell.heat is not None for row in self.rows for cell in row)


def words(*names: str) -> tuple[Column, ...]:
    """Columns of words."""
    return tuple(Column(name=name) for name in names)


def numbers(*names: str) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(Column(name=name, number=True) for name in names)


def file(table: Table, kind: str, name: str = "giam-sat") -> flask.Response:
    """The table as a file of a kind in `KINDS`; its name begins with `name`."""
    answer = flask.make_response(content(table, kind, name))
    answer.headers["Content-Type"] = f"{KINDS[kind]}; charset=utf-8"
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{name}-{table.key}.{kind}"'
    )
    return answer


def content(table: Table, kind: str, name: str) -> bytes:
    """The bytes of such a file."""
    return _xlsx(table, name.capitalize()) if kind == "xlsx" else _csv(table)


def _rows(table: Table) -> Iterator[Sequence[Value]]:
    yield [cells.harmless(f"{table.title}. {table.about}")]
    yield [one.name for one in table.columns]
    for row in table.rows:
        yield [_plain(cell.value) for cell in row]


def _plain(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    cleaned = ILLEGAL_CHARACTERS_RE.sub("", value.replace("\N{NO-BREAK SPACE}", " "))
    return cells.harmless(cleaned)


def _xlsx(table: Table, title: str) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in _rows(table):
        sheet.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    comma.writer(text).writerows(_rows(table))
    return text.getvalue().encode("utf-8-sig")
