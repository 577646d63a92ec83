"""What a remedy works on, and what a remedy is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.report import Remark
from models_bpmn.importer.sheet import Sheet


@dataclass(slots=True, kw_only=True)
class Case:
    """One refusal on one sheet."""

    sheet: Sheet
    #: The element that the question is about.
    element: Element
    #: Everything that was found about it under this code in this round.
    found: list[Remark] = field(default_factory=list)
    services: frozenset[str]
    #: Ids of the decisions at hand; None: any may be named.
    decisions: frozenset[str] | None = None

    @property
    def id(self) -> str:
        """The id of the element."""
        return self.element.get("id", "")

    @property
    def tag(self) -> str:
        """The BPMN name of the element."""
        return reader.local(self.element)

    @property
    def code(self) -> str:
        """The code of the refusal."""
        return self.found[0].code

    @property
    def scope(self) -> Element:
        """What the element stands in."""
        parent = self.element.getparent()
        return self.element if parent is None else parent

    def definitions(self) -> list[Element]:
        """The event definitions of the element."""
        return [
            child
            for child in reader.children(self.element)
            if reader.local(child).endswith("EventDefinition")
            or reader.local(child) == "eventDefinitionRef"
        ]

    @property
    def stale(self) -> bool:
        """Whether another answer has settled this already."""
        parts = list(reader.children(self.element, "conditionExpression"))
        flow = self.tag == "sequenceFlow"
        return flow and self.code.startswith("expression") and not parts

    def loop(self) -> Element | None:
        """Its multi-instance characteristics, or its standard loop."""
        tags = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
        return next(reader.children(self.element, *tags), None)


#: The choices for a case, the default first.
Choices = Callable[[Case], tuple[str, ...]]
#: Carries an answer out.
Act = Callable[[Case, str], None]
#: The element that the question is about, by the element of the finding.
Subject = Callable[[Sheet, Element], Element]


def itself(_sheet: Sheet, element: Element) -> Element:
    """The question is about the element that the finding names."""
    return element


def gateway(sheet: Sheet, element: Element) -> Element:
    """The question is about the node that a flow leaves."""
    if reader.local(element) == "sequenceFlow":
        return sheet.by_id.get(element.get("sourceRef", ""), element)
    return element


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How a refusal becomes a question, and what the answers do."""

    choices: Choices
    act: Act
    subject: Subject = itself


def always(*choices: str) -> Choices:
    """The same choices whatever the case."""
    return lambda _case: choices


def is_activity(case: Case) -> bool:
    """Whether the element can become a step of a person where it stands."""
    return case.tag in words.ACTIVITY_TAGS or case.tag.startswith("intermediate")
