"""Forging: rewrite the record of a case as somebody with the database could.

Every hash is right again afterwards; only what the events say is wrong.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.domain.events import Personal, Sealed
from engine.evidence import record
from tests.integration.engine.office import Office

Body = dict[str, Any]
#: Changes a body and the values behind it.
Change = Callable[[Body, dict[str, Any]], None]
_SALT: Final = b"0123456789abcdef"


def forge(events: Sequence[Sealed], seq: int, change: Change) -> tuple[Sealed, ...]:
    """The record with one event changed and everything after it chained anew."""
    return _chained((one, change if one.seq == seq else None) for one in events)


def without(events: Sequence[Sealed], seq: int) -> tuple[Sealed, ...]:
    """The record without one event, renumbered."""
    return _chained((one, None) for one in events if one.seq != seq)


def _chained(events: Any) -> tuple[Sealed, ...]:
    made: list[Sealed] = []
    head = bytes(32)
    for number, (one, change) in enumerate(events, start=1):
        body = json.loads(one.body)
        personal = one.personal
        if change is not None:
            values = {
                each.name: record.value(each.value)
                for each in personal
                if each.value is not None
            }
            change(body, values)
            personal = _committed(body, values)
        body["seq"], body["prev"] = number, head.hex()
        encoded = record.canonical(body)
        head = record.leaf_hash(encoded)
        made.append(
            replace(
                one,
                seq=number,
                type=body["type"],
                at=record_instant(body["at"]),
                body=encoded,
                leaf=head,
                personal=personal,
            )
        )
    return tuple(made)


def record_instant(text: str) -> datetime:
    """An instant as the record writes it."""
    return datetime.fromisoformat(text)


def _committed(body: Body, values: dict[str, Any]) -> tuple[Personal, ...]:
    personal = []
    commitments = {}
    for name, value in sorted(values.items()):
        text = json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        commitments[name] = record.commitment(_SALT, text)
        personal.append(Personal(name=name, value=text, salt=_SALT))
    body.pop("commitments", None)
    if commitments:
        body["commitments"] = commitments
    return tuple(personal)


def erase(events: Sequence[Sealed], *names: str) -> tuple[Sealed, ...]:
    """The record with values taken away lawfully: their rows stay, empty."""
    return tuple(
        replace(
            one,
            personal=tuple(
                each._replace(value=None, salt=None) if each.name in names else each
                for each in one.personal
            ),
        )
        for one in events
    )


def store(office: Office, case: UUID, events: Sequence[Sealed]) -> None:
    """Write a forged record over the true one, guards off, row of the case included."""
    office.unguard()
    for one in events:
        office.sql(
            "UPDATE event SET body = :body, leaf = :leaf, type = :type"
            " WHERE stream = :case AND seq = :seq",
            case=case,
            seq=one.seq,
            body=one.body,
            leaf=one.leaf,
            type=one.type,
        )
        for each in one.personal:
            office.sql(
                "UPDATE personal SET value = :value, salt = :salt"
                " WHERE stream = :case AND seq = :seq AND name = :name",
                case=case,
                seq=one.seq,
                name=each.name,
                value=each.value,
                salt=each.salt,
            )
    office.sql(
        'UPDATE "case" SET head = :head WHERE id = :case',
        case=case,
        head=events[-1].leaf,
    )
