"""Rebuild a case: follow its record, compare what is stored, put right what differs."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from engine.commands import recorded
from engine.commands.columns import follow, next_wake, waits_of
from engine.commands.transaction import Result, Transaction
from engine.domain import clock_text, dossier, policy
from engine.domain.case import ACTIVE, Case, Differing, Task
from engine.domain.model import Model
from engine.domain.run import Json, Status
from engine.errors import EvidenceError
from engine.evidence import letters, told
from engine.evidence.retrace import Retraced, Step, opened, retrace
from engine.exchange import OpenWait
from engine.ports import CaseChange


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
    uow, cases = transaction.uow, transaction.uow.cases
    # Who only compares reads one moment and keeps nobody waiting.
    case = cases.lock(command.case).case if command.repair else cases.get(command.case)
    transaction.check(policy.Action.CASE_REBUILD, policy.Thing(tenant=case.tenant))
    try:
        traced, model = _traced(case, transaction)
    except EvidenceError as error:
        return {**_result(case, [error.message]), "broken": True}
    if traced.deviations:
        return _result(case, list(traced.deviations))
    change = _change(case, traced, model, transaction)
    work = _with_alarms(traced.tasks.values(), cases.work(case))
    waits = waits_of(case, traced)
    sent = [*letters.compare(case.id, traced.steps, uow.outbox.letters_of(case.id))]
    rows = (
        *cases.differing(replace(change, opened=work)),
        *(one.row for one in sent),
    )
    differences = [
        *_told(rows),
        *_wait_differences(uow.arrivals.waits(case.id), waits),
    ]
    if differences and command.repair:
        cases.save(change)
        cases.replace_tasks(change.case, work)
        uow.arrivals.replace_waits(case.id, waits)
        # A letter is never put in or taken away: it may have arrived, or be on its way.
        for letter in {one.told.ref: one.told for one in sent if one.told}.values():
            uow.outbox.correct(letter)
    return _result(case, differences, rows)


def _traced(case: Case, transaction: Transaction) -> tuple[Retraced, Model]:
    """Follow the record on the version that its first event names.

    What the row says of its version and process may be wrong.

    Raises:
        EvidenceError: The record does not verify, or tells of what cannot be.
    """
    tools = transaction.tools
    events = recorded.events_of(transaction, case)
    first = opened(events[:1])[0]
    package = transaction.edition(_version(first, case), _process(first)).package
    outside = package.outside(tools.services)
    return retrace(tools.runtime, package.model, events, outside), package.model


def _change(
    case: Case, traced: Retraced, model: Model, transaction: Transaction
) -> CaseChange:
    """What a rebuild writes: the rows of the case and of its dossier."""
    tells = told.of_bodies((one.body for one in traced.steps), model.facts.field)
    version = _version(traced.steps[0], case)
    rebuilt = replace(
        _rebuilt(case, model, traced),
        portal=tells.state.value,
        procedure_version=version,
        procedure=transaction.uow.procedures.version(version).procedure,
    )
    words = dossier.words(traced.steps[0].values)
    return CaseChange(case=rebuilt, expected=case.version, words=words, told=tells)


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
        code=facts.get("code", case.code),
        channel=facts.get("channel", case.channel),
        opened_at=opening.real,
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


def _told(rows: Iterable[Differing]) -> Iterator[str]:
    """What differs, in one line for each column of the case, work and the dossier."""
    lines = {
        "case": "{0.column} differs from the record",
        "task": "the work {0.key} differs from the record",
        "dossier": "the dossier differs from the record",
        letters.TABLE: "the letter {0.key} differs from the record",
    }
    yield from dict.fromkeys(lines[one.table].format(one) for one in rows)


def _version(opening: Step, case: Case) -> UUID:
    """The version that a case runs on, as its first event says."""
    told = opening.body["facts"].get("version")
    return case.procedure_version if told is None else UUID(told)


def _result(
    case: Case, differences: list[str], rows: Iterable[Differing] = ()
) -> dict[str, Json]:
    found: list[Json] = [*differences]
    told: list[Json] = [asdict(one) for one in rows]
    result: dict[str, Json] = {"case": case.id.hex, "code": case.code}
    result["differences"] = found
    return {**result, "rows": told} if told else result
