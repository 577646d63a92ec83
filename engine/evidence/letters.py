"""Letters of a case beside the events that sent them, column by column.

An event commits to the values that a letter carries, and to the keys that find its
receiver, as decisions of its effect. So every column of a letter but what became of it
is told, until the values are erased: then nothing may be left of them here either.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine.domain.case import Differing
from engine.domain.events import EventType
from engine.domain.run import Choice, Decision, Json
from engine.evidence import record
from engine.evidence.chained import Step
from engine.exchange import BEFORE, Letter, Outgoing

TABLE: Final = "outbox"
#: Columns whose values no finding shows.
HIDDEN: Final = frozenset({"body", "correlation"})
#: The columns that events tell.
_COLUMNS: Final = ("kind", "name", "partner", "body", "correlation", "sent_at")
#: Number of the event, and which of its letters.
_Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Beside:
    """What differs in a letter, and the letter as told; None: no event sent it."""

    row: Differing
    told: Outgoing | None = None


def compare(
    case: UUID, steps: Iterable[Step], stored: Iterable[Letter]
) -> Iterator[Beside]:
    """What differs between the letters that are stored and those that were sent."""
    told = {(one.seq, one.n): one for one in _sent(case, tuple(steps))}
    there = {(one.sent.seq, one.sent.n): one for one in stored}
    for key in sorted(told.keys() | there.keys()):
        sent, letter = told.get(key), there.get(key)
        if letter is None:
            yield Beside(_row(sent, key))
        elif sent is None:
            yield Beside(_row(letter.sent, key, forged=True))
        else:
            sent = _as_old(sent, letter)
            for row in _columns(sent, letter.sent):
                yield Beside(row, sent)


def written(value: object) -> str:
    """A value as a text to compare: true is not 1."""
    return json.dumps(value, sort_keys=True)


def _sent(case: UUID, steps: Sequence[Step]) -> Iterator[Outgoing]:
    erased = max((one.seq for one in steps if _erases(one)), default=0)
    for step in steps:
        thrown = step.body.get("effect", {}).get("thrown", ())
        for n, (kind, element, occurrence, name, partner) in enumerate(thrown):
            visit = (element, occurrence)
            # What was sent before an erasure was emptied with it.
            gone = step.seq < erased
            yield Outgoing(
                stream=case,
                seq=step.seq,
                n=n,
                kind=kind,
                name=name,
                partner=partner,
                body={} if gone else _decided(step, Choice.PAYLOAD, visit),
                correlation={} if gone else _decided(step, Choice.KEYS, visit),
                sent_at=step.at,
            )


def _erases(step: Step) -> bool:
    erased = step.type is EventType.PERSONAL_ERASED
    return erased and bool(step.body["facts"].get("values"))


def _decided(step: Step, choice: Choice, visit: tuple[str, int]) -> Mapping[str, Json]:
    """The values of a visit that its event committed to; none: it asked for none."""
    value = step.values.get(record.decision_name(Decision(choice, *visit, None)))
    return value if isinstance(value, dict) else {}


def _as_old(sent: Outgoing, letter: Letter) -> Outgoing:
    """A letter of the time before letters were delivered has neither key nor date."""
    if letter.tried.reason != BEFORE:
        return sent
    if not letter.sent.correlation:
        sent = replace(sent, correlation={})
    return sent if letter.sent.sent_at else replace(sent, sent_at=None)


def _columns(told: Outgoing, stored: Outgoing) -> Iterator[Differing]:
    for column in _COLUMNS:
        wanted, found = _text(told, column), _text(stored, column)
        if wanted != found:
            row = _row(told, (told.seq, told.n))
            yield replace(row, column=column, told=wanted, stored=found)


def _text(letter: Outgoing, column: str) -> str:
    if column == "sent_at":
        return "" if letter.sent_at is None else record.instant(letter.sent_at)
    value = getattr(letter, column)
    return value if isinstance(value, str) else written(value)


def _row(letter: Outgoing | None, key: _Key, *, forged: bool = False) -> Differing:
    name = letter.name if letter else ""
    called = f"{name} ({key[0]}, {key[1]})"
    return Differing(TABLE, called, "", seq=key[0], forged=forged)
