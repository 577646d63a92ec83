"""The record: events as canonical bytes, chained, with commitments for personal values.

Rules of the format (version 1):

1. `body` is JSON in the canonical form of RFC 8785. The schema is restricted so that
   sorted compact JSON is canonical: keys are of the Basic Multilingual Plane, numbers
   are integers below 2**53, no floats.
2. `seq` counts from 1 without gaps in its stream; `prev` is the leaf hash of the event
   before, 32 zero bytes for the first.
3. The leaf hash is SHA-256(0x00 || body) (RFC 6962, 2.1).
4. A value that a person entered never stands in `body`: `commitments` maps its name to
   HMAC-SHA-256(salt, text of the value), where the text is compact JSON exactly as it
   is stored; value and random 16-byte salt are stored apart. Erasing both leaves every
   hash valid, and leaves the row behind.
5. `nonce` is 16 random bytes, so that an event with few possible contents cannot be
   guessed from its hash.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from engine.domain.case import Task
from engine.domain.events import BUDGET, Doer, Event, Personal, Sealed, Stream
from engine.domain.run import Advance, Choice, Decision, Json

#: Version of the format.
FORMAT = 1
#: Choices whose value may tell something about a person: committed, not written.
COMMITTED = frozenset({Choice.ANSWER, Choice.KEYS, Choice.PAYLOAD})

#: Parts of a committed decision that steer the tokens, or name rules of a table.
_PLAIN = ("error", "rules")

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)

Random = Callable[[int], bytes]


def canonical(value: Json) -> bytes:
    """The bytes of rule 1."""
    return _ENCODER.encode(value).encode()


def leaf_hash(body: bytes) -> bytes:
    """The hash of rule 3."""
    return hashlib.sha256(b"\x00" + body).digest()


def commitment(salt: bytes, value: str) -> str:
    """The commitment of rule 4 to a value given as canonical text, in hex."""
    return hmac.digest(salt, value.encode(), "sha256").hex()


def seal(event: Event, stream: Stream, random: Random) -> Sealed:
    """Chain an event to its stream."""
    values = dict(event.values)
    body: dict[str, Json] = {
        "v": FORMAT,
        "type": event.type.value,
        "tenant": stream.tenant.hex,
        "stream": f"{stream.kind.value}:{stream.id.hex}",
        "seq": stream.seq + 1,
        "prev": stream.head.hex(),
        "at": instant(event.at),
        "doer": {**doer_of(event.doer)},
        "facts": dict(event.facts),
    }
    if event.model is not None:
        body["model"] = {
            "procedure": event.model.procedure,
            "number": event.model.number,
            "hash": event.model.hash,
        }
    if event.visit is not None:
        body["visit"] = [event.visit.element, event.visit.occurrence]
    if event.outcome:
        body["outcome"] = event.outcome
    if event.effect is not None:
        effect = _effect(event.effect, event.opened, values)
        if event.budget != BUDGET:
            effect["budget"] = event.budget
        body["effect"] = effect
    # One draw of randomness serves the nonce and every salt.
    noise = random(16 * (len(values) + 1))
    body["nonce"] = noise[:16].hex()
    personal = _commit(values, noise, body)
    encoded = canonical(body)
    return Sealed(
        stream=stream,
        seq=stream.seq + 1,
        type=event.type.value,
        at=event.at,
        body=encoded,
        leaf=leaf_hash(encoded),
        personal=personal,
    )


def instant(at: datetime) -> str:
    """An instant as text: UTC, microseconds, always the same width."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"


def decision_name(decision: Decision) -> str:
    """The name under which the value of a committed decision is stored."""
    return f"{decision.choice.value}:{decision.element}:{decision.occurrence}"


def doer_of(doer: Doer) -> dict[str, str]:
    """Who did it as the record writes it; what is empty is left out."""
    pairs = {
        "account": doer.account,
        "position": doer.position,
        "agency": doer.agency,
        "on_behalf_of": doer.on_behalf_of,
    }
    return {name: _hex(value) for name, value in pairs.items() if value is not None}


def _hex(value: UUID) -> str:
    return value.hex


def _effect(
    effect: Advance, opened: tuple[Task, ...], values: dict[str, Json]
) -> dict[str, Json]:
    """The effect as JSON; committed decisions move their value into `values`."""
    decisions: list[Json] = []
    for one in effect.decisions:
        shown = one.value
        if one.choice in COMMITTED:
            values[decision_name(one)] = one.value
            shown = _shown(one.value)
        decisions.append([one.choice.value, one.element, one.occurrence, shown])
    body: dict[str, Json] = {
        "status": effect.status.value,
        "opened": [_opened(task) for task in opened],
        "closed": [
            [one.element, one.occurrence, one.end.value] for one in effect.closed
        ],
        "taken": list(effect.taken),
        "completed": list(effect.completed),
        "decisions": decisions,
        "thrown": [
            [one.kind, one.element, one.occurrence, one.name, one.partner]
            for one in effect.thrown
        ],
        "incidents": [
            [one.element, one.occurrence, one.message] for one in effect.incidents
        ],
        "more": effect.more,
    }
    return body


def _shown(value: Json) -> Json:
    """What a committed decision shows: the error or the rules, which name nobody."""
    if not isinstance(value, dict):
        return None
    return {name: value[name] for name in _PLAIN if name in value} or None


def _opened(task: Task) -> list[Json]:
    due = None if task.due_at is None else instant(task.due_at)
    return [task.element, task.occurrence, task.performer, task.agency.hex, due]


def _commit(
    values: Mapping[str, Json], noise: bytes, body: dict[str, Json]
) -> tuple[Personal, ...]:
    if not values:
        return ()
    personal = []
    commitments: dict[str, Json] = {}
    for index, name in enumerate(sorted(values), start=1):
        salt = noise[16 * index : 16 * (index + 1)]
        text = _ENCODER.encode(values[name])
        commitments[name] = commitment(salt, text)
        personal.append(Personal(name=name, value=text, salt=salt))
    body["commitments"] = commitments
    return tuple(personal)


def parse(body: bytes) -> dict[str, Json]:
    """A sealed body as a mapping."""
    return cast("dict[str, Json]", json.loads(body))


def value(text: str) -> Json:
    """A stored personal value as the value that was entered."""
    return cast("Json", json.loads(text))
