"""From the XML of DMN 1.1 to 1.5 to plain records.

Every element of DMN is either read, known to say nothing about the result, or refused
by name; elements of other languages (drawings, tools) are left alone.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lxml.etree import _Element as Element

from engine.decisions import model
from models_bpmn.decisions.boxes import BOXES, REFUSED, Boxes
from models_bpmn.decisions.elements import SILENT, plain, type_of
from models_bpmn.decisions.report import Report
from models_bpmn.importer import reader
from models_bpmn.importer.report import Place

#: The versions of the language.
NAMESPACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
        "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
        "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
        "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
        "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
        # The schema's address, which some files take for the namespace.
        "https://www.omg.org/spec/DMN/20230324/DMN15.xsd": "1.5",
    }
)
_TRUE: Final = frozenset({"true", "1"})


def read(name: str, content: bytes, report: Report) -> model.Model | None:
    """Read one file; None when nothing can be made of it, with reasons in `report`."""
    file = Place(file=name)
    root = reader.tree(name, content, report.file)
    if root is None:
        return None
    namespace = reader.namespace(root)
    if reader.local(root) != "definitions" or namespace not in NAMESPACES:
        report.add("not-dmn", file, tag=reader.local(root)[:80])
        return None
    if not reader.fits(root, file, report.file, namespace):
        return None
    return _Reading(root, name, report).whole()


class _Reading(Boxes):
    # The parts.

    def whole(self) -> model.Model:
        self._feel(self._root)
        types: list[model.ItemType] = []
        inputs: list[model.InputData] = []
        decisions: list[model.Decision] = []
        functions: list[model.Function] = []
        for child in self._children(self._root):
            tag = reader.local(child)
            if tag == "itemDefinition":
                types.append(self._type_of(child))
            elif tag == "inputData":
                inputs.append(self._input_data(child))
            elif tag == "decision":
                decisions.append(self._decision(child))
            elif tag == "businessKnowledgeModel":
                functions += self._function(child)
            elif tag not in SILENT:
                self._other(child, tag)
        if not decisions:
            self._report.add("no-decision", Place(file=self._file))
        return model.Model(
            id=self._root.get("id", ""),
            name=self._name(self._root),
            types=tuple(types),
            inputs=tuple(inputs),
            decisions=tuple(decisions),
            functions=tuple(functions),
        )

    def _other(self, element: Element, tag: str) -> None:
        codes = {
            "import": "import",
            "decisionService": "service",
        }
        if tag in codes:
            self._tell(codes[tag], element)
        elif tag != "DMNDI":
            self._unknown(element)

    def _type_of(self, element: Element) -> model.ItemType:
        if self._child(element, "functionItem") is not None:
            self._tell("element", element, tag="functionItem")
        base = self._child(element, "typeRef")
        return model.ItemType(
            name=self._name(element),
            base=plain(reader.text_of(base)) if base is not None else type_of(element),
            collection=element.get("isCollection", "") in _TRUE,
            components=tuple(
                self._type_of(one) for one in self._children(element, "itemComponent")
            ),
            allowed=self._text(self._child(element, "allowedValues"))
            or self._text(self._child(element, "typeConstraint")),
            line=reader.line(element),
        )

    def _input_data(self, element: Element) -> model.InputData:
        name, kind = self._variable(element)
        return model.InputData(
            id=self._identity(element),
            name=name,
            type=kind,
            line=reader.line(element),
        )

    def _decision(self, element: Element) -> model.Decision:
        identity = self._identity(element)
        variable, kind = self._variable(element)
        requires: list[str] = []
        logic: model.Logic | None = None
        for child in self._children(element):
            tag = reader.local(child)
            if tag in BOXES:
                logic = self._box(child, element, identity)
            elif tag == "informationRequirement":
                requires += self._required(child)
            elif tag in REFUSED:
                self._tell("logic", element, tag=tag)
                logic = model.Literal("null", reader.line(child))
            elif tag not in SILENT | {"variable", "knowledgeRequirement"}:
                self._unknown(child)
        return model.Decision(
            id=identity,
            name=self._name(element),
            variable=variable,
            type=kind,
            logic=logic,
            requires=tuple(requires),
            line=reader.line(element),
        )

    def _function(self, element: Element) -> Iterator[model.Function]:
        identity = self._identity(element)
        inside = self._child(element, "encapsulatedLogic")
        kind = "FEEL" if inside is None else inside.get("kind", "FEEL")
        if kind.upper() != "FEEL":
            self._tell("function-kind", element, kind=kind[:40])
        logic = None if inside is None else self._boxed(inside, element, identity)
        if inside is None or logic is None:
            self._tell("box-empty", element, tag="businessKnowledgeModel")
            return
        name, result = self._variable(element)
        yield model.Function(
            id=identity,
            name=name,
            parameters=tuple(
                (self._name(one), type_of(one))
                for one in self._children(inside, "formalParameter")
            ),
            type=result or type_of(inside),
            logic=logic,
            line=reader.line(element),
        )

    def _required(self, element: Element) -> Iterator[str]:
        for child in self._children(element, "requiredDecision", "requiredInput"):
            href = child.get("href", "")
            space, sign, identity = href.rpartition("#")
            if not sign or space not in {"", self._own}:
                self._tell("reference", child, href=href[:200])
            else:
                yield identity
