"""Transfer a case: where its agencies were closed, those that follow take it over.

One event a case; what was recorded before stays byte for byte, and so does the dossier
code. Done by a job over all open cases (docs/manual/people.md, rule 10).
"""

from dataclasses import dataclass
from uuid import UUID

from engine.commands.opening import performers_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, policy, reorganising
from engine.domain.case import Agencies, Task
from engine.domain.events import Event, EventType
from engine.domain.run import Json, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCase:
    """Have the successors of closed agencies take a case over."""

    case: UUID


def handle(command: TransferCase, transaction: Transaction) -> Result:
    """Move the case and its open work; a case with nothing to move records nothing.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: There is no such case.
    """
    thing = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.ORGANISATION_CHANGE, thing)
    case = transaction.uow.cases.lock(command.case).case
    nothing: dict[str, Json] = {"case": case.id.hex, "code": case.code, "moved": False}
    if case.status is Status.COMPLETED:
        return nothing
    organisation = transaction.uow.accounts.organisation()
    today = iso8601.day(transaction.now)
    running = Running(transaction, case, case.version)
    performers = performers_of(running.model)
    after = reorganising.agencies_after(organisation, case.agencies, performers, today)
    work = reorganising.work_after(organisation, running.work(), today)
    if after == case.agencies and not work:
        return nothing
    event = Event(
        type=EventType.CASE_TRANSFERRED,
        at=transaction.now,
        doer=transaction.doer(),
        facts=_facts(case.agencies, after, work),
    )
    running.transfer(after, [moved for _, moved in work], event)
    running.save()
    lost = [
        one.short_name
        for _, one in work
        if not organisation.performs(one.performer, one.agency, today)
    ]
    return {**nothing, "moved": True, "unassigned": [*lost]}


def _facts(
    before: Agencies, after: Agencies, work: list[tuple[Task, Task]]
) -> dict[str, Json]:
    """Which part of which agency went where, and each piece of open work."""
    parts = {
        part: (getattr(before, part).hex, getattr(after, part).hex)
        for part in reorganising.PARTS
    }
    return {
        "agencies": {part: [*pair] for part, pair in parts.items() if len({*pair}) > 1},
        "work": [
            [
                *(old.element, old.occurrence, old.agency.hex, new.agency.hex),
                new.position.hex if new.position else "",
            ]
            for old, new in work
        ],
    }
