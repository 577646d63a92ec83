"""Foreign histories are explained by a model at the lowest cost there is."""

import itertools

import pytest

from engine.conformance import alignment, flow_compiler
from engine.conformance.alignment import Aligner, Alignment, Move
from engine.conformance.flows import NotComputedError
from engine.domain.model import Model
from tests import models
from tests.models import build, flow

SIMPLE = build("start > a > x", models.xor("x"), "x > b > end", flow("x", "end2"))
REWORK = build(
    "start > m",
    models.xor("m"),
    "m > a > fork",
    models.both("fork"),
    "fork > b > join",
    "fork > c > join",
    models.both("join"),
    "join > x",
    models.xor("x"),
    flow("x", "m", "again"),
    "x > d > end",
)
SOME = build(
    "start > fork",
    models.some("fork"),
    "fork > a > join",
    "fork > b > join",
    "fork > c > join",
    models.some("join"),
    "join > d > end",
)


def aligned(model: Model, *history: str) -> Alignment:
    """Align a history; `a|b` are tied."""
    groups = [tuple(sorted((one,) for one in group.split("|"))) for group in history]
    return Aligner(flow_compiler.net(model)).align(groups)


def cost(model: Model, text: str) -> int:
    return aligned(model, *text.split()).cost


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (SIMPLE, "a b"),
        (SIMPLE, "a"),
        (REWORK, "a b c d"),
        (REWORK, "a c b d"),
        (REWORK, "a b c a c b a b c d"),
        (SOME, "a d"),
        (SOME, "b a d"),
        (SOME, "c a b d"),
    ],
)
def test_what_the_model_allows_costs_nothing(model: Model, text: str) -> None:
    assert cost(model, text) == 0


@pytest.mark.parametrize(
    ("model", "text", "wanted"),
    [
        (SIMPLE, "b", 1),
        (SIMPLE, "", 1),
        (SIMPLE, "b a", 1),
        (SIMPLE, "a a b", 1),
        (SIMPLE, "a z b", 1),
        (REWORK, "a b d", 1),
        (REWORK, "a b c", 1),
        (REWORK, "a d b c", 2),
        (REWORK, "a b c a b d", 1),
        (REWORK, "d", 3),
        (SOME, "d a", 2),
        (SOME, "a b", 1),
        (SOME, "a d d", 1),
    ],
)
def test_each_deviation_costs_one_and_the_cheapest_are_found(
    model: Model, text: str, wanted: int
) -> None:
    assert cost(model, text) == wanted


def test_the_moves_tell_what_is_extra_and_what_is_missing() -> None:
    found = aligned(REWORK, "a", "b", "z", "d")
    assert found.cost == 2
    assert Move("extra", "z") in found.moves
    assert Move("missing", "c") in found.moves
    assert [one.label for one in found.moves if one.kind != "missing"] == list("abzd")


@pytest.mark.parametrize(
    ("model", "text", "wanted"),
    [
        (SIMPLE, "", 0),
        (SIMPLE, "b", 1),
        (SIMPLE, "a z", 1),
        (REWORK, "a b", 0),
        (REWORK, "a c b a", 0),
        (REWORK, "a d", 1),
        (REWORK, "d", 1),
        (SOME, "b a", 0),
        (SOME, "d", 1),
        (SOME, "a d d", 1),
    ],
)
def test_of_a_case_that_goes_on_nothing_that_may_still_come_is_missing(
    model: Model, text: str, wanted: int
) -> None:
    aligner = Aligner(flow_compiler.net(model))
    groups = [((one,),) for one in text.split()]
    found = aligner.align(groups, whole=False)
    assert found.cost == wanted
    # As a whole it never costs less, and asking one way does not spoil the other.
    assert aligner.align(groups).cost >= wanted
    assert aligner.align(groups, whole=False) == found


def test_of_what_is_tied_some_order_must_fit() -> None:
    assert aligned(REWORK, "a", "d|b|c").cost == 0
    assert aligned(REWORK, "a|b|c|d").cost == 0
    assert aligned(REWORK, "d", "a|b|c").cost == 2
    assert aligned(SIMPLE, "a|a").cost == 1


