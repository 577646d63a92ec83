"""From the XML of DMN 1.1 to 1.5 to plain records.

Every element of DMN is either read, known to say nothing about the result, or refused
by name; elements of other languages (drawings, tools) are left alone.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lxml.etree import _Element as Element

from engine.decisions import model
from engine.decisions.model import Aggregation, HitPolicy
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
#: What says nothing about a result.
_SILENT: Final = frozenset(
    {
        *("description", "extensionElements", "question", "allowedAnswers"),
        *("knowledgeSource", "textAnnotation", "association", "group"),
        *("performanceIndicator", "organizationUnit", "organisationUnit"),
        *("elementCollection", "authorityRequirement", "impactedPerformanceIndicator"),
        *("decisionMaker", "decisionOwner", "usingProcess", "usingTask"),
        *("supportedObjective", "artifact"),
    }
)
_LOGIC: Final = frozenset(
    {
        *("context", "invocation", "functionDefinition", "relation", "list"),
        *("conditional", "filter", "for", "every", "some", "expression"),
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


class _Reading:
    def __init__(self, root: Element, file: str, report: Report) -> None:
        self._root = root
        self._namespace = reader.namespace(root)
        self._own = root.get("namespace", "")
        self._file = file
        self._report = report

    # What every part needs.

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
        return self._name(variable) or self._name(element), _type(variable)

    def _identity(self, element: Element) -> str:
        name = self._name(element)
        identity = element.get("id", "") or name
        if not identity or not name:
            words = {"tag": reader.local(element), "line": reader.line(element)}
            self._tell("part-unnamed", element, **words)
        return identity

    # The parts.

    def whole(self) -> model.Model:
        self._feel(self._root)
        types: list[model.ItemType] = []
        inputs: list[model.InputData] = []
        decisions: list[model.Decision] = []
        for child in self._children(self._root):
            tag = reader.local(child)
            if tag == "itemDefinition":
                types.append(self._type_of(child))
            elif tag == "inputData":
                inputs.append(self._input_data(child))
            elif tag == "decision":
                decisions.append(self._decision(child))
            elif tag not in _SILENT:
                self._other(child, tag)
        if not decisions:
            self._report.add("no-decision", Place(file=self._file))
        return model.Model(
            id=self._root.get("id", ""),
            name=self._name(self._root),
            types=tuple(types),
            inputs=tuple(inputs),
            decisions=tuple(decisions),
        )

    def _other(self, element: Element, tag: str) -> None:
        codes = {
            "import": "import",
            "businessKnowledgeModel": "knowledge-model",
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
            base=_plain(reader.text_of(base)) if base is not None else _type(element),
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
        logic: model.Table | model.Literal | None = None
        for child in self._children(element):
            tag = reader.local(child)
            if tag == "decisionTable":
                logic = self._table(child, element, identity)
            elif tag == "literalExpression":
                logic = model.Literal(self._text(child), reader.line(child))
            elif tag == "informationRequirement":
                requires += self._required(child)
            elif tag in _LOGIC:
                self._tell("logic", element, tag=tag)
                logic = model.Literal("null", reader.line(child))
            elif tag not in _SILENT | {"variable", "knowledgeRequirement"}:
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

    def _required(self, element: Element) -> Iterator[str]:
        for child in self._children(element, "requiredDecision", "requiredInput"):
            href = child.get("href", "")
            space, sign, identity = href.rpartition("#")
            if not sign or space not in {"", self._own}:
                self._tell("reference", child, href=href[:200])
            else:
                yield identity

    def _table(self, element: Element, decision: Element, identity: str) -> model.Table:
        aggregation = self._aggregation(element, decision)
        policy = self._policy(element, decision)
        if aggregation is not None and policy is not HitPolicy.COLLECT:
            self._tell("aggregation-idle", decision, aggregation=aggregation.value)
            aggregation = None
        known = {"input", "output", "rule", "annotation"}
        for child in self._children(element):
            if reader.local(child) not in known | _SILENT:
                self._unknown(child)
        rules = tuple(
            self._rule(one, f"{identity}-{number}")
            for number, one in enumerate(self._children(element, "rule"), start=1)
        )
        nameless = sum(not one.get("id") for one in self._children(element, "rule"))
        if nameless:
            self._tell("ids-given", decision, count=nameless)
        return model.Table(
            policy=policy,
            aggregation=aggregation,
            inputs=tuple(self._input(one) for one in self._children(element, "input")),
            outputs=tuple(
                self._output(one) for one in self._children(element, "output")
            ),
            rules=rules,
        )

    def _policy(self, element: Element, decision: Element) -> HitPolicy:
        written = element.get("hitPolicy", "UNIQUE").strip()
        for one in HitPolicy:
            if written in {one.value, one.name}:
                return one
        self._tell("hit-policy", decision, policy=written[:40])
        return HitPolicy.UNIQUE

    def _aggregation(self, element: Element, decision: Element) -> Aggregation | None:
        written = element.get("aggregation", "").strip()
        if not written:
            return None
        for one in Aggregation:
            if written == one.value:
                return one
        self._tell("aggregation", decision, aggregation=written[:40])
        return None

    def _input(self, element: Element) -> model.Input:
        expression = self._child(element, "inputExpression")
        text = self._text(expression)
        if not text:
            self._tell("input-expression", element)
        return model.Input(
            id=element.get("id", ""),
            label=reader.words(element.get("label", "")),
            expression=text,
            type="" if expression is None else _type(expression),
            allowed=self._text(self._child(element, "inputValues")),
            line=reader.line(element),
        )

    def _output(self, element: Element) -> model.Output:
        return model.Output(
            id=element.get("id", ""),
            name=self._name(element),
            label=reader.words(element.get("label", "")),
            type=_type(element),
            allowed=self._text(self._child(element, "outputValues")),
            default=self._text(self._child(element, "defaultOutputEntry")),
            line=reader.line(element),
        )

    def _rule(self, element: Element, identity: str) -> model.Rule:
        return model.Rule(
            id=element.get("id", "") or identity,
            inputs=tuple(
                self._text(one) for one in self._children(element, "inputEntry")
            ),
            outputs=tuple(
                self._text(one) for one in self._children(element, "outputEntry")
            ),
            line=reader.line(element),
        )


def _type(element: Element) -> str:
    return _plain(element.get("typeRef", ""))


def _plain(name: str) -> str:
    """A type's name without prefix or namespace."""
    return reader.words(name).rpartition("}")[2].rpartition(":")[2]
