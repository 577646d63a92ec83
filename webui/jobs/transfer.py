"""The open cases of closed agencies, taken over by those that follow."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

import flask

from engine import jobs, limits
from engine.commands.transfer_case import TransferCase
from engine.domain import iso8601, policy
from engine.domain.organisation import Organisation
from webui.i18n import translate
from webui.jobs.kind import Done, Kind, Told, Work


def closed(organisation: Organisation, day: date) -> frozenset[UUID]:
    """The agencies that are closed on a day and have successors."""
    return frozenset(
        one.id
        for one in organisation.agencies.values()
        if one.valid_to < day and one.successors
    )


class Transfer(Kind):
    """Moves each case with an event; cancelled, it goes on when asked for again."""

    name: ClassVar[str] = "transfer"
    action: ClassVar[policy.Action] = policy.Action.ORGANISATION_CHANGE

    def title(self, job: jobs.NewJob) -> str:
        """By which document."""
        document = str(job.asked["document"])
        if not document:
            return translate("Open cases go to the agencies that follow")
        return translate("Open cases change agency by %(document)s", document=document)

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """Every open case in which a closed agency takes part or has work."""
        today = iso8601.day(work.app.clock.now())
        with work.app.store.read(work.actor.tenant) as uow:
            gone = closed(uow.accounts.organisation(), today)
            # As many as a job takes; the rest is asked for again.
            found = uow.accounts.moving.lying(gone, None, limits.JOB_ITEMS)
        return [jobs.NewItem(subject=one.case.hex, label=one.code) for one in found]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """One case; one that was closed meanwhile never changes."""
        del work
        return Done(command=TransferCase(case=UUID(str(item.subject))))

    def told(self, job: jobs.Job) -> Told:
        """How many cases went, and where what found nobody is listed."""
        return Told(
            words=translate("%(n)s cases were taken over.", n=job.done),
            address=flask.url_for("reorganising.show"),
            name=translate("What finds nobody"),
        )
