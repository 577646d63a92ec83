"""Record that a history of another system was compared with a model, and is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.commands import access
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import EventType
from engine.domain.run import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportHistory:
    """Record a foreign history; its integrity is known since this moment only."""

    #: SHA-256 of the file and of the map, hex; no map: empty.
    digest: str
    map_digest: str
    size: int
    #: Hash of the model that it was compared with.
    model: str
    #: What the comparison gave: cases, events, fitting, cost.
    measures: Mapping[str, int]


def handle(command: ImportHistory, transaction: Transaction) -> Result:
    """Append `history.imported` to the access stream of the day.

    Raises:
        NotAllowedError: The actor verifies no cases.
    """
    thing = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.CASE_VERIFY, thing)
    measures: dict[str, Json] = dict(command.measures)
    facts: dict[str, Json] = {
        "file": command.digest,
        "map": command.map_digest,
        "bytes": command.size,
        "model": command.model,
        "measures": measures,
    }
    seq = access.note(transaction, EventType.HISTORY_IMPORTED, facts)
    return {"seq": seq, "since": transaction.now.isoformat()}
