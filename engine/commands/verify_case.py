"""Verify a case: check its chain, follow it on both interpreters, decide everything
again.
"""

from dataclasses import dataclass
from uuid import UUID

from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.run import Json
from engine.errors import EvidenceError
from engine.evidence.retrace import Retraced, retrace


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCase:
    """Report what in the record of a case does not hold. Changes nothing."""

    case: UUID


def handle(command: VerifyCase, transaction: Transaction) -> Result:
    """Check hashes, commitments, paths and decisions."""
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(
        policy.Action.CASE_VERIFY,
        policy.Thing(tenant=case.tenant, agencies=case.agencies.all()),
    )
    model = transaction.edition(case.procedure_version).package.model
    events = transaction.uow.history.read(case.id, case.month)
    tools = transaction.tools
    differences: list[Json] = []
    for name, runtime in (("SpiffWorkflow", tools.runtime), ("token game", tools.game)):
        try:
            traced = retrace(runtime, model, events, tools.services, compare=True)
        except EvidenceError as error:
            differences.append({"interpreter": name, "what": error.message})
            continue
        differences += _differences(name, traced)
    return {
        "case": case.id.hex,
        "code": case.code,
        "events": len(events),
        "differences": differences,
    }


def _differences(name: str, traced: Retraced) -> list[Json]:
    found: list[Json] = [
        {"interpreter": name, "what": deviation} for deviation in traced.deviations
    ]
    for one in traced.differences:
        found.append(
            {
                "interpreter": name,
                "what": one.choice.value,
                "element": one.element,
                "occurrence": one.occurrence,
                "recorded": one.recorded,
                "evaluated": one.evaluated,
                "reason": one.reason,
            }
        )
    return found
