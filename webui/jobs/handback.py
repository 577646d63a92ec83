"""Work that somebody had claimed in a position which the same person lost."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from engine import jobs
from engine.commands.hand_back import HandBack
from engine.domain import iso8601, policy
from webui.i18n import translate
from webui.jobs.kind import Done, Kind, Told, Work


class HandingBack(Kind):
    """Gives each piece back with an event; its draft stays with it."""

    name: ClassVar[str] = "hand-back"
    action: ClassVar[policy.Action] = policy.Action.ORGANISATION_CHANGE

    def title(self, job: jobs.NewJob) -> str:
        """Whose work, in which position."""
        return translate(
            "Give back the work of %(name)s, %(position)s",
            name=job.asked["name"],
            position=job.asked["title"],
        )

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """What is claimed in the position by who does not act in it any more."""
        position = UUID(str(work.job.asked["position"]))
        today = iso8601.day(work.app.clock.now())
        with work.app.store.read(work.actor.tenant) as uow:
            organisation = uow.accounts.organisation()
            held = uow.accounts.moving.held(position)
        return [
            jobs.NewItem(
                subject=[one.case.hex, one.element, one.occurrence],
                label=f"{one.code} · {one.step}",
            )
            for one in held
            if not organisation.acts_in(one.account, position, today)
        ]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """One piece; what changed hands meanwhile stays as it is."""
        del work
        assert isinstance(item.subject, list)  # noqa: S101 - as it was planned.
        case, element, occurrence = item.subject
        return Done(
            command=HandBack(
                case=UUID(str(case)),
                element=str(element),
                occurrence=int(str(occurrence)),
            )
        )

    def told(self, job: jobs.Job) -> Told:
        """How much went back."""
        return Told(words=translate("%(n)s tasks went back.", n=job.done))
