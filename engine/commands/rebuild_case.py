"""Rebuild a case: follow its record, compare what is stored, put right what differs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import recorded
from engine.commands.columns import follow, next_wake, waits_of
from engine.commands.transaction import Result, Transaction
from engine.domain import clock_text, dossier, policy
from engine.domain.case import ACTIVE, Case, Task
from engine.domain.dossier_text import Told
from engine.domain.model import Model
from engine.domain.run import Json, Status
from engine.errors import EvidenceError
from engine.evidence import told
from engine.evidence.retrace import Retraced, Step, opened, retrace
from engine.exchange import OpenWait
from engine.ports import CaseChange

#: What the record tells of a case besides its tokens' state.
_COLUMNS = (
    *("status", "state", "next_wake", "closed_at", "due_at", "suspended_at", "clock"),
    *("applicant", "version", "process", "conversation", "generation", "agencies"),
    *("portal", "sides"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildCase:
    """Compare a case's derived rows with its record."""

    case: UUID
    #: Write the rebuilt rows where they differ.
    repair: bool = True


def handle(command: RebuildCase, transaction: Transaction) -> Result:
    """Rebuild state, work, due dates and search columns from the events.

    A record that does not verify, or that the interpreter cannot follow exactly, is
    reported and never written over.
    """
    uow, tools = transaction.uow, transaction.tools
    case = uow.cases.lock(command.case).case
    transaction.check(policy.Action.CASE_REBUILD, policy.Thing(tenant=case.tenant))
    try:
        events = recorded.events_of(transaction, case)
        # What the row says of its process may be wrong; its first event is not.
        process = _process(opened(events[:1])[0])
        edition = transaction.edition(case.procedure_version, process)
        model = edition.package.model
        outside = edition.package.outside(tools.services)
        traced = retrace(tools.runtime, model, events, outside)
    except EvidenceError as error:
        return _result(case, [error.message])
    if traced.deviations:
        return _result(case, list(traced.deviations))
    bodies = (step.body for step in traced.steps)
    tells = told.of_bodies(bodies, model.facts.field)
    rebuilt = replace(_rebuilt(case, model, traced), portal=tells.state.value)
    stored = uow.cases.work(case)
    work = _with_alarms(traced.tasks.values(), stored)
    waits = waits_of(case, traced)
    differences = [
        *_case_differences(case, rebuilt),
        *_told_differences(uow.dossiers.get(case.id), tells),
        *_work_differences(stored, work),
        *_wait_differences(uow.arrivals.waits(case.id), waits),
    ]
    if differences and command.repair:
        words = dossier.words(traced.steps[0].values)
        uow.cases.save(
            CaseChange(case=rebuilt, expected=case.version, words=words, told=tells)
        )
        uow.cases.replace_tasks(rebuilt, work)
        uow.arrivals.replace_waits(case.id, waits)
    return _result(case, differences)


def _rebuilt(case: Case, model: Model, traced: Retraced) -> Case:
    """The case as its record tells it."""
    opening = traced.steps[0]
    execution = traced.execution
    wake = traced.at if traced.more else next_wake(execution.picture())
    if traced.halted or traced.suspended is not None:
        wake = None
    closed = traced.status is Status.COMPLETED
    facts = opening.body["facts"]
    return replace(
        follow(case, traced.status, traced.done, wake),
        version=len(traced.steps),
        agencies=traced.agencies or case.agencies,
        suspended_at=traced.suspended,
        due_at=traced.due,
        clock=clock_text.dump(traced.clock),
        sides=len(traced.sides.asked),
        process=_process(opening),
        conversation=_id(facts.get("conversation")),
        generation=facts.get("generation", 0),
        applicant=dossier.applicant(model.facts, opening.values),
        state=None if closed else execution.dump(),
    )


def _with_alarms(rebuilt: Iterable[Task], stored: tuple[Task, ...]) -> tuple[Task, ...]:
    """The rebuilt work, looked at again when it would have been.

    An alarm is no part of the record; work whose row was gone is looked at when due.
    """
    alarms = {(one.element, one.occurrence): one.alarm_at for one in stored}
    return tuple(
        replace(one, alarm_at=alarms.get((one.element, one.occurrence), one.due_at))
        if one.status in ACTIVE
        else one
        for one in rebuilt
    )


def _process(opening: Step) -> str:
    """The process that a case runs, as its first event says; empty: the main one."""
    return str(opening.body["facts"].get("process", ""))


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _wait_differences(
    stored: tuple[OpenWait, ...], rebuilt: tuple[OpenWait, ...]
) -> list[str]:
    before = {(one.element, one.occurrence): one for one in stored}
    after = {(one.element, one.occurrence): one for one in rebuilt}
    return [
        f"the wait {element} ({occurrence}) differs from the record"
        for element, occurrence in sorted(before.keys() | after.keys())
        if before.get((element, occurrence)) != after.get((element, occurrence))
    ]


def _told_differences(stored: Told | None, rebuilt: Told) -> list[str]:
    return [] if stored == rebuilt else ["the dossier differs from the record"]


def _case_differences(stored: Case, rebuilt: Case) -> list[str]:
    return [
        f"{name} differs from the record"
        for name in _COLUMNS
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
