"""Special days that make sense beside the hours of their week.

A document orders that a day is not as others of its weekday are. So what it orders
differs from them: work is made up on a day that is off otherwise, a day off is a day
that is worked otherwise, other hours are other ones, and a shorter day lies within the
usual one. A public holiday may fall on a weekly day off (Labour Code 2019, article 111,
clause 3: the next working day is off in its place).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from engine.domain import calendars
from engine.domain.calendars import Edition
from engine.domain.office_hours import (
    Calendar,
    Hours,
    Reason,
    SpecialDay,
    minutes_of,
)
from engine.errors import NotReadyError

_MADE_OFF: Final = frozenset({Reason.COMPENSATION, Reason.SWAP_OFF})


def check(edition: Edition, base: Calendar, before: Edition | None) -> None:
    """Pass when each special day of an edition makes sense.

    Args:
        edition: The edition.
        base: Everybody's calendar in force; one for everybody stands for itself.
        before: What is in force of the same agency: days that stand there as they are
            were counted on already, whatever the week was then.

    Raises:
        NotReadyError: One does not, `day` says which: it is made up for though it is
            worked (`calendar-makeup`), off though it is off already (`calendar-off`),
            has other hours though it is off (`calendar-other-off`), the same as its
            weekday (`calendar-other-same`) or a shorter day outside of its hours
            (`calendar-other-outside`).
    """
    bare = replace(edition, content=replace(edition.content, special={}))
    everybody = edition.agency is None
    usual = calendars.calendar_of(bare) if everybody else calendars.joined(base, bare)
    known: Mapping[date, SpecialDay] = {} if before is None else before.content.special
    for day, one in sorted(edition.content.special.items()):
        code = "" if known.get(day) == one else _wrong(day, one, usual)
        if code:
            raise NotReadyError(code=code, day=day.isoformat())


def _wrong(day: date, one: SpecialDay, usual: Calendar) -> str:
    """Why a day makes no sense; empty: it does."""
    hours = usual.hours(day)
    if one.reason is Reason.MAKEUP_WORK:
        return "calendar-makeup" if hours else ""
    if one.reason is Reason.OTHER_HOURS:
        return _other(one.hours, hours)
    twice = not hours and (one.reason in _MADE_OFF or day in usual.special)
    return "calendar-off" if twice else ""


def _other(hours: Hours, usual: Hours) -> str:
    if not usual:
        return "calendar-other-off"
    if hours == usual:
        return "calendar-other-same"
    shorter = minutes_of(hours) < minutes_of(usual)
    within = usual[0][0] <= hours[0][0] and hours[-1][1] <= usual[-1][1]
    return "calendar-other-outside" if shorter and not within else ""
