"""Reorganise agencies: merge, split, abolish a level, by one document from one day on.

The closed agencies keep their rows and what they handled; their positions end, and who
held a position that has a successor holds that one. Open cases follow one by one
(`transfer_case`; docs/manual/people.md, rule 10).
"""

from dataclasses import dataclass, replace

from engine.commands import organising
from engine.commands.rename_agency import check_text
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, reorganising
from engine.domain.events import EventType
from engine.domain.organisation import Holder, Organisation
from engine.domain.reorganising import Plan
from engine.domain.run import Json
from engine.errors import NotFoundError, NotReadyError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorganiseAgencies:
    """Close agencies on the day before and name who follows them."""

    plan: Plan


def handle(command: ReorganiseAgencies, transaction: Transaction) -> Result:
    """Store the plan and record it, with the positions that people hold by it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: An agency or a position is unknown.
        NotReadyError: There is no document (`no-document`), the day has passed
            (`naming-day`), nothing is moved (`no-moves`), an agency is closed already,
            follows itself, or would be followed by one that is closed then
            (`agency-closed`), or a position is not where its successor is
            (`other-position`).
    """
    plan = command.plan
    organising.begin(transaction)
    known = transaction.uow.accounts.organisation()
    check(plan, transaction, known)
    parents = _store(plan, transaction, known)
    facts: dict[str, Json] = {
        "from": plan.since.isoformat(),
        "document": plan.document,
        "moves": [[old.hex, new.hex] for old, new in plan.moves],
        "positions": [[old.hex, new.hex] for old, new in plan.positions],
        "parents": parents,
    }
    organising.record(transaction, EventType.AGENCIES_REORGANISED, facts)
    for held in _holders(plan, known):
        _hold(held, transaction)
    return facts


def check(plan: Plan, transaction: Transaction, known: Organisation) -> None:
    """Whether a plan could be carried out.

    Raises:
        NotFoundError: An agency or a position is unknown.
        NotReadyError: It makes no sense (see `handle`).
    """
    check_text(plan.document, "no-document")
    if plan.since < iso8601.day(transaction.now):
        raise NotReadyError(code="naming-day")
    if not plan.moves:
        raise NotReadyError(code="no-moves")
    successors = plan.successors
    for agency in {one for move in plan.moves for one in move}:
        if agency not in known.agencies:
            raise NotFoundError(code="no-agency")
        there = known.agencies[agency]
        if not there.valid_from <= plan.since <= there.valid_to:
            raise NotReadyError(code="agency-closed")
    if any(new in successors for _, new in plan.moves):
        raise NotReadyError(code="agency-closed")
    if len(set(plan.moves)) < len(plan.moves):
        raise NotReadyError(code="no-moves")
    _check_positions(plan, known)


def _check_positions(plan: Plan, known: Organisation) -> None:
    followed = [old for old, _ in plan.positions]
    if len(set(followed)) < len(followed):
        raise NotReadyError(code="other-position")
    for old, new in plan.positions:
        before, after = known.positions.get(old), known.positions.get(new)
        if before is None or after is None:
            raise NotFoundError(code="no-position")
        if after.agency not in plan.successors.get(before.agency, ()):
            raise NotReadyError(code="other-position")
        if not after.exists_on(plan.since):
            raise NotReadyError(code="other-position")


def _store(plan: Plan, transaction: Transaction, known: Organisation) -> list[Json]:
    """Close agencies and positions, and put those below under who follows."""
    accounts, parents = transaction.uow.accounts, list[Json]()
    for agency, successors in plan.successors.items():
        accounts.close_agency(agency, plan.last, successors)
    followed = dict(plan.positions)
    for one in reorganising.closed_positions(known, plan):
        accounts.close_position(one.id, plan.last, followed.get(one.id))
    for child, parent in reorganising.children(known, plan):
        if any(one.since >= plan.since for one in child.renamed):
            raise NotReadyError(code="naming-day")
        accounts.rename_agency(child.id, reorganising.under(child, parent, plan))
        parents.append([child.id.hex, parent.hex])
    return parents


def _holders(plan: Plan, known: Organisation) -> list[Holder]:
    """Who holds a position from that day on, because it follows another."""
    followed, found = dict(plan.positions), list[Holder]()
    for one in known.holders:
        if one.position not in followed or one.valid_to < plan.since:
            continue
        held = replace(
            one,
            position=followed[one.position],
            valid_from=max(plan.since, one.valid_from),
        )
        if not any(_shares(held, other) for other in (*known.holders, *found)):
            found.append(held)
    return found


def _shares(one: Holder, other: Holder) -> bool:
    """Whether two holdings are of one person, position and day."""
    return (
        (one.position, one.account) == (other.position, other.account)
        and one.valid_from <= other.valid_to
        and other.valid_from <= one.valid_to
    )


def _hold(held: Holder, transaction: Transaction) -> None:
    transaction.uow.accounts.add_holder(held)
    facts: dict[str, Json] = {
        "position": held.position.hex,
        "account": held.account.hex,
        "from": held.valid_from.isoformat(),
        "to": held.valid_to.isoformat(),
    }
    organising.record(transaction, EventType.POSITION_HELD, facts)
