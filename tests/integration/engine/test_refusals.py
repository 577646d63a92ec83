"""What is refused, with which word, and that it changes nothing at all."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.commands.change_organisation import (
    CreateAccount,
    CreateAgency,
    CreatePosition,
    HoldPosition,
)
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.rebuild_case import RebuildCase
from engine.commands.receive_message import ReceiveMessage
from engine.commands.verify_case import VerifyCase
from engine.domain.case import Agencies, TaskStatus
from engine.domain.organisation import (
    Account,
    Agency,
    Holder,
    Position,
    Role,
)
from engine.errors import (
    AlreadyTakenError,
    AnswersInvalidError,
    EngineError,
    IdempotencyError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    OutcomeRequiredError,
    StaleError,
    TooLargeError,
)
from tests import bpmn
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.scenes import scene

NOBODY = UUID(int=7)


def refused(
    office: Office,
    error: type[EngineError],
    act: Callable[..., object],
    *given: object,
    **named: object,
) -> EngineError:
    """The refusal of an act that left the whole database as it was."""
    before = office.digest()
    with pytest.raises(error) as caught:
        act(*given, **named)
    assert office.digest() == before
    assert caught.value.message, "a refusal has words"
    return caught.value


@scene
def case(office: Office) -> UUID:
    """A case whose examination is to be done."""
    made = office.open("1.001", ten="Nguyễn Thị Đượm", phi=0)
    office.complete("motcua", made, "nhan")
    return made


#: Who completes the examination, and what they are told.
STRANGERS = {
    "another position of the case": ("motcua", NotAllowedError),
    "the leader of the same agency": ("lanhdao", NotAllowedError),
    "an agency that has no part in it": ("xa", NotFoundError),
    "another tenant": ("nuocngoai", NotFoundError),
    "a supervisor": ("giamsat", NotAllowedError),
    "an auditor": ("kiemtoan", NotAllowedError),
    "an administrator": ("quantri", NotAllowedError),
    "a designer": ("thietke", NotFoundError),
    "an integrator": ("lienthong", NotAllowedError),
}


def test_only_who_holds_the_position_claims_or_completes(
    office: Office, case: UUID
) -> None:
    for login, error in STRANGERS.values():
        refused(office, error, office.complete, login, case, "tham_tra")
        refused(office, error, office.claim, login, case, "tham_tra")
        refused(office, EngineError, office.complete, login, case, "no_such_step")


def test_a_step_that_is_not_ready_is_not_completed(office: Office, case: UUID) -> None:
    for element, visit in (("ky", 1), ("tham_tra", 2), ("x", 1), ("doi", 1), ("", 1)):
        refused(
            office,
            NotFoundError,
            office.complete,
            "thamtra",
            case,
            element,
            visit=visit,
        )
    refused(office, NotFoundError, office.complete, "thamtra", NOBODY, "ky")


def test_nothing_is_completed_twice(office: Office, case: UUID) -> None:
    office.complete("thamtra", case, "tham_tra")
    for login in ("thamtra", "thamtra2"):
        refused(
            office,
            NotReadyError,
            office.complete,
            login,
            case,
            "tham_tra",
        )
        refused(office, NotReadyError, office.claim, login, case, "tham_tra")
        refused(
            office,
            NotReadyError,
            office.release,
            login,
            case,
            "tham_tra",
        )


def test_what_somebody_has_claimed_is_theirs(office: Office, case: UUID) -> None:
    office.claim("thamtra", case, "tham_tra")
    assert office.work(case)["tham_tra", 1].status is TaskStatus.CLAIMED
    taken = AlreadyTakenError
    refused(office, taken, office.claim, "thamtra2", case, "tham_tra")
    for act in (office.complete, office.release):
        found = refused(office, NotAllowedError, act, "thamtra2", case, "tham_tra")
        assert found.code == "claimed-by-other"
    refused(office, NotReadyError, office.claim, "thamtra", case, "tham_tra")
    office.complete("thamtra", case, "tham_tra")


def test_what_nobody_has_claimed_is_not_released(office: Office, case: UUID) -> None:
    refused(office, NotReadyError, office.release, "thamtra", case, "tham_tra")


def test_a_supervisor_takes_claimed_work_back(office: Office, case: UUID) -> None:
    office.claim("thamtra", case, "tham_tra")
    office.release("giamsat", case, "tham_tra")
    task = office.work(case)["tham_tra", 1]
    assert (task.status, task.assignee, task.position) == (TaskStatus.OPEN, None, None)
    office.complete("thamtra2", case, "tham_tra")
    assert office.rebuild(case) == []


def test_two_steps_of_a_four_eyes_pair_need_two_people(office: Office) -> None:
    office.publish(bon_mat=FOUR_EYES)
    case = office.open("bon_mat")
    office.complete("thamtra", case, "lap")
    found = refused(office, NotAllowedError, office.complete, "thamtra", case, "duyet")
    assert (found.code, found.params["partner"]) == ("four-eyes", "Lập tờ trình")
    office.complete("thamtra2", case, "duyet")


FOUR_EYES = bpmn.diagram(
    "start s; task lap 'Lập tờ trình'; end e\n"
    "task duyet 'Duyệt' " + ext('<qt:work fourEyes="lap"/>'),
    "s > lap > duyet > e",
    identity="bon_mat",
    more=lanes(examiner="lap duyet"),
)


def test_an_act_on_an_older_picture_is_stale(office: Office, case: UUID) -> None:
    version = office.case(case).version
    office.claim("thamtra", case, "tham_tra")
    refused(
        office,
        StaleError,
        office.complete,
        "thamtra",
        case,
        "tham_tra",
        version=version,
    )
    office.complete("thamtra", case, "tham_tra", version=version + 1)


WRONG_VALUES: dict[str, dict[str, Any]] = {
    "a name with a colon": {"answer:x:1": 1},
    "a name of a correlation key": {"correlation:ho_so": "x"},
    "a name that begins with a digit": {"1a": 1},
    "a name outside the plane": {"\U0001d49c": 1},
    "an empty name": {"": 1},
    "half a character": {"a": "\ud800"},
    "half a character inside": {"a": [{"b": "\udfff"}]},
    "a NUL": {"a": "x\x00"},
    "no number": {"a": float("nan")},
    "an endless number": {"a": [float("inf")]},
    "a depth without end": {"a": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]},
    "bytes": {"a": b"x"},
    "a number as a name inside": {"a": {1: 2}},
}


def test_values_that_cannot_be_kept_are_refused_everywhere(
    office: Office, case: UUID
) -> None:
    for values in WRONG_VALUES.values():
        complete = CompleteTask(
            case=case, element="tham_tra", occurrence=1, answers=values
        )
        for login, command in (
            ("thamtra", complete),
            ("motcua", OpenCase(procedure="1.001", data=values)),
            ("lienthong", ReceiveMessage(case=case, name="x", payload=values)),
            ("lienthong", ReceiveMessage(case=case, name="x", correlation=values)),
        ):
            found = refused(office, EngineError, office.do, login, command)
            assert found.code in ("value-name", "value-kind")


def test_answers_larger_than_the_limit_are_refused(office: Office, case: UUID) -> None:
    large = {"a": "ơ" * 140_000}
    refused(
        office,
        TooLargeError,
        office.complete,
        "thamtra",
        case,
        "tham_tra",
        large,
    )


def test_wrong_answers_to_a_form_name_each_field(office: Office) -> None:
    office.publish_files(FORMED)
    case = office.open("co_bieu_mau")
    found = refused(
        office,
        AnswersInvalidError,
        office.complete,
        "thamtra",
        case,
        "a",
        {"so_ban": "nhiều"},
    )
    assert isinstance(found, AnswersInvalidError)
    assert {getattr(one, "key", "") for one in found.fields} == {"so_ban", "ten"}
    office.complete("thamtra", case, "a", {"so_ban": "2", "ten": "An"})
    values = {one.name: one.value for one in office.events(case)[-1].personal}
    assert values == {"so_ban": "2", "ten": '"An"'}


FORMED = {
    "process.bpmn": bpmn.diagram(
        "start s; task a 'Nhập' " + ext('<qt:work form="nhap"/>') + "; end e",
        "s > a > e",
        identity="co_bieu_mau",
        more=lanes(examiner="a"),
    ),
    "forms/nhap.form": (
        '{"type": "default", "components": ['
        '{"type": "number", "key": "so_ban", "label": "Số bản",'
        ' "validate": {"required": true}},'
        '{"type": "textfield", "key": "ten", "label": "Tên",'
        ' "validate": {"required": true}}]}'
    ).encode(),
}


def test_an_outcome_must_be_one_of_those_drawn(office: Office) -> None:
    office.publish(ket_qua=OUTCOMES)
    case = office.open("ket_qua")
    for outcome in ("", "Có lẽ", "s_a"):
        found = refused(
            office,
            OutcomeRequiredError,
            office.complete,
            "thamtra",
            case,
            "a",
            outcome=outcome,
        )
        assert "“Đạt”" in found.message
    office.complete("thamtra", case, "a", outcome="Không đạt")
    office.complete("thamtra", case, "a", visit=2, outcome="dat")
    assert office.rebuild(case) == []
    assert office.verify(case) == []


OUTCOMES = bpmn.diagram(
    "start s; task a 'Xét'; xor x; end e",
    's > a > x\nx >dat "Đạt"> e\nx >khong "Không đạt"> a',
    identity="ket_qua",
    more=lanes(examiner="a"),
)


def test_a_message_that_nothing_waits_for_is_refused(
    office: Office, case: UUID
) -> None:
    refused(office, NotReadyError, office.receive, case, "thue_tra_loi")
    office.clock.move(days=3)
    office.wake(case)
    office.complete("thamtra", case, "tham_tra")
    office.complete("lanhdao", case, "ky")
    for name, code in (("sai_ten", office.case(case).code), ("thue_tra_loi", "khác")):
        command = ReceiveMessage(case=case, name=name, correlation={"ho_so": code})
        refused(office, NotReadyError, office.do, "lienthong", command)
    for login in ("motcua", "kiemtoan", "quantri", "nuocngoai"):
        command = ReceiveMessage(case=case, name="thue_tra_loi")
        refused(office, EngineError, office.do, login, command)
    office.receive(case, "thue_tra_loi")
    refused(office, NotReadyError, office.receive, case, "thue_tra_loi")


def test_a_dossier_is_received_in_an_agency_of_ones_own(office: Office) -> None:
    agencies = office.agencies
    foreign = Agencies(
        helping=agencies["elsewhere"],
        receiving=agencies["elsewhere"],
        handling=agencies["ward"],
        deciding=agencies["ward"],
    )
    command = OpenCase(procedure="1.001", data={}, agencies=foreign)
    refused(office, NotFoundError, office.do, "motcua", command)
    nowhere = Agencies(
        helping=agencies["ward"],
        receiving=NOBODY,
        handling=agencies["ward"],
        deciding=agencies["ward"],
    )
    command = OpenCase(procedure="1.001", data={}, agencies=nowhere)
    refused(office, NotFoundError, office.do, "motcua", command)


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("kiemtoan", NotAllowedError),
        ("thietke", NotAllowedError),
        ("giamsat", NotAllowedError),
        ("nuocngoai", NotFoundError),
    ],
)
def test_only_clerks_receive_dossiers_of_their_tenant(
    office: Office, login: str, error: type[EngineError]
) -> None:
    command = OpenCase(procedure="1.001", data={})
    refused(office, error, office.do, login, command)


def test_an_unknown_procedure_opens_nothing(office: Office) -> None:
    refused(office, NotFoundError, office.open, "9.999")


def test_the_engine_itself_does_no_work_of_people(office: Office, case: UUID) -> None:
    run = office.app.engine.run
    for command in (
        ClaimTask(case=case, element="tham_tra", occurrence=1),
        CompleteTask(case=case, element="tham_tra", occurrence=1, answers={}),
        OpenCase(procedure="1.001", data={}),
    ):
        refused(office, NotAllowedError, run, command, office.tenant)


def test_a_case_of_another_tenant_does_not_exist(office: Office, case: UUID) -> None:
    run = office.app.engine.run
    command = RebuildCase(case=case)
    refused(office, NotFoundError, run, command, office.abroad)


def test_verifying_and_rebuilding_have_their_roles(office: Office, case: UUID) -> None:
    for login in ("thamtra", "quantri", "lienthong"):
        refused(
            office,
            NotAllowedError,
            office.do,
            login,
            VerifyCase(case=case),
        )
    for login in ("thamtra", "kiemtoan", "giamsat"):
        refused(
            office,
            NotAllowedError,
            office.do,
            login,
            RebuildCase(case=case),
        )


# Idempotency.


def test_the_same_key_gives_the_same_answer_and_does_nothing_more(
    office: Office, case: UUID
) -> None:
    first = office.complete("thamtra", case, "tham_tra", {"a": 1}, key="k1")
    before = office.digest()
    again = office.complete("thamtra", case, "tham_tra", {"a": 1}, key="k1")
    assert again == first
    assert office.digest() == before
    assert len(office.events(case)) == 3


def test_the_same_key_opens_one_case(office: Office) -> None:
    first = office.open("1.001", key="mo-1", phi=0)
    assert office.open("1.001", key="mo-1", phi=0) == first
    ((count,),) = office.sql('SELECT count(*) FROM "case"')
    assert count == 1


def test_a_key_belongs_to_one_request_of_one_account(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, "tham_tra")
    office.complete("thamtra", case, "tham_tra", {"a": 1}, key="k1")
    error = IdempotencyError
    complete = office.complete
    refused(office, error, complete, "thamtra", case, "tham_tra", key="k1")
    other = complete
    refused(office, error, other, "thamtra2", case, "tham_tra", {"a": 1}, key="k1")
    refused(office, error, office.open, "1.001", key="k1", phi=0)


def test_a_refusal_uses_no_key(office: Office, case: UUID) -> None:
    refused(
        office,
        NotAllowedError,
        office.complete,
        "lanhdao",
        case,
        "tham_tra",
        key="k1",
    )
    office.complete("thamtra", case, "tham_tra", key="k1")


# The organisation.


def test_the_organisation_refers_only_to_what_it_has(office: Office) -> None:
    run, ids = office.app.engine.run, office.app.ids
    held = office.actor("thamtra")
    orphan = Agency(id=ids.uuid(), name="x", parent=NOBODY)
    astray = Position(
        id=ids.uuid(), agency=NOBODY, name="x", performers=frozenset({"x"})
    )
    abroad = Account(
        tenant=office.abroad, id=ids.uuid(), login="x", name="x", roles=frozenset()
    )
    for command in (
        CreateAgency(agency=orphan),
        CreatePosition(position=astray),
        HoldPosition(holder=Holder(position=NOBODY, account=held.account.id)),
        HoldPosition(holder=Holder(position=held.positions[0].id, account=NOBODY)),
        CreateAccount(account=abroad, password_hash="!"),
    ):
        refused(office, NotFoundError, run, command, office.tenant)


def test_nothing_of_the_organisation_is_made_twice(office: Office) -> None:
    run, held = office.app.engine.run, office.actor("thamtra")
    position = held.positions[0]
    with office.app.store.begin(office.tenant) as uow:
        agency = uow.accounts.organisation().agencies[position.agency]
    same = Holder(position=position.id, account=held.account.id)
    for command in (
        CreateAgency(agency=agency),
        CreatePosition(position=position),
        HoldPosition(holder=same),
        CreateAccount(account=held.account, password_hash="!"),
    ):
        found = refused(office, EngineError, run, command, office.tenant)
        assert found.code == "exists"


@pytest.mark.parametrize("login", ["thamtra", "kiemtoan", "pheduyet", "giamsat"])
def test_only_an_administrator_changes_the_organisation(
    office: Office, login: str
) -> None:
    agency = Agency(id=office.app.ids.uuid(), name="Phòng mới")
    command = CreateAgency(agency=agency)
    refused(office, NotAllowedError, office.do, login, command)
    office.do("quantri", command)


def test_every_change_of_the_organisation_is_an_event(office: Office) -> None:
    rows = office.sql(
        "SELECT type, count(*) FROM event WHERE kind = 'organisation' GROUP BY type"
    )
    assert {row[0] for row in rows} == {
        *("agency.created", "position.created"),
        *("position.held", "account.created", "tenant.founded"),
    }
    assert sum(row[1] for row in rows) == 2 + 5 + 3 * 12
    bodies = b"".join(
        bytes(row[0])
        for row in office.sql("SELECT body FROM event WHERE kind = 'organisation'")
    )
    assert b"password" not in bodies
    assert "Người thamtra".encode() not in bodies, "names of people are personal"
    assert Role.CLERK.value.encode() in bodies
