"""Audits: sampled, asked, found and acted on; all of it in the audit's own stream."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.commands.audits import (
    AnswerChecklist,
    ConcludeAudit,
    DrawSample,
    PlanAudit,
    RaiseFinding,
)
from engine.commands.open_action import OpenAction
from engine.domain.events import StreamKind
from engine.domain.organisation import Account, Holder, Position, Role
from engine.domain.programme import Answer, Audit, Grade, Scope
from engine.domain.run import Status
from engine.domain.sampling import Basis, Plan, Query, Risk
from engine.errors import (
    EngineError,
    EvidenceError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    TooLargeError,
)
from engine.evidence import programme, record, redraw
from engine.judging.ruling import Answer as Conformity
from models_bpmn import catalogue
from tests.integration.engine.office import Office
from webui import judging

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
PACKAGE = "hanh-dong-khac-phuc"


def planned(office: Office, **changes: Any) -> UUID:
    lead = office.accounts["kiemtoan"].id
    command = PlanAudit(
        title="Đánh giá quý IV",
        scope=Scope(first=FIRST, last=LAST),
        first=LAST,
        last=LAST,
        lead=lead,
    )
    told = office.do("kiemtoan", replace(command, **changes))
    return UUID(str(told["audit"]))


def query(office: Office, **changes: Any) -> Query:
    found = Query(basis=Basis.OPENED, first=FIRST, last=LAST, as_of=office.clock.now())
    return replace(found, **changes)


def drawn(office: Office, audit: UUID, **changes: Any) -> dict[str, Any]:
    plan = Plan(query=query(office), seed="2026", size=2, weights={Risk.LATE: 3})
    command = DrawSample(audit=audit, plan=replace(plan, **changes))
    return dict(office.do("kiemtoan", command))


def told(office: Office, audit: UUID) -> Audit:
    with office.app.store.read(office.tenant) as uow:
        stream = uow.history.known(StreamKind.AUDIT, audit)
        assert stream is not None
        return programme.fold(stream, uow.history.read(audit, stream.month))


def raised(office: Office, audit: UUID, case: UUID, **changes: Any) -> int:
    command = RaiseFinding(
        audit=audit,
        case=case,
        seq=1,
        grade=Grade.MINOR,
        clause="8.5.1",
        text="Không có giấy tiếp nhận.",
    )
    number = office.do("kiemtoan", replace(command, **changes))["n"]
    assert isinstance(number, int)
    return number


def refused(office: Office, command: object, login: str = "kiemtoan") -> str:
    """The code of a refusal that changes nothing."""
    before = office.digest()
    with pytest.raises(EngineError) as refusal:
        office.do(login, command)
    assert office.digest() == before
    return refusal.value.code


def staffed(office: Office) -> None:
    """Put the procedure of corrective actions in force, with people for its lanes."""
    office.publish_files(catalogue.read_built_in(PACKAGE).files)
    for login, performer in (
        ("motcua", "Thường trực ISO"),
        ("thamtra", "Đơn vị khắc phục"),
        ("lanhdao", "Lãnh đạo cơ quan"),
    ):
        position = Position(
            id=office.app.ids.uuid(),
            agency=office.agencies["office"],
            name=performer,
            performers=frozenset({performer}),
        )
        office.app.engine.run(change.CreatePosition(position=position), office.tenant)
        holder = Holder(position=position.id, account=office.accounts[login].id)
        office.app.engine.run(change.HoldPosition(holder=holder), office.tenant)


def test_a_sample_is_drawn_again_with_the_same_cases_whatever_happens_later(
    office: Office,
) -> None:
    cases = [office.open("1.001", ten=f"Người {n}") for n in range(6)]
    audit = planned(office)
    recorded = drawn(office, audit)
    office.clock.move(days=20)
    office.complete("motcua", cases[0], "nhan")
    office.open("1.001", ten="Đến sau")
    [sample] = told(office, audit).samples
    assert sample.sample.population == recorded["population"] == 6
    assert len(sample.sample.chosen) == 2
    with office.app.store.read(office.tenant) as uow:
        again = redraw.redraw(sample, uow)
    assert again.same_population
    assert again.same_cases
    assert again.now == again.recorded


def test_a_population_that_was_tampered_with_does_not_prove(office: Office) -> None:
    cases = [office.open("1.001", ten=f"Người {n}") for n in range(3)]
    office.clock.move(hours=1)
    audit = planned(office)
    drawn(office, audit)
    [sample] = told(office, audit).samples
    office.unguard()
    office.sql(
        'UPDATE "case" SET due_at = opened_at WHERE id = :case',
        case=cases[0],
    )
    with office.app.store.read(office.tenant) as uow:
        again = redraw.redraw(sample, uow)
    assert not again.same_population


def test_risks_are_those_of_the_instant_that_was_asked_about(office: Office) -> None:
    office.publish(
        vong=b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
        id="d" targetNamespace="t"><process id="v" name="V" isExecutable="true">
        <startEvent id="s"/><task id="a" name="A"/><exclusiveGateway id="x"/>
        <endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
        <sequenceFlow id="f2" sourceRef="a" targetRef="x"/>
        <sequenceFlow id="f3" name="Xong" sourceRef="x" targetRef="e"/>
        <sequenceFlow id="f4" name="Lai" sourceRef="x" targetRef="a"/></process>
        </definitions>"""
    )
    case = office.open("v", so_tien=25)
    before = query(office, procedures=("v",), value="so_tien", amount=20)
    office.clock.move(hours=1)
    office.complete("thamtra", case, "a", outcome="f4")
    late = office.open("1.001", ten="Trễ")
    office.clock.move(days=30)
    now = query(office, value="so_tien", amount=30)
    with office.app.store.read(office.tenant) as uow:
        [first] = uow.auditing.population(before)
        found = {one.case: one.risks for one in uow.auditing.population(now)}
        closed = uow.auditing.population(replace(now, basis=Basis.CLOSED))
        nowhere = uow.auditing.population(
            replace(now, agencies=(office.agencies["elsewhere"],))
        )
    assert first.risks == {Risk.VALUE}
    assert found == {case: {Risk.REWORK}, late: {Risk.LATE}}
    assert closed == nowhere == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seed": " "}, "no-seed"),
        ({"size": 0}, "no-seed"),
        ({"size": 501}, "sample-cases"),
    ],
)
def test_a_sample_that_could_not_be_drawn_again_is_refused(
    office: Office, changes: dict[str, Any], code: str
) -> None:
    office.open("1.001", ten="An")
    audit = planned(office)
    plan = Plan(query=query(office), seed="1", size=1)
    command = DrawSample(audit=audit, plan=replace(plan, **changes))
    assert refused(office, command) == code


