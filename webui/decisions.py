"""Decision tables as a page shows them: every cell as it was written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.decisions import model as dmn
from engine.decisions.model import Aggregation, HitPolicy
from webui.i18n import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A decision: a table, a text in the language of tables, or what somebody gives."""

    name: str
    #: Which of the rows that match count.
    policy: str = ""
    #: Heads of the columns that are looked at, and of those that answer.
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    #: Cells in the order of the heads; the row's number is its place.
    rows: tuple[tuple[str, ...], ...] = ()
    #: The expression of a decision that is no table.
    text: str = ""


def shown(models: Iterable[dmn.Model]) -> list[Shown]:
    """Every decision of a package, in the order in which it was drawn."""
    return [_shown(one) for drawn in models for one in drawn.decisions]


def _shown(decision: dmn.Decision) -> Shown:
    logic = decision.logic
    if isinstance(logic, dmn.Table):
        return Shown(
            name=decision.name,
            policy=policy(logic.policy, logic.aggregation),
            inputs=tuple(_head(one.label, one.expression) for one in logic.inputs),
            outputs=tuple(
                _head(one.label, one.name or decision.name) for one in logic.outputs
            ),
            rows=tuple(tuple(_cells(rule)) for rule in logic.rules),
        )
    text = logic.text if isinstance(logic, dmn.Literal) else ""
    return Shown(name=decision.name, text=text)


def _head(label: str, otherwise: str) -> str:
    return label or otherwise


def _cells(rule: dmn.Rule) -> Iterator[str]:
    # An empty cell of a condition matches everything; the dash says so.
    yield from (text or "–" for text in rule.inputs)
    yield from rule.outputs


def policy(chosen: HitPolicy, aggregation: Aggregation | None) -> str:
    """What a hit policy means, in words (DMN 1.5, 8.2.10)."""
    if aggregation is not None:
        return {
            Aggregation.SUM: translate("The sum of every row that matches"),
            Aggregation.MIN: translate("The smallest of the rows that match"),
            Aggregation.MAX: translate("The largest of the rows that match"),
            Aggregation.COUNT: translate("The number of rows that match"),
        }[aggregation]
    return {
        HitPolicy.UNIQUE: translate("At most one row matches"),
        HitPolicy.FIRST: translate("The first row that matches"),
        HitPolicy.ANY: translate("Rows that match give the same result"),
        HitPolicy.PRIORITY: translate("The most important result that matches"),
        HitPolicy.RULE_ORDER: translate("Every row that matches, in this order"),
        HitPolicy.OUTPUT_ORDER: translate(
            "Every row that matches, the most important first"
        ),
        HitPolicy.COLLECT: translate("Every row that matches"),
    }[chosen]
