"""What differs between the drawing of a version and what it runs as, for its approver.

Repairs that keep the meaning, answers that a person gave, elements that are drawn and
do not run, elements that run and are not drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.errors import Finding
from engine.package import Package
from models_bpmn import normalised, packages
from models_bpmn.importer.report import Remark
from models_bpmn.importer.wording import questions, repairs
from webui import i18n

_DECIDED: Final = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One difference."""

    text: str
    #: Name of the element as drawn, and its id.
    name: str = ""
    element: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Every difference of a version."""

    repairs: list[Line]
    decided: list[Line]
    removed: list[Line]
    added: list[Line]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any((self.repairs, self.decided, self.removed, self.added))


def others(found: Sequence[Finding]) -> list[Finding]:
    """The findings that are no changes: what the check said about the drawing."""
    return [one for one in found if one.code not in repairs.TEXTS]


def read(package: Package) -> Changes:
    """The differences as the stored document tells them."""
    language = i18n.language()
    kept = normalised.read(package.normalised)
    made = [one for one in kept.findings if one.code in repairs.TEXTS]
    return Changes(
        repairs=[
            _line(one, packages.describe(one, language))
            for one in made
            if one.code != _DECIDED
        ],
        decided=[
            _line(one, _answer(one, language)) for one in made if one.code == _DECIDED
        ],
        removed=[
            Line(
                text=one.vi if language == "vi" else one.en,
                name=one.name,
                element=one.element,
            )
            for one in kept.differences
            if one.change == "removed"
        ],
        added=[
            Line(text="", name=one.name, element=one.element)
            for one in kept.differences
            if one.change == "added"
        ],
    )


def _line(one: Remark, text: str) -> Line:
    return Line(text=text, name=one.name, element=one.element)


def _answer(one: Remark, language: str) -> str:
    """What was answered, in the words in which it was offered."""
    answer = one.params.get("answer", "")
    if answer.partition(":")[0] not in questions.CHOICES:
        return packages.describe(one, language)
    return questions.choice(answer, language)
