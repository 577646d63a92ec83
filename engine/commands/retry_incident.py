"""Retry what stopped a case: a person lets it go on from there."""

from dataclasses import dataclass
from uuid import UUID

from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import Doer, Event, EventType
from engine.domain.model import NodeKind
from engine.domain.run import Continue, Incident, Json, Retry, Status, Visit
from engine.errors import NotReadyError


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryIncident:
    """Let the step of an incident begin anew, or a halted case go on."""

    case: UUID
    #: The visit that stopped; empty: everything that stopped the case.
    element: str = ""
    occurrence: int = 0


def handle(command: RetryIncident, transaction: Transaction) -> Result:
    """Retry it (docs/manual/semantics.md, rules 40 and 41), each as an event.

    Raises:
        NotAllowedError: The actor does not supervise the case.
        NotReadyError: Nothing of the kind stopped the case, or it cannot begin anew.
    """
    case = transaction.uow.cases.lock(command.case).case
    thing = policy.Thing(tenant=case.tenant, agencies=case.agencies.all())
    transaction.check(policy.Action.CASE_RETRY, thing)
    running = Running(transaction, case, case.version)
    doer = transaction.doer()
    if case.status is not Status.INCIDENT:
        raise NotReadyError(code="no-incident")
    stopped = running.execution.picture().incidents
    retried: list[Json] = []
    if not stopped and not command.element:
        # No token is stopped: the case did not come to rest.
        resumed = Event(type=EventType.CASE_RESUMED, at=transaction.now, doer=doer)
        running.act(Continue(), resumed)
        retried.append("")
    meant = (one for one in stopped if _meant(command, one, running))
    retried += [one.element for one in meant if _retried(running, one, doer)]
    if not retried:
        raise NotReadyError(code="no-retry")
    running.save()
    return {
        "case": case.id.hex,
        "code": case.code,
        "retried": retried,
        "status": running.case.status.value,
    }


def _meant(command: RetryIncident, one: Incident, running: Running) -> bool:
    if command.element:
        return (command.element, command.occurrence) == (one.element, one.occurrence)
    # A deadlock has no visit; a complex gateway does not begin anew (rule 40).
    complex_ = running.model.nodes[one.element].kind is NodeKind.COMPLEX_GATEWAY
    return one.occurrence > 0 and not complex_


def _retried(running: Running, one: Incident, doer: Doer) -> bool:
    """Retry an incident, unless the one before has ended it."""
    if one not in running.execution.picture().incidents:
        return False
    visit = Visit(one.element, one.occurrence)
    event = Event(
        type=EventType.INCIDENT_RETRIED, at=running.now, doer=doer, visit=visit
    )
    running.act(Retry(one.element, one.occurrence), event)
    return True
