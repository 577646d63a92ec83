"""What the drawing records of a dossier: the result by a form, the ending by an end."""

import json
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.return_task import ReturnTask
from engine.domain.dossier_record import Dossier, Ending
from engine.domain.portal import PortalState
from engine.errors import AnswersInvalidError
from engine.evidence import record
from engine.forms.answers import FieldError
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, wrong

FILE: Final = "ab" * 32


def field(kind: str, key: str, fact: str = "", **more: Any) -> dict[str, Any]:
    """A component of a form."""
    label = "dateLabel" if kind == "datetime" else "label"
    made = {"type": kind, "id": key, "key": key, label: key, **more}
    return made | ({"properties": {"qt:fact": fact}} if fact else {})


FORM: Final = json.dumps(
    {
        "type": "default",
        "components": [
            field("textfield", "so", "result.number"),
            field("datetime", "ngay", "result.date"),
            field(
                "select",
                "loai",
                "result.kind",
                values=[{"label": "Giấy phép", "value": "gp"}],
            ),
            field("filepicker", "tep", "result.file"),
            field("checkbox", "dien_tu", "result.electronic"),
            field("textfield", "ma", "result.code"),
            field(
                "radio",
                "cach",
                "returned.how",
                values=[{"label": "Bưu chính", "value": "post"}],
            ),
            field("textfield", "ghi_chu"),
        ],
    }
).encode()
FORMED: Final = ext('<qt:work form="ket-qua"/>')
DECIDE: Final = (
    "s > tham > x >cap 'Cấp phép'> banhanh > e\n"
    "x >tc 'Từ chối'> tuchoi > kt\nx >dung 'Dừng'> dungbuoc > e2\n"
    "x >goi 'Hỏi'> c > e3\nhan > qh"
).replace("'", '"')
STEPS: Final = (
    "start s; task tham 'Thẩm định'; xor x 'Đủ điều kiện?'; "
    f"task banhanh 'Ban hành' {FORMED}; end e 'Xong'; "
    "task tuchoi 'Trả lời'; end kt 'Từ chối' qt:ending='refused'; "
    "task dungbuoc 'Dừng giải quyết' qt:ending='stopped'; end e2; "
    f"boundary han attachedToRef='tham' {bpmn.timer('P30D')}; "
    "end qh 'Quá hạn' qt:ending='stopped'; call c calledElement='hoi'; end e3"
)
CALLED: Final = bpmn.process(
    f"start hs; task hoi_y 'Hỏi ý kiến' {FORMED}; "
    "end he 'Không đồng ý' qt:ending='refused'",
    "hs > hoi_y > he",
    identity="hoi",
    more=lanes(examiner="hoi_y"),
)
PROCESS: Final = bpmn.definitions(
    bpmn.process(
        STEPS,
        DECIDE,
        identity="cap_phep",
        name="Cấp phép",
        more=ext('<qt:procedure code="4.001"/>')
        + lanes(examiner="tham tuchoi dungbuoc c", desk="banhanh"),
    ),
    CALLED,
)
FILES: Final = {"process.bpmn": PROCESS, "forms/ket-qua.form": FORM}
ANSWERS: Final[dict[str, Any]] = {
    "so": "12/GP",
    "ngay": "2026-11-20",
    "loai": "gp",
    "tep": [FILE],
    "dien_tu": True,
    "ma": "KQ-77",
}


@scene
def case(office: Office) -> UUID:
    """A case that waits for its first step."""
    office.publish_files(FILES)
    return office.open("4.001")


def told(office: Office, case: UUID) -> Dossier:
    with office.app.store.read(office.tenant) as uow:
        found = uow.dossiers.get(case)
    assert found is not None
    assert office.case(case).portal == found.state.value
    return found.dossier


def facts(office: Office, case: UUID) -> list[dict[str, Any]]:
    """What each event says of result and ending."""
    bodies: list[Any] = [record.parse(one.body) for one in office.events(case)]
    return [
        {name: one["facts"][name] for name in ("result", "ending") if name in facts}
        for one in bodies
        if (facts := one["facts"]) is not None
    ]


