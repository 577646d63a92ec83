"""A procedure version as the cases of a process run it, worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain import drawn_ending
from engine.domain.events import ModelRef
from engine.domain.model import four_eyes_pairs
from engine.exchange import hears
from engine.forms.form import Form
from engine.package import Package, recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What handlers need of a version at each act; made by `edition`."""

    package: Package
    ref: ModelRef
    #: Whether its cases may wait for messages or signals.
    hears: bool = False
    #: Names that some form of the procedure asks for.
    asked: frozenset[str] = frozenset()
    #: The steps that somebody else must do, by step.
    partners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What the case waits for at the steps that say so (`qt:clock`).
    clocked: Mapping[str, str] = field(default_factory=dict)
    #: How the dossier ends at the elements that say so (`qt:ending`).
    endings: Mapping[str, str] = field(default_factory=dict)
    #: The forms of the steps that record facts of the dossier (`qt:fact`), by step.
    recording: Mapping[str, Form] = field(default_factory=dict)


def edition(package: Package, ref: ModelRef) -> Edition:
    """Work out what every act of every case of a version asks for."""
    return Edition(
        package=package,
        ref=ref,
        hears=hears(package.model),
        asked=frozenset(
            one.key
            for form in package.forms.values()
            for one in form.fields
            if not one.readonly
        ),
        partners=four_eyes_pairs(package.model),
        clocked={
            one.id: one.clock for one in package.model.nodes.values() if one.clock
        },
        endings=drawn_ending.endings(package.model),
        recording=recording(package),
    )
