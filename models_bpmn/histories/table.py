"""What every format is read into: rows of named cells, and what was wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from engine.errors import EngineError

Cell: TypeAlias = "str | float | datetime | bool | None"

#: What is wrong, in Vietnamese and English; the second part names what to do.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "quote-open": (
        "dấu nháy kép mở mà không đóng; hãy đóng lại hoặc bỏ đi",
        "a quotation mark is opened and never closed; close it or remove it",
    ),
    "short": (
        "thiếu ô: {count} trên {wanted} cột; các ô thiếu coi là trống",
        "cells are missing: {count} of {wanted} columns; they count as empty",
    ),
    "long": (
        "thừa ô: {count} trên {wanted} cột; hãy sửa dấu phân cách trong dòng này",
        "too many cells: {count} for {wanted} columns; correct the separators here",
    ),
    "no-case": (
        "không có mã hồ sơ ở cột “{column}”; hãy điền mã",
        "no case in column “{column}”; fill it in",
    ),
    "no-activity": (
        "không có tên bước ở cột “{column}”; hãy điền tên bước",
        "no activity in column “{column}”; fill it in",
    ),
    "no-time": (
        "không có thời điểm ở cột “{column}”; hãy điền ngày giờ",
        "no time in column “{column}”; fill it in",
    ),
    "bad-time": (
        "“{value}” ở cột “{column}” không phải ngày có thật ({order}); hãy sửa",
        "“{value}” in column “{column}” is no real date ({order}); correct it",
    ),
    "bad-date": (
        "“{value}” ở cột “{column}” không phải ngày có thật; không dùng giá trị này",
        "“{value}” in column “{column}” is no real date; the value is not used",
    ),
    "differs": (
        "hồ sơ “{case}” có nhiều giá trị ở cột “{column}”; dùng giá trị cuối",
        "case “{case}” has several values in column “{column}”; the last is used",
    ),
    "unordered": (
        "hồ sơ “{case}”: các dòng không theo thứ tự thời gian; xếp theo thời gian",
        "case “{case}”: its rows are not in order of time; time decides",
    ),
    "no-order": (
        "không có cột thời gian; thứ tự các dòng là thứ tự công việc",
        "there is no column of times; the order of rows is the order of work",
    ),
    "too-long": (
        "ô quá dài ở cột “{column}”: {count} ký tự; hiện rút gọn là “{value}”",
        "cell too long in column “{column}”: {count} characters; shown as “{value}”",
    ),
    "zones": (
        "nhiều múi giờ ({zones}), lẫn trong {cases} hồ sơ; so theo thời điểm thực",
        "several zones ({zones}), mixed in {cases} cases; compared as instants",
    ),
    "zones-assumed": (
        (
            "nhiều múi giờ ({zones}, không ghi: {bare}), lẫn trong {cases} hồ sơ; "
            "không ghi thì hiểu là {assumed}, nếu sai hãy ghi zone trong [dates]"
        ),
        (
            "several zones ({zones}, none: {bare}), mixed in {cases} cases; none counts"
            " as {assumed}; where that is wrong, say zone in [dates]"
        ),
    ),
    "serial": (
        "“{value}” ở cột “{column}” hiểu là số ngày Excel {day} ({count} ô như vậy)",
        "“{value}” in column “{column}” counts as Excel day {day} ({count} cells)",
    ),
    "undecodable": (
        "có byte không đọc được theo {encoding}; đã thay bằng ký hiệu �",
        "some bytes are not {encoding}; they are shown as �",
    ),
    "sheet": (
        "trang “{name}” không được đọc; chỉ đọc trang “{first}”",
        "sheet “{name}” is not read; only “{first}” is",
    ),
    "no-trace": (
        "sự kiện không thuộc hồ sơ (trace) nào; hãy đặt nó vào một trace",
        "an event outside every trace; put it into one",
    ),
    "value": (
        "giá trị “{value}” của “{column}” không đúng kiểu; coi là chữ",
        "the value “{value}” of “{column}” is not of its type; it counts as text",
    ),
}


class HistoryError(EngineError):
    """This file cannot be read as a history."""

    code = "history"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one row that a person should see."""

    line: int
    code: str
    #: False: the row (or event) is not used at all.
    used: bool = False
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The reason, in words."""
        told = WORDS[self.code][0 if language == "vi" else 1]
        return told.format_map(self.params)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, with the line of the file where it begins."""

    line: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A whole file."""

    format: str
    encoding: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    #: Cases without any event, where a format has such.
    empty: tuple[Row, ...] = ()
    #: XLSX: serial numbers of days count from 1904.
    since_1904: bool = False

    def named(self, column: str) -> str | None:
        """The column of a name; XES columns also without or with `case:` before it."""
        for one in (column, f"case:{column}", column.removeprefix("case:")):
            if one in self.columns:
                return one
        return None


def unique(names: list[str]) -> Iterator[str]:
    """Column names, numbered where they are empty or repeated."""
    seen: dict[str, int] = {}
    for index, name in enumerate(names, start=1):
        plain = " ".join(name.split()) or f"column {index}"
        seen[plain] = seen.get(plain, 0) + 1
        yield plain if seen[plain] == 1 else f"{plain} ({seen[plain]})"
