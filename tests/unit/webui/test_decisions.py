"""Decision tables on a page: every cell as written, the policy in words."""

import pytest

from engine.decisions.model import Aggregation, HitPolicy
from models_bpmn import decisions as files
from tests import dmn
from webui import decisions

TABLE = dmn.table(
    "UNIQUE",
    [("Tuổi", "number", ""), ("Hộ nghèo", "boolean", "")],
    [("Phí", "number", "")],
    [("< 18", "-", "0"), (">= 18", "", "if x then 1 else 2")],
)
CONTENT = dmn.file(
    dmn.given("Tuổi", "number"),
    dmn.given("Hộ nghèo", "boolean"),
    dmn.given("x", "boolean"),
    dmn.decision("Mức phí", TABLE, "i_Tuổi", "i_Hộ_nghèo", "i_x"),
    dmn.decision("Gấp đôi", dmn.literal("Mức phí * 2"), "Mức_phí"),
    dmn.decision("Ý kiến", ""),
)


def test_a_table_is_shown_row_by_row_as_it_was_written() -> None:
    table, text, given = decisions.shown([files.load("a.dmn", CONTENT).model])
    assert table.name == "Mức phí"
    assert table.policy == "Nhiều nhất một dòng đúng"
    assert (table.inputs, table.outputs) == (("Tuổi", "Hộ nghèo"), ("Phí",))
    assert table.rows == (
        ("< 18", "-", "0"),
        # An empty condition is no empty cell: it lets everything pass.
        (">= 18", "–", "if x then 1 else 2"),
    )
    assert (text.text, text.rows) == ("Mức phí * 2", ())
    assert (given.text, given.rows) == ("", ())


@pytest.mark.parametrize("policy", HitPolicy)
def test_every_policy_has_words_of_its_own(policy: HitPolicy) -> None:
    others = [decisions.policy(one, None) for one in HitPolicy if one is not policy]
    assert decisions.policy(policy, None) not in others


@pytest.mark.parametrize("aggregation", Aggregation)
def test_every_aggregation_has_words_of_its_own(aggregation: Aggregation) -> None:
    plain = decisions.policy(HitPolicy.COLLECT, None)
    assert decisions.policy(HitPolicy.COLLECT, aggregation) != plain


def test_boxes_stand_behind_their_names_and_functions_tell_their_parameters() -> None:
    row = f"<row>{dmn.literal('1')}</row>"
    relation = f"<relation><column name='a'/>{row}</relation>"
    entry = "<contextEntry><variable name='{}'/>{}</contextEntry>"
    context = (
        "<context>"
        + entry.format("rate", dmn.literal("1 + 1"))
        + entry.format("list", f"<list>{dmn.literal('2')}</list>")
        + "</context>"
    )
    function = (
        "<businessKnowledgeModel id='f' name='f'><encapsulatedLogic>"
        f"<formalParameter name='x'/>{dmn.literal('x')}</encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )
    binding = f"<binding><parameter name='x'/>{dmn.literal('3')}</binding>"
    call = f"<invocation>{dmn.literal('f')}{binding}</invocation>"
    content = dmn.file(
        *(dmn.decision("C", context), dmn.decision("R", relation)),
        *(dmn.decision("I", call), function),
    )
    found = decisions.shown([files.load("a.dmn", content).model])
    assert [(one.name, one.text or one.rows) for one in found] == [
        ("C › rate", "1 + 1"),
        ("C › list › 1", "2"),
        ("R", (("1",),)),
        ("I", "f(…)"),
        ("I › x", "3"),
        ("f(x)", "x"),
    ]
