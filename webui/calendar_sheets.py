"""The forms that change a draft of a calendar, and the commands that they become."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.commands.calendars import ProposeCalendar
from engine.domain import calendar_content
from engine.domain.calendar_content import Content
from engine.domain.calendars import Edition
from engine.domain.office_hours import ORDERED, Hours, Season, SpecialDay, Week
from engine.domain.office_hours import Reason as Kind
from engine.domain.run import Json
from engine.errors import EngineError, NotReadyError
from engine.forms.answers import FieldError
from engine.forms.form import Form
from webui import errors, formats, sheets, words
from webui.i18n import translate

#: 07:30-11:30, 13:00-17:00
_SPAN: Final = "[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"
_HOURS: Final = rf"^{_SPAN}(, *{_SPAN}){{0,3}}$"
_CUTOFF: Final = r"^[0-2][0-9]:[0-5][0-9]$"
WEEKDAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)
_TEXT: Final = 200
_HOURS_KEY: Final = "hours"


def written(hours: Hours) -> str:
    """Hours as people type them; empty for a day off."""
    return ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in hours)


def day(draft: Edition, known: date | None = None) -> sheets.Sheet:
    """Put a special day into a draft, or change one."""
    content = draft.content
    present = None if known is None else content.special.get(known)

    def change(values: sheets.Values) -> Content:
        made = SpecialDay(
            reason=Kind(str(values["kind"])),
            name=str(values["name"]),
            source=str(values["source"]),
            hours=_hours(values.get(_HOURS_KEY)),
        )
        special = {**content.special, sheets.day(values["day"]): made}
        return replace(content, special=special)

    offered = {one.value: translate(words.REASON[one]) for one in ORDERED}
    shown: dict[str, Json] = {"kind": Kind.HOLIDAY.value}
    if known is not None and present is not None:
        shown = {
            "day": known.isoformat(),
            "kind": present.reason.value,
            "name": present.name,
            "source": present.source,
            _HOURS_KEY: written(present.hours),
        }
    return _sheet(
        draft,
        translate("Special day"),
        sheets.form(
            sheets.date_field("day", translate("Day")),
            sheets.choice("radio", "kind", translate("What it is"), offered),
            sheets.text("name", translate("Name of the day"), longest=_TEXT),
            sheets.text(
                "source",
                translate("Document that orders it"),
                longest=_TEXT,
                hint=translate("Number, issuer and date of the document"),
            ),
            _hours_field(
                _HOURS_KEY, translate("Working hours, on a day that is worked")
            ),
        ),
        (change, shown),
    )


def without(draft: Edition, known: date) -> sheets.Sheet:
    """Take a special day out of a draft."""

    def change(_: sheets.Values) -> Content:
        special = {
            day: one for day, one in draft.content.special.items() if day != known
        }
        return replace(draft.content, special=special)

    title = translate("Take %(day)s out", day=f"{known:%d/%m/%Y}")
    return _sheet(draft, title, sheets.form(), (change, {}))


def week(draft: Edition) -> sheets.Sheet:
    """The weekly hours, always or from a day on."""
    content = draft.content

    def change(values: sheets.Values) -> Content:
        hours: Week = tuple(_hours(values.get(one)) for one in WEEKDAYS)
        if not values.get("since"):
            return replace(content, week=hours)
        since = sheets.day(values["since"])
        season = Season(
            since=since,
            week=hours,
            name=str(values["name"] or ""),
            source=str(values["source"] or ""),
        )
        others = [one for one in content.seasons if one.since != since]
        seasons = sorted([*others, season], key=lambda one: one.since)
        return replace(content, seasons=tuple(seasons))

    shown: dict[str, Json] = dict(
        zip(WEEKDAYS, map(written, content.week), strict=False)
    )
    return _sheet(
        draft,
        translate("Weekly hours"),
        sheets.form(
            *(_hours_field(one, translate(one)) for one in WEEKDAYS),
            sheets.date_field(
                "since", translate("Only from this day on"), required=False
            ),
            _line("name", translate("Name, for example summer hours")),
            _line("source", translate("Document that orders it")),
        ),
        (change, shown),
    )


def head(draft: Edition) -> sheets.Sheet:
    """Name, period and cut-off hour of a draft."""
    content = draft.content

    def change(values: sheets.Values) -> Content:
        return replace(
            content,
            name=str(values["name"]),
            first=sheets.day(values["first"]),
            last=sheets.day(values["last"]),
            cutoff=str(values["cutoff"] or ""),
        )

    return _sheet(
        draft,
        translate("Period and cut-off hour"),
        sheets.form(
            sheets.text("name", translate("Name of the calendar"), longest=_TEXT),
            sheets.date_field("first", translate("First day")),
            sheets.date_field("last", translate("Last day")),
            sheets.text(
                "cutoff",
                translate("Cut-off hour of procedures that name none"),
                longest=5,
                pattern=_CUTOFF,
                hint=translate("For example 15:00"),
            ),
        ),
        (
            change,
            {
                "name": content.name,
                "first": content.first.isoformat(),
                "last": content.last.isoformat(),
                "cutoff": content.cutoff,
            },
        ),
    )


def _sheet(
    draft: Edition,
    title: str,
    form: Any,
    does: tuple[Callable[[sheets.Values], Content], Mapping[str, Json]],
) -> sheets.Sheet:
    change, known = does

    def make(values: sheets.Values, _: UUID) -> object:
        try:
            content = change(values)
        except ValueError as error:
            return refusal(error)
        return ProposeCalendar(
            agency=draft.agency,
            content=content,
            source=draft.source,
            replaces=draft.id,
        )

    return sheets.Sheet(
        title=title,
        about=draft.content.name,
        submit=translate("Keep in the draft"),
        done=translate("The draft was changed."),
        form=form,
        known=known,
        make=make,
        beside=lambda error: _beside(error, form),
    )


def _beside(error: EngineError, form: Form) -> FieldError | None:
    """A special day that makes no sense, told beside what was just changed."""
    if "day" not in error.params or error.code not in errors.TEXTS:
        return None
    day = date.fromisoformat(str(error.params["day"]))
    said = f"{formats.day(day)}: {translate(errors.TEXTS[error.code])}"
    weekday = WEEKDAYS[day.weekday()]
    keys = [_HOURS_KEY if "-other-" in error.code else "day", "day", weekday, "first"]
    known = {one.key for one in form.fields}
    key = next((one for one in keys if one in known), "")
    return FieldError(key, error.code, {}, said) if key else None


def refusal(error: ValueError) -> EngineError:
    """What is wrong with a calendar, as a refusal."""
    code = str(error)
    return NotReadyError(
        code=code if code.startswith("calendar-") else "calendar-hours"
    )


def _hours(value: Json) -> Hours:
    spans = [one.strip() for one in str(value or "").split(",")]
    return calendar_content.hours_of([one for one in spans if one])


def _hours_field(key: str, label: str) -> Mapping[str, Any]:
    hint = translate("For example 07:30-11:30, 13:00-17:00; empty: a day off")
    return sheets.text(key, label, longest=60, pattern=_HOURS, hint=hint)


def _line(key: str, label: str) -> Mapping[str, Any]:
    return sheets.text(key, label, longest=_TEXT, pattern="^.*$")
