"""Numbers of papers: counted for each agency, year and symbol, and never given twice.

The counter is the one of dossier codes, so that a sealed day tells of a number whose
paper is gone (docs/manual/evidence.md, 2.5).
"""

import re
from typing import Final, NamedTuple
from uuid import UUID

from engine.commands.transaction import Transaction
from engine.domain import clock_text, iso8601
from engine.domain.case import Case
from engine.domain.events import Event
from engine.errors import ExistsError

#: A number as the papers of the register bear it: `12/XLGH`.
_TYPED: Final = re.compile(r"0*(?P<number>[1-9][0-9]{0,8}) */ *(?P<symbol>[^\W\d_]+)")


class Number(NamedTuple):
    """A number that was given."""

    number: int
    #: The local year in which it was counted.
    year: int
    #: Counter and number in one, for the event that tells of it (`facts.code`).
    code: str


def give(transaction: Transaction, symbol: str, agency: UUID) -> Number:
    """Give the next number.

    Args:
        transaction: The transaction that uses it, or gives it back.
        symbol: What follows it on the paper, `HDHS` and the like.
        agency: Whose papers are counted.
    """
    year = iso8601.day(transaction.now).year
    prefix = _prefix(symbol, agency, year)
    number = transaction.uow.cases.next_code(prefix)
    return Number(number, year, f"{prefix}{number}")


def check_typed(transaction: Transaction, case: Case, event: Event) -> None:
    """Whether the number that was typed with an act is still free in the register.

    A number of another register, or one that the counter has not reached, is taken as
    it was written by hand.

    Args:
        transaction: The transaction of the act.
        case: Where it is done.
        event: What tells of it, with the number as `facts.letter`.

    Raises:
        ExistsError: The register gave it to another paper (`number-given`).
    """
    typed = _TYPED.fullmatch(str(event.facts.get("letter", "")))
    if typed is None:
        return
    doing, near = event.doer.agency, case.agencies.all()
    # As `papers.source.issuer`: from above one writes for who handles the dossier.
    agency = doing if doing is not None and doing in near else case.agencies.handling
    year = iso8601.day(clock_text.real(event.at, event.facts)).year
    prefix = _prefix(typed["symbol"].upper(), agency, year)
    if int(typed["number"]) <= transaction.uow.cases.last_code(prefix):
        raise ExistsError(code="number-given")


def _prefix(symbol: str, agency: UUID, year: int) -> str:
    """The counter of the papers of an agency in a year."""
    return f"{symbol}/{agency.hex}/{year}/"
