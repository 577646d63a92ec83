"""How dates, remaining time and numbers are written for people."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import flask

from engine.domain import iso8601, timeliness, working_time
from webui import context, i18n

_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The time left until a due instant, in words, with the tone of its tag."""

    #: Working minutes; negative when overdue.
    minutes: int
    words: str
    #: `late`, `soon` (due today), `calm` (after the next working day), or plain.
    tone: str


def install(app: flask.Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(
        moment=moment,
        short_moment=short_moment,
        short_day=short_day,
        clock=clock,
        day=day,
        written_day=lambda text: day(date.fromisoformat(text)) if text else "",
        tentative=tentative,
        left=lambda due: due and left(context.now(), due, context.calendar()),
        number=number,
        ended=lambda closed, due: ended(closed, due, context.calendar()),
        ended_by_day=by_day,
    )


def moment(at: datetime | None) -> str:
    """`20/11/2026 14:05`, in Vietnam; nothing for nothing."""
    return at.astimezone(iso8601.VIETNAM).strftime("%d/%m/%Y %H:%M") if at else ""


def tentative(due: datetime | None, agency: UUID | None = None) -> str:
    """` (tạm tính)` after a due instant that no confirmed calendar covers yet."""
    told = provisional(due, agency)
    return f" ({told})" if told else ""


def provisional(due: datetime | None, agency: UUID | None = None) -> str:
    """`tạm tính` for a due instant that no confirmed calendar covers yet."""
    if due is None:
        return ""
    calendar = context.calendar(agency)
    covered = calendar.covers(calendar.local(due).date())
    return "" if covered else i18n.translate("provisional")


def short_moment(at: datetime | None) -> str:
    """`14:05 20/11`, for lists of one year."""
    return at.astimezone(iso8601.VIETNAM).strftime("%H:%M %d/%m") if at else ""


def short_day(at: datetime) -> str:
    """`20/11`."""
    return at.astimezone(iso8601.VIETNAM).strftime("%d/%m")


def clock(at: datetime) -> str:
    """`14:05`."""
    return at.astimezone(iso8601.VIETNAM).strftime("%H:%M")


def day(at: datetime | date | None) -> str:
    """`20/11/2026`."""
    if isinstance(at, datetime):
        at = at.astimezone(iso8601.VIETNAM)
    return at.strftime("%d/%m/%Y") if at else ""


def number(value: float | None) -> str:
    """`1.234.567,5` in Vietnamese, `1,234,567.5` in English."""
    if value is None:
        return ""
    text = f"{value:,}"
    if i18n.language() != "vi":
        return text
    return text.translate(str.maketrans(",.", ".,"))


def left(now: datetime, due: datetime, calendar: working_time.Calendar) -> Left:
    """Count the working time until a due instant and say it in words.

    A due instant that has passed outside working hours is overdue all the same.
    """
    minutes = working_time.remaining(now, due, calendar)
    late = due < now
    span = words(abs(minutes), calendar)
    if late:
        text = i18n.translate("Overdue by %(span)s", span=span)
    else:
        text = i18n.translate("%(span)s of working time left", span=span)
    return Left(minutes=minutes, words=text, tone=_tone(now, due, calendar))


def ended(closed: datetime, due: datetime, calendar: working_time.Calendar) -> Left:
    """How what has ended stands to its due instant, by the minute (clock.md, 11)."""
    minutes = working_time.remaining(closed, due, calendar)
    found = timeliness.classify(due, closed, closed)
    if found is not None and found.by_minute is not timeliness.Class.LATE:
        early = found.by_minute is timeliness.Class.EARLY
        text = i18n.translate("ahead of time" if early else "on time")
        return Left(minutes=minutes, words=text, tone="")
    span = exactly(abs(minutes), calendar)
    text = i18n.translate("Overdue by %(span)s", span=span)
    return Left(minutes=minutes, words=text, tone="late")


def by_minute(closed: datetime, due: datetime) -> str:
    """How what has ended stands to its due instant, by the minute: as slips say it."""
    found = timeliness.classify(due, closed, closed)
    return _class(found.by_minute) if found else ""


def by_day(closed: datetime, due: datetime) -> str:
    """How what has ended stands to its due instant, by the local day: as reports do."""
    found = timeliness.classify(due, closed, closed)
    return _class(found.by_date) if found else ""


def _class(stood: timeliness.Class) -> str:
    texts = {
        timeliness.Class.EARLY: i18n.translate("ahead of time"),
        timeliness.Class.LATE: i18n.translate("ended late"),
    }
    return texts.get(stood) or i18n.translate("on time")


def words(minutes: int, calendar: working_time.Calendar) -> str:
    """`1 ngày 3 giờ`, `1 giờ 35 phút`: the two largest units, whole working days."""
    days, hours, rest = _parts(minutes, calendar)
    if days:
        rest = 0
    return _spoken(days, hours, rest)


def exactly(minutes: int, calendar: working_time.Calendar) -> str:
    """`9 ngày 5 giờ 30 phút`: to the minute, where others reckon with it."""
    return _spoken(*_parts(minutes, calendar))


def _parts(minutes: int, calendar: working_time.Calendar) -> tuple[int, int, int]:
    days, rest = divmod(minutes, _working_day(calendar))
    return days, *divmod(rest, _HOUR)


def _spoken(days: int, hours: int, minutes: int) -> str:
    parts = [(days, "%(n)d days"), (hours, "%(n)d hours"), (minutes, "%(n)d minutes")]
    named = [(n, text) for n, text in parts if n]
    # A number and its unit stay on one line.
    return " ".join(_counted(n, text) for n, text in named or parts[-1:])


def _counted(n: int, text: str) -> str:
    one = {"%(n)d days": "1 day", "%(n)d hours": "1 hour", "%(n)d minutes": "1 minute"}
    said = i18n.translate(one[text]) if n == 1 else i18n.translate(text, n=n)
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def _working_day(calendar: working_time.Calendar) -> int:
    """Minutes of the longest regular day of the week: what people call a day."""
    longest = max(sum(map(_minutes, hours)) for hours in calendar.week)
    return longest or 8 * _HOUR


def _minutes(span: tuple[time, time]) -> int:
    begin, end = span
    return (end.hour - begin.hour) * _HOUR + end.minute - begin.minute


def _tone(now: datetime, due: datetime, calendar: working_time.Calendar) -> str:
    if due < now:
        return "late"
    today, last = calendar.local(now).date(), calendar.local(due).date()
    if last <= today:
        return "soon"
    following = today + timedelta(days=1)
    while following < last and not calendar.hours(following):
        following += timedelta(days=1)
    return "calm" if last > following else ""


def money(amount: int) -> str:
    """`8.000 đ`."""
    return f"{amount:,} đ".replace(",", ".")
