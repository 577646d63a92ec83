"""Opinions and co-signatures leave as events of their own, and come back as such."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest

from engine.conformance import flow_compiler, foreign
from engine.domain.model import Model
from engine.evidence.exports import csv, rows, xes
from engine.evidence.exports.rows import Done, Exported, Head
from models_bpmn.histories import cases, mapping, reading
from models_bpmn.histories.mapping import Map
from tests import bpmn
from tests.integration.engine.beside import (
    WORK,
    ask,
    end_round,
    round_,
    say,
    sign,
    take_back,
)
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.scenes import scene

Write = Callable[[Sequence[Exported], Head], bytes]
HEAD: Final = Head(origin="quytrinh/x/2026", size=7, root="ab" * 32)
OPINION: Final = "Cho ý kiến: Thẩm tra"
SIGNED: Final = "Đồng ký: Thẩm tra"
PROCESS: Final = bpmn.diagram(
    "start s; task nhan 'Nhận'; task tham_tra 'Thẩm tra'; task ky 'Ký'; end e",
    "s > nhan > tham_tra > ky > e",
    identity="ben_canh",
    more=ext('<qt:procedure code="9.001"/>')
    + lanes(desk="nhan", examiner="tham_tra", leader="ky"),
)
STEPS: Final = ("s", "nhan", WORK, "ky")
ALIKE: Final = (
    *("cases", "events", "beside", "variants", "fitting", "cost", "rework"),
    *("handovers", "four_eyes", "unmapped", "unordered", "costs", "deviations"),
)


@scene
def case(office: Office) -> UUID:
    """A finished case with every kind of side work beside one step."""
    office.publish(ben_canh=PROCESS)
    made = office.open("9.001")

    def then(_: object) -> None:
        office.clock.move(minutes=7)

    then(office.complete("motcua", made, "nhan"))
    then(ask(office, made))
    then(say(office, made))
    then(ask(office, made))
    then(take_back(office, made, n=2))
    then(ask(office, made))
    then(round_(office, made))
    then(sign(office, made, "lanhdao", "~k4.1"))
    then(end_round(office, made, n=4))
    then(round_(office, made))
    then(sign(office, made, "xa", "~k5.2"))
    then(office.complete("thamtra", made, WORK))
    office.complete("lanhdao", made, "ky")
    assert office.case(made).closed_at is not None
    return made


def read(office: Office, case: UUID) -> tuple[Exported, Model]:
    """A case as it is exported, and its model."""
    with office.app.store.begin(office.tenant) as uow:
        row = uow.cases.get(case)
        version = uow.procedures.version(row.procedure_version)
        model = office.app.packages.published(version, uow.procedures).model
    exported = Exported(
        code=row.code,
        procedure="9.001",
        opened=row.opened_at,
        due=row.due_at,
        closed=row.closed_at,
        done=rows.steps(office.events(case), model),
    )
    return exported, model


def beside(exported: Exported) -> list[tuple[str, str]]:
    """Side work with what happened to it."""
    return [(one.element, one.transition.value) for one in exported.done if one.beside]


def direct(exported: Exported, model: Model, given: Map) -> foreign.Measures:
    """What the record says, without any file in between."""
    done = [one for one in exported.done if one.transition.value == "complete"]
    made = foreign.Case(id=exported.code, events=tuple(_event(one) for one in done))
    return foreign.measure([made], flow_compiler.net(model, STEPS), given.four_eyes)


def _event(one: Done) -> foreign.Event:
    return foreign.Event(
        label=one.name,
        at=foreign.Stamp(one.at),
        resource=one.account,
        elements=() if one.beside else (one.element,),
        ignored=bool(one.beside),
        beside=bool(one.beside),
    )


def imported(content: bytes, model: Model, given: Map) -> foreign.Measures:
    """What a file says."""
    table = reading.read(content)
    gathered = cases.gather(table, given)
    matching = mapping.match(gathered.labels, model, given)
    assert [*matching.unmapped, *table.problems, *gathered.problems] == []
    made = cases.cases(table, gathered, matching, given)
    return foreign.measure(made, flow_compiler.net(model, STEPS), given.four_eyes)


def test_what_is_asked_said_and_taken_back_are_events_of_their_own(
    office: Office, case: UUID
) -> None:
    exported, _ = read(office, case)
    assert beside(exported) == [
        ("~y1", "schedule"),
        ("~y1", "complete"),
        ("~y2", "schedule"),
        ("~y2", "withdraw"),
        ("~y3", "schedule"),
        *(("~k4.1", "schedule"), ("~k4.2", "schedule")),
        ("~k4.1", "complete"),
        ("~k4.2", "withdraw"),
        *(("~k5.1", "schedule"), ("~k5.2", "schedule")),
        ("~k5.2", "complete"),
        # What was still open ended with its step.
        ("~y3", "withdraw"),
        ("~k5.1", "withdraw"),
    ]
    said = {one.element: one for one in exported.done if one.beside}
    assert {one.beside for one in said.values()} == {WORK}
    assert (said["~y1"].name, said["~k5.2"].name) == (OPINION, SIGNED)
    assert said["~k5.2"].account == office.accounts["xa"].id.hex
    leaves = {one.leaf.hex(): one.seq for one in office.events(case)}
    assert all(leaves[one.leaf] == one.seq for one in exported.done)


@pytest.mark.parametrize("write", [xes.write, csv.write], ids=["xes", "csv"])
def test_they_come_back_and_change_no_verdict(
    office: Office, case: UUID, write: Write
) -> None:
    exported, model = read(office, case)
    pairs = ((SIGNED, "Ký"), (SIGNED, "Thẩm tra"), (OPINION, SIGNED))
    given = Map(four_eyes=pairs)
    before = direct(exported, model, given)
    after = imported(write([exported], HEAD), model, given)
    assert [getattr(after, one) for one in ALIKE] == [
        getattr(before, one) for one in ALIKE
    ]
    assert (after.fitting, after.cost, after.beside) == (1, 0, 3)
    # Who signs signs no other step of the pair; a hand beside a step is a hand.
    assert after.four_eyes == Counter(
        {(SIGNED, "Ký"): 1, (SIGNED, "Thẩm tra"): 0, (OPINION, SIGNED): 1}
    )


@pytest.mark.parametrize("write", [xes.write, csv.write], ids=["xes", "csv"])
def test_a_step_that_was_skipped_is_found_beside_side_work_as_well(
    office: Office, case: UUID, write: Write
) -> None:
    exported, model = read(office, case)
    whole = exported.done
    left_out = tuple(one for one in whole if one.element != WORK)
    content = write([replace(exported, done=left_out)], HEAD)
    found = imported(content, model, Map())
    assert (found.fitting, found.cost, found.beside) == (0, 1, 3)


def test_what_was_asked_and_said_in_words_never_leaves(
    office: Office, case: UUID
) -> None:
    exported, _ = read(office, case)
    for content in (xes.write([exported], HEAD), csv.write([exported], HEAD)):
        for word in ("vướng", "đồng ký kết quả", "Người xa", "dự thảo"):
            assert word.encode() not in content


def test_a_label_of_another_system_is_no_side_work_by_its_name_alone() -> None:
    content = (
        "case,activity,element,time\nH1,Cho ý kiến: Thẩm tra,~y1,2026-03-02T01:00:00Z\n"
    ).encode()
    gathered = cases.gather(reading.read(content), Map())
    assert gathered.labels == (OPINION,)
