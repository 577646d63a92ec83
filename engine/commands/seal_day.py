"""What the log says of itself: the keys that sign it, and its sealed days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json
from engine.errors import NotAllowedError
from engine.evidence import days, record
from engine.evidence.days import Sealing

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceKeys:
    """Record the verifier keys that sign the log from now on."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealDay:
    """Record the heads of all cases and the last dossier codes."""

    #: What stands now, with every prefix of codes.
    sealing: Sealing
    #: True: only when a local midnight has passed since the last sealed day.
    daily: bool = False


def announce(command: AnnounceKeys, transaction: Transaction) -> Result:
    """Append `key.rotated` when the keys are not those announced last.

    Raises:
        NotAllowedError: A person asks.
    """
    told = _told(transaction, EventType.KEY_ROTATED)
    keys: list[Json] = [*sorted(command.keys)]
    if told and told[-1]["facts"]["keys"] == keys:
        return {"announced": False}
    _append(transaction, EventType.KEY_ROTATED, {"keys": keys})
    return {"announced": True}


def seal(command: SealDay, transaction: Transaction) -> Result:
    """Append `day.sealed`.

    The daily event names the day that ended at the last local midnight, whatever number
    of days were missed before; asked for by hand, it names today.

    Raises:
        NotAllowedError: A person asks.
    """
    sealed = _told(transaction, EventType.DAY_SEALED)
    today = iso8601.day(transaction.now)
    if command.daily:
        since = sealed[-1:] or _told(transaction, EventType.KEY_ROTATED)[:1]
        if not is_due(_at(since[0]) if since else None, transaction.now):
            return {"sealed": False}
    known: dict[str, int] = {}
    for body in sealed:
        known.update(Sealing.of(body["facts"]).codes)
    codes = command.sealing.codes.items()
    news = {name: last for name, last in codes if known.get(name) != last}
    sealing = replace(command.sealing, codes=news)
    day = _named(today, daily=command.daily)
    _append(transaction, EventType.DAY_SEALED, sealing.facts(day))
    return {"sealed": True, "day": day, "cases": sealing.cases}


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether a local midnight lies between the last seal and now.

    A clock that was turned back waits until it has caught up.
    """
    return last is None or iso8601.day(last) < iso8601.day(now)


def _named(today: date, *, daily: bool) -> str:
    return (today - timedelta(days=1) if daily else today).isoformat()


def _told(transaction: Transaction, kind: EventType) -> list[Body]:
    """The events of a type in the log's own stream, locked, oldest first."""
    if transaction.actor is not None:
        raise NotAllowedError
    identity = days.stream_of(transaction.tenant)
    stream = transaction.uow.history.stream(StreamKind.LOG, identity)
    if stream is None:
        return []
    events = transaction.uow.history.read(identity, stream.month)
    return [record.parse(one.body) for one in events if one.type == kind.value]


def _at(body: Body) -> datetime:
    return datetime.fromisoformat(body["at"])


def _append(
    transaction: Transaction, kind: EventType, facts: Mapping[str, Json]
) -> None:
    event = Event(type=kind, at=transaction.now, facts=facts)
    identity = days.stream_of(transaction.tenant)
    append(transaction, StreamKind.LOG, identity, event)
