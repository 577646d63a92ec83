"""Compiling one decision table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from engine import limits
from engine.decisions import model, types
from engine.decisions.errors import DecisionError, Flaw
from engine.decisions.feel.names import normal
from engine.decisions.feel.tests import ANYTHING, Tests
from engine.decisions.feel.tree import Constant, Part
from engine.decisions.feel.values import Run, Value
from engine.decisions.model import HitPolicy
from engine.decisions.program import Column, Grid, Result, Row
from engine.decisions.resolver import Resolver
from engine.decisions.texts import Spot, Texts
from engine.decisions.types import Type

#: What a table stands in: its id, name and line for remarks, its type for the result.
Owner: TypeAlias = model.Decision | model.Function
_RANKED: Final = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})
_STEPS: Final = 10_000


class Tables:
    """Compiles tables with the texts and types of one model."""

    def __init__(
        self,
        texts: Texts,
        types_: Resolver,
        declared: Mapping[str, str],
        flaws: list[Flaw],
    ) -> None:
        self._texts = texts
        #: Types of data and decisions by name, for columns that say none.
        self._declared = declared
        self._types = types_
        self._flaws = flaws

    def among(self, declared: Mapping[str, str]) -> "Tables":
        """The same for tables that see names of their own, by name with type."""
        known = {**self._declared, **declared}
        return Tables(self._texts, self._types, known, self._flaws)

    def grid(self, decision: Owner, table: model.Table) -> Grid | None:
        """A table ready to decide; None where its shape makes no sense."""
        spot = Spot(element=decision.id, name=decision.name, line=decision.line)
        if not self._shaped(table, spot):
            return None
        columns = tuple(self._column(one, decision) for one in table.inputs)
        results = tuple(self._result(one, decision, table) for one in table.outputs)
        grid = Grid(
            policy=table.policy,
            aggregation=table.aggregation,
            columns=columns,
            results=results,
            rows=tuple(
                self._row(number, rule, decision, (columns, results))
                for number, rule in enumerate(table.rules, start=1)
            ),
        )
        if grid.policy in _RANKED and not any(one.ranked for one in results):
            self._flaws.append(spot.flaw("priority-values", policy=grid.policy.value))
        return grid

    def _shaped(self, table: model.Table, spot: Spot) -> bool:
        columns = len(table.inputs) + len(table.outputs)
        bounds = {
            "table-rules": (len(table.rules), limits.DECISION_RULES),
            "table-columns": (columns, limits.DECISION_COLUMNS),
        }
        flaws = [
            spot.flaw(code, limit=limit)
            for code, (count, limit) in bounds.items()
            if count > limit
        ]
        if not table.outputs:
            flaws.append(spot.flaw("table-no-output"))
        if len(table.outputs) > 1:
            names = {normal(one.name) for one in table.outputs}
            if "" in names or len(names) < len(table.outputs):
                flaws.append(spot.flaw("output-names"))
            if table.aggregation is not None:
                flaws.append(spot.flaw("aggregation-outputs"))
        for number, rule in enumerate(table.rules, start=1):
            shape = (len(rule.inputs), len(rule.outputs))
            if shape != (len(table.inputs), len(table.outputs)):
                at = replace(spot, element=rule.id, line=rule.line)
                flaws.append(at.flaw("rule-cells", rule=number))
        self._flaws += flaws
        if not table.rules:
            self._flaws.append(spot.flaw("table-empty"))
        return not flaws

    def _column(self, one: model.Input, decision: Owner) -> Column:
        spot = Spot(element=one.id, name=decision.name, line=one.line)
        allowed = self._texts.tests(one.allowed, spot) if one.allowed else None
        declared = self._declared.get(normal(one.expression), "")
        kind = self._types.type(one.type or declared, spot)
        if allowed is None and kind.allowed is not None and not kind.collection:
            allowed, text = kind.allowed, kind.allowed_text
        else:
            text = one.allowed
        return Column(
            label=one.label or " ".join(one.expression.split()),
            part=self._texts.expression(one.expression, spot),
            type=kind,
            allowed=allowed,
            allowed_text=text,
        )

    def _result(self, one: model.Output, decision: Owner, table: model.Table) -> Result:
        spot = Spot(element=one.id, name=decision.name, line=one.line)
        kind = self._types.type(one.type, spot)
        if kind.collection and table.policy not in model.SINGLE:
            # Tools write the type of the whole list at its only column.
            kind = replace(kind, collection=False)
        allowed = self._texts.tests(one.allowed, spot) if one.allowed else kind.allowed
        if one.allowed:
            kind = replace(kind, allowed=allowed, allowed_text=one.allowed)
        elif allowed is None and len(table.outputs) == 1:
            allowed = self._types.type(decision.type, spot).allowed
        default = self._texts.expression(one.default, spot) if one.default else None
        return Result(
            name=normal(one.name),
            type=kind,
            ranked=_ranked(allowed),
            default=default,
        )

    def _row(
        self,
        number: int,
        rule: model.Rule,
        decision: Owner,
        heads: tuple[tuple[Column, ...], tuple[Result, ...]],
    ) -> Row:
        spot = Spot(element=rule.id, name=decision.name, line=rule.line, rule=number)
        columns, results = heads
        tests = [
            self._texts.tests(text, replace(spot, column=column.label))
            for text, column in zip(rule.inputs, columns, strict=True)
        ]
        parts = [
            self._output(text, result, replace(spot, column=result.name or "→"))
            for text, result in zip(rule.outputs, results, strict=True)
        ]
        return Row(
            id=rule.id,
            number=number,
            tests=tuple(tests),
            results=tuple(parts),
            line=rule.line,
        )

    def _output(self, text: str, result: Result, spot: Spot) -> Part:
        if not text.strip():
            return Constant(None)
        part = self._texts.expression(text, spot)
        if isinstance(part, Constant):
            code = _fault(part.constant, result.type)
            if code:
                words = {"type": result.type.label, "allowed": result.type.allowed_text}
                self._flaws.append(spot.flaw(code, **words))
        return part


def _ranked(allowed: Tests | None) -> tuple[Part, ...]:
    """The values of a list of literals in their order; nothing for other tests."""
    if allowed is None or allowed is ANYTHING or allowed.negated:
        return ()
    constants = allowed.constants()
    return () if constants is None else tuple(Constant(one) for one in constants)


def _fault(value: Value, wanted: Type) -> str:
    """Why a literal cannot be the result, before any case meets it."""
    try:
        types.coerced(value, wanted, "", Run({}, _STEPS))
    except DecisionError as error:
        return (
            "output-value" if error.code == "decision-result-value" else "output-type"
        )
    return ""