def test_a_sample_of_the_future_or_of_nothing_is_refused(office: Office) -> None:
    audit = planned(office)
    plan = Plan(query=query(office), seed="1", size=1)
    assert refused(office, DrawSample(audit=audit, plan=plan)) == "no-cases"
    ahead = replace(plan.query, as_of=office.clock.now() + timedelta(seconds=1))
    command = DrawSample(audit=audit, plan=replace(plan, query=ahead))
    assert refused(office, command) == "in-future"


def test_only_the_team_works_on_an_audit_and_only_auditors_are_in_it(
    office: Office,
) -> None:
    office.open("1.001", ten="An")
    audit = planned(office)
    plan = Plan(query=query(office), seed="1", size=1)
    command = DrawSample(audit=audit, plan=plan)
    assert refused(office, command, "motcua") == "not-allowed"
    assert refused(office, command, "giamsat") == "not-allowed"
    other = Account(
        tenant=office.tenant,
        id=office.app.ids.uuid(),
        login="kiemtoan2",
        name="Người khác",
        roles=frozenset({Role.AUDITOR}),
    )
    office.app.engine.run(
        change.CreateAccount(account=other, password_hash="!"), office.tenant
    )
    office.accounts["kiemtoan2"] = other
    assert refused(office, command, "kiemtoan2") == "not-in-team"
    with pytest.raises(NotFoundError):
        planned(office, team=(office.accounts["motcua"].id,))


def test_an_auditor_whose_last_day_has_passed_works_on_no_audit(
    office: Office,
) -> None:
    guest = Account(
        tenant=office.tenant,
        id=office.app.ids.uuid(),
        login="khach",
        name="Chuyên gia ngoài",
        roles=frozenset({Role.AUDITOR}),
        valid_to=date(2026, 11, 20),
    )
    office.app.engine.run(
        change.CreateAccount(account=guest, password_hash="!"), office.tenant
    )
    office.accounts["khach"] = guest
    office.open("1.001", ten="An")
    audit = planned(office, team=(guest.id,))
    plan = Plan(query=query(office), seed="1", size=1)
    command = DrawSample(audit=audit, plan=plan)
    assert office.do("khach", command)["n"] == 1
    office.clock.move(days=1)
    assert refused(office, command, "khach") == "account-closed"


