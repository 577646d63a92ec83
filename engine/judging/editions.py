"""Which calendars were in force, as the sealed stream of the calendars tells."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.domain import calendar_content
from engine.domain.calendars import Edition, Register
from engine.domain.events import EventType
from engine.domain.office_hours import Calendar

Body = Mapping[str, Any]
_PROPOSED: Final = EventType.CALENDAR_PROPOSED.value
_CONFIRMED: Final = EventType.CALENDAR_CONFIRMED.value


def register_of(events: Iterable[tuple[datetime, Body]], seed: Calendar) -> Register:
    """The editions that a stream confirmed, from what it says of them.

    Agencies are not in the stream: whoever asks which calendar an agency counts on
    brings the line above it (`Register.named`).

    Raises:
        LookupError: An event lacks a fact, or confirms what nobody proposed.
        ValueError: An edition is no calendar.
    """
    drafts: dict[str, Edition] = {}
    confirmed: list[Edition] = []
    for at, body in events:
        facts = body["facts"]
        if body["type"] == _PROPOSED:
            drafts[facts["edition"]] = _draft(at, facts)
        elif body["type"] == _CONFIRMED:
            by = UUID(body["doer"]["account"])
            dated = date.fromisoformat(facts["dated"])
            draft = drafts[facts["edition"]]
            confirmed.append(draft.confirm(facts["document"], dated, by, at))
    return Register(confirmed, lambda _, __: None, seed)


def _draft(at: datetime, facts: Body) -> Edition:
    agency = facts["of"]
    return Edition(
        id=UUID(facts["edition"]),
        agency=None if agency is None else UUID(agency),
        content=calendar_content.content_of(facts["content"]),
        source=facts["source"],
        authors=(),
        proposed_at=at,
    )
