"""Which agencies take part in a case: found in the organisation, nearest first.

The agency that receives helps too. Work whose performer it does not have goes to the
agency that has most of these performers; what that one lacks, to the agency that
decides. Between equals the nearer in the tree wins, then the older id, so that the
choice is the same every time.
"""

from collections.abc import Iterable
from uuid import UUID

from engine.domain.case import Agencies
from engine.domain.organisation import Organisation


def agencies_for(
    organisation: Organisation, receiving: UUID, performers: Iterable[str]
) -> Agencies:
    """The agencies of a case that is received in an agency."""
    missing = {
        each for each in performers if not organisation.performs(each, receiving)
    }
    near = _by_distance(organisation, receiving)
    handling = _best(organisation, near, missing) or receiving
    missing = {each for each in missing if not organisation.performs(each, handling)}
    deciding = _best(organisation, near, missing) or handling
    return Agencies(
        helping=receiving, receiving=receiving, handling=handling, deciding=deciding
    )


def receiver(
    organisation: Organisation, performers: Iterable[str], near: UUID | None = None
) -> UUID | None:
    """The agency in which a case is received that nobody brings.

    The one that has most of the performers; between equals the nearest to `near`, or
    without it the oldest. Where nobody has any, `near` itself or the oldest; None when
    there is no agency.
    """
    if near is not None:
        known = _by_distance(organisation, near)
    else:
        known = sorted(organisation.agencies)
    return _best(organisation, known, set(performers)) or next(iter(known), None)


def _best(
    organisation: Organisation, near: list[UUID], missing: set[str]
) -> UUID | None:
    """The nearest of the agencies that have most of the missing performers."""
    counts = {
        agency: sum(organisation.performs(each, agency) for each in missing)
        for agency in near
    }
    best = max(near, key=lambda agency: counts[agency], default=None)
    return best if best is not None and counts[best] else None


def _by_distance(organisation: Organisation, start: UUID) -> list[UUID]:
    """All agencies by their distance in the tree; the start itself first."""
    above = _ancestors(organisation, start)

    def distance(agency: UUID) -> tuple[int, str]:
        path = _ancestors(organisation, agency)
        shared = len(set(path) & set(above))
        return len(path) + len(above) - 2 * shared, agency.hex

    return sorted(organisation.agencies, key=distance)


def _ancestors(organisation: Organisation, agency: UUID) -> list[UUID]:
    """An agency and those above it; a broken tree with a ring ends at the ring."""
    path: list[UUID] = []
    here: UUID | None = agency
    while here is not None and here not in path:
        path.append(here)
        here = organisation.agencies[here].parent
    return path
