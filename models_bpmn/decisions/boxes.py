"""From the XML of decision tables and boxed expressions to plain records."""

from typing import Final

from lxml.etree import _Element as Element

from engine.decisions import model
from engine.decisions.model import Aggregation, HitPolicy
from models_bpmn.decisions.elements import SILENT, Elements, type_of
from models_bpmn.importer import reader

#: Boxed expressions that are refused by name.
REFUSED: Final = frozenset(
    {
        *("functionDefinition", "conditional", "filter", "for", "every", "some"),
        "expression",
    }
)
#: What a decision or function may be made by.
BOXES: Final = (
    *("decisionTable", "literalExpression", "context", "invocation", "list"),
    "relation",
)


class Boxes(Elements):
    """Reads tables and boxes (DMN 1.5, 7.3 and 8); `owner` is told in remarks."""

    def _boxed(
        self, around: Element, owner: Element, identity: str
    ) -> model.Logic | None:
        """The expression inside an element; None, without a remark, when none is."""
        for child in self._children(around):
            if reader.local(child) in BOXES:
                return self._box(child, owner, identity)
            if reader.local(child) in REFUSED:
                self._tell("logic", owner, tag=reader.local(child))
                return model.Literal("null", reader.line(child))
        return None

    def _box(self, element: Element, owner: Element, identity: str) -> model.Logic:
        line = reader.line(element)
        match reader.local(element):
            case "decisionTable":
                return self._table(element, owner, identity)
            case "context":
                entries = self._children(element, "contextEntry")
                return model.Context(
                    tuple(self._entry(one, owner, identity) for one in entries), line
                )
            case "invocation":
                bindings = self._children(element, "binding")
                return model.Invocation(
                    self._text(self._child(element, "literalExpression")),
                    tuple(self._entry(one, owner, identity) for one in bindings),
                    line,
                )
            case "list":
                return model.Listing(self._items(element, owner, identity), line)
            case "relation":
                return self._relation(element, owner, identity)
            case _:
                return model.Literal(self._text(element), line)

    def _items(
        self, element: Element, owner: Element, identity: str
    ) -> tuple[model.Logic, ...]:
        boxes = self._children(element, *BOXES, *REFUSED)
        return tuple(
            self._box(one, owner, identity)
            if reader.local(one) in BOXES
            else self._refused(one, owner)
            for one in boxes
        )

    def _refused(self, element: Element, owner: Element) -> model.Logic:
        self._tell("logic", owner, tag=reader.local(element))
        return model.Literal("null", reader.line(element))

    def _entry(self, element: Element, owner: Element, identity: str) -> model.Entry:
        named = self._child(element, "variable")
        named = self._child(element, "parameter") if named is None else named
        name = "" if named is None else self._name(named)
        logic = self._boxed(element, owner, f"{identity}-{name}" if name else identity)
        if logic is None:
            self._tell("box-empty", owner, tag=reader.local(element))
            logic = model.Literal("null", reader.line(element))
        return model.Entry(
            name=name,
            type="" if named is None else type_of(named),
            logic=logic,
            line=reader.line(element),
        )

    def _relation(
        self, element: Element, owner: Element, identity: str
    ) -> model.Relation:
        columns = tuple(self._name(one) for one in self._children(element, "column"))
        rows = []
        for row in self._children(element, "row"):
            cells = self._items(row, owner, identity)
            if len(cells) != len(columns):
                self._tell("box-empty", owner, tag="row")
                continue
            rows.append(cells)
        return model.Relation(columns, tuple(rows), reader.line(element))

    def _table(self, element: Element, decision: Element, identity: str) -> model.Table:
        aggregation = self._aggregation(element, decision)
        policy = self._policy(element, decision)
        if aggregation is not None and policy is not HitPolicy.COLLECT:
            self._tell("aggregation-idle", decision, aggregation=aggregation.value)
            aggregation = None
        known = {"input", "output", "rule", "annotation"}
        for child in self._children(element):
            if reader.local(child) not in known | SILENT:
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
            type="" if expression is None else type_of(expression),
            allowed=self._text(self._child(element, "inputValues")),
            line=reader.line(element),
        )

    def _output(self, element: Element) -> model.Output:
        return model.Output(
            id=element.get("id", ""),
            name=self._name(element),
            label=reader.words(element.get("label", "")),
            type=type_of(element),
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
