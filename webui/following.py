"""What a day brings of itself: holdings that end, orders whose day has come.

Theory of operation. Rights follow the dated organisation at once; what lies with people
and agencies that lost them follows by events, one transaction each
(docs/manual/people.md, rules 4 and 10). Whether anything is left is asked of the
database when the day or the organisation is another than at the last look, and now and
then. Nothing is noted of what is left: a worker that is killed has done it or not, and
the next one finds the rest.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from engine.commands.hand_back import HandBack
from engine.commands.transfer_case import TransferCase
from engine.directory import Moving
from engine.domain import iso8601
from engine.domain.organisation import Organisation
from engine.ports import UnitOfWork
from webui import context
from webui.jobs import transfer

#: A command that was on its way when the day began may have left something.
_LOOKING: Final = timedelta(hours=1)
#: What failed is looked for again after this.
_RETRYING: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that follows by itself."""

    #: What rests when it fails.
    subject: Hashable
    command: TransferCase | HandBack


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """When nothing was left to do, and until when that holds."""

    day: date
    #: A shared snapshot: another object after each change.
    organisation: Organisation
    until: datetime


@dataclass(slots=True)
class Follower:
    """Finds what follows by itself, for one worker."""

    application: context.Application
    _looks: dict[UUID, _Look] = field(default_factory=dict)

    def due(
        self, tenant: UUID, resting: Callable[[Hashable], bool], limit: int
    ) -> tuple[Act, ...]:
        """What is to be done now, cases of closed agencies first.

        Args:
            tenant: The tenant.
            resting: Whether something failed and is left alone for now.
            limit: As much at most.
        """
        now = self.application.clock.now()
        day = iso8601.day(now)
        with self.application.store.read(tenant) as uow:
            organisation = uow.accounts.organisation()
            if self._settled(tenant, organisation, now):
                return ()
            found = tuple(_acts(uow, organisation, day, limit))
        acts = tuple(act for act in found if not resting(act.subject))
        if not acts:
            until = now + (_RETRYING if found else _LOOKING)
            look = _Look(day=day, organisation=organisation, until=until)
            self._looks[tenant] = look
        return acts

    def _settled(self, tenant: UUID, organisation: Organisation, now: datetime) -> bool:
        last = self._looks.get(tenant)
        return (
            last is not None
            and last.organisation is organisation
            and last.day == iso8601.day(now)
            and now < last.until
        )


def _acts(
    uow: UnitOfWork, organisation: Organisation, day: date, limit: int
) -> Iterator[Act]:
    gone, moving = transfer.closed(organisation, day), uow.accounts.moving
    if gone:
        for case in moving.lying(gone, None, limit):
            yield Act(
                subject=(case.case, "follow"), command=TransferCase(case=case.case)
            )
    for command in _lost(moving, organisation, gone, day)[:limit]:
        subject = (command.case, command.element, command.occurrence, "follow")
        yield Act(subject=subject, command=command)


def _lost(
    moving: Moving, organisation: Organisation, gone: frozenset[UUID], day: date
) -> list[HandBack]:
    """Work that is claimed in positions in which its people do not act any more.

    A claim in a closed agency goes on in the position that follows, with its case.
    """
    lost = {
        (account, position)
        for account, position in moving.claimants()
        if organisation.positions[position].agency not in gone
        and not organisation.acts_in(account, position, day)
    }
    return [
        HandBack(case=one.case, element=one.element, occurrence=one.occurrence)
        for position in sorted({position for _, position in lost})
        for one in moving.held(position)
        if (one.account, one.position) in lost
    ]
