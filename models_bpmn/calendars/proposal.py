"""A first draft of a calendar: what the product and the `holidays` library know.

Where the product names a day with its document, that is taken; days that only the
library knows are added with the library and its version as their source, so that
whoever confirms sees what nobody has looked up yet. The library is never asked again
after that: the confirmed edition is the authority.
"""

import re
from collections.abc import Iterator
from datetime import date
from importlib import metadata
from typing import Final

import holidays

from engine.domain.calendar_content import Content
from engine.domain.office_hours import Calendar, Reason, SpecialDay
from models_bpmn import calendars

#: How the library writes a day off that was worked on another day.
_SWAPPED: Final = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")
_WEEKEND: Final = 5
_SUBSTITUTE: Final = "nghỉ bù"


def source() -> str:
    """The library and its version."""
    return f"holidays {metadata.version('holidays')}"


def proposed(first: int, last: int) -> Content:
    """A calendar of the years from one to another, to be confirmed.

    Args:
        first: The first year.
        last: The last year.
    """
    known = calendars.default_calendar()
    period = date(first, 1, 1), date(last, 12, 31)
    told = {day: one for day, one in known.special.items() if first <= day.year}
    return Content(
        name=known.name,
        first=period[0],
        last=period[1],
        week=known.week,
        # The year after is counted with what is known of it, and provisional.
        special={**dict(_listed(first, last + 1, known)), **told},
    )


def _listed(
    first: int, last: int, known: Calendar
) -> Iterator[tuple[date, SpecialDay]]:
    """What the library lists in years of which the product names no day."""
    covered = {day.year for day in known.special}
    for year in range(first, last + 1):
        if year in covered:
            continue
        listed = holidays.country_holidays("VN", years=year, language="vi")
        for day, name in sorted(listed.items()):
            yield day, _day_off(name)
            swapped = _SWAPPED.search(name)
            if swapped is not None:
                made_up = date(*map(int, reversed(swapped.groups())))
                yield made_up, _made_up(day, known)


def _day_off(name: str) -> SpecialDay:
    reason = Reason.HOLIDAY
    if _SWAPPED.search(name):
        reason = Reason.SWAP_OFF
    elif _SUBSTITUTE in name:
        reason = Reason.COMPENSATION
    return SpecialDay(reason=reason, name=name, source=source())


def _made_up(off: date, known: Calendar) -> SpecialDay:
    return SpecialDay(
        reason=Reason.MAKEUP_WORK,
        name=f"Làm bù cho {off:%d/%m/%Y}",
        source=source(),
        hours=known.week[min(off.weekday(), _WEEKEND - 1)],
    )
