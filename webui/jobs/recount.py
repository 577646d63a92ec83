"""What open cases are due, counted anew by a calendar that was confirmed."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from engine import jobs
from engine.commands.calendars import RecountDue
from engine.domain import policy
from webui import moves
from webui.i18n import translate
from webui.jobs.kind import Done, Kind, Told, Work


class Recount(Kind):
    """Moves each due date with an event that names the document."""

    name: ClassVar[str] = "recount"
    action: ClassVar[policy.Action] = policy.Action.CALENDAR_CONFIRM

    def title(self, job: jobs.NewJob) -> str:
        """By which document."""
        return translate("Due dates by %(document)s", document=job.asked["document"])

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """The open cases that the calendars in force now move."""
        return [
            jobs.NewItem(subject=one.case.hex, label=one.code)
            for one in moves.found(work.app, work.actor.tenant)
        ]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """One case; one that was closed meanwhile never changes."""
        return Done(command=RecountDue(case=UUID(str(item.subject))))

    def told(self, job: jobs.Job) -> Told:
        """How many cases were looked at."""
        return Told(words=translate("%(n)s cases were counted anew.", n=job.done))