def test_answers_and_findings_are_about_sampled_cases_and_existing_events(
    office: Office,
) -> None:
    case = office.open("1.001", ten="An")
    audit = planned(office)
    ask = AnswerChecklist(
        audit=audit, case=case, question="8.5.1@nhan", answer=Answer.CONFORMS
    )
    assert refused(office, ask) == "not-in-sample"
    drawn(office, audit)
    office.do("kiemtoan", ask)
    office.do("kiemtoan", replace(ask, answer=Answer.FAILS, note="Thiếu chữ ký"))
    office.do("kiemtoan", replace(ask, question="free:1", text="Ai giữ sổ?"))
    found = told(office, audit)
    assert found.answers[case, "8.5.1@nhan"].answer is Answer.FAILS
    assert found.answers[case, "8.5.1@nhan"].note == "Thiếu chữ ký"
    assert found.answers[case, "free:1"].text == "Ai giữ sổ?"
    assert refused(office, replace(ask, question="free:2", text=" ")) == "no-text"
    with pytest.raises(NotFoundError):
        raised(office, audit, case, seq=99)
    with pytest.raises(TooLargeError):
        raised(office, audit, case, text="x" * 4001)
    assert raised(office, audit, case) == 1
    [finding] = told(office, audit).findings
    assert finding.evidence.leaf == office.events(case)[0].leaf.hex()


def test_who_worked_on_a_case_does_not_audit_it(office: Office) -> None:
    both = Account(
        tenant=office.tenant,
        id=office.app.ids.uuid(),
        login="kiemnhiem",
        name="Kiêm nhiệm",
        roles=frozenset({Role.AUDITOR, Role.CLERK}),
    )
    office.app.engine.run(
        change.CreateAccount(account=both, password_hash="!"), office.tenant
    )
    office.accounts["kiemnhiem"] = both
    position = Position(
        id=office.app.ids.uuid(),
        agency=office.agencies["ward"],
        name="Một cửa 2",
        performers=frozenset({"Một cửa"}),
    )
    office.app.engine.run(change.CreatePosition(position=position), office.tenant)
    office.app.engine.run(
        change.HoldPosition(holder=Holder(position=position.id, account=both.id)),
        office.tenant,
    )
    case = office.open("1.001", ten="An")
    office.complete("kiemnhiem", case, "nhan")
    audit = planned(office, team=(both.id,))
    drawn(office, audit)
    ask = AnswerChecklist(
        audit=audit, case=case, question="8.5.1@nhan", answer=Answer.CONFORMS
    )
    assert refused(office, ask, "kiemnhiem") == "own-work"
    office.do("kiemtoan", ask)


def test_a_finding_becomes_a_case_that_names_it_and_is_named_by_it(
    office: Office,
) -> None:
    staffed(office)
    case = office.open("1.001", ten="An")
    audit = planned(office)
    drawn(office, audit)
    number = raised(office, audit, case)
    opened = office.do("kiemtoan", OpenAction(audit=audit, finding=number))
    action = UUID(str(opened["case"]))
    [finding] = told(office, audit).findings
    assert (finding.action, finding.action_code) == (action, opened["code"])
    facts = record.parse(office.events(action)[0].body)["facts"]
    assert isinstance(facts, dict)
    assert facts["finding"] == [audit.hex, 1]
    assert facts["about"] == [case.hex, 1]
    assert office.case(action).agencies.handling == office.agencies["office"]
    assert office.case(action).applicant == f"{told(office, audit).code}/1"
    again = OpenAction(audit=audit, finding=number)
    assert refused(office, again) == "has-action"
    assert refused(office, replace(again, finding=2)) == "no-finding"
    assert office.rebuild(action) == []
    assert office.verify(action) == []
    judged = judging.judge(office.app, office.tenant, action)
    assert judged.answer is not Conformity.DOES_NOT_CONFORM


def test_the_effect_is_checked_after_the_waiting_period_by_another_person(
    office: Office,
) -> None:
    staffed(office)
    case = office.open("1.001", ten="An")
    audit = planned(office)
    drawn(office, audit)
    number = raised(office, audit, case)
    opened = office.do("kiemtoan", OpenAction(audit=audit, finding=number))
    action = UUID(str(opened["case"]))
    for login, element, answers, outcome in STEPS[:6]:
        office.complete(login, action, element, answers, outcome=outcome)
    assert office.wake(action)
    assert ("danh_gia_hieu_luc", 1) not in office.work(action)
    office.clock.move(days=31)
    office.wake(action)
    for login, element, answers, outcome in STEPS[6:]:
        office.complete(login, action, element, answers, outcome=outcome)
    assert office.case(action).status is Status.COMPLETED


