"""Which position takes the place of which: suggested, and chosen by who orders it.

Of several agencies that follow one, only who gives the order knows which position goes
where; what is suggested is what does the same work (docs/manual/people.md, rule 10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine.domain import reorganising
from engine.domain.organisation import Organisation, Position
from engine.domain.reorganising import Plan
from engine.errors import NotFoundError
from webui.i18n import translate

#: The field of a form: what was chosen, a position and the one that follows it.
FIELD: Final = "vi-tri"
_BETWEEN: Final = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One position that may follow; without name: none."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A position that ends, and everything that may follow it."""

    id: str
    name: str
    options: Sequence[Option]


def with_positions(
    organisation: Organisation, plan: Plan, values: Mapping[str, Sequence[str]]
) -> Plan:
    """The plan with the pairs that were chosen, and suggestions for the rest.

    Raises:
        NotFoundError: What should be a position is none.
    """
    told = _told(values.get(FIELD, ()))
    pairs = []
    for old in reorganising.closed_positions(organisation, plan):
        new = told[old.id] if old.id in told else _suggested(organisation, plan, old)
        if new is not None:
            pairs.append((old.id, new))
    return replace(plan, positions=tuple(pairs))


def pairs(organisation: Organisation, plan: Plan) -> list[Pair]:
    """Every position that ends, with what may follow and what the plan says."""
    followed = dict(plan.positions)
    names = {key: one.name for key, one in organisation.on(plan.since).agencies.items()}
    return [
        Pair(
            id=old.id.hex,
            name=f"{old.name} · {names[old.agency]}",
            options=[
                Option(
                    value=f"{old.id.hex}{_BETWEEN}",
                    label=translate("nothing: claimed work goes back to everybody"),
                    chosen=old.id not in followed,
                ),
                *(
                    Option(
                        value=f"{old.id.hex}{_BETWEEN}{new.id.hex}",
                        label=_label(old, new, names[new.agency]),
                        chosen=followed.get(old.id) == new.id,
                    )
                    for new in _offered(organisation, plan, old)
                ),
            ],
        )
        for old in reorganising.closed_positions(organisation, plan)
    ]


def _told(values: Sequence[str]) -> dict[UUID, UUID | None]:
    found: dict[UUID, UUID | None] = {}
    for value in values:
        old, _, new = value.partition(_BETWEEN)
        try:
            found[UUID(old)] = UUID(new) if new else None
        except ValueError as error:
            raise NotFoundError(code="no-position") from error
    return found


def _offered(organisation: Organisation, plan: Plan, old: Position) -> list[Position]:
    """The positions where its work goes, the one that is most alike first."""
    there = plan.successors.get(old.agency, ())
    found = [
        one
        for one in organisation.positions.values()
        if one.agency in there and one.exists_on(plan.since)
    ]
    return sorted(found, key=lambda one: _distance(old, one))


def _suggested(organisation: Organisation, plan: Plan, old: Position) -> UUID | None:
    """The one that does all of its work; nobody is given what does less."""
    for one in _offered(organisation, plan, old):
        if old.performers <= one.performers:
            return one.id
    return None


def _distance(old: Position, new: Position) -> tuple[bool, bool, int, str]:
    # What does all of its work, then the same name, then what does least besides.
    return (
        not old.performers <= new.performers,
        old.name != new.name,
        len(new.performers - old.performers),
        new.id.hex,
    )


def _label(old: Position, new: Position, agency: str) -> str:
    label, missing = f"{new.name} · {agency}", sorted(old.performers - new.performers)
    if not missing:
        return label
    return translate(
        "%(position)s (does not do: %(work)s)",
        position=label,
        work=", ".join(one or "–" for one in missing),
    )
