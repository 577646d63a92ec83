"""Who does the work of a procedure, and which agencies take part in its cases."""

from collections.abc import Iterable
from uuid import UUID

from engine.commands.opening import performers_of
from engine.domain import placing
from engine.domain.case import Agencies
from engine.domain.organisation import Organisation
from engine.package import Package

__all__ = ["agencies_for", "everybody", "performers_of", "unstaffed"]


def agencies_for(
    organisation: Organisation, receiving: UUID, performers: Iterable[str]
) -> Agencies:
    """The agencies of a case that is received in an agency."""
    return placing.agencies_for(organisation, receiving, performers)


def everybody(package: Package) -> frozenset[str]:
    """Everybody whom the work of a version asks for, in every pool of it."""
    found = (performers_of(one) for one in package.processes().values())
    return frozenset[str]().union(*found)


def unstaffed(organisation: Organisation, performers: Iterable[str]) -> tuple[str, ...]:
    """The performers whose work no position of any agency does: cases stop there."""
    return tuple(
        performer
        for performer in sorted(performers)
        if not any(
            organisation.performs(performer, agency) for agency in organisation.agencies
        )
    )
