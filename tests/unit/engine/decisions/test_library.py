"""The decisions of a package: found by name or id, their rules told as rows."""

import pytest

from engine.decisions import compiler, library, model
from engine.decisions.errors import DecisionError
from engine.decisions.library import Library, Matched

TABLE = model.Table(
    policy=model.HitPolicy.UNIQUE,
    aggregation=None,
    inputs=(model.Input(id="c", label="", expression="x", type="number"),),
    outputs=(model.Output(id="o", name="", type="number"),),
    rules=(
        model.Rule(id="young", inputs=("< 18",), outputs=("0",)),
        model.Rule(id="grown", inputs=(">= 18",), outputs=("50",)),
    ),
)


def made(name: str, logic: model.Table | model.Literal, *needs: str) -> model.Decision:
    return model.Decision(
        id=f"d_{name}", name=name, variable=name, logic=logic, requires=needs
    )


def library_of(*decisions: model.Decision) -> Library:
    drawn = model.Model(
        id="m",
        name="M",
        inputs=(model.InputData(id="i", name="x", type="number"),),
        decisions=decisions,
    )
    return library.Library([compiler.compile(drawn).program])


FEES = library_of(
    made("fee", TABLE, "i"), made("twice", model.Literal("fee * 2"), "d_fee")
)


@pytest.mark.parametrize("name", ["fee", "d_fee"])
def test_a_decision_is_found_by_name_and_by_id(name: str) -> None:
    ruled = FEES.decide(name, {"x": 20})
    assert (ruled.answer, ruled.rules) == (50, ("grown",))


def test_a_rule_is_told_as_the_row_of_its_table() -> None:
    assert FEES.matched("fee", "grown") == Matched("fee", 2)
    # The rule of a decision that was required belongs to the table where it stands.
    assert FEES.decide("twice", {"x": 3}).rules == ("young",)
    assert FEES.matched("twice", "young") == Matched("fee", 1)


def test_an_unknown_rule_or_decision_has_no_place() -> None:
    assert FEES.matched("fee", "nobody") is None
    assert FEES.matched("nothing", "young") is None


def test_an_unknown_decision_is_an_incident_that_names_the_known_ones() -> None:
    with pytest.raises(DecisionError, match="d_fee") as refused:
        FEES.decide("nothing", {})
    assert refused.value.code == "decision-decision-unknown"
    assert FEES.names() == {"fee", "d_fee", "twice", "d_twice"}


def test_of_two_files_the_first_wins() -> None:
    other = made("fee", model.Literal("1"))
    both = Library(
        [
            compiler.compile(model.Model(id="", name="", decisions=(one,))).program
            for one in (other, made("fee", model.Literal("2")))
        ]
    )
    assert both.decide("fee", {}).answer == 1
