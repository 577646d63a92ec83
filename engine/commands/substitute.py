"""Let somebody act in a position for its holder who is away, and end that again.

Both are events of the organisation (docs/manual/people.md, rule 2), so that an auditor
sees for whom anybody could act at any moment.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from engine.commands import organising
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601, organisation
from engine.domain.events import EventType
from engine.domain.run import Json
from engine.errors import ExistsError, NotFoundError, NotReadyError


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveSubstitution:
    """Let somebody act for a holder from one day to another."""

    substitution: organisation.Substitution


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSubstitution:
    """Let somebody act for a holder no longer."""

    substitution: UUID
    #: The last day on which it counts.
    valid_to: date


def handle(
    command: GiveSubstitution | EndSubstitution, transaction: Transaction
) -> Result:
    """Store it and record it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: The tenant has no such position, account, procedure or
            substitution, or the absent account does not hold the position.
        NotReadyError: Somebody would stand in for himself, it would begin in the past
            or end before it begins, or what is to end has ended.
        ExistsError: The substitute acts for the holder in these days already.
    """
    organising.begin(transaction)
    if isinstance(command, GiveSubstitution):
        kind, facts = _give(command.substitution, transaction)
    else:
        kind, facts = _end(command, transaction)
    organising.record(transaction, kind, facts)
    return facts


def _give(
    given: organisation.Substitution, transaction: Transaction
) -> tuple[EventType, dict[str, Json]]:
    accounts = transaction.uow.accounts
    known = accounts.organisation()
    if given.position not in known.positions:
        raise NotFoundError(code="no-position")
    if any(accounts.account(one) is None for one in (given.absent, given.substitute)):
        raise NotFoundError(code="no-account")
    if not any(
        (one.position, one.account) == (given.position, given.absent)
        and one.valid_from <= given.valid_to
        and given.valid_from <= one.valid_to
        for one in known.holders
    ):
        raise NotFoundError(code="not-holder")
    _check_days(given, transaction)
    if any(_overlap(given, one) for one in known.substitutions):
        raise ExistsError
    procedures = transaction.uow.procedures
    codes = sorted(procedures.get(one).code for one in given.procedures)
    accounts.add_substitution(given)
    return EventType.SUBSTITUTION_GIVEN, {
        "substitution": given.id.hex,
        "position": given.position.hex,
        "absent": given.absent.hex,
        "substitute": given.substitute.hex,
        "procedures": [*codes],
        "from": given.valid_from.isoformat(),
        "to": given.valid_to.isoformat(),
        "order": given.order,
    }


def _check_days(given: organisation.Substitution, transaction: Transaction) -> None:
    if given.absent == given.substitute:
        raise NotReadyError(code="own-substitute")
    # Nobody acted for somebody before it was said so.
    if not iso8601.day(transaction.now) <= given.valid_from <= given.valid_to:
        raise NotReadyError(code="substitution-days")


def _overlap(
    given: organisation.Substitution, other: organisation.Substitution
) -> bool:
    same = ("position", "absent", "substitute")
    return (
        all(getattr(given, name) == getattr(other, name) for name in same)
        and given.valid_from <= other.valid_to
        and other.valid_from <= given.valid_to
    )


def _end(
    command: EndSubstitution, transaction: Transaction
) -> tuple[EventType, dict[str, Json]]:
    accounts = transaction.uow.accounts
    found = next(
        (
            one
            for one in accounts.organisation().substitutions
            if one.id == command.substitution
        ),
        None,
    )
    if found is None:
        raise NotFoundError
    # What was done for the holder until now was done for the holder.
    yesterday = iso8601.day(transaction.now) - timedelta(days=1)
    if not yesterday <= command.valid_to < found.valid_to:
        raise NotReadyError(code="holding-end")
    accounts.end_substitution(found.id, command.valid_to)
    return EventType.SUBSTITUTION_ENDED, {
        "substitution": found.id.hex,
        "to": command.valid_to.isoformat(),
    }