#: Who does what, with which answers, by which outcome.
STEPS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    (
        *("motcua", "tiep_nhan"),
        {
            "don_vi_xu_ly": "Phòng",
            "nguoi_chu_tri": "An",
            "han_hoan_thanh": "2026-12-18",
        },
        "",
    ),
    (
        *("thamtra", "khac_phuc_ngay"),
        {"bien_phap_khac_phuc": "Xin lỗi", "ngay_khac_phuc": "2026-11-23"},
        "",
    ),
    (
        *("thamtra", "phan_tich"),
        {
            "phuong_phap_phan_tich": "khac",
            "nguyen_nhan": "Thiếu người thay",
            "truong_hop_tuong_tu": "khong",
        },
        "",
    ),
    (
        *("thamtra", "lap_ke_hoach"),
        {
            "noi_dung_ke_hoach": "Phân công",
            "nguoi_thuc_hien": "An",
            "ngay_hoan_thanh_ke_hoach": "2026-12-11",
            "tieu_chi_hieu_luc": "30 hồ sơ đúng hạn",
            "so_ngay_theo_doi": 30,
            "cap_nhat_rui_ro": "khong",
        },
        "",
    ),
    ("lanhdao", "phe_duyet", {}, "luong_phe_duyet"),
    (
        *("thamtra", "thuc_hien"),
        {"ket_qua_thuc_hien": "Đã phân công", "ngay_thuc_hien": "2026-12-10"},
        "",
    ),
    (
        *("motcua", "danh_gia_hieu_luc"),
        {
            "cach_danh_gia": "Xem lại",
            "so_ho_so_xem_lai": 30,
            "so_ho_so_tai_dien": 0,
            "nhan_xet_hieu_luc": "Tốt",
        },
        "luong_co_hieu_luc",
    ),
    (
        *("motcua", "dong_phat_hien"),
        {"thay_doi_he_thong": "khong", "ngay_dong": "2027-01-15"},
        "",
    ),
)


def test_without_the_procedure_in_force_no_action_is_opened(office: Office) -> None:
    case = office.open("1.001", ten="An")
    audit = planned(office)
    drawn(office, audit)
    raised(office, audit, case)
    command = OpenAction(audit=audit, finding=1)
    assert refused(office, command) == "no-action-procedure"


def test_after_its_conclusion_nothing_is_added_but_actions(office: Office) -> None:
    staffed(office)
    case = office.open("1.001", ten="An")
    audit = planned(office)
    drawn(office, audit)
    raised(office, audit, case)
    done = office.do("kiemtoan", ConcludeAudit(audit=audit, conclusion="Đạt"))
    assert done["findings"] == {"major": 0, "minor": 1, "observation": 0}
    with pytest.raises(NotReadyError):
        raised(office, audit, case)
    assert refused(office, ConcludeAudit(audit=audit, conclusion="x")) == "audit-closed"
    office.do("kiemtoan", OpenAction(audit=audit, finding=1))
    assert told(office, audit).concluded_at is not None


def test_days_in_the_wrong_order_and_audits_of_nobody_are_refused(
    office: Office,
) -> None:
    with pytest.raises(NotReadyError):
        planned(office, first=LAST, last=FIRST)
    with pytest.raises(NotReadyError):
        planned(office, title=" ")
    with pytest.raises(NotFoundError):
        planned(office, scope=Scope(first=FIRST, last=LAST, agencies=(UUID(int=1),)))
    with pytest.raises(NotAllowedError):
        office.app.engine.run(
            PlanAudit(
                title="x",
                scope=Scope(first=FIRST, last=LAST),
                first=FIRST,
                last=LAST,
                lead=office.accounts["kiemtoan"].id,
            ),
            office.tenant,
        )


def test_audits_are_numbered_in_their_year_and_listed_the_newest_first(
    office: Office,
) -> None:
    first, second = planned(office), planned(office)
    assert told(office, first).code == "KT-2026-001"
    assert told(office, second).code == "KT-2026-002"
    with office.app.store.read(office.tenant) as uow:
        assert [one.id for one in uow.auditing.streams()] == [second, first]


def test_a_changed_event_of_an_audit_is_noticed(office: Office) -> None:
    audit = planned(office)
    office.unguard()
    office.sql("UPDATE event SET body = :body WHERE stream = :id", body=b"{}", id=audit)
    with pytest.raises(EvidenceError):
        told(office, audit)


def test_a_missing_end_of_an_audit_is_noticed(office: Office) -> None:
    office.open("1.001", ten="An")
    audit = planned(office)
    drawn(office, audit)
    office.unguard()
    office.sql("DELETE FROM event WHERE stream = :id AND seq = 2", id=audit)
    with pytest.raises(EvidenceError):
        told(office, audit)
