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
    """Every decision and function of a package, in the order in which it was drawn."""
    found: list[Shown] = []
    for drawn in models:
        for one in drawn.decisions:
            found += _shown(one.name, one.logic)
        for function in drawn.functions:
            names = ", ".join(name for name, _ in function.parameters)
            found += _shown(f"{function.name}({names})", function.logic)
    return found


def _shown(name: str, logic: dmn.Logic | None) -> Iterator[Shown]:
    """A decision; the parts of a boxed expression stand behind their names."""
    match logic:
        case dmn.Table():
            yield _table(name, logic)
        case dmn.Relation():
            rows = tuple(tuple(map(_text, row)) for row in logic.rows)
            yield Shown(name=name, outputs=logic.columns, rows=rows)
        case dmn.Context() | dmn.Invocation() | dmn.Listing():
            if isinstance(logic, dmn.Invocation):
                yield Shown(name=name, text=f"{logic.function}(…)")
            for part, inside in _parts(logic):
                yield from _shown(f"{name} › {part}", inside)
        case _:
            yield Shown(name=name, text="" if logic is None else logic.text)


def _parts(
    logic: dmn.Context | dmn.Invocation | dmn.Listing,
) -> Iterator[tuple[str, dmn.Logic]]:
    if isinstance(logic, dmn.Listing):
        yield from ((str(place), one) for place, one in enumerate(logic.items, start=1))
        return
    entries = logic.entries if isinstance(logic, dmn.Context) else logic.bindings
    yield from ((one.name or "=", one.logic) for one in entries)


def _table(name: str, table: dmn.Table) -> Shown:
    return Shown(
        name=name,
        policy=policy(table.policy, table.aggregation),
        inputs=tuple(_head(one.label, one.expression) for one in table.inputs),
        outputs=tuple(_head(one.label, one.name or name) for one in table.outputs),
        rows=tuple(tuple(_cells(rule)) for rule in table.rules),
    )


def _text(cell: dmn.Logic) -> str:
    return cell.text if isinstance(cell, dmn.Literal) else "…"


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
