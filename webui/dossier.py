"""One case as its pages read it: its row, its record, its version, what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import flask

from engine.commands import extend_deadline
from engine.domain import clock_text, policy, side_work, timeliness, working_time
from engine.domain.case import ACTIVE
from engine.domain.clock_state import Change, Clock
from engine.domain.events import EventType, Sealed
from engine.domain.model import Node, NodeKind
from engine.domain.organisation import Actor, Organisation
from engine.domain.procedure import Version
from engine.domain.run import Picture, Visit, Wait
from engine.errors import NotFoundError
from engine.evidence import retrace
from engine.package import Package
from engine.queries import CaseItem, TaskItem
from webui import context, i18n, timeline, uploads


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A case and everything that its pages tell."""

    item: CaseItem
    package: Package
    sealed: tuple[Sealed, ...]
    steps: tuple[retrace.Step, ...]
    #: What is open now, as the record leads to it.
    picture: Picture
    #: It did not come to rest, and is not woken any more.
    halted: bool
    #: Since when no work is done in it by a person's order.
    suspended: datetime | None
    #: What has moved its clock; None: nothing.
    clock: Clock | None
    #: The tokens of the game, to try an act on a copy.
    state: bytes
    tasks: tuple[TaskItem, ...]
    organisation: Organisation
    names: Mapping[UUID, str]
    #: Names, types and sizes of attached files, by their SHA-256.
    files: uploads.Notes

    @property
    def open_tasks(self) -> tuple[TaskItem, ...]:
        """The work that still has to be done."""
        return tuple(task for task in self.tasks if task.status in ACTIVE)

    @property
    def channel(self) -> str:
        """How the dossier came in, as recorded at the receipt."""
        return str(self.steps[0].body["facts"].get("channel", "direct"))

    @property
    def received(self) -> datetime:
        """When it really came in (docs/manual/clock.md, rule 1)."""
        return clock_text.real(self.steps[0].at, self.steps[0].body["facts"])

    @property
    def more_time(self) -> extend_deadline.Request | None:
        """The request for more time that nobody has answered yet."""
        acts = ((step.type.value, step) for step in self.steps)
        found = extend_deadline.unanswered(acts)
        if found is None:
            return None
        return extend_deadline.request_of(found.seq, found.at, found.body)

    def began(self, visit: Visit) -> datetime | None:
        """When work really began: the act that opened it; None: none did."""
        here = [visit.element, visit.occurrence]
        for step in self.steps:
            opened = step.body.get("effect", {}).get("opened", ())
            if here in [one[:2] for one in opened]:
                return step.onward
        return None

    @property
    def due(self) -> working_time.Due | None:
        """How the promised date was counted."""
        facts = self.package.model.facts
        if facts.limit is None:
            return None
        calendar = self.calendar
        cutoff = facts.cutoff or calendar.cutoff
        return working_time.add(self.received, facts.limit, calendar, cutoff=cutoff)

    @property
    def calendar(self) -> working_time.Calendar:
        """The edition that the promise was counted on, at the receipt or anew."""
        counted = [
            one.body["facts"].get("calendar")
            for one in self.steps
            if one.seq == 1 or one.type is EventType.DUE_CHANGED
        ]
        if counted[-1] is None:
            return context.calendar(self.item.agencies.handling)
        return context.calendars().edition(counted[-1])

    @property
    def moves(self) -> list[tuple[datetime, Change]]:
        """What moved its clock, each with its real instant."""
        return [
            one
            for step in self.steps
            for one in clock_text.moves(step.at, step.body["facts"])
        ]

    @cached_property
    def lines(self) -> tuple[timeline.Line, ...]:
        """What happened, the oldest first."""
        reader = timeline.Reader(
            package=self.package,
            organisation=self.organisation,
            calendar=context.calendar(self.item.agencies.handling),
            language=i18n.language(),
        )
        return timeline.lines(self.steps, reader)

    @property
    def portal_late(self) -> datetime | None:
        """The request for a supplement that makes the portal count it as late.

        By docs/manual/clock.md, rule 12; None: the portal does not, for this reason.
        """
        asked = timeliness.requests(self.clock)
        late = timeliness.portal_late(asked, self.item.closed_at)
        return asked[1] if late else None

    def marks(self) -> timeline.Marks:
        """What the diagram shows."""
        open_ = (
            *(visit.element for visit in self.picture.ready),
            *(wait.element for wait in self.picture.waiting),
            *(one.element for one in self.picture.incidents),
        )
        # Of an event with several definitions the drawing shows the event.
        nodes = self.package.model.nodes
        shown = [nodes[one].part_of or one if one in nodes else one for one in open_]
        return timeline.marks(self.steps, shown)

    def waits(self) -> tuple[Wait, ...]:
        """What the case waits for besides people.

        What only may happen beside the steps (boundary events, starts of event
        sub-processes) is left out, messages excepted.
        """
        nodes = self.package.model.nodes
        return tuple(
            wait
            for wait in self.picture.waiting
            if wait.kind == "message" or not _beside(nodes[wait.element])
        )


