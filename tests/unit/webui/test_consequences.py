"""What follows a step by itself, told before it is done."""

import pytest

from engine.domain.model import EventDefinition, EventKind, Model, NodeKind
from tests.models import Element, both, build, flow, node, task, xor
from webui import consequences


def follows(
    model: Model, element: str, outcome: str = "", *, alone: bool = True
) -> consequences.Consequences:
    return consequences.of(model, model.nodes[element], outcome, alone=alone)


def letter(identity: str, partner: str = "") -> Element:
    """A step that sends a message."""
    event = EventDefinition(kind=EventKind.MESSAGE, name="m", partner=partner)
    return node(identity, NodeKind.THROW_EVENT, name="Gửi phiếu", event=event)


REVIEW = build(
    "start > a > x",
    task("a", "x-b", "x-end"),
    xor("x", by_outcome=True),
    flow("x", "b", "Đạt"),
    flow("x", "end", "Từ chối"),
    "b > end2",
)


def test_the_outcome_that_ends_the_case_is_told_and_the_other_one_is_not() -> None:
    assert follows(REVIEW, "a", "x-end").sentences() == [
        "Sau bước này hồ sơ kết thúc. Không ai xử lý tiếp và hồ sơ không mở lại được."
    ]
    assert not follows(REVIEW, "a", "x-b")


def test_the_last_step_ends_the_case() -> None:
    assert follows(REVIEW, "b").surely


def test_what_is_open_beside_it_makes_the_end_uncertain() -> None:
    beside = follows(REVIEW, "b", alone=False)
    assert beside
    assert not beside.surely
    assert "có thể kết thúc" in beside.sentences()[0]


def test_a_split_that_conditions_decide_makes_the_end_uncertain() -> None:
    model = build(
        "start > a > x",
        xor("x", default="x-b"),
        flow("x", "end", condition="n > 1"),
        "x > b > end2",
    )
    told = follows(model, "a")
    assert told.ends
    assert not told.surely


def test_work_that_follows_hides_what_comes_after_it() -> None:
    assert not follows(build("start > a > b > end"), "a")


def test_a_letter_to_a_partner_is_told_by_name() -> None:
    model = build("start > a > m > b > end", letter("m", "Chi cục Thuế"))
    (said,) = follows(model, "a").sentences()
    assert said == ("Gửi tới Chi cục Thuế: “Gửi phiếu”. Đã gửi thì không thu lại được.")


def test_a_letter_after_the_next_step_is_not_told_yet() -> None:
    model = build("start > a > b > m > end", letter("m"))
    assert not follows(model, "a")
    assert follows(model, "b").letters == (("Gửi phiếu", ""),)


@pytest.mark.parametrize("element", ["a", "b"])
def test_a_branch_of_several_does_not_surely_end_the_case(element: str) -> None:
    model = build("start > f > a > g > end", both("f"), both("g"), "f > b > g")
    told = follows(model, element)
    assert told
    assert not told.surely


def test_a_loop_without_work_comes_to_an_end_of_the_search() -> None:
    model = build(
        "start > a > x > y > x", xor("x"), xor("y"), flow("x", "end", condition="n")
    )
    assert follows(model, "a").ends
