"""Record that evidence was handed out, before it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from engine.commands import access
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, policy
from engine.domain.events import EventType
from engine.domain.run import Json
from engine.errors import StaleError
from engine.ports import UnitOfWork

#: Cases that one event names.
_NAMED: Final = 200
#: Code of the refusal of what holds values that were erased meanwhile.
ERASED: Final = "erased-meanwhile"


_ERASURE: Final = EventType.PERSONAL_ERASED.value


class Through(Enum):
    """Where evidence was asked for."""

    #: By whoever is signed in, at once or as a job.
    PAGE = "page"
    #: By whoever may run commands beside the database: the doer, if one is named, is
    #: whom the operator named, and nobody proved to be that person.
    COMMAND_LINE = "command-line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A case of a bundle, as far as it was handed out."""

    case: UUID
    #: Number and leaf hash of its last event in the bundle.
    seq: int
    leaf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEvidence:
    """Record a bundle in the register of exports."""

    cases: tuple[Exported, ...]
    #: What the bundle holds: its parts with their hashes (`verifier.parts`).
    parts: Mapping[str, str]
    #: How many personal values are open in it, and how many files go with it.
    openings: int
    attachments: int
    through: Through = Through.PAGE


def handle(command: ExportEvidence, transaction: Transaction) -> Result:
    """Append `evidence.exported` to the access stream of the day.

    The answer names the stream and the numbers of the events: they go into the bundle
    and prove every part of it that is no event itself (docs/manual/evidence.md, 3).

    Raises:
        NotAllowedError: The actor exports no evidence.
        NotFoundError: The actor may not know of one of the cases.
        StaleError: Values are open in it, or files with it, that were erased meanwhile
            (`erased-meanwhile`).
    """
    for one in command.cases:
        case = transaction.uow.cases.get(one.case)
        thing = policy.Thing(tenant=case.tenant, agencies=case.agencies.all())
        transaction.check(policy.Action.EVIDENCE_EXPORT, thing)
    if command.openings or command.attachments:
        still_there(transaction.uow, command.cases)
    seqs: list[Json] = []
    for part in _parts(command.cases):
        named: list[Json] = [[one.case.hex, one.seq, one.leaf] for one in part]
        facts: dict[str, Json] = {
            "parts": dict(command.parts),
            "cases": named,
            "openings": command.openings,
            "attachments": command.attachments,
            "through": command.through.value,
        }
        seqs.append(access.note(transaction, EventType.EVIDENCE_EXPORTED, facts))
    stream = access.stream_of(transaction.tenant, iso8601.day(transaction.now))
    return {"stream": stream.hex, "seqs": seqs}


def still_there(uow: UnitOfWork, cases: Iterable[Exported]) -> None:
    """Refuse what was read of cases before something of them was erased.

    Raises:
        NotFoundError: There is no such case.
        StaleError: Something was (`erased-meanwhile`).
    """
    for one in cases:
        case = uow.cases.get(one.case)
        newer = case.seq - one.seq
        told = uow.history.recent(case.id, case.month, newer) if newer > 0 else ()
        if any(type_ == _ERASURE for type_, _ in told):
            raise StaleError(code=ERASED)


def _parts(cases: Sequence[Exported]) -> Iterator[Sequence[Exported]]:
    for begin in range(0, len(cases), _NAMED):
        yield cases[begin : begin + _NAMED]
