"""In which position somebody orders something for a case from above it.

Who stops a case, lets it rest or gives it more time supervises one of its agencies; the
record names the position by which, so that this can be judged (ISO 9001:2015, 5.3).
"""

from engine.commands.transaction import Transaction
from engine.domain import iso8601
from engine.domain.case import Case
from engine.domain.organisation import Seat


def seat(transaction: Transaction, case: Case) -> Seat | None:
    """A position of the actor over an agency of a case; one at such an agency first.

    Raises:
        NotAllowedError: The engine itself orders nothing.
    """
    tree = transaction.uow.accounts.organisation().on(iso8601.day(transaction.now))
    near = case.agencies.all()
    over = [
        one for one in transaction.person.positions if tree.below([one.agency]) & near
    ]
    over.sort(key=lambda one: one.agency not in near)
    return Seat(position=over[0]) if over else None
