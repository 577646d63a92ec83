"""Values that people and partners bring: what they must not change or give away."""

import json
from uuid import UUID

import pytest

from engine.commands.change_organisation import CreatePosition, HoldPosition
from engine.commands.open_case import OpenCase
from engine.domain.case import Agencies
from engine.domain.organisation import Holder, Position
from engine.domain.run import Status
from engine.errors import AnswersInvalidError, NotAllowedError
from engine.forms.answers import FieldError
from tests import bpmn
from tests.integration.engine.office import Office, ext, lanes

NAME = "Nguyễn Thị Đượm"


def form(*components: dict[str, object]) -> bytes:
    """A form document."""
    named = [{"id": one["key"], **one} for one in components]
    return json.dumps(
        {"type": "default", "schemaVersion": 18, "components": named}
    ).encode()


def named(refusal: AnswersInvalidError) -> list[str]:
    """The keys of the wrong answers."""
    return [one.key for one in refusal.fields if isinstance(one, FieldError)]


def test_an_incident_does_not_tell_the_value_that_caused_it(office: Office) -> None:
    # A timer reads what somebody typed; the incident is sealed and never erased.
    timer = bpmn.timer("ten", "timeDate")
    office.publish(
        hen=bpmn.diagram(
            f"start s; task nhan 'Nhận'; catch hen 'Hẹn' {timer}; end e",
            "s > nhan > hen > e",
            identity="hen_tra",
            more=lanes(desk="nhan"),
        )
    )
    case = office.open("hen_tra", ten=NAME)
    office.complete("motcua", case, "nhan")
    last = office.events(case)[-1].body.decode()
    assert '"incidents":[["hen",1,"The time is no ISO 8601 date or instant."]]' in last
    assert NAME not in "".join(one.body.decode() for one in office.events(case))


def test_a_four_eyes_pair_needs_two_people_in_either_order(office: Office) -> None:
    office.publish(
        bon_mat=bpmn.diagram(
            "start s; and chia; task lap 'Lập'; and gop; end e\n"
            "task duyet 'Duyệt' " + ext('<qt:work fourEyes="lap"/>'),
            "s > chia > lap > gop > e\nchia > duyet > gop",
            identity="hai_nguoi",
            more=lanes(examiner="lap duyet"),
        )
    )
    case = office.open("hai_nguoi")
    office.complete("thamtra", case, "duyet")
    with pytest.raises(NotAllowedError) as found:
        office.complete("thamtra", case, "lap")
    assert (found.value.code, found.value.params["partner"]) == ("four-eyes", "Duyệt")
    office.complete("thamtra2", case, "lap")


def test_nobody_gives_a_case_another_code(office: Office) -> None:
    case = office.open("1.001", ten=NAME, phi=0)
    code = office.case(case).code
    with pytest.raises(AnswersInvalidError) as found:
        office.complete("motcua", case, "nhan", {"ma_ho_so": "WARD-000000-0001"})
    assert named(found.value) == ["ma_ho_so"]
    assert code in found.value.message
    office.complete("motcua", case, "nhan", {"ma_ho_so": code})
    waits_for_tax(office, case)
    with pytest.raises(AnswersInvalidError):
        office.receive(case, "thue_tra_loi", ma_ho_so="WARD-000000-0001")
    office.receive(case, "thue_tra_loi", ma_ho_so=code)
    assert office.case(case).status is Status.COMPLETED


def waits_for_tax(office: Office, case: UUID) -> None:
    office.complete("thamtra", case, "tham_tra")
    office.clock.move(days=3)
    office.wake(case)
    office.complete("lanhdao", case, "ky")


FORMS = {
    "process.bpmn": bpmn.definitions(
        '<message id="m" name="thue"/>',
        bpmn.process(
            "start s; task chuyen 'Chuyển'; task xet 'Xét' "
            + ext('<qt:work form="xet"/>')
            + "; receive cho 'Chờ' messageRef=\"m\""
            + "; task ra 'Ra' "
            + ext('<qt:work form="ra"/>')
            + "; end e",
            "s > xet > chuyen > cho > ra > e",
            identity="hai_mau",
            more=lanes(desk="chuyen", examiner="xet ra"),
        ),
    ),
    "forms/xet.form": form({"type": "checkbox", "key": "dat", "label": "Đạt"}),
    "forms/ra.form": form(
        {"type": "checkbox", "key": "dat", "label": "Đạt", "readonly": True},
        {
            "type": "textfield",
            "key": "ly_do",
            "label": "Lý do",
            "validate": {"required": True},
            "conditional": {"hide": "=dat = true"},
        },
    ),
}


def test_what_a_form_asks_for_comes_through_no_other_step(office: Office) -> None:
    office.publish_files(FORMS)
    case = office.open("hai_mau")
    office.complete("thamtra", case, "xet", {"dat": False})
    with pytest.raises(AnswersInvalidError) as found:
        office.complete("motcua", case, "chuyen", {"dat": True})
    assert named(found.value) == ["dat"]
    office.complete("motcua", case, "chuyen", {"comment": "Đã chuyển", "khac": 1})
    with pytest.raises(AnswersInvalidError):
        office.receive(case, "thue", dat=True)
    office.receive(case, "thue", so_tien=5)


@pytest.mark.parametrize("passed", [True, False])
def test_a_condition_sees_what_the_page_shows_for_reading(
    office: Office,
    passed: bool,  # noqa: FBT001
) -> None:
    office.publish_files(FORMS)
    case = office.open("hai_mau")
    office.complete("thamtra", case, "xet", {"dat": passed})
    office.complete("motcua", case, "chuyen")
    office.receive(case, "thue")
    if not passed:
        with pytest.raises(AnswersInvalidError) as found:
            office.complete("thamtra", case, "ra", {})
        assert named(found.value) == ["ly_do"]
    office.complete("thamtra", case, "ra", {"ly_do": "Thiếu đơn"})
    last = office.events(case)[-1]
    told = {one.name: one.value for one in last.personal}
    assert told == ({} if passed else {"ly_do": '"Thiếu đơn"'})


def test_a_case_is_received_in_the_position_of_the_agency_that_receives(
    office: Office,
) -> None:
    # The desk's clerk of the ward helps out in another agency; ids grow with time, so
    # the new position stands last.
    position = Position(
        id=office.app.ids.uuid(),
        agency=office.agencies["elsewhere"],
        name="Một cửa",
        performers=frozenset({"Một cửa"}),
    )
    account = office.accounts["motcua"].id
    run = office.app.engine.run
    run(CreatePosition(position=position), office.tenant)
    holder = Holder(position=position.id, account=account)
    run(HoldPosition(holder=holder), office.tenant)
    here = position.agency
    agencies = Agencies(helping=here, receiving=here, handling=here, deciding=here)
    command = OpenCase(procedure="1.001", data={"phi": 0}, agencies=agencies)
    case = UUID(str(office.do("motcua", command)["case"]))
    doer = json.loads(office.events(case)[0].body)["doer"]
    assert (doer["position"], doer["agency"]) == (position.id.hex, here.hex)
