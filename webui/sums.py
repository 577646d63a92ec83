"""How a due date came about, line by line, for "Why this date?"."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from engine.domain.clock_state import Cause, Kind
from engine.domain.explained import Part
from engine.domain.model import TimeLimit
from engine.domain.working_time import Due, Line, Reason
from webui import context, formats, words
from webui.i18n import translate

#: Days that a limit in working time passes over.
_LEFT_OUT: Final = frozenset(
    {Reason.WEEKLY_OFF, Reason.HOLIDAY, Reason.COMPENSATION, Reason.SWAP_OFF}
)
#: Units in which days off are not counted; days and months of the ordinary calendar
#: count every day (Civil Code 2015, article 148).
_WORKING: Final = frozenset({"working-hour", "working-day"})
_DAY: Final = timedelta(days=1)
#: A wait that is over.
_OVER: Final = {
    Cause.SUPPLEMENT: "Waited for a supplement",
    Cause.PAYMENT: "Waited for payment",
    Cause.AGENCY: "Waited for another agency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the sum."""

    name: str
    value: str
    notes: tuple[str, ...] = field(default=())


def entries(
    began: datetime, limit: TimeLimit, due: Due, *, names: tuple[str, str]
) -> list[Entry]:
    """The sum from its beginning to its end.

    Args:
        began: When counting begins.
        limit: What is counted.
        due: The result, with its explanation.
        names: How the beginning and the end are called.
    """
    left_out = _left_out(limit, due.lines)
    others = [line for line in due.lines if line.reason not in _LEFT_OUT]
    made = [
        Entry(name=names[0], value=formats.moment(began)),
        Entry(
            name=translate("Time limit"),
            value=_added(limit),
            notes=tuple(_said(line) for line in others),
        ),
    ]
    if left_out:
        count = len({line.day for line in left_out})
        made.append(
            Entry(
                name=translate("Not counted"),
                value=translate("%(n)d days off", n=count),
                notes=tuple(_days_off(left_out)),
            )
        )
    made.append(Entry(name=names[1], value=formats.moment(due.at)))
    return made


def moved(
    parts: Sequence[Part],
    due: tuple[str, datetime | None],
    granted: Iterable[Sequence[str]] = (),
) -> list[Entry]:
    """What moved a due instant since it was counted first, and how it stands.

    Args:
        parts: From `engine.domain.explained`.
        due: How the end is called, and when it is; None: the clock stands.
        granted: What is told of each extension besides, in their order.
    """
    more = iter(granted)
    made = [
        _part(one, next(more, ()) if one.kind is Kind.EXTENDED else ()) for one in parts
    ]
    if not made:
        return []
    name, at = due
    stands = translate("the clock stands still")
    return [*made, Entry(name=name, value=formats.moment(at) or stands)]


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return tuple(_OVER.values())


def _part(part: Part, more: Sequence[str]) -> Entry:
    waits = part.kind is Kind.BEGUN
    notes = [_span(part.at, part.until) if waits else formats.short_moment(part.at)]
    if part.left is not None:
        span = formats.exactly(abs(part.left), context.calendar())
        late = translate("late by %(span)s then", span=span)
        left = translate("%(span)s were left then", span=span)
        notes.append(late if part.left < 0 else left)
    if part.policy is not None:
        notes.append(translate(words.WAITS[part.policy]))
    if part.limit is not None:
        notes.append(_added(part.limit))
    notes.extend(more)
    moved = part.old != part.new and part.new is not None
    value = f"→ {formats.moment(part.new)}" if moved else ""
    name = words.CAUSE[part.cause]
    if part.until is not None:
        name = _OVER.get(part.cause, name)
    return Entry(name=translate(name), value=value, notes=tuple(notes))


def _span(begin: datetime, end: datetime | None) -> str:
    """From when until when: `09:05 20/11 – 10:00 21/11`."""
    until = formats.short_moment(end) if end else translate("now, still")
    return f"{formats.short_moment(begin)} – {until}"


def _added(limit: TimeLimit) -> str:
    """What a limit adds: `+ 3 ngày làm việc`; the end of a day is no sum."""
    said = words.limit(limit)
    return f"+ {said}" if limit.amount else said


def _left_out(limit: TimeLimit, lines: Sequence[Line]) -> list[Line]:
    """The days off that a limit passes over, not those that it counts."""
    found = [line for line in lines if line.reason in _LEFT_OUT]
    if limit.unit in _WORKING:
        return found
    # Only the days off that its end is moved over, just before the day it is moved to.
    ends = next((line.day for line in lines if line.reason is Reason.MOVED), None)
    passed: list[Line] = []
    for line in reversed(found) if ends else ():
        if line.day + (len(passed) + 1) * _DAY != ends:
            break
        passed.insert(0, line)
    return passed


def _days_off(lines: Sequence[Line]) -> Iterator[str]:
    """Weekly days off in one note, every other day with its name."""
    weekly = [line.day for line in lines if line.reason is Reason.WEEKLY_OFF]
    if weekly:
        days = ", ".join(f"{day.day}/{day.month}" for day in weekly)
        yield f"{translate(words.REASON[Reason.WEEKLY_OFF])}: {days}"
    yield from (_said(line) for line in lines if line.reason is not Reason.WEEKLY_OFF)


def _said(line: Line) -> str:
    name = line.name or translate(words.REASON[line.reason])
    if line.reason in (Reason.CUTOFF, Reason.PROVISIONAL):
        name = translate(words.REASON[line.reason])
    return f"{line.day.day}/{line.day.month}: {name}"
