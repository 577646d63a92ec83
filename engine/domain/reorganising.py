"""Agencies that follow others: merged, split or abolished, and where their work goes.

A merge names one successor for several agencies, a split several for one, an abolished
level the agency that takes its work (docs/manual/people.md, rule 10).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from engine.domain.case import Agencies, Task, TaskStatus
from engine.domain.organisation import Agency, Naming, Organisation, Position

#: The parts that agencies take in a case, in the order in which they are placed.
PARTS = ("handling", "deciding", "receiving", "helping")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a document orders from a day on."""

    since: date
    #: Its number.
    document: str
    #: (agency, successor), those of one agency in the order in which they are asked.
    moves: tuple[tuple[UUID, UUID], ...]
    #: (position, the position that takes its place).
    positions: tuple[tuple[UUID, UUID], ...] = ()

    @property
    def last(self) -> date:
        """The last day of the agencies that are closed."""
        return self.since - timedelta(days=1)

    @property
    def successors(self) -> Mapping[UUID, tuple[UUID, ...]]:
        """Who follows each closed agency."""
        found: dict[UUID, tuple[UUID, ...]] = {}
        for agency, successor in self.moves:
            found[agency] = (*found.get(agency, ()), successor)
        return found


def children(organisation: Organisation, plan: Plan) -> list[tuple[Agency, UUID]]:
    """Agencies that stay under a closed one, with the agency they come under."""
    closed = plan.successors
    known = organisation.on(plan.since).agencies.values()
    staying = [
        one for one in known if one.id not in closed and plan.since <= one.valid_to
    ]
    return [
        (one, closed[one.parent][0])
        for one in sorted(staying, key=lambda each: each.id)
        if one.parent is not None and one.parent in closed
    ]


def closed_positions(organisation: Organisation, plan: Plan) -> list[Position]:
    """The positions that end with their agencies."""
    closed = plan.successors
    return [
        one
        for one in sorted(organisation.positions.values(), key=lambda each: each.id)
        if one.agency in closed and one.valid_to > plan.last
    ]


def under(agency: Agency, parent: UUID, plan: Plan) -> Naming:
    """The name of an agency that stays, under its new parent."""
    return Naming(
        since=plan.since,
        name=agency.name,
        codes=agency.codes,
        level=agency.level,
        parent=parent,
        document=plan.document,
    )


def expected(organisation: Organisation, plan: Plan) -> Organisation:
    """The organisation as it would be; holders of positions go with them."""
    successors, followed = plan.successors, dict(plan.positions)
    ending = {one.id for one in closed_positions(organisation, plan)}
    agencies = {
        key: replace(one, valid_to=plan.last, successors=successors[key])
        if key in successors
        else one
        for key, one in organisation.agencies.items()
    }
    positions = {
        key: replace(one, valid_to=plan.last, successor=followed.get(key))
        if key in ending
        else one
        for key, one in organisation.positions.items()
    }
    moved = tuple(
        replace(one, position=followed[one.position], valid_from=plan.since)
        for one in organisation.holders
        if one.position in followed and one.valid_to >= plan.since
    )
    return replace(
        organisation,
        agencies=agencies,
        positions=positions,
        holders=(*organisation.holders, *moved),
    )


def successor_for(
    organisation: Organisation, agency: UUID, performers: Iterable[str], day: date
) -> UUID:
    """The agency that does on a day what an agency did for these performers.

    Of several the one that has most of them, then the one that was named first; the
    agency itself while it is open, or when nobody follows it.
    """
    following = organisation.successors(agency, day)
    if not following:
        return agency
    wanted = frozenset(performers)
    return max(
        following,
        key=lambda one: sum(organisation.performs(each, one, day) for each in wanted),
    )


def agencies_after(
    organisation: Organisation, agencies: Agencies, performers: Iterable[str], day: date
) -> Agencies:
    """The agencies of a case on a day, each closed one followed.

    Args:
        organisation: As it is on that day.
        agencies: Those of the case until now.
        performers: Everybody whom the work of its procedure asks for.
        day: The day.
    """
    missing, placed = frozenset(performers), {}
    for part in PARTS:
        agency = successor_for(organisation, getattr(agencies, part), missing, day)
        placed[part] = agency
        missing = frozenset(
            one for one in missing if not organisation.performs(one, agency, day)
        )
    return Agencies(**placed)


def work_after(
    organisation: Organisation, work: Iterable[Task], day: date
) -> list[tuple[Task, Task]]:
    """Open work of closed agencies, before and after; the rest stays where it is.

    What somebody has claimed stays claimed where the position has a successor that the
    same person holds and that does such work; else whoever performs it may take it.
    """
    moved = []
    for task in work:
        agency = successor_for(organisation, task.agency, (task.performer,), day)
        if agency == task.agency:
            continue
        position = _kept(organisation, task, day)
        if position is not None:
            agency = position.agency
        after = replace(
            task,
            agency=agency,
            status=TaskStatus.CLAIMED if position else TaskStatus.OPEN,
            assignee=task.assignee if position else None,
            position=position.id if position else None,
        )
        moved.append((task, after))
    return moved


def _kept(organisation: Organisation, task: Task, day: date) -> Position | None:
    """The position in which a claim goes on; None: the work is open to all again."""
    known, seen = organisation.positions, set()
    here = known.get(task.position) if task.position else None
    while here is not None and not here.exists_on(day) and here.id not in seen:
        seen.add(here.id)
        here = known.get(here.successor) if here.successor else None
    if here is None or not here.exists_on(day) or not here.performs(task.performer):
        return None
    if here.agency not in organisation.successors(task.agency, day):
        return None
    held = any(
        (one.position, one.account) == (here.id, task.assignee)
        and one.valid_from <= day <= one.valid_to
        for one in organisation.holders
    )
    return here if held else None
