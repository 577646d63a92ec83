"""Rebuild a case: follow its record, compare with what is stored, put right what
differs.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands.running import next_wake
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import ACTIVE, Case, Task
from engine.domain.run import Json, Status
from engine.errors import EvidenceError
from engine.evidence.retrace import Retraced, retrace


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildCase:
    """Compare a case's derived rows with its record."""

    case: UUID
    #: Write the rebuilt rows where they differ.
    repair: bool = True


def handle(command: RebuildCase, transaction: Transaction) -> Result:
    """Rebuild state, open work and due dates from the events.

    A record that does not verify is reported and never written over.
    """
    uow = transaction.uow
    case = uow.cases.lock(command.case).case
    transaction.check(policy.Action.CASE_REBUILD, policy.Thing(tenant=case.tenant))
    model = transaction.edition(case.procedure_version).package.model
    events = uow.history.read(case.id, case.month)
    if not events:
        return _result(case, ["the case has no events"])
    try:
        traced = retrace(
            transaction.tools.runtime, model, events, transaction.tools.services
        )
    except EvidenceError as error:
        return _result(case, [error.message])
    differences = list(traced.deviations)
    if (case.seq, case.head) != (events[-1].seq, events[-1].leaf):
        differences.append("the case row does not point to its last event")
    rebuilt = _rebuilt(case, traced)
    stored = uow.cases.active(case)
    active = _active(traced)
    differences += _state_differences(case, rebuilt)
    differences += _work_differences(stored, active)
    if differences and command.repair:
        uow.cases.replace_state(rebuilt)
        uow.cases.replace_tasks(rebuilt, tuple(traced.tasks.values()))
    return _result(case, differences)


def _active(traced: Retraced) -> tuple[Task, ...]:
    return tuple(task for task in traced.tasks.values() if task.status in ACTIVE)


def _rebuilt(case: Case, traced: Retraced) -> Case:
    closed = traced.status is Status.COMPLETED
    wake = next_wake(traced.execution.picture())
    return replace(
        case,
        status=traced.status,
        state=None if closed else traced.execution.dump(),
        next_wake=wake,
    )


def _state_differences(stored: Case, rebuilt: Case) -> list[str]:
    names = ("status", "state", "next_wake")
    return [
        f"{name} differs from the record"
        for name in names
        if getattr(stored, name) != getattr(rebuilt, name)
    ]


def _work_differences(stored: tuple[Task, ...], rebuilt: tuple[Task, ...]) -> list[str]:
    before = {(task.element, task.occurrence): task for task in stored}
    after = {(task.element, task.occurrence): task for task in rebuilt}
    return [
        f"the work {element} ({occurrence}) differs from the record"
        for element, occurrence in sorted(before.keys() | after.keys())
        if before.get((element, occurrence)) != after.get((element, occurrence))
    ]


def _result(case: Case, differences: list[str]) -> Result:
    found: list[Json] = list(differences)
    return {"case": case.id.hex, "code": case.code, "differences": found}
