"""Values that are gone: lawfully, because an event says so, or not."""

from collections.abc import Iterable

from engine.domain.events import EventType
from engine.erasure import Value
from engine.evidence.retrace import Step


def unaccounted(steps: Iterable[Step]) -> tuple[Value, ...]:
    """Values that are gone without an event that says so."""
    steps = tuple(steps)
    told = {
        Value(int(seq), str(name))
        for step in steps
        if step.type is EventType.PERSONAL_ERASED
        for seq, name in step.body["facts"]["values"]
    }
    return tuple(
        value
        for step in steps
        for name in step.body.get("commitments", {})
        if name not in step.values
        for value in (Value(step.seq, name),)
        if value not in told
    )
