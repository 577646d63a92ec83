"""Numbers of papers: counted for each agency, year and symbol, and never given twice.

The counter is the one of dossier codes, so that a sealed day tells of a number whose
paper is gone (docs/manual/evidence.md, 2.5).
"""

from typing import NamedTuple
from uuid import UUID

from engine.commands.transaction import Transaction
from engine.domain import iso8601


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
    prefix = f"{symbol}/{agency.hex}/{year}/"
    number = transaction.uow.cases.next_code(prefix)
    return Number(number, year, f"{prefix}{number}")
