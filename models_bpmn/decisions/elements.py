"""What reading every part of a decision file needs."""

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.decisions.report import Report
from models_bpmn.importer import reader
from models_bpmn.importer.report import Place

#: What says nothing about a result.
SILENT: Final = frozenset(
    {
        *("description", "extensionElements", "question", "allowedAnswers"),
        *("knowledgeSource", "textAnnotation", "association", "group"),
        *("performanceIndicator", "organizationUnit", "organisationUnit"),
        *("elementCollection", "authorityRequirement", "impactedPerformanceIndicator"),
        *("decisionMaker", "decisionOwner", "usingProcess", "usingTask"),
        *("supportedObjective", "artifact"),
    }
)


class Elements:
    """Looks at elements of the language and remarks about them."""

    def __init__(self, root: Element, file: str, report: Report) -> None:
        self._root = root
        self._namespace = reader.namespace(root)
        self._own = root.get("namespace", "")
        self._file = file
        self._report = report

    def _children(self, element: Element, *names: str) -> Iterator[Element]:
        for child in element:
            if reader.namespace(child) == self._namespace and (
                not names or reader.local(child) in names
            ):
                yield child

    def _child(self, element: Element, name: str) -> Element | None:
        return next(self._children(element, name), None)

    def _tell(self, code: str, element: Element, **words: object) -> None:
        name = reader.words(element.get("name", element.get("label", "")))
        identity = element.get("id", "")
        place = Place(identity, name, reader.line(element), self._file)
        self._report.add(code, place, **words)

    def _text(self, element: Element | None) -> str:
        """The FEEL text inside an element; empty when there is none."""
        if element is None:
            return ""
        self._feel(element)
        text = self._child(element, "text")
        return "" if text is None else reader.text_of(text)

    def _feel(self, element: Element) -> None:
        language = element.get("expressionLanguage", "").strip()
        # Names of FEEL in the versions and in tools: feel, FEEL, …/FEEL/.
        if language and "feel" not in language.lower():
            self._tell("language", element, language=language[:80])

    def _name(self, element: Element) -> str:
        return reader.words(element.get("name", ""))

    def _unknown(self, element: Element) -> None:
        self._tell("element", element, tag=reader.local(element))

    def _variable(self, element: Element) -> tuple[str, str]:
        """Name and type of the variable that holds a result or data."""
        variable = self._child(element, "variable")
        if variable is None:
            return self._name(element), ""
        return self._name(variable) or self._name(element), type_of(variable)

    def _identity(self, element: Element) -> str:
        name = self._name(element)
        identity = element.get("id", "") or name
        if not identity or not name:
            words = {"tag": reader.local(element), "line": reader.line(element)}
            self._tell("part-unnamed", element, **words)
        return identity


def type_of(element: Element) -> str:
    """The type that an element names."""
    return plain(element.get("typeRef", ""))


def plain(name: str) -> str:
    """A type's name without prefix or namespace."""
    return reader.words(name).rpartition("}")[2].rpartition(":")[2]
