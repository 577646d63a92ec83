"""What the record of a case tells of its dossier: the fold of its events."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.domain import clock_text, dossier_record
from engine.domain.dossier_record import Dossier
from engine.domain.dossier_text import Told
from engine.domain.events import Event
from engine.domain.run import Status

Body = Mapping[str, Any]


def after(told: Told, event: Event) -> Told:
    """What is told once an event was recorded."""
    ends = event.effect is not None and event.effect.status is Status.COMPLETED
    return _after(told, (event.type.value, event.at, event.facts), ends=ends)


def of_bodies(
    bodies: Iterable[Body], field: str = "", until: datetime | None = None
) -> Told:
    """What the events of a case tell.

    Args:
        bodies: Its events as recorded, in order.
        field: The field of its procedure.
        until: Only what had really happened by then; None: everything.
    """
    told: Told | None = None
    for body in bodies:
        at = datetime.fromisoformat(body["at"])
        facts = body.get("facts", {})
        if until is not None and clock_text.onward(at, facts) > until:
            continue
        ends = body.get("effect", {}).get("status") == Status.COMPLETED.value
        told = told or Told(dossier=Dossier(), changed_at=at, field=field)
        told = _after(told, (body["type"], at, facts), ends=ends)
    if told is None:
        raise ValueError("no events")
    return told


def _after(
    told: Told, event: tuple[str, datetime, Mapping[str, Any]], *, ends: bool
) -> Told:
    kind, at, facts = event
    # A case ends once; what is told of it later (a rating) ends it no second time.
    ends = ends and told.dossier.ended_at is None
    dossier = dossier_record.take(told.dossier, kind, at, facts, ends=ends)
    if dossier == told.dossier:
        return told
    return replace(told, dossier=dossier, changed_at=at)
