"""Side work: what was asked beside a step, event after event."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.domain import side_work
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.side_work import Record, Stance, Told

AT = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
STEP = ("xet", 2)
WARD, TAX = "a" * 32, "b" * 32
AN, BINH, CHI = "1" * 32, "2" * 32, "3" * 32


def told(kind: EventType, seq: int, by: str = AN, **more: Any) -> Told:
    return Told(
        seq=seq,
        at=AT,
        type=kind,
        visit=more.pop("visit", STEP),
        doer=more.pop("doer", {"account": by}),
        closed=more.pop("closed", ()),
        facts=more,
    )


def opinion(n: int, seq: int) -> Told:
    return told(
        EventType.OPINION_ASKED,
        seq,
        n=n,
        element=STEP[0],
        occurrence=STEP[1],
        performer="Thuế",
        agency=TAX,
        due=None,
    )


def asked_round(n: int, seq: int, *, quorum: int = 2, veto: bool = False) -> Told:
    return told(
        EventType.COSIGN_ASKED,
        seq,
        n=n,
        element=STEP[0],
        occurrence=STEP[1],
        due=None,
        signers=[["Lãnh đạo", WARD], ["Thuế", TAX]],
        quorum=quorum,
        veto=veto,
        limit=[2, "working-day"],
    )


def signed(n: int, seq: int, i: int, by: str, stance: str = "agree") -> Told:
    row = (f"~k{n}.{i}", 1)
    kind = EventType.COSIGN_GIVEN
    return told(kind, seq, by, visit=row, n=n, signer=i, stance=stance)


def fold(*events: Told) -> Record:
    record = Record()
    for one in events:
        record = side_work.follow(record, one)
    return record


def test_rows_are_named_by_the_number_of_the_question() -> None:
    record = fold(opinion(1, 4), asked_round(2, 5))
    rows = [piece.element for one in record.asked for piece in one.pieces]
    assert rows == ["~y1", "~k2.1", "~k2.2"]
    assert all(map(side_work.is_side, rows))
    assert not side_work.is_side("_Task_1")
    assert record.asked[1].limit == TimeLimit(2, "working-day")


def test_an_opinion_holds_nothing_up() -> None:
    record = fold(opinion(1, 4))
    assert record.obstacle(STEP) is None
    assert [one.element for one in record.asked[0].open] == ["~y1"]


@pytest.mark.parametrize(
    ("quorum", "veto", "stances", "held"),
    [
        (2, False, (), True),
        (2, False, ("agree",), True),
        (2, False, ("agree", "agree"), False),
        (1, False, ("agree",), False),
        (1, False, ("disagree", "agree"), False),
        (1, True, ("agree", "disagree"), True),
        (1, True, ("agree",), False),
        (2, False, ("agree", "disagree"), True),
    ],
)
def test_quorum_and_veto(
    *, quorum: int, veto: bool, stances: tuple[str, ...], held: bool
) -> None:
    signing = [
        signed(1, 5 + i, i, by, stance)
        for i, (by, stance) in enumerate(
            zip((BINH, CHI), stances, strict=False), start=1
        )
    ]
    record = fold(asked_round(1, 4, quorum=quorum, veto=veto), *signing)
    assert (record.obstacle(STEP) is not None) is held


def test_a_round_beside_another_visit_holds_nothing_up() -> None:
    record = fold(asked_round(1, 4))
    assert record.obstacle((STEP[0], 1)) is None


def test_what_was_taken_back_holds_nothing_up_and_waits_for_nobody() -> None:
    back = told(EventType.COSIGN_WITHDRAWN, 6, n=1)
    record = fold(asked_round(1, 4), signed(1, 5, 1, BINH))
    assert side_work.closes(record, back) == ("~k1.2",)
    record = side_work.follow(record, back)
    assert record.obstacle(STEP) is None
    assert record.asked[0].open == ()
    assert record.asked[0].withdrawn == 6


def test_what_is_open_ends_with_its_step_and_with_no_other() -> None:
    record = fold(opinion(1, 4), asked_round(2, 5), signed(2, 6, 1, BINH))
    other = told(EventType.TASK_COMPLETED, 7, closed=(("xet", 1),))
    assert side_work.closes(record, other) == ()
    assert side_work.follow(record, other).left([STEP]) == ("~y1", "~k2.2")
    over = told(EventType.TASK_RETURNED, 8, closed=(STEP,))
    assert side_work.closes(record, over) == ("~y1", "~k2.2")
    record = side_work.follow(record, over)
    assert [one.over for one in record.asked] == [8, 8]
    assert record.left([STEP]) == ()


def test_hands_are_of_who_signed_and_for_whom() -> None:
    doer = {"account": BINH, "on_behalf_of": CHI}
    by_substitute = told(
        EventType.COSIGN_GIVEN,
        5,
        doer=doer,
        visit=("~k1.1", 1),
        n=1,
        signer=1,
        stance="disagree",
    )
    record = fold(asked_round(1, 4), by_substitute)
    assert record.signers("xet") == {BINH, CHI}
    assert record.signers(*STEP) == {BINH, CHI}
    assert record.signers("xet", 1) == frozenset()
    back = told(EventType.COSIGN_WITHDRAWN, 6, n=1)
    assert side_work.follow(record, back).signers(*STEP) == {BINH, CHI}


def test_who_gave_an_opinion_has_no_hand_in_the_step() -> None:
    given = told(EventType.OPINION_GIVEN, 5, BINH, visit=("~y1", 1), n=1, stance="none")
    record = fold(opinion(1, 4), given)
    assert record.signers("xet") == frozenset()
    assert record.asked[0].said["~y1"].stance is Stance.NONE
    assert record.asked[0].open == ()
