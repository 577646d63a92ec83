"""Opening the events of a stream: the chain, the columns beside it, the values.

Every page and command that reads a record begins here; what does not verify is refused
with the number of its event.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain import clock_text
from engine.domain.events import EventType, Sealed
from engine.domain.run import Json
from engine.errors import EngineError, EvidenceError
from engine.evidence import record

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A sealed event, opened: its body and the personal values that are still there."""

    seq: int
    at: datetime
    type: EventType
    body: Body
    values: Mapping[str, Json]

    @property
    def real(self) -> datetime:
        """When it was really done (docs/manual/clock.md, rule 1)."""
        return clock_text.real(self.at, self.body["facts"])

    @property
    def onward(self) -> datetime:
        """From when what it led to counts."""
        return clock_text.onward(self.at, self.body["facts"])


def opened(events: Iterable[Sealed]) -> tuple[Step, ...]:
    """Check the chain and open every event.

    Raises:
        EvidenceError: A number is missing, a hash or a commitment is wrong.
    """
    steps = []
    previous = bytes(32)
    for expected, sealed in enumerate(events, start=1):
        with format_of(expected):
            steps.append(_opened(sealed, expected, previous))
        previous = sealed.leaf
    return tuple(steps)


def _opened(sealed: Sealed, expected: int, previous: bytes) -> Step:
    if sealed.seq != expected:
        raise EvidenceError(f"Event {expected} is missing.", seq=expected)
    # Rule 3 of the record: the stored hash is that of the stored bytes.
    if record.leaf_hash(sealed.body) != sealed.leaf:
        raise EvidenceError(f"The bytes of event {expected} changed.", seq=expected)
    body: Body = record.parse(sealed.body)
    # Rule 2: numbers without gaps, each naming the one before.
    if body["seq"] != expected or body["prev"] != previous.hex():
        message = f"Event {expected} does not continue the chain."
        raise EvidenceError(message, seq=expected)
    _check_columns(sealed, body, expected)
    return Step(
        seq=expected,
        at=datetime.fromisoformat(body["at"]),
        type=EventType(body["type"]),
        body=body,
        values=_values(sealed, body),
    )


def _check_columns(sealed: Sealed, body: Body, seq: int) -> None:
    """What stands beside the bytes for searching is what the bytes say."""
    stream = sealed.stream
    written = (body["tenant"], body["stream"], body["type"], body["at"])
    found = (
        stream.tenant.hex,
        f"{stream.kind.value}:{stream.id.hex}",
        sealed.type,
        record.instant(sealed.at),
    )
    if written != found:
        message = f"The row of event {seq} says something else than its bytes."
        raise EvidenceError(message, seq=seq)


def _values(sealed: Sealed, body: Body) -> dict[str, Json]:
    """The personal values that are still stored, checked against their commitments."""
    commitments: Mapping[str, str] = body.get("commitments", {})
    values: dict[str, Json] = {}
    missing = commitments.keys() - {one.name for one in sealed.personal}
    if missing:
        # An erased value leaves its row behind, empty.
        names = "”, “".join(sorted(missing))
        raise EvidenceError(
            f"The value “{names}” of event {sealed.seq} is missing.", seq=sealed.seq
        )
    for one in sealed.personal:
        if one.value is None or one.salt is None:
            continue
        # Rule 4: the value is the one that was committed to.
        if commitments.get(one.name) != record.commitment(one.salt, one.value):
            raise EvidenceError(
                f"The value “{one.name}” of event {sealed.seq} changed.",
                seq=sealed.seq,
            )
        values[one.name] = record.value(one.value)
    return values


@contextmanager
def format_of(seq: int) -> Iterator[None]:
    """Say of whatever a forged event makes impossible that its format is wrong."""
    try:
        yield
    except EvidenceError:
        raise
    except (EngineError, LookupError, TypeError, ValueError, AttributeError) as error:
        reason = error.message if isinstance(error, EngineError) else repr(error)
        message = f"Event {seq} could not be followed: {reason}"
        raise EvidenceError(message, seq=seq) from error
