"""What work stands before the result of a case, as the drawing says."""

from dataclasses import replace

import pytest

from engine.domain import issuing
from engine.domain.issuing import Drawn
from engine.domain.model import Model, NodeKind
from tests.linked import Element, build, node


def step(name: str) -> Element:
    """What a person does."""
    return node(name, NodeKind.USER_TASK)


@pytest.fixture(name="model")
def fixture_model() -> Model:
    """Draft, sign (or back), enter into the register; hand over, keep the file."""
    inner = replace(
        node("hoan_tat", NodeKind.SUB_PROCESS, body="hoan_tat"),
        parts=(*map(step, ("tra", "luu")), "starthoan_tat > tra > luu"),
    )
    return build(
        *map(step, ("soan", "ky", "vao_so")),
        inner,
        node("hoi", NodeKind.EXCLUSIVE_GATEWAY),
        "start > soan > ky > hoi > soan\nhoi > vao_so > hoan_tat > end",
    )


@pytest.mark.parametrize(
    ("drawn", "open_", "expected"),
    [
        (Drawn(issuing=frozenset({"vao_so"})), "soan", True),
        (Drawn(issuing=frozenset({"vao_so"})), "ky", True),
        (Drawn(issuing=frozenset({"vao_so"})), "vao_so", True),
        (Drawn(issuing=frozenset({"vao_so"})), "tra", False),
        (Drawn(handing=frozenset({"tra"})), "vao_so", True),
        (Drawn(handing=frozenset({"tra"})), "tra", False),
        (Drawn(), "tra", True),
        (Drawn(), "luu", False),
    ],
)
def test_work_stands_before_the_result_when_it_leads_to_where_that_is_issued(
    model: Model,
    drawn: Drawn,
    open_: str,
    expected: bool,  # noqa: FBT001
) -> None:
    found = issuing.ahead(model, drawn, [open_], closed=False)
    assert found == ((open_,) if expected else ())


def test_of_several_steps_those_ahead_are_named(model: Model) -> None:
    drawn = Drawn(issuing=frozenset({"vao_so"}))
    assert issuing.ahead(model, drawn, ["tra", "ky"], closed=False) == ("ky",)


def test_a_case_that_waits_for_others_alone_is_not_decided(model: Model) -> None:
    asked = ["~y1", "~k1.1"]
    assert issuing.ahead(model, Drawn(), asked, closed=False) == (issuing.OUTSIDE,)


def test_nothing_stands_before_the_result_of_a_case_that_is_over(model: Model) -> None:
    assert issuing.ahead(model, Drawn(), [], closed=True) == ()
