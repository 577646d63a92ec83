"""What leaves as CSV or XES and comes back is judged as the record itself is."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from engine.conformance import flow_compiler, foreign
from engine.evidence.exports import csv, xes
from engine.evidence.exports.rows import Done, Exported, Head
from models_bpmn.histories import cases, mapping, reading
from models_bpmn.histories.mapping import Map
from tests import models
from tests.models import build

AT: Final = datetime(2026, 3, 2, 1, 2, 3, 456, tzinfo=UTC)
HEAD: Final = Head(origin="quytrinh/x/2026", size=7, root="ab" * 32)
NAMES: Final = {
    "nhan": "Nhận, kiểm tra",
    "xet": "Xét",
    "ky": "Ký “duyệt”",
    "tra": "Trả",
}
MODEL: Final = build(
    "start > nhan > xet > chia",
    "chia > ky > tra > end",
    "chia > nhan",
    models.xor("chia", default="chia_nhan"),
    *(models.task(one, name=name) for one, name in NAMES.items()),
)
PAIR: Final = ((NAMES["xet"], NAMES["ky"]),)
#: Orders of work: the first three fit, the others deviate.
ORDERS: Final = (
    ("nhan", "xet", "ky", "tra"),
    ("nhan", "xet", "nhan", "xet", "ky", "tra"),
    ("nhan", "xet", "nhan", "xet", "nhan", "xet", "ky", "tra"),
    ("nhan", "ky", "tra"),
    ("xet", "nhan", "ky", "tra"),
    ("nhan", "nhan", "xet", "ky", "ky", "tra"),
    ("tra",),
    ("nhan", "xet"),
    (),
)
#: Cases that are not finished, beside the one without any step.
OPEN: Final = frozenset({6, 7, 9, 15, 21})
WRITERS: Final = {
    "xes": (xes.write, "case:quytrinh:due", "case:quytrinh:closed"),
    "csv": (csv.write, "due", "completed"),
    "csv with mark": (lambda some, head: csv.write(some, head, bom=True), "due", ""),
    "xes without map": (xes.write, "", ""),
    "csv without map": (csv.write, "", ""),
}


def lived() -> Iterator[Exported]:
    """Cases in every order, by people who change, on time and late."""
    chance = random.Random(5)  # noqa: S311 - a repeatable choice
    orders = [*ORDERS, *(_shuffled(chance) for _ in range(40))]
    for number, order in enumerate(orders):
        at, done = AT + timedelta(days=number), []
        for seq, element in enumerate(order, start=2):
            # Some follow at the same instant, as what a machine did.
            at += timedelta(minutes=chance.choice((0, 1, 90, 4_000)))
            who = f"{chance.randrange(3):02}"
            name = NAMES[element]
            done.append(Done(element=element, name=name, at=at, account=who, seq=seq))
        due = AT + timedelta(days=number + 2)
        yield Exported(
            code=f"H{number}",
            procedure="1.001",
            opened=AT,
            due=due if number % 4 else None,
            closed=at if order and number not in OPEN else None,
            done=tuple(done),
        )


def _shuffled(chance: random.Random) -> tuple[str, ...]:
    order = [chance.choice([*NAMES]) for _ in range(chance.randrange(1, 7))]
    return tuple(order)


def direct(exported: Sequence[Exported]) -> foreign.Measures:
    """What the record says, without any file in between."""
    made = [
        foreign.Case(
            id=one.code,
            events=tuple(
                foreign.Event(
                    label=each.name,
                    at=foreign.Stamp(each.at),
                    resource=each.account,
                    elements=(each.element,),
                )
                for each in one.done
            ),
            completed=foreign.Stamp(one.closed) if one.closed else None,
            unfinished=one.closed is None,
            due={"due": foreign.Stamp(one.due) if one.due else None},
        )
        for one in exported
    ]
    return foreign.measure(made, flow_compiler.net(MODEL, NAMES), PAIR)


def imported(content: bytes, due: str, completed: str) -> foreign.Measures:
    """What a file says."""
    table = reading.read(content)
    columns = {"completed": completed} if completed else {}
    said = Map(due=(due,) if due else (), columns=columns, four_eyes=PAIR)
    given = mapping.recognised(table, said)
    gathered = cases.gather(table, given)
    matching = mapping.match(gathered.labels, MODEL, given)
    assert [*matching.unmapped, *table.problems, *gathered.problems] == []
    made = cases.cases(table, gathered, matching, given)
    return foreign.measure(made, flow_compiler.net(MODEL, NAMES), PAIR)


@pytest.mark.parametrize(("write", "due", "completed"), WRITERS.values(), ids=WRITERS)
def test_cases_that_deviate_are_judged_after_the_way_back_as_before(
    write: Callable[[Sequence[Exported], Head], bytes], due: str, completed: str
) -> None:
    # A case without any step has no line in CSV.
    exported = [one for one in lived() if one.done or write is xes.write]
    before = direct(exported)
    after = imported(write(exported, HEAD), due, completed)
    due = due or next(iter(after.on_time))
    assert before.unfinished == len(OPEN) + (write is xes.write)
    assert 0 < before.fitting < before.cases
    assert before.cost > 20
    assert before.deviations
    assert before.rework > 0
    assert before.unordered > 0
    assert set(before.costs) == {one.code for one in exported}
    assert after.on_time[due] == before.on_time["due"] > 0
    assert after.late[due] == before.late["due"] > 0
    named = replace(after, on_time=before.on_time, late=before.late)
    assert named == before


@pytest.mark.parametrize(
    ("write", "element"),
    [(xes.write, "quytrinh:element"), (csv.write, "element")],
    ids=["xes", "csv"],
)
def test_steps_of_one_name_are_told_apart_by_their_element(
    write: Callable[[Sequence[Exported], Head], bytes], element: str
) -> None:
    model = build(
        "start > a > b > end", *(models.task(one, name="Ký") for one in ("a", "b"))
    )

    def case(number: int, *order: str) -> Exported:
        done = (
            Done(element=one, name="Ký", at=AT + timedelta(hours=hour))
            for hour, one in enumerate(order)
        )
        return Exported(
            code=f"H{number}",
            procedure="P",
            opened=AT,
            due=None,
            closed=None,
            done=tuple(done),
        )

    content = write([case(1, "a", "b"), case(2, "b", "a"), case(3, "b", "b")], HEAD)
    given = Map(columns={"activity": element})
    table = reading.read(content)
    gathered = cases.gather(table, given)
    matching = mapping.match(gathered.labels, model, given)
    made = cases.cases(table, gathered, matching, given)
    found = foreign.measure(made, flow_compiler.net(model, ("a", "b")))
    assert found.costs == {"H1": 0, "H2": 2, "H3": 2}


@pytest.mark.parametrize("write", [xes.write, csv.write], ids=["xes", "csv"])
def test_open_cases_of_ours_are_judged_by_what_they_show_so_far(
    write: Callable[[Sequence[Exported], Head], bytes],
) -> None:
    # None of them is closed: in XES no case has the attribute at all.
    exported = [
        replace(one, closed=None) for one in lived() if one.code in {"H6", "H7"}
    ]
    found = imported(write(exported, HEAD), "", "")
    assert (found.cases, found.unfinished) == (2, 2)
    # What is done fits as far as it goes; “Trả” alone lacks what comes before it.
    assert sorted(found.costs.values()) == [0, 1]
    assert found.deviations.total() == 1