def test_of_chains_side_by_side_each_keeps_its_order() -> None:
    aligner = Aligner(flow_compiler.net(REWORK))
    assert aligner.align([(("a", "b", "d"), ("c",))]).cost == 0
    assert aligner.align([(("b", "a", "d"), ("c",))]).cost > 0


def test_too_many_ties_are_told_and_not_guessed() -> None:
    with pytest.raises(NotComputedError):
        aligned(SIMPLE, "|".join("a" * 15))


BODY = build(
    "start > s > d > end",
    models.sub("s", "start2 > a > b > end2"),
    models.on("s", "late", models.timer("PT1H")),
    "late > c > end3",
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a b d", 0), ("a c", 0), ("c", 0), ("a b c", 0), ("a c b", 1), ("c d", 1)],
)
def test_an_interrupting_event_ends_what_is_inside(text: str, wanted: int) -> None:
    assert cost(BODY, text) == wanted


def test_a_scope_ends_only_when_everything_in_it_has_ended() -> None:
    inner = models.sub(
        "s", "start2 > f", models.both("f"), "f > a > end1", "f > b > end2"
    )
    model = build("start > s > d > end", inner)
    assert cost(model, "a b d") == cost(model, "b a d") == 0
    assert cost(model, "a d b") > 0
    assert cost(model, "a d") == 1


def test_an_activity_of_many_instances_may_be_seen_any_number_of_times() -> None:
    task = models.task("a", multi_instance=models.times("n"))
    model = build("start > a > b > end", task)
    assert [cost(model, text) for text in ("b", "a b", "a a a b")] == [0, 0, 0]
    assert cost(model, "a b a") == 1


def test_a_terminate_end_event_ends_the_rest() -> None:
    model = build(
        "start > f",
        models.both("f"),
        "f > a > stop",
        models.end("stop", models.terminate()),
        "f > b > c > end",
    )
    assert [cost(model, text) for text in ("a", "b a", "b c a", "b c")] == [0, 0, 0, 1]


def test_a_model_with_too_many_ways_is_told_and_not_guessed() -> None:
    ways = [f"x > t{number} > e{number}" for number in range(9)]
    with pytest.raises(NotComputedError, match="ways out"):
        flow_compiler.net(build("start > x", models.some("x"), *ways))


def cheapest(text: str, words: list[str]) -> int:
    """By brute force: the nearest of all short words that cost nothing."""
    return min(_distance(text.split(), word.split()) for word in words)


def _distance(one: list[str], other: list[str]) -> int:
    row = list(range(len(other) + 1))
    for index, left in enumerate(one, start=1):
        before, row[0] = row[0], index
        for number, right in enumerate(other, start=1):
            same = before if left == right else len(one) + len(other)
            before, row[number] = (
                row[number],
                min(same, row[number] + 1, row[number - 1] + 1),
            )
    return row[-1]


@pytest.mark.parametrize("model", [SIMPLE, REWORK, SOME, BODY])
def test_no_other_explanation_is_cheaper(model: Model) -> None:
    aligner = Aligner(flow_compiler.net(model))
    labels = sorted(flow_compiler.net(model).labels)
    words = [
        " ".join(word)
        for size in range(6)
        for word in itertools.product(labels, repeat=size)
        if aligner.align([((one,),) for one in word]).cost == 0
    ]
    for size in range(4):
        for word in itertools.product(labels, repeat=size):
            found = aligner.align([((one,),) for one in word]).cost
            assert found == cheapest(" ".join(word), words)


def test_a_whole_log_is_summed_by_variant() -> None:
    one = aligned(SIMPLE, "b")
    two = aligned(SIMPLE, "a", "z")
    cost_, counted = alignment.total([(one, 3), (two, 2)])
    assert cost_ == 5
    assert counted == {Move("missing", "a"): 3, Move("extra", "z"): 2}