def granted(office: Office, case: UUID, **more: Any) -> None:
    office.complete("thamtra", case, "tham", outcome="Cấp phép")
    office.complete("motcua", case, "banhanh", {**ANSWERS, **more})


def sound(office: Office, case: UUID) -> None:
    """The record conforms, and a rebuild finds what stands there."""
    before = told(office, case)
    assert wrong(judged(office, case)) == []
    assert office.verify(case) == []
    assert office.rebuild(case) == []
    assert told(office, case) == before


def test_a_step_that_hands_the_result_over_says_so(office: Office, case: UUID) -> None:
    granted(office, case, cach="post")
    found = told(office, case)
    assert found.returned_at == found.ended_at
    assert office.case(case).portal == PortalState.RETURNED.value
    sound(office, case)


def test_a_result_that_was_not_handed_over_waits_for_it(
    office: Office, case: UUID
) -> None:
    granted(office, case)
    assert told(office, case).returned_at is None


def test_completing_a_step_records_the_result_that_was_answered(
    office: Office, case: UUID
) -> None:
    granted(office, case, ghi_chu="Đã báo tin")
    found = told(office, case)
    assert found.result is not None
    assert (found.result.number, found.result.date) == ("12/GP", "2026-11-20")
    # A choice goes into registers as people read it.
    assert (found.result.kind, found.result.code) == ("Giấy phép", "KQ-77")
    assert (found.result.file, found.result.electronic) == (FILE, True)
    assert found.ending is Ending.DONE
    assert PortalState(office.case(case).portal) is PortalState.DONE
    assert facts(office, case)[-1] == {
        "result": {
            "number": "12/GP",
            "date": "2026-11-20",
            "kind": "Giấy phép",
            "file": FILE,
            "electronic": True,
            "code": "KQ-77",
        }
    }
    sound(office, case)


def test_without_number_and_date_no_result_is_recorded(
    office: Office, case: UUID
) -> None:
    granted(office, case, so="", ngay="")
    assert told(office, case).result is None
    assert facts(office, case)[-1] == {}
    sound(office, case)


@pytest.mark.parametrize(
    ("answers", "key", "code"),
    [
        ({"so": "12/GP", "ngay": ""}, "ngay", "required"),
        ({"so": "", "ngay": "2026-11-20"}, "so", "required"),
        ({"ngay": "2026-11-21"}, "ngay", "future-day"),
        ({"so": "1" * 201}, "so", "too-long"),
        ({"tep": ["khong-phai-ma"]}, "tep", "malformed"),
    ],
)
def test_half_a_result_or_one_of_tomorrow_is_refused(
    office: Office, case: UUID, answers: dict[str, Any], key: str, code: str
) -> None:
    office.complete("thamtra", case, "tham", outcome="Cấp phép")
    before = office.digest()
    with pytest.raises(AnswersInvalidError) as refusal:
        office.complete("motcua", case, "banhanh", {**ANSWERS, **answers})
    (wrong_,) = refusal.value.fields
    assert isinstance(wrong_, FieldError)
    assert (wrong_.key, wrong_.code) == (key, code)
    assert wrong_.message
    assert office.digest() == before


def test_a_refusal_that_is_drawn_ends_the_dossier_as_refused(
    office: Office, case: UUID
) -> None:
    office.complete("thamtra", case, "tham", outcome="Từ chối")
    assert told(office, case).said is None
    office.complete("thamtra", case, "tuchoi")
    found = told(office, case)
    assert (found.ending, found.result) == (Ending.REFUSED, None)
    assert facts(office, case)[-1] == {"ending": "refused"}
    sound(office, case)


def test_a_timer_that_reaches_an_end_records_how_it_ends(
    office: Office, case: UUID
) -> None:
    office.clock.move(days=31)
    office.wake(case)
    assert told(office, case).ending is Ending.STOPPED
    assert PortalState(office.case(case).portal) is PortalState.STOPPED
    assert facts(office, case)[-1] == {"ending": "stopped"}
    sound(office, case)


