"""Rename an agency: another name, codes, level or parent from a day on.

The agency keeps its id, and its row keeps its past: papers and histories show the name
of their day (docs/manual/people.md, rule 9).
"""

from dataclasses import dataclass
from uuid import UUID

from engine.commands import organising
from engine.commands.reasons import NAME_CHARS
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601
from engine.domain.events import EventType
from engine.domain.organisation import Naming, Organisation
from engine.domain.run import Json
from engine.errors import NotFoundError, NotReadyError, TooLargeError
from engine.forms import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameAgency:
    """Call an agency otherwise from a day on."""

    agency: UUID
    naming: Naming


def handle(command: RenameAgency, transaction: Transaction) -> Result:
    """Store the name and record it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: There is no such agency, or no such parent.
        NotReadyError: There is no name (`no-text`) or no document (`no-document`), the
            day has passed or another name begins then (`naming-day`), the agency is
            closed then (`agency-closed`), or it would stand under itself
            (`own-parent`).
        TooLargeError: A text is too long.
    """
    organising.begin(transaction)
    accounts, naming = transaction.uow.accounts, command.naming
    known = accounts.organisation()
    _check(command, transaction, known)
    accounts.rename_agency(command.agency, naming)
    facts: dict[str, Json] = {
        "agency": command.agency.hex,
        "from": naming.since.isoformat(),
        "name": naming.name,
        "codes": [*naming.codes],
        "level": naming.level,
        "parent": naming.parent.hex if naming.parent else None,
        "document": naming.document,
    }
    organising.record(transaction, EventType.AGENCY_RENAMED, facts)
    return facts


def _check(
    command: RenameAgency, transaction: Transaction, known: Organisation
) -> None:
    agency, naming = known.agencies.get(command.agency), command.naming
    if agency is None:
        raise NotFoundError(code="no-agency")
    check_text(naming.name, "no-text")
    check_text(naming.document, "no-document")
    plain.check({"name": naming.name, "codes": [*naming.codes]})
    # Rights hang on the tree: nothing of it changes for what was done already.
    last = max((one.since for one in agency.renamed), default=agency.valid_from)
    if naming.since < iso8601.day(transaction.now) or naming.since <= last:
        raise NotReadyError(code="naming-day")
    if agency.valid_to < naming.since:
        raise NotReadyError(code="agency-closed")
    if naming.parent is not None:
        if naming.parent not in known.agencies:
            raise NotFoundError(code="no-agency")
        if naming.parent in known.on(naming.since).below([command.agency]):
            raise NotReadyError(code="own-parent")


def check_text(text: str, code: str) -> None:
    """A name or a number of a document, as it is kept.

    Raises:
        NotReadyError: There is none.
        TooLargeError: It is too long.
    """
    if not text.strip():
        raise NotReadyError(code=code)
    if len(text) > NAME_CHARS:
        raise TooLargeError(code="reason-chars", limit=NAME_CHARS)
