"""The columns and rows that follow the tokens of a case after each act."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from engine.domain.case import Agencies, Case, Task, TaskStatus
from engine.domain.model import Node, performer_of
from engine.domain.organisation import Organisation
from engine.domain.run import Advance, Picture, Status, Visit
from engine.evidence.retrace import Retraced
from engine.exchange import HEARD, OpenWait, Outgoing, fingerprint


def follow(case: Case, status: Status, at: datetime, wake: datetime | None) -> Case:
    """The case with the columns that follow its tokens, after an act at an instant."""
    if status is Status.COMPLETED:
        case = replace(case, suspended_at=None, alarm_at=None)
    return replace(
        case,
        status=status,
        closed_at=at if status is Status.COMPLETED else None,
        next_wake=wake,
    )


def begun(case: Case, visit: Visit, node: Node, agency: UUID, at: datetime) -> Task:
    """The row of a piece of work that begins."""
    return Task(
        tenant=case.tenant,
        case=case.id,
        month=case.month,
        element=visit.element,
        occurrence=visit.occurrence,
        name=node.name or node.id,
        short_name=node.work.short_name or node.name or node.id,
        performer=performer_of(node),
        agency=agency,
        status=TaskStatus.OPEN,
        opened_at=at,
    )


def placed(
    organisation: Organisation, agencies: Agencies, performer: str, day: date
) -> UUID:
    """The first agency of a case that has a position for a performer on a day."""
    for agency in agencies.in_order():
        if organisation.performs(performer, agency, day):
            return agency
    return agencies.handling


def heard(case: UUID, picture: Picture, since: datetime) -> tuple[OpenWait, ...]:
    """The waits of a case for messages and signals."""
    return tuple(
        OpenWait(
            case=case,
            element=wait.element,
            occurrence=wait.occurrence,
            kind=wait.kind,
            name=wait.name,
            keys=fingerprint(wait.keys),
            since=since,
        )
        for wait in picture.waiting
        if wait.kind in HEARD
    )


def letters(case: UUID, seq: int, effect: Advance, at: datetime) -> list[Outgoing]:
    """What an act sends, to be delivered once it is durable."""
    return [
        Outgoing(
            stream=case,
            seq=seq,
            n=n,
            kind=thrown.kind,
            name=thrown.name,
            partner=thrown.partner,
            body=thrown.payload,
            correlation=thrown.correlation,
            sent_at=at,
        )
        for n, thrown in enumerate(effect.thrown)
    ]


def waits_of(case: Case, traced: Retraced) -> tuple[OpenWait, ...]:
    """The waits for messages and signals as the record tells them."""
    return tuple(
        replace(one, since=traced.since[Visit(one.element, one.occurrence)])
        for one in heard(case.id, traced.execution.picture(), traced.at)
    )


def next_wake(picture: Picture) -> datetime | None:
    """The earliest due timer."""
    return min((wait.due for wait in picture.waiting if wait.due), default=None)
