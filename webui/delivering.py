"""The delivery of letters and timer starts, one transaction each.

What is due is a question; each answer is a job of its own. A refusal is noted with the
letter, parcel or start event and tried again later and later (`engine.limits`); after
the last attempt it waits for a person, who sees the reason. A job that is repeated,
because a server died before or after its commit, finds that it is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.commands.deliver_message import DeliverMessage
from engine.commands.deliver_signal import AddressSignal, DeliverSignal
from engine.commands.open_scheduled import OpenScheduled
from engine.commands.retry_delivery import PostponeDelivery, PostponeStart
from engine.errors import EngineError
from engine.exchange import MESSAGE, Letter, Parcel, Ref, Start
from webui import context

#: Jobs of each kind in one sweep of a tenant.
BATCH: Final = 100
#: The reason of a failure that is no refusal; the log has the rest.
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing to deliver."""

    #: Names it for as long as it exists.
    subject: tuple[object, ...]
    command: object
    #: Makes the command that notes why it failed.
    postponed: Callable[[str], object]


def due(application: context.Application, tenant: UUID) -> tuple[Job, ...]:
    """What is to be delivered now: letters, then parcels, then timer starts."""
    now = application.clock.now()
    with application.store.begin(tenant) as uow:
        letters = tuple(map(uow.outbox.letter, uow.outbox.due(now, BATCH)))
        parcels = uow.outbox.parcels_due(now, BATCH)
        starts = uow.arrivals.starts_due(now, BATCH)
    return (
        *map(_of_letter, letters),
        *map(_of_parcel, parcels),
        *map(_of_start, starts),
    )


def perform(application: context.Application, tenant: UUID, job: Job) -> None:
    """Do a job; a refusal is noted and comes again later."""
    try:
        application.engine.run(job.command, tenant)
    except EngineError as refusal:
        postpone(application, tenant, job, refusal.code)


def postpone(
    application: context.Application, tenant: UUID, job: Job, reason: str = FAILED
) -> None:
    """Note why a job failed, and when it is tried again."""
    application.engine.run(job.postponed(reason), tenant)


def sweep(application: context.Application, tenant: UUID) -> int:
    """Deliver until nothing is due now; give the number of jobs done."""
    done = 0
    while jobs := due(application, tenant):
        for job in jobs:
            perform(application, tenant, job)
        done += len(jobs)
    return done


def _of_letter(letter: Letter) -> Job:
    ref = letter.sent.ref
    kind = DeliverMessage if letter.sent.kind == MESSAGE else AddressSignal
    return Job(
        subject=("letter", ref),
        command=kind(stream=ref.stream, seq=ref.seq, n=ref.n),
        postponed=lambda reason: _postponed(ref, reason),
    )


def _of_parcel(parcel: Parcel) -> Job:
    ref, target, element = parcel.ref, parcel.target, parcel.element
    return Job(
        subject=("parcel", ref, target, element),
        command=DeliverSignal(
            stream=ref.stream, seq=ref.seq, n=ref.n, target=target, element=element
        ),
        postponed=lambda reason: _postponed(ref, reason, target, element),
    )


def _postponed(
    ref: Ref, reason: str, target: UUID | None = None, element: str = ""
) -> PostponeDelivery:
    return PostponeDelivery(
        stream=ref.stream,
        seq=ref.seq,
        n=ref.n,
        reason=reason,
        target=target,
        element=element,
    )


def _of_start(start: Start) -> Job:
    named = (start.procedure, start.process, start.element)
    procedure, process, element = named
    return Job(
        subject=("start", *named),
        command=OpenScheduled(procedure=procedure, process=process, element=element),
        postponed=lambda reason: PostponeStart(
            procedure=procedure, process=process, element=element, reason=reason
        ),
    )