def test_a_step_that_says_the_ending_counts_at_a_plain_end(
    office: Office, case: UUID
) -> None:
    office.complete("thamtra", case, "tham", outcome="Dừng")
    office.complete("thamtra", case, "dungbuoc")
    assert told(office, case).ending is Ending.STOPPED
    sound(office, case)


def test_what_a_called_procedure_says_is_not_said_of_the_caller(
    office: Office, case: UUID
) -> None:
    office.complete("thamtra", case, "tham", outcome="Hỏi")
    office.complete("thamtra", case, "hoi_y", ANSWERS)
    found = told(office, case)
    assert (found.ending, found.result) == (Ending.DONE, None)
    assert facts(office, case)[-1] == {}
    sound(office, case)


def test_a_person_who_sends_the_case_back_takes_the_ending_back(
    office: Office,
) -> None:
    drawn = bpmn.diagram(
        "start s; task a 'Thẩm định'; task b 'Soạn từ chối' qt:ending='refused'; "
        "task c 'Ký'; end e",
        "s > a > b > c > e",
        more=ext('<qt:procedure code="4.002"/>') + lanes(examiner="a b", desk="c"),
    )
    office.publish(thu_tuc=drawn)
    case = office.open("4.002")
    office.complete("thamtra", case, "a")
    office.complete("thamtra", case, "b")
    assert told(office, case).said is Ending.REFUSED
    back = ReturnTask(
        case=case, element="c", occurrence=1, target="b", reason="xem lại"
    )
    office.do("motcua", back)
    assert told(office, case).said is None
    assert office.rebuild(case) == []


# What somebody with rights on the database plants, every hash right again.


def put(name: str, value: Any) -> forging.Change:
    def change(body: forging.Body, _: dict[str, Any]) -> None:
        body["facts"][name] = value

    return change


def without(name: str) -> forging.Change:
    def change(body: forging.Body, _: dict[str, Any]) -> None:
        del body["facts"][name]

    return change


def other_number(body: forging.Body, _: dict[str, Any]) -> None:
    body["facts"]["result"]["number"] = "99/GP"


def other_answer(_: forging.Body, values: dict[str, Any]) -> None:
    values["so"] = "99/GP"


@pytest.mark.parametrize(
    ("seq", "change", "code"),
    [
        (3, other_number, "other-result"),
        (3, other_answer, "other-result"),
        (3, without("result"), "other-result"),
        (2, put("result", {"number": "1", "date": "2026-11-20"}), "other-result"),
        (3, put("returned", {"how": "direct"}), "other-return"),
        (3, put("ending", "refused"), "other-ending"),
        (2, put("ending", "withdrawn"), "other-ending"),
    ],
)
def test_a_forged_fact_fails(
    office: Office, case: UUID, seq: int, change: forging.Change, code: str
) -> None:
    granted(office, case)
    assert wrong(judged(office, case)) == []
    forged = forging.forge(office.events(case), seq, change)
    assert (seq, "data", code) in wrong(judged(office, case, forged))


def test_a_refusal_that_was_struck_out_fails(office: Office, case: UUID) -> None:
    office.complete("thamtra", case, "tham", outcome="Từ chối")
    office.complete("thamtra", case, "tuchoi")
    forged = forging.forge(office.events(case), 3, without("ending"))
    assert wrong(judged(office, case, forged)) == [(3, "data", "other-ending")]


def test_steps_that_record_facts_are_judged_by_their_answers_each_time(
    office: Office, case: UUID
) -> None:
    """A case without a result teaches nothing about one whose result was taken out."""
    granted(office, case, so="", ngay="")
    other = office.open("4.001")
    granted(office, other)
    assert wrong(judged(office, case)) == []
    forged = forging.forge(office.events(other), 3, without("result"))
    assert wrong(judged(office, other, forged)) == [(3, "data", "other-result")]
