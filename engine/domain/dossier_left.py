"""What is left of a dossier: fees still owed, documents not given back yet.

docs/manual/dossiers.md, rules 5 and 6: nothing is given back that did not come in, and
a payment that nothing was owed for says why.
"""

from collections import Counter
from collections.abc import Iterable

from engine.domain.dossier_record import Component, Dossier, Fee


def owed(dossier: Dossier) -> tuple[Fee, ...]:
    """The fees of which something is still to be paid, with what that is."""
    paid = Counter[str]()
    for one in dossier.payments:
        paid[one.name] += one.amount
    due = Counter[str]()
    for fee in dossier.fees:
        due[fee.name] += fee.amount
    return tuple(
        Fee(name=name, amount=amount - paid[name])
        for name, amount in due.items()
        if amount > paid[name]
    )


def here(dossier: Dossier) -> tuple[Component, ...]:
    """The documents that came in and were not given back, one of each name and kind.

    What was taken from data, or came as an electronic copy, cannot be given back.
    """
    count = Counter[tuple[str, str]]()
    for one in dossier.components:
        if one.kind != "e-copy" and one.source == "applicant":
            count[one.name, one.kind] += one.quantity
    count.subtract(_counted(dossier.given_back))
    return tuple(
        Component(name=name, kind=kind, quantity=quantity)
        for (name, kind), quantity in count.items()
        if quantity > 0
    )


def missing(dossier: Dossier, given: Iterable[Component]) -> Component | None:
    """The first document of which more is given back than is here; None: none is."""
    left = _counted(here(dossier))
    for one in given:
        left[one.name, one.kind] -= one.quantity
        if left[one.name, one.kind] < 0:
            return one
    return None


def _counted(components: Iterable[Component]) -> Counter[tuple[str, str]]:
    found = Counter[tuple[str, str]]()
    for one in components:
        found[one.name, one.kind] += one.quantity
    return found
