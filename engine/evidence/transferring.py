"""What a transfer of a case moves: its agencies, and open work with who has it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from engine.domain.case import Agencies, Task, TaskStatus


def opened_in(facts: Mapping[str, Any]) -> Agencies | None:
    """The agencies of a case as its first event names them, where it does."""
    named = facts.get("agencies")
    if named is None:
        return None
    return Agencies(**{part: UUID(one) for part, one in named.items()})


def agencies_after(
    agencies: Agencies | None, facts: Mapping[str, Any]
) -> Agencies | None:
    """The agencies of a case after a transfer."""
    if agencies is None:
        return None
    moved = {part: UUID(pair[1]) for part, pair in facts["agencies"].items()}
    return replace(agencies, **moved)


def move(tasks: dict[tuple[str, int], Task], facts: Mapping[str, Any]) -> None:
    """Move open work; a claim goes on in the position that is named, else it ends."""
    for element, occurrence, _, agency, position in facts["work"]:
        task = tasks[element, occurrence]
        tasks[element, occurrence] = replace(
            task,
            agency=UUID(agency),
            status=TaskStatus.CLAIMED if position else TaskStatus.OPEN,
            assignee=task.assignee if position else None,
            position=UUID(position) if position else None,
        )
