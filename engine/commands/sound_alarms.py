"""Raise the alarms of what is due soon or overdue; only the engine asks for it."""

from dataclasses import dataclass

from engine.alarms import Kind
from engine.commands.transaction import Result, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundAlarms:
    """Look at what has come due."""

    #: Rows of cases, and of work, that one transaction looks at.
    limit: int = 200


def handle(command: SoundAlarms, transaction: Transaction) -> Result:
    """Raise each alarm once (docs/manual/clock.md, rule 13).

    An alarm and the row that asked for it change together: a worker that is killed
    meanwhile has raised nothing, and the next one raises the same.
    """
    raised = transaction.uow.alarms.ring(transaction.now, command.limit)
    overdue = sum(one.kind is Kind.OVERDUE for one in raised)
    return {"raised": len(raised), "overdue": overdue}
