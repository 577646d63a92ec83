"""Numbers of papers: counted for each agency, year and symbol, and never given twice.

The counter is the one of dossier codes, so that a sealed day tells of a number whose
paper is gone (docs/manual/evidence.md, 2.5). A number that was typed is passed over:
the register gives it to no other paper. Whoever types one and whoever is given one hold
the counter until they are done, so neither overlooks the other.
"""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from engine.commands.transaction import Transaction
from engine.domain import clock_text, iso8601, paper_numbers
from engine.domain.case import Case
from engine.domain.events import Event
from engine.errors import ExistsError


class Number(NamedTuple):
    """A number that was given."""

    number: int
    #: The local year in which it was counted.
    year: int
    #: Counter and number in one, for the event that tells of it (`facts.code`).
    code: str


def give(transaction: Transaction, symbol: str, agency: UUID) -> Number:
    """Give the next number that nobody has typed.

    Args:
        transaction: The transaction that uses it, or gives it back.
        symbol: What follows it on the paper, `HDHS` and the like.
        agency: Whose papers are counted.
    """
    year = iso8601.day(transaction.now).year
    prefix = paper_numbers.prefix(symbol, agency, year)
    cases = transaction.uow.cases
    number = cases.next_code(prefix)
    while cases.typed_code(prefix, number):
        number = cases.next_code(prefix)
    return Number(number, year, f"{prefix}{number}")


def typed(transaction: Transaction, case: Case, event: Event) -> Event:
    """Keep a number that was typed with an act from being given to another paper.

    A number of another register is taken as it was written by hand.

    Args:
        transaction: The transaction of the act.
        case: Where it is done.
        event: What tells of it, with the number as `facts.letter`.

    Returns:
        The event, which tells of the counter as well (`facts.typed`).

    Raises:
        ExistsError: The register gave it to another paper (`number-given`).
    """
    found = paper_numbers.read(str(event.facts.get("letter", "")))
    if found is None:
        return event
    doing, near = event.doer.agency, case.agencies.all()
    # As `papers.source.issuer`: from above one writes for who handles the dossier.
    agency = doing if doing is not None and doing in near else case.agencies.handling
    year = iso8601.day(clock_text.real(event.at, event.facts)).year
    prefix = paper_numbers.prefix(found.symbol, agency, year)
    cases = transaction.uow.cases
    reached = found.number <= cases.hold_code(prefix)
    if reached and not cases.typed_code(prefix, found.number):
        raise ExistsError(code="number-given")
    cases.type_code(prefix, found.number)
    told = {paper_numbers.FACT: f"{prefix}{found.number}"}
    return replace(event, facts={**event.facts, **told})