def _beside(node: Node) -> bool:
    return bool(node.attached_to) or node.kind is NodeKind.START_EVENT


def thing_of(item: CaseItem) -> policy.Thing:
    """A case as policy asks about it."""
    return policy.Thing(
        tenant=context.current_actor().tenant,
        agencies=item.agencies.all(),
        procedure=item.procedure_id,
        asked=_asked(item) if item.sides and item.closed_at is None else frozenset(),
    )


def _asked(item: CaseItem) -> frozenset[tuple[str, UUID]]:
    """Who is asked beside its steps now; read once for each page."""
    known: dict[UUID, frozenset[tuple[str, UUID]]] = flask.g.setdefault("asked", {})
    if item.id not in known:
        queries, actor = context.application().queries, context.current_actor()
        known[item.id] = frozenset(
            (one.performer, one.agency)
            for one in queries.case_tasks(actor, item.id)
            if one.status in ACTIVE and side_work.is_side(one.element)
        )
    return known[item.id]


def find(ref: UUID, action: policy.Action = policy.Action.CASE_VIEW) -> CaseItem:
    """A case that the actor may see.

    Raises:
        NotFoundError: There is none, or the actor may not know of it.
        NotAllowedError: The actor's role does not open cases.
    """
    item = context.application().queries.case(context.current_actor(), str(ref))
    if item is None:
        raise NotFoundError
    context.demand(action, thing_of(item))
    return item


def read(item: CaseItem) -> Dossier:
    """Everything about a case that `find` gave."""
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        sealed = uow.history.read(item.id, item.month)
        package = application.packages.published(
            uow.procedures.version(item.version), uow.procedures
        ).pool(item.process)
    steps = retrace.opened(sealed)
    tools = application.engine.tools
    # The token game follows the record fast enough for every page.
    outside = package.outside(tools.services)
    followed = retrace.retrace(tools.game, package.model, sealed, outside)
    return Dossier(
        item=item,
        package=package,
        sealed=sealed,
        steps=steps,
        picture=followed.execution.picture(),
        halted=followed.halted,
        suspended=followed.suspended,
        clock=followed.clock,
        state=followed.execution.dump(),
        tasks=application.queries.case_tasks(actor, item.id),
        organisation=application.directory.organisation(actor.tenant),
        names=application.queries.names(actor.tenant, timeline.accounts(steps)),
        files=uploads.of_case(item.id),
    )


def mine(actor: Actor, tasks: Sequence[TaskItem]) -> tuple[TaskItem, ...]:
    """The open work of a case that the actor could do now."""
    return tuple(
        task
        for task in tasks
        if task.status in ACTIVE
        and task.assignee in (None, actor.account.id)
        and actor.seat_for(task.performer, task.agency, task.procedure_id)
    )


def edition(version: UUID) -> tuple[Version, Package]:
    """A version with its package.

    Raises:
        NotFoundError: There is none in this tenant.
    """
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        found = uow.procedures.version(version)
        return found, application.packages.published(found, uow.procedures)


def since(
    steps: Sequence[retrace.Step], element: str, occurrence: int
) -> datetime | None:
    """When a visit to an element that waits began: the act that led there."""
    flows: datetime | None = None
    for step in steps:
        effect = step.body.get("effect", {})
        if [element, occurrence] in [one[1:3] for one in effect.get("decisions", ())]:
            flows = step.at
    return flows
