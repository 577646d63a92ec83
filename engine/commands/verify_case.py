"""Verify a case: check its chain, follow it on both interpreters, decide it again."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from engine.commands import recorded
from engine.commands.doing import case_thing
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.deciding import Difference
from engine.domain.events import Sealed
from engine.domain.model import Model
from engine.domain.run import Json
from engine.errors import EvidenceError
from engine.evidence.retrace import opened, retrace
from engine.ports import Outside, Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCase:
    """Report what in the record of a case does not hold. Changes nothing."""

    case: UUID


def handle(command: VerifyCase, transaction: Transaction) -> Result:
    """Check hashes, commitments, paths and decisions."""
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(policy.Action.CASE_VERIFY, case_thing(case))
    tools = transaction.tools
    package = transaction.edition(case.procedure_version, case.process).package
    model, outside = package.model, package.outside(tools.services)
    differences: list[Json] = []
    events: tuple[Sealed, ...] = ()
    try:
        events = recorded.events_of(transaction, case)
        opened(events)
    except EvidenceError as error:
        differences.append({"interpreter": "record", "what": error.message})
    else:
        for name, runtime in (
            ("SpiffWorkflow", tools.runtime),
            ("token game", tools.game),
        ):
            found = _differences(runtime, model, events, outside)
            differences += ({"interpreter": name, **one} for one in found)
    return {
        "case": case.id.hex,
        "code": case.code,
        "events": len(events),
        "erased": sum(one.value is None for event in events for one in event.personal),
        "differences": differences,
    }


def _differences(
    runtime: Runtime, model: Model, events: tuple[Sealed, ...], outside: Outside
) -> Iterator[dict[str, Json]]:
    try:
        traced = retrace(runtime, model, events, outside, compare=True)
    except EvidenceError as error:
        yield {"what": error.message}
        return
    for deviation in traced.deviations:
        yield {"what": deviation}
    erased = any(one.value is None for event in events for one in event.personal)
    for one in traced.differences:
        # What was lawfully erased cannot be decided again; that is no difference.
        if not (erased and one.reason):
            yield _told(one)


def _told(one: Difference) -> dict[str, Json]:
    return {
        "what": one.choice.value,
        "element": one.element,
        "occurrence": one.occurrence,
        "recorded": one.recorded,
        "evaluated": one.evaluated,
        "reason": one.reason,
    }
