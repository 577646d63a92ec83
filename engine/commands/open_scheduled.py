"""Open a case because the time has come: the timer start of a version in force."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine.commands import opening, starting
from engine.commands.transaction import Result, Transaction
from engine.evidence import record

_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenScheduled:
    """Open the case of a timer start that is due. Only the engine asks for it."""

    procedure: UUID
    process: str
    element: str


def handle(command: OpenScheduled, transaction: Transaction) -> Result:
    """Open one case, however many instants were missed, and set the next instant.

    After an outage one case is opened, for the earliest instant that was missed; its
    first event tells how many there were. A case for each would bury an office in work
    for days that are over. Nothing due is no error: another worker was faster.
    """
    arrivals, now = transaction.uow.arrivals, transaction.now
    start = arrivals.start(command.procedure, command.process, command.element)
    if start is None or start.due is None or start.due > now:
        return {"opened": []}
    version = transaction.uow.procedures.version(start.version)
    model = transaction.edition(version.id, start.process).package.model
    timer = starting.timer_of(model.nodes[start.element])
    # What is due at this very instant has come as well.
    moved, passed = starting.pass_by(start, timer, now + _MOMENT)
    running = opening.begin(
        transaction,
        opening.Opening(
            version=version,
            process=start.process,
            start=start.element,
            agencies=opening.placed(transaction, model),
            cause={
                "scheduled": record.instant(start.due),
                **({"missed": passed - 1} if passed > 1 else {}),
            },
        ),
    )
    arrivals.change_start(moved)
    return {"opened": [running.case.id.hex]}
