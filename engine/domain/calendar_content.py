"""What an edition of a calendar says, what it changes, and how it is written down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from types import MappingProxyType
from typing import Any, Final

from engine.domain import office_hours
from engine.domain.office_hours import Hours, Season, SpecialDay, Week
from engine.domain.run import Json

#: Days, seasons and characters of a text that an edition holds at most.
MOST_DAYS: Final = 2_000
MOST_SEASONS: Final = 100
MOST_CHARS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an edition says.

    Raises:
        ValueError: It would be no calendar; the message is a code (`calendar-…`).
    """

    name: str
    #: First and last day of the period that the document covers. Days outside are
    #: counted all the same, and provisional.
    first: date
    last: date
    #: Monday to Sunday; empty in additions that leave the weekly hours alone.
    week: Week = ()
    seasons: tuple[Season, ...] = ()
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    #: `HH:MM` for procedures that name no cut-off hour; empty: none.
    cutoff: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be counted on, or what no document orders."""
        if self.last < self.first:
            raise ValueError("calendar-period")
        if len(self.special) > MOST_DAYS or len(self.seasons) > MOST_SEASONS:
            raise ValueError("calendar-size")
        texts = [self.name, *_texts(self.special.values()), *_texts(self.seasons)]
        if any(len(one) > MOST_CHARS for one in texts) or not self.name.strip():
            raise ValueError("calendar-texts")
        for day in self.special.values():
            _check_day(day)
        _check_hours(self)
        starts = [one.since for one in self.seasons]
        if starts != sorted(set(starts)):
            raise ValueError("calendar-seasons")
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))


def _check_hours(content: "Content") -> None:
    weeks = [one.week for one in content.seasons]
    try:
        for week in [content.week, *weeks] if content.week else weeks:
            office_hours.check_week(week)
        if content.cutoff:
            time.fromisoformat(content.cutoff)
    except ValueError as error:
        raise ValueError("calendar-hours") from error


def _texts(things: Iterable[SpecialDay | Season]) -> Iterator[str]:
    for one in things:
        yield from (one.name, one.source)


def _check_day(day: SpecialDay) -> None:
    try:
        office_hours.check_hours(day.hours)
    except ValueError as error:
        raise ValueError("calendar-hours") from error
    works = day.reason in _WORKED
    if day.reason not in office_hours.ORDERED or bool(day.hours) is not works:
        raise ValueError("calendar-day-hours")
    if not day.name.strip() or not day.source.strip():
        raise ValueError("calendar-day-source")


_WORKED: Final = frozenset(
    {office_hours.Reason.MAKEUP_WORK, office_hours.Reason.OTHER_HOURS}
)


# What changed from one edition to the next.


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two editions."""

    #: `day`, `week`, `season`, `cutoff` or `period`.
    what: str
    day: date | None = None
    before: SpecialDay | Season | Week | str | tuple[date, date] | None = None
    after: SpecialDay | Season | Week | str | tuple[date, date] | None = None


def differences(old: Content | None, new: Content) -> tuple[Change, ...]:
    """What a new edition changes, days in order."""
    if old is None:
        old = Content(name=new.name, first=new.first, last=new.last)
    return tuple(_differences(old, new))


def _differences(old: Content, new: Content) -> Iterator[Change]:
    periods = (old.first, old.last), (new.first, new.last)
    if periods[0] != periods[1]:
        yield Change(what="period", before=periods[0], after=periods[1])
    if old.cutoff != new.cutoff:
        yield Change(what="cutoff", before=old.cutoff, after=new.cutoff)
    if old.week != new.week:
        yield Change(what="week", before=old.week, after=new.week)
    seasons = _by_start(old), _by_start(new)
    for since in sorted(seasons[0].keys() | seasons[1].keys()):
        one = seasons[0].get(since), seasons[1].get(since)
        if one[0] != one[1]:
            yield Change(what="season", day=since, before=one[0], after=one[1])
    for day in sorted(old.special.keys() | new.special.keys()):
        both = old.special.get(day), new.special.get(day)
        if both[0] != both[1]:
            yield Change(what="day", day=day, before=both[0], after=both[1])


def _by_start(content: Content) -> dict[date, Season]:
    return {one.since: one for one in content.seasons}


# As plain values, for the record and the database.


def plain(content: Content) -> dict[str, Json]:
    """A content as plain values."""
    return {
        "name": content.name,
        "first": content.first.isoformat(),
        "last": content.last.isoformat(),
        "week": _plain_week(content.week),
        "seasons": [
            {
                "since": one.since.isoformat(),
                "week": _plain_week(one.week),
                "name": one.name,
                "source": one.source,
            }
            for one in content.seasons
        ],
        "days": [
            {
                "day": day.isoformat(),
                "kind": one.reason.value,
                "name": one.name,
                "source": one.source,
                "hours": _plain_hours(one.hours),
            }
            for day, one in sorted(content.special.items())
        ],
        "cutoff": content.cutoff,
    }


def content_of(values: Mapping[str, Any]) -> Content:
    """A content from plain values.

    Raises:
        ValueError: They tell of no calendar.
        LookupError: One is missing.
    """
    return Content(
        name=values["name"],
        first=date.fromisoformat(values["first"]),
        last=date.fromisoformat(values["last"]),
        week=_week(values["week"]),
        seasons=tuple(
            Season(
                since=date.fromisoformat(one["since"]),
                week=_week(one["week"]),
                name=one["name"],
                source=one["source"],
            )
            for one in values["seasons"]
        ),
        special={
            date.fromisoformat(one["day"]): SpecialDay(
                reason=office_hours.Reason(one["kind"]),
                name=one["name"],
                source=one["source"],
                hours=hours_of(one["hours"]),
            )
            for one in values["days"]
        },
        cutoff=values["cutoff"],
    )


def _plain_week(week: Week) -> list[Json]:
    return [_plain_hours(hours) for hours in week]


def _plain_hours(hours: Hours) -> list[Json]:
    return [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in hours]


def _week(days: Sequence[Sequence[str]]) -> Week:
    return tuple(map(hours_of, days))


def hours_of(spans: Sequence[str]) -> Hours:
    """Hours from `HH:MM-HH:MM` texts.

    Raises:
        ValueError: One is not written so.
    """
    pairs = [span.split("-") for span in spans]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - from and to
        raise ValueError("calendar-hours")
    return tuple(
        (time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in pairs
    )
