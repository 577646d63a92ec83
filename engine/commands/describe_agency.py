"""Say where an agency is and how it is reached, from a day on.

Papers print what was so on their day (docs/manual/people.md, rule 9). What is said of a
day again takes the place of what was said of it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.commands import organising
from engine.commands.reasons import NAME_CHARS
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601
from engine.domain.events import EventType
from engine.domain.organisation import Reach
from engine.domain.run import Json
from engine.errors import NotFoundError, NotReadyError, TooLargeError
from engine.forms import plain

#: A telephone number with its area, an extension, and a second one.
PHONE_CHARS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeAgency:
    """Say where an agency is, and its telephone."""

    agency: UUID
    reach: Reach


def handle(command: DescribeAgency, transaction: Transaction) -> Result:
    """Store it and record it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: There is no such agency.
        NotReadyError: Neither is given (`no-reach`), or the day has passed
            (`reach-day`).
        TooLargeError: A text is too long.
    """
    organising.begin(transaction)
    accounts, told = transaction.uow.accounts, command.reach
    if command.agency not in accounts.organisation().agencies:
        raise NotFoundError(code="no-agency")
    reach = Reach(
        since=told.since, address=told.address.strip(), phone=told.phone.strip()
    )
    _check(reach, transaction)
    accounts.describe_agency(command.agency, reach)
    facts: dict[str, Json] = {
        "agency": command.agency.hex,
        "from": reach.since.isoformat(),
        "address": reach.address,
        "phone": reach.phone,
    }
    organising.record(transaction, EventType.AGENCY_DESCRIBED, facts)
    return facts


def _check(reach: Reach, transaction: Transaction) -> None:
    if not reach.address and not reach.phone:
        raise NotReadyError(code="no-reach")
    # Papers of days that have passed stay as they were printed.
    if reach.since < iso8601.day(transaction.now):
        raise NotReadyError(code="reach-day")
    for text, most in ((reach.address, NAME_CHARS), (reach.phone, PHONE_CHARS)):
        if len(text) > most:
            raise TooLargeError(code="reason-chars", limit=most)
    plain.check({"address": reach.address, "phone": reach.phone})
