"""The steps so far: told from sealed events, and from nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from engine.decisions import compiler, library
from engine.decisions import model as dmn
from engine.domain.events import EventType
from engine.domain.model import Flow, Model, Node, NodeKind, Scope, Work
from engine.domain.organisation import Agency, Organisation, Position
from engine.domain.working_time import Calendar
from engine.evidence import record
from engine.evidence.retrace import Step
from engine.forms import document
from engine.package import Package
from webui import timeline

NINE: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PERSON, PLACE, POSITION = UUID(int=1), UUID(int=2), UUID(int=3)
DAY: Final = ((time(7, 30), time(11, 30)), (time(13), time(17)))
FORM: Final = document.compile(
    {
        "type": "default",
        "components": [
            {"type": "textfield", "id": "a", "key": "ket_qua", "label": "Kết quả"},
            {"type": "filepicker", "id": "b", "key": "anh", "label": "Ảnh"},
        ],
    }
)
MODEL: Final = Model(
    id="p",
    name="Thủ tục",
    hash="",
    nodes={
        "tra": Node(
            id="tra",
            kind=NodeKind.USER_TASK,
            scope="p",
            name="Tra cứu sổ gốc",
            work=Work(form="tra"),
        )
    },
    flows={"f": Flow("f", "tra", "tra", "Có trong sổ")},
    scopes={"p": Scope(id="p", process=True)},
)
READER: Final = timeline.Reader(
    package=Package(model=MODEL, forms={"tra": FORM}, hash=""),
    organisation=Organisation(
        agencies={PLACE: Agency(id=PLACE, name="UBND phường")},
        positions={
            POSITION: Position(
                id=POSITION, agency=PLACE, name="Công chức", performers=frozenset()
            )
        },
    ),
    calendar=Calendar(
        name="thử",
        edition="1",
        week=(DAY,) * 5 + ((), ()),
        confirmed=(date.min, date.max),
    ),
)


def step(seq: int, at: datetime, kind: EventType, **more: Any) -> Step:
    values = more.pop("values", {})
    body = {"at": record.instant(at), "doer": {}, "facts": {}, **more}
    body.setdefault("commitments", dict.fromkeys(values, ""))
    return Step(seq=seq, at=at, type=kind, body=body, values=values)


def opened(due: datetime | None = None) -> Step:
    until = None if due is None else due.isoformat()
    effect = {
        "opened": [["tra", 1, "Chuyên viên", PLACE.hex, until]],
        "completed": ["start"],
        "taken": ["begin"],
    }
    return step(1, NINE, EventType.CASE_OPENED, effect=effect)


def done(at: datetime, **more: Any) -> Step:
    doer = {"account": PERSON.hex, "position": POSITION.hex, "agency": PLACE.hex}
    effect = {"completed": ["tra"], "taken": ["f"]}
    return step(
        2,
        at,
        EventType.TASK_COMPLETED,
        visit=["tra", 1],
        outcome="f",
        doer=doer,
        effect=effect,
        **more,
    )


def test_a_step_says_who_in_which_position_when_and_with_what_outcome() -> None:
    line = timeline.lines([opened(), done(NINE + timedelta(hours=1))], READER)[1]
    assert (line.name, line.outcome) == ("Tra cứu sổ gốc", "Có trong sổ")
    assert (line.account, line.position, line.agency) == (
        PERSON,
        "Công chức",
        "UBND phường",
    )


def test_the_time_spent_is_working_time() -> None:
    # From 09:00 to 14:00 with the midday break between 11:30 and 13:00.
    line = timeline.lines([opened(), done(NINE + timedelta(hours=5))], READER)[1]
    assert line.spent == 210


def test_work_after_its_due_instant_is_late_and_before_it_is_not() -> None:
    due = NINE + timedelta(hours=1)
    early = timeline.lines([opened(due), done(due)], READER)[1]
    late = timeline.lines([opened(due), done(due + timedelta(seconds=1))], READER)[1]
    assert (early.late, late.late) == (False, True)


def test_answers_have_labels_files_are_ids_and_decisions_are_not_told() -> None:
    values = {"ket_qua": "Có", "anh": ["ab" * 32], "keys:tra:1": "bí mật"}
    line = timeline.lines([opened(), done(NINE, values=values)], READER)[1]
    assert [(one.label, one.text, one.files) for one in line.answers] == [
        ("Kết quả", "Có", ()),
        ("Ảnh", "", ("ab" * 32,)),
    ]


def test_an_erased_answer_is_told_as_erased() -> None:
    event = done(NINE, commitments={"ket_qua": "c0ffee"})
    (answer,) = timeline.lines([opened(), event], READER)[1].answers
    assert (answer.label, answer.erased, answer.text) == ("Kết quả", True, "")


def test_a_message_tells_its_values_by_their_names() -> None:
    values = {"so_tien": 5, "danh_sach": ["a", "b"], "correlation:ma": "x"}
    event = step(
        2, NINE, EventType.MESSAGE_RECEIVED, facts={"name": "thue"}, values=values
    )
    line = timeline.lines([opened(), event], READER)[1]
    assert line.name == "thue"
    assert [(one.label, one.text) for one in line.answers] == [
        ("danh_sach", "a, b"),
        ("so_tien", "5"),
    ]


def test_marks_tell_done_present_and_taken_apart() -> None:
    steps = [opened(), done(NINE)]
    marks = timeline.marks(steps, ["ky", "ky"])
    assert marks.plain() == {
        "done": ["start", "tra"],
        "current": ["ky"],
        "taken": ["begin", "f"],
        "deviating": [],
    }
    # A step that is done and open again is present, not done.
    assert "tra" not in timeline.marks(steps, ["tra"]).done


TABLE: Final = dmn.Table(
    policy=dmn.HitPolicy.FIRST,
    aggregation=None,
    inputs=(),
    outputs=(dmn.Output(id="o", name=""),),
    rules=tuple(
        dmn.Rule(id=f"r{number}", inputs=(), outputs=("1",)) for number in (1, 2, 3)
    ),
)
DRAWN: Final = dmn.Model(
    id="m",
    name="",
    decisions=(dmn.Decision(id="d", name="Mức phí", variable="phi", logic=TABLE),),
)
RULED: Final = replace(
    READER,
    package=Package(
        model=replace(
            MODEL,
            nodes={
                **MODEL.nodes,
                "xet": Node(
                    id="xet",
                    kind=NodeKind.BUSINESS_RULE_TASK,
                    scope="p",
                    decision="d",
                ),
            },
        ),
        forms={"tra": FORM},
        decisions=library.Library([compiler.compile(DRAWN).program]),
        hash="",
    ),
)


def decided(values: dict[str, Any], element: str = "xet", **more: Any) -> timeline.Line:
    effect = {"opened": [], "decisions": [["answer", element, 1, None]]}
    fired = step(
        *(2, NINE, EventType.TIMER_FIRED),
        visit=["tra", 1],
        effect=effect,
        values=values,
        **more,
    )
    return timeline.lines([opened(), fired], RULED)[-1]


def test_a_line_tells_which_rows_of_a_table_decided() -> None:
    line = decided({"answer:xet:1": {"answer": 5, "rules": ["r3"]}})
    assert line.rules == (library.Matched("Mức phí", 3, "5"),)


def test_an_erased_answer_of_a_table_or_function_is_told_and_a_kept_one_is_not() -> (
    None
):
    line = decided({}, commitments={"answer:xet:1": "c0ffee"})
    (answer,) = line.answers
    assert (answer.erased, answer.text) == (True, "")
    assert answer.label == "xet"
    kept = {"answer:xet:1": {"answer": 5, "rules": ["r3"]}}
    assert decided(kept, commitments={"answer:xet:1": "c0ffee"}).answers == ()


def test_an_erased_answer_and_a_function_tell_no_rows() -> None:
    assert decided({}).rules == ()
    assert decided({"answer:xet:1": {"answer": 5}}).rules == ()
    assert (
        decided({"answer:gone:1": {"answer": 5, "rules": ["r1"]}}, "gone").rules == ()
    )
