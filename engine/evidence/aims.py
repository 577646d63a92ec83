"""The targets of a tenant, as the stream of them tells (ISO 9001:2015, 6.2)."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from engine.domain.events import EventType, Sealed
from engine.domain.targets import Target
from engine.evidence.chained import opened


def told(events: Iterable[Sealed]) -> tuple[Target, ...]:
    """Every target that was set, the oldest first.

    Raises:
        EvidenceError: The stream is not what was sealed.
    """
    made = []
    for step in opened(events):
        if step.type is not EventType.TARGET_SET:
            continue
        facts, account = step.body["facts"], step.body["doer"].get("account")
        procedure = facts["procedure"]
        made.append(
            Target(
                agency=UUID(facts["agency"]),
                procedure=UUID(procedure) if procedure else None,
                # Targets from before there were any for steps say nothing of one.
                element=str(facts.get("element", "")),
                step=str(facts.get("step", "")),
                share=int(facts["share"]),
                valid_from=date.fromisoformat(facts["from"]),
                why=str(facts["why"]),
                set_by=UUID(account) if account else None,
                set_at=step.at,
            )
        )
    return tuple(made)
