"""The new day of an extension: one on which work is done, and none by mistake.

A limit ends on a working day, so the command refuses a day off and names the next
working day (`engine.domain.last_days`); here that stands beside the field. What lies
more than a year beyond the old promise is mostly a slip of the keyboard: it is
confirmed by a tick before it counts.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import flask

from engine.domain import iso8601, last_days, term
from engine.domain.model import TimeLimit
from engine.errors import AnswersInvalidError, NotReadyError
from webui import context, dossier, formats, instants, sheets, waits
from webui.i18n import translate

_SURE: Final = "sure"
_YEAR: Final = timedelta(days=366)


def fields(found: dossier.Dossier) -> tuple[dict[str, Any], ...]:
    """Until when or by how much; with a tick, where what was typed lies far off."""
    either = translate("One of the two: a day here, or so much longer below")
    label = translate("New promised day")
    written = translate("Day/month/year, for example 20/11/2026")
    hint = f"{either}. {written}"
    day = sheets.date_field("until", label, required=False, hint=hint)
    made = (
        dict(day),
        *waits.limit_fields(translate("Or so much longer"), required=False),
    )
    typed = flask.request.form
    until, limit = _until(typed.get("f.until", "")), _limit(typed)
    if (until and limit) or not _is_far(found, until, limit):
        return made
    label = translate("The new date is more than a year later, and that is meant")
    tick = {
        "type": "checkbox",
        "key": _SURE,
        "label": label,
        "validate": {"required": True},
    }
    return (*made, tick)


def read(
    found: dossier.Dossier, values: sheets.Values
) -> datetime | TimeLimit | AnswersInvalidError:
    """Until when, or by how much: one of the two."""
    day, limit = values.get("until"), waits.limit_of(values)
    if (day is None) is (limit is None):
        return sheets.wrong("until", translate("Give a day, or a number of days."))
    last = None if day is None else sheets.day(day)
    refused = None if last is None else _day_off(found, last)
    if refused is not None:
        return refused
    if _is_far(found, last, limit) and values.get(_SURE) is not True:
        # Read from the form as it was sent, before it was checked: it has no tick.
        return sheets.wrong("until", translate("Tick that so late a date is meant."))
    return limit or _end(found, last or date.max)


def _day_off(found: dossier.Dossier, day: date) -> AnswersInvalidError | None:
    """What the command would say of a day, beside its field; None: work is done."""
    try:
        last_days.check_worked(day, context.calendar(found.item.agencies.handling))
    except NotReadyError as error:
        following = str(error.params["next"])
        said = translate(
            "%(day)s is a day off. The next working day is %(next)s.",
            day=formats.day(day),
            next=formats.day(date.fromisoformat(following)) if following else "–",
        )
        return sheets.wrong("until", said)
    return None


def _end(found: dossier.Dossier, day: date) -> datetime:
    """The end of the working time of a day, where the case is handled."""
    hours = _hours(found, day)
    wall = datetime.combine(day, hours[-1][1] if hours else time(17), iso8601.VIETNAM)
    return wall.astimezone(UTC)


def _hours(found: dossier.Dossier, day: date) -> tuple[tuple[time, time], ...]:
    return tuple(context.calendar(found.item.agencies.handling).hours(day))


def _is_far(found: dossier.Dossier, day: date | None, limit: TimeLimit | None) -> bool:
    """Whether a new promise lies more than a year beyond the old one."""
    old = found.item.due_at or context.now()
    if day is not None:
        return day - iso8601.day(old) > _YEAR
    if limit is None:
        return False
    calendar = context.calendar(found.item.agencies.handling)
    return term.extended(old, limit, calendar) - old > _YEAR


def _until(text: str) -> date | None:
    """The day that was typed; None: none that can be read."""
    return instants.day(text) if instants.is_day(text) else None


def _limit(typed: Any) -> TimeLimit | None:
    """The limit that was typed, as far as it can be one."""
    span, unit = typed.get("f.span", "").strip(), typed.get("f.unit", "")
    if not span.isascii() or not span.isdecimal() or unit not in waits.UNITS:
        return None
    return TimeLimit(min(int(span[:3]), 999), unit)
