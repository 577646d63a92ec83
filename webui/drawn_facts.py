"""What the steps and ends of a version record of a dossier, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.domain import drawn_ending
from engine.forms import facts
from engine.package import Package, recording
from webui import i18n, stages
from webui.i18n import translate

FACT: Final = {
    "result.number": "Number of the result",
    "result.date": "Date of the result",
    "result.kind": "Kind of the result",
    "result.file": "File of the result",
    "result.electronic": "Whether the result is electronic",
    "result.code": "Code of the result on the portal",
    "returned.how": "How the result was handed over",
}
ENDING: Final = {
    "done": "The dossier ends: processed",
    "refused": "The dossier ends: refused",
    "stopped": "The dossier ends: stopped",
    "withdrawn": "The dossier ends: withdrawn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A step or end that records something."""

    name: str
    #: Of the step in the list of steps; empty: it stands in none, as ends do.
    number: str
    #: What is recorded, and the question whose answer it is; empty: nobody is asked.
    what: tuple[tuple[str, str], ...]


def shown(package: Package, steps: Iterable[stages.Passed]) -> list[Recorded]:
    """Everything that a case of a version may record of its dossier by the drawing."""
    numbers = {one.step.node: one.step.number for one in steps}
    return list(_shown(package, numbers))


def _shown(package: Package, numbers: dict[str, str]) -> Iterator[Recorded]:
    forms, language = recording(package), i18n.language()
    for node in drawn_ending.own(package.model):
        fields = facts.named(forms[node.id]) if node.id in forms else ()
        what = [(translate(FACT[one.fact]), one.name(language)) for one in fields]
        if node.ending:
            what.append((translate(ENDING[node.ending]), ""))
        if what:
            yield Recorded(
                name=node.name or node.id,
                number=numbers.get(node.id, ""),
                what=tuple(what),
            )
