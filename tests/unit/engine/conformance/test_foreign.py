"""A foreign history is measured: order, people, time, and fit to a model."""

import random
from datetime import datetime, timedelta

import pytest

from engine.conformance import flow_compiler, foreign
from engine.conformance.foreign import Case, Event, Stamp
from engine.domain.iso8601 import VIETNAM
from engine.domain.model import Model
from tests import effort, models
from tests.models import build

SIMPLE = build("start > a > b > c > end")
BEGIN = datetime(2026, 3, 2, 8, tzinfo=VIETNAM)


def event(text: str) -> Event:
    """`a`, `a@30` (minutes after eight), `a@1d` (the next day, no hour), `a:An`."""
    text, _, resource = text.partition(":")
    label, _, at = text.partition("@")
    stamp = None
    if at.endswith("d"):
        stamp = Stamp(BEGIN.replace(hour=0) + timedelta(days=int(at[:-1])), dated=True)
    elif at:
        stamp = Stamp(BEGIN + timedelta(minutes=int(at)))
    elements = () if label in "xi" else (label,)
    return Event(
        label=label,
        at=stamp,
        resource=resource,
        elements=elements,
        ignored=label == "i",
    )


def case(text: str, identity: str = "1", **fields: object) -> Case:
    """A case of events."""
    events = tuple(event(one) for one in text.split())
    return Case(id=identity, events=events, **fields)  # type: ignore[arg-type]


def measured(model: Model, *texts: str) -> foreign.Measures:
    """Measure cases of these events."""
    cases = [case(text, str(number)) for number, text in enumerate(texts)]
    return foreign.measure(cases, flow_compiler.net(model), [("a", "b")])


def test_cases_events_variants_and_cost_are_counted() -> None:
    found = measured(SIMPLE, "a b c", "a b c", "a c", "a x b c i")
    assert (found.cases, found.events, found.variants) == (4, 13, 3)
    assert (found.fitting, found.cost, found.unmapped) == (2, 2, 1)
    assert found.costs == {"0": 0, "1": 0, "2": 1, "3": 1}
    assert {(one.kind, one.label) for one in found.deviations} == {
        ("missing", "b"),
        ("extra", "?x"),
    }


def test_what_happened_at_one_instant_fits_when_some_order_does() -> None:
    found = measured(SIMPLE, "b@0 a@0 c@5", "b@0 a@1 c@5", "c@0d b@0d a@0d")
    assert list(found.costs.values()) == [0, 2, 0]
    assert found.unordered == 2


def test_an_hour_that_is_missing_leaves_the_known_order_of_its_day() -> None:
    found = measured(SIMPLE, "c@0d a@0 b@1", "c@0d b@0 a@1", "c@0d a@0 b@1500")
    assert list(found.costs.values()) == [0, 2, 2]


def test_rework_handovers_and_four_eyes_are_counted() -> None:
    found = measured(
        SIMPLE, "a:An b:An c:Bình", "a:An b:Bình b:An a:Cúc a c:An", "a b c:An"
    )
    assert found.rework == 3
    assert found.handovers == 1 + 3
    assert found.four_eyes == {("a", "b"): 2}


def test_completion_on_the_day_it_is_due_is_on_time() -> None:
    due = Stamp(BEGIN.replace(hour=0), dated=True)
    cases = [
        case("a b c", "1", completed=Stamp(BEGIN), due={"due": due}),
        case(
            "a b c", "2", completed=Stamp(BEGIN + timedelta(days=1)), due={"due": due}
        ),
        case("a b c", "3", completed=None, due={"due": due}),
        case("a b c", "4", completed=Stamp(BEGIN), due={"due": None}),
    ]
    found = foreign.measure(cases, flow_compiler.net(SIMPLE))
    assert (dict(found.on_time), dict(found.late)) == ({"due": 1}, {"due": 1})


def test_a_label_may_stand_for_one_of_several_elements() -> None:
    def meant(*labels: str) -> foreign.Measures:
        elements = {"ab": ("a", "b"), "c": ("c",), "a": ("a",)}
        events = tuple(Event(label=one, elements=elements[one]) for one in labels)
        made = [Case(id="1", events=events)]
        return foreign.measure(made, flow_compiler.net(SIMPLE))

    assert [meant("ab", "ab", "c").cost, meant("a", "ab", "c").cost] == [0, 0]
    assert [meant("ab", "c").cost, meant("ab", "ab", "ab").cost] == [1, 2]


def test_what_is_not_computed_is_told_and_in_no_sum() -> None:
    model = build(
        "start > x",
        models.xor("x"),
        "x > f",
        "x > c > end2",
        models.both("f"),
        "f > x",
        "f > a > end",
    )
    found = measured(model, "a c", "a a")
    assert (found.fitting, found.cost, found.cases) == (1, 0, 2)
    assert list(found.not_computed.values()) == [1]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_case_of_a_log_of_1400_and_120_variants_is_aligned(seed: int) -> None:
    """27 activities in a loop around parallel, inclusive and exclusive blocks."""
    parts: list[models.Part] = ["start > m", models.xor("m"), "m > b0"]
    for one in range(6):
        kind = (models.both, models.some, models.xor)[one % 3]
        parts += [kind(f"s{one}"), kind(f"j{one}"), f"b{one} > s{one}"]
        parts += [f"s{one} > {name}{one} > j{one}" for name in "cdf"]
        parts.append(f"j{one} > b{one + 1}")
    parts += ["b6 > x", models.xor("x"), "x > m", "x > g > h > end"]
    model = build(*parts)
    chance = random.Random(seed)  # noqa: S311
    variants = []
    for _ in range(120):
        done = []
        for one in range(6):
            ways = chance.sample("cdf", (3, chance.randint(1, 3), 1)[one % 3])
            done += [f"b{one}", *(f"{name}{one}" for name in ways)]
        done += ["b6", "g", "h"]
        for _ in range(chance.randint(0, 3)):
            place = chance.randrange(len(done))
            done[place : place + 1] = chance.choice(([], ["x"], [done[place]] * 2))
        variants.append(" ".join(done))
    with effort.bounded():
        found = measured(model, *(variants[one % 120] for one in range(1_400)))
    assert not found.not_computed
    assert 0 < found.fitting < found.cases == 1_400
    assert len(model.nodes) > 27
