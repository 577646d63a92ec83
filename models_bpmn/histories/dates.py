"""The instants that people and programs write into tables.

`dd/MM/yyyy` is the order of Việt Nam; a year in front is always ISO 8601. A stamp
without zone is in that of Việt Nam. A day without hour is kept as such: its order
among the events of the day is not known.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from engine.conformance.foreign import Stamp
from engine.domain import iso8601
from models_bpmn.histories.table import Cell

ORDERS: Final = ("dmy", "mdy")

_DAY: Final = r"(?P<one>\d{1,2})[/.\-](?P<two>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})"
_ISO_DAY: Final = r"(?P<iso>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{8})"
_HOUR: Final = (
    r"(?P<hour>\d{1,2})(?:[:hg](?P<minute>\d{2})?(?::(?P<second>\d{2})"
    r"(?:[.,](?P<part>\d{1,9}))?)?)\s*(?P<half>[AaPp]\.?[Mm]\.?|SA|CH|sa|ch)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{2}|UTC|GMT)?"
)
_FORMS: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?:{_DAY}|{_ISO_DAY})(?:[T\s,]+{_HOUR})?",
        rf"{_HOUR}[\s,]+(?:ngày\s+)?(?:{_DAY}|{_ISO_DAY})",
    )
)
_SERIAL: Final = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
#: Serial numbers of days that are read as dates: 1927 to 2119.
_SERIALS: Final = (10_000, 80_000)
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001
#: Two digits of a year: up to here this century.
_PIVOT: Final = 70
_LONGEST: Final = 64
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Reader:
    """How stamps of one file are read."""

    order: str = "dmy"
    zone: timezone = iso8601.VIETNAM
    since_1904: bool = False

    def read(self, cell: Cell) -> Stamp | None:
        """The stamp in a cell; None when it holds no real one."""
        if isinstance(cell, datetime):
            return self._zoned(cell, dated=False)
        if isinstance(cell, float):
            return self._serial(cell)
        return self._written(cell.strip()) if isinstance(cell, str) else None

    @property
    def assumed(self) -> str:
        """The zone of stamps that were written without one."""
        return _named(self.zone.utcoffset(None))

    def zone_of(self, cell: Cell) -> str | None:
        """The zone that a stamp was written with: `Z`, `+07:00`, or "" for none.

        None: it is no stamp, or a day whose hour nobody wrote down.
        """
        if isinstance(cell, datetime):
            return "" if cell.tzinfo is None else _named(cell.utcoffset())
        if isinstance(cell, float) or is_serial(cell):
            return ""
        if not isinstance(cell, str) or len(cell) > _LONGEST:
            return None
        found = (form.fullmatch(cell.strip()) for form in _FORMS)
        match = next((one for one in found if one is not None), None)
        if match is None or match["hour"] is None:
            return None
        zone = _zone(match["zone"])
        return "" if zone is None else _named(zone.utcoffset(None))

    def _written(self, text: str) -> Stamp | None:
        if not text or len(text) > _LONGEST:
            return None
        if is_serial(text):
            return self._serial(float(text.replace(",", ".")))
        for form in _FORMS:
            match = form.fullmatch(text)
            if match is not None:
                return self._matched(match)
        return None

    def _zoned(self, at: datetime, *, dated: bool) -> Stamp:
        return Stamp(at if at.tzinfo else at.replace(tzinfo=self.zone), dated)

    def _serial(self, number: float) -> Stamp | None:
        if not _SERIALS[0] <= number <= _SERIALS[1]:
            return None
        epoch = _EPOCH_1904 if self.since_1904 else _EPOCH
        # Excel keeps a binary fraction of a day: the nearest millisecond was meant.
        at = epoch + timedelta(milliseconds=round(number * 86_400_000))
        return self._zoned(at, dated=number == int(number))

    def _matched(self, match: re.Match[str]) -> Stamp | None:
        found = match.groupdict()
        try:
            day = self._day(found)
            if found["hour"] is None:
                return self._zoned(datetime.combine(day, time()), dated=True)
            at = datetime.combine(day, _hour(found), tzinfo=_zone(found["zone"]))
        except (ValueError, OverflowError):
            return None
        return self._zoned(at, dated=False)

    def _day(self, found: dict[str, str | None]) -> date:
        if found["iso"]:
            parts = re.findall(r"\d+", found["iso"])
            if len(parts) == 1:
                return date.fromisoformat(parts[0])
            return date(*map(int, parts))
        year = int(found["year"] or 0)
        if year < 100:  # noqa: PLR2004 - two digits
            year += 2000 if year < _PIVOT else 1900
        first, second = int(found["one"] or 0), int(found["two"] or 0)
        day, month = (first, second) if self.order == "dmy" else (second, first)
        return date(year, month, day)


def is_serial(cell: Cell) -> bool:
    """Whether a text is what a spreadsheet would have shown as a day: `45999.5`."""
    return isinstance(cell, str) and bool(_SERIAL.fullmatch(cell.strip()))


def _named(offset: timedelta | None) -> str:
    """An offset as it is written: `Z`, `+07:00`."""
    minutes = int((offset or timedelta()).total_seconds()) // 60
    if not minutes:
        return "Z"
    return (
        f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    )


def _hour(found: dict[str, str | None]) -> time:
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()[:1]
    if half in {"p", "c"} and hour < _NOON:
        hour += _NOON
    elif half in {"a", "s"} and hour == _NOON:
        hour = 0
    part = (found["part"] or "0")[:6].ljust(6, "0")
    minute, second = int(found["minute"] or 0), int(found["second"] or 0)
    return time(hour, minute, second, int(part))


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-length if text[0] == "-" else length)
