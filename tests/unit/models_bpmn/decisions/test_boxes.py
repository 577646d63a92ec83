"""Boxed expressions: contexts, functions and their calls, lists and relations."""

from typing import Any

import pytest

from engine.decisions import evaluation, library
from engine.decisions.errors import DecisionError
from engine.errors import ModelInvalidError
from models_bpmn import decisions
from tests import dmn, effort


def literal(text: str) -> str:
    return dmn.literal(text)


def entry(name: str, logic: str, kind: str = "") -> str:
    head = f"<variable name='{name}' typeRef='{kind}'/>" if name else ""
    return f"<contextEntry>{head}{logic}</contextEntry>"


def context(*entries: str) -> str:
    return f"<context>{''.join(entries)}</context>"


def invocation(name: str, **bindings: str) -> str:
    made = "".join(
        f"<binding><parameter name='{key}'/>{literal(text)}</binding>"
        for key, text in bindings.items()
    )
    return f"<invocation>{literal(name)}{made}</invocation>"


def function(name: str, parameters: str, logic: str, kind: str = "") -> str:
    given = "".join(
        f"<formalParameter name='{one.partition(':')[0]}'"
        f" typeRef='{one.partition(':')[2]}'/>"
        for one in parameters.split()
    )
    return (
        f"<businessKnowledgeModel id='f_{name.replace(' ', '_')}' name='{name}'>"
        f"<variable name='{name}' typeRef='{kind}'/>"
        f"<encapsulatedLogic>{given}{logic}</encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )


def decided(*parts: str, **data: Any) -> evaluation.Outcome:
    content = dmn.file(*(dmn.given(name) for name in data), *parts)
    return evaluation.evaluate(decisions.load("a.dmn", content).program, "d", data)


def refusals(*parts: str) -> set[str]:
    with pytest.raises(ModelInvalidError) as refused:
        decisions.load("a.dmn", dmn.file(*parts))
    for one in refused.value.findings:
        assert decisions.describe(one, "vi")
    return {one.code for one in refused.value.findings if one.severity == "refusal"}


FEES = dmn.table(
    "UNIQUE",
    [("age", "number", "")],
    [("fee", "number", "")],
    [("< 18", "0"), (">= 18", "rate * 2")],
)
FEE = function("the fee", "age:number rate:number", FEES, "number")


def test_an_entry_sees_those_before_it_and_the_last_is_the_result() -> None:
    logic = context(
        entry("low rate", literal("x / 4")),
        entry("sum", literal("low rate + x")),
        entry("", literal("sum * 10")),
    )
    assert decided(dmn.decision("d", logic, "i_x"), x=8).result == 100


def test_a_context_without_a_result_is_a_record_of_its_entries() -> None:
    inside = context(entry("c", literal("a + 1")), entry("d", literal("c + a")))
    logic = context(entry("a", literal("x")), entry("b", inside))
    found = decided(dmn.decision("d", logic, "i_x"), x=1).result
    assert found == {"a": 1, "b": {"c": 2, "d": 3}}


def test_what_an_entry_names_hides_the_data_after_it_and_not_before() -> None:
    logic = context(entry("y", literal("x")), entry("x", literal("x + 1")))
    later = entry("", literal("[x, y]"))
    logic = logic.replace("</context>", f"{later}</context>")
    assert decided(dmn.decision("d", logic, "i_x"), x=1).result == [2, 1]


@pytest.mark.parametrize("age", [17, 18])
def test_a_function_that_is_a_table_is_invoked_and_its_rules_are_told(age: int) -> None:
    call = invocation("the fee", age="x", rate="5")
    parts = FEE, dmn.decision("d", call, "i_x")
    found = decided(*parts, x=age)
    assert (found.result, found.rules) == ((0, ("r1",)) if age < 18 else (10, ("r2",)))
    program = decisions.load("a.dmn", dmn.file(dmn.given("x"), *parts)).program
    matched = library.Library([program]).matched("d", found.rules[0])
    assert matched == library.Matched("the fee", 1 if age < 18 else 2)


def test_a_function_is_called_in_a_text_and_by_another_function() -> None:
    twice = function("twice", "n:number", literal("the fee(n, 1) + the fee(n, 2)"))
    logic = dmn.decision("d", literal("for i in [x, 1] return twice(i)"), "i_x")
    assert decided(FEE, twice, logic, x=20).result == [6, 0]


def test_a_parameter_that_nothing_is_bound_to_is_null() -> None:
    asks = function("asks", "a b", literal("[a, b = null]"))
    call = dmn.decision("d", invocation("asks", a="1"))
    assert decided(asks, call).result == [1, True]


def test_a_table_inside_a_context_decides_with_its_entries() -> None:
    table = dmn.table("FIRST", [("a", "number", "")], [("", "", "")], [("> 2", "a")])
    logic = context(entry("a", literal("x + 1")), entry("", table))
    found = decided(dmn.decision("d", logic, "i_x"), x=2)
    assert (found.result, found.rules) == (3, ("r1",))


def test_lists_and_relations_are_lists_and_lists_of_records() -> None:
    listed = f"<list>{literal('x')}{literal('x + 1')}</list>"
    assert decided(dmn.decision("d", listed, "i_x"), x=1).result == [1, 2]
    row = f"<row>{literal('x')}{literal('x * 2')}</row>"
    # A cell does not see its neighbour, unlike an entry of a context.
    relation = (
        f"<relation><column name='x'/><column name='y'/>{row.replace('>x<', '>9<')}"
        f"</relation>"
    )
    found = decided(dmn.decision("d", relation, "i_x"), x=1).result
    assert found == [{"x": 9, "y": 2}]


def test_what_is_called_is_of_the_declared_types() -> None:
    call = dmn.decision("d", invocation("the fee", age="x", rate="5"), "i_x")
    with pytest.raises(DecisionError) as refused:
        decided(FEE, call, x="young")
    assert refused.value.code == "decision-result-type"


LAZY = function("lazy", "a", literal("b"))
SELF = function("f", "a", literal("g(a)")), function("g", "a", literal("f(a)"))


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((dmn.decision("d", invocation("nobody")),), "function-unknown"),
        ((FEE, dmn.decision("d", invocation("the fee", x="1"))), "function-parameter"),
        ((LAZY, dmn.decision("d", literal("1"))), "function-name"),
        ((*SELF, dmn.decision("d", literal("f(1)"))), "function-circle"),
        ((FEE, dmn.decision("d", literal("the fee(1)"))), "text-arguments"),
        ((FEE, FEE, dmn.decision("d", literal("1"))), "id-twice"),
        ((dmn.decision("d", context(entry("a", ""))),), "box-empty"),
        ((dmn.decision("d", "<invocation/>"),), "function-unknown"),
        (
            (
                dmn.decision(
                    "d", context(entry("", ONE := literal("1")), entry("", ONE))
                ),
            ),
            "box-name",
        ),
        (
            (dmn.decision("d", context(entry("a", ONE), entry("a", ONE))),),
            "box-name",
        ),
        ((dmn.decision("d", context(entry("a", "<filter/>"))),), "logic"),
        ((dmn.decision("d", "<list><for/></list>"),), "logic"),
        (
            (FEE.replace("<encapsulatedLogic", "<encapsulatedLogic kind='Java'"),),
            "function-kind",
        ),
        (("<businessKnowledgeModel id='m' name='m'/>",), "box-empty"),
        (
            (dmn.decision("d", "<list>" * 20 + ONE + "</list>" * 20),),
            "box-depth",
        ),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(
    parts: tuple[str, ...], code: str
) -> None:
    assert code in refusals(*parts)


def test_calls_that_double_at_every_function_are_stopped() -> None:
    functions = [function("f0", "a", literal("a"))] + [
        function(f"f{n}", "a", literal(f"f{n - 1}(a) + f{n - 1}(a)"))
        for n in range(1, 40)
    ]
    with effort.bounded(), pytest.raises(DecisionError) as refused:
        decided(*functions, dmn.decision("d", literal("f39(1)")))
    assert refused.value.code == "decision-steps"


def test_a_long_chain_of_functions_is_no_crash() -> None:
    functions = [function("f0", "a", literal("a"))] + [
        function(f"f{n}", "a", literal(f"f{n - 1}(a)")) for n in range(1, 900)
    ]
    with pytest.raises(DecisionError) as refused:
        decided(*functions, dmn.decision("d", literal("f899(1)")))
    assert refused.value.code == "decision-too-deep"
