"""Returning, recalling, stopping, withdrawing and suspending in the browser's pages."""

from uuid import UUID

import pytest

from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from engine.domain.run import Status
from tests import bpmn
from tests.integration.webui import test_worker, world
from tests.integration.webui.world import World

CLERK = world.login_of(Role.CLERK, "own-position")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "own-position")
STEPS = bpmn.diagram(
    "start s; task a 'Tiếp nhận'; task b 'Thẩm tra'; task c 'Ký'; end e",
    "s > a > b > c > e",
    identity="ba_buoc",
)
ORDER = {"f.reason": "Bà Hoa đã bán nhà", "f.basis": "Điều 9", "f.document": "12/QĐ"}


@pytest.fixture
def case(here: World) -> UUID:
    """A case whose first step is done."""
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    stored = execute(UploadVersion(files={"p.bpmn": STEPS}), designer)
    execute(PublishVersion(version=UUID(str(stored["version"]))), approver)
    clerk = here.actor(CLERK)
    made = UUID(str(execute(OpenCase(procedure="ba_buoc", data={}), clerk)["case"]))
    done(here, made, "a", comment="đủ giấy tờ")
    return made


def done(here: World, case: UUID, element: str, **answers: str) -> None:
    command = CompleteTask(case=case, element=element, occurrence=1, answers=answers)
    here.application.engine.execute(command, here.actor(CLERK))


def history(here: World, case: UUID) -> str:
    return here.client(CLERK).get(f"/ho-so/{case}/lich-su").text


def test_a_step_is_returned_with_a_reason_and_what_was_typed(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    page = browser.get(f"/viec/{case}/b/1").text
    assert "Trả lại bước trước" in page
    assert 'value="a" checked' in page
    typed = {"f.comment": "viết dở", "return-target": "a"}
    refused = browser.post(f"/viec/{case}/b/1/tra-lai", **typed)
    assert refused.status_code == 409
    assert "Hãy ghi lý do." in refused.text
    assert "viết dở" in refused.text
    typed["return-reason"] = "Thiếu chữ ký"
    assert browser.post(f"/viec/{case}/b/1/tra-lai", **typed).status_code == 303
    assert "Trả lại bước trước" in history(here, case)
    assert "→ Tiếp nhận" in history(here, case)
    assert "Lý do: Thiếu chữ ký" in history(here, case)
    page = browser.get(f"/ho-so/{case}").text
    assert "Trả lại bước trước: Tiếp nhận" in page
    command = CompleteTask(case=case, element="a", occurrence=2, answers={})
    here.application.engine.execute(command, here.actor(CLERK))
    assert "viết dở" in browser.get(f"/viec/{case}/b/2").text


def test_nothing_is_offered_where_nothing_was_done_before(
    here: World, case: UUID
) -> None:
    execute, clerk = here.application.engine.execute, here.actor(CLERK)
    fresh = execute(OpenCase(procedure="ba_buoc", data={}), clerk)["case"]
    assert fresh != case.hex
    page = here.client(CLERK).get(f"/viec/{UUID(str(fresh))}/a/1").text
    assert "return-target" not in page


def test_a_step_is_taken_back_and_its_answers_stand_in_the_form(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    assert "Thu hồi" in browser.get(f"/viec/{case}/a/1").text
    taken = browser.post(f"/viec/{case}/a/1/thu-hoi")
    assert (taken.status_code, taken.location) == (303, f"/viec/{case}/a/2")
    assert "đủ giấy tờ" in browser.get(taken.location).text
    assert "Người đã làm thu hồi lại" in history(here, case)


def test_a_link_leads_to_what_may_be_taken_back_while_nobody_went_on(
    here: World, case: UUID
) -> None:
    link = f'<a class="small" href="/viec/{case}/a/1#thu-hoi">Thu hồi</a>'
    page = f"/ho-so/{case}"
    assert link in here.client(CLERK).get(page).text
    assert "Thu hồi" not in here.client(SUPERVISOR).get(page).text
    assert 'id="thu-hoi"' in here.client(CLERK).get(f"/viec/{case}/a/1").text
    command = ClaimTask(case=case, element="b", occurrence=1)
    here.application.engine.execute(command, here.actor(CLERK))
    assert "Thu hồi" not in here.client(CLERK).get(page).text


def test_completing_says_where_it_is_taken_back_and_at_the_end_it_is_not(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    link = '<a href="/viec/{}/{}/1#thu-hoi">Thu hồi</a>'
    sent = browser.post(f"/viec/{case}/b/1", confirmed="1")
    assert (sent.status_code, sent.location) == (303, f"/viec/{case}/c/1")
    assert link.format(case, "b") in browser.get(sent.location).text
    last = browser.post(f"/viec/{case}/c/1", confirmed="1")
    assert last.status_code == 303
    page = browser.get(last.location).text
    assert "Hồ sơ đã kết thúc" in page
    assert link.format(case, "c") not in page


def test_without_work_of_ones_own_the_next_one_of_the_position_is_offered(
    here: World, case: UUID
) -> None:
    """The last step of a case: what waits for the position is gone to."""
    browser = here.client(CLERK)
    done(here, case, "b")
    last = browser.post(f"/viec/{case}/c/1", confirmed="1")
    assert last.location == f"/viec/{here.case}/tham_tra/1"
    page = browser.get(last.location).text
    assert "Việc tiếp theo của vị trí, chưa ai nhận: Thẩm tra hồ sơ" in page
    assert "Nhận việc" in page


def test_what_somebody_has_taken_is_not_taken_back_and_the_page_says_why(
    here: World, case: UUID
) -> None:
    command = ClaimTask(case=case, element="b", occurrence=1)
    here.application.engine.execute(command, here.actor(CLERK))
    refused = here.client(CLERK).post(f"/viec/{case}/a/1/thu-hoi")
    assert refused.status_code == 409
    assert "Đã có người làm tiếp." in refused.text


@pytest.mark.parametrize(
    ("path", "login", "consequence", "told"),
    [
        (
            "dung-giai-quyet",
            SUPERVISOR,
            "không thể giải quyết tiếp",
            "Dừng giải quyết hồ sơ",
        ),
        ("rut", CLERK, "muốn làm lại phải nộp hồ sơ mới", "Rút hồ sơ"),
    ],
)
def test_a_case_is_ended_after_a_second_look(  # noqa: PLR0917
    here: World, case: UUID, path: str, login: str, consequence: str, told: str
) -> None:
    browser, address = here.client(login), f"/ho-so/{case}/{path}"
    assert f'href="{address}"' in browser.get(f"/ho-so/{case}").text
    page = browser.get(address)
    assert page.status_code == 200
    assert consequence in page.text
    missing = browser.post(address, **{**ORDER, "f.document": ""})
    assert missing.status_code == 422
    assert "Bà Hoa đã bán nhà" in missing.text
    looked = browser.post(address, **ORDER)
    assert looked.status_code == 200
    assert "Xem lại lần cuối" in looked.text
    assert consequence in looked.text
    assert "Bà Hoa đã bán nhà" in looked.text
    assert test_worker.status_of(here, case) is Status.OPEN
    done_ = browser.post(address, confirmed="1", **ORDER)
    assert (done_.status_code, done_.location) == (303, f"/ho-so/{case}")
    assert test_worker.status_of(here, case) is Status.COMPLETED
    assert told in history(here, case)
    assert "12/QĐ" in history(here, case)
    assert browser.get(address).status_code == 409
    assert address not in browser.get(f"/ho-so/{case}").text


def test_a_case_rests_and_goes_on(here: World, case: UUID) -> None:
    browser, clerk = here.client(SUPERVISOR), here.client(CLERK)
    assert browser.post(f"/ho-so/{case}/tam-dung", **ORDER).status_code == 303
    page = browser.get(f"/ho-so/{case}").text
    assert "Tạm dừng từ 20/11/2026 09:05" in page
    assert f"/ho-so/{case}/tiep-tuc" in page
    task = clerk.get(f"/viec/{case}/b/1").text
    assert "Hồ sơ tạm dừng từ" in task
    assert "task-form" not in task
    refused = clerk.post(f"/viec/{case}/b/1", **{"f.comment": "đã gõ"})
    assert refused.status_code == 409
    assert "Hồ sơ đang tạm dừng" in refused.text
    assert "đã gõ" in refused.text
    went = browser.post(f"/ho-so/{case}/tiep-tuc", **{"f.reason": "Đã rõ"})
    assert went.status_code == 303
    assert "Tiếp tục giải quyết hồ sơ" in history(here, case)
    assert "task-form" in clerk.get(f"/viec/{case}/b/1").text


def test_orders_are_offered_to_nobody_else(here: World, case: UUID) -> None:
    seen = here.client(CLERK).get(f"/ho-so/{case}").text
    assert f"/ho-so/{case}/dung-giai-quyet" not in seen
    assert f"/ho-so/{case}/tam-dung" not in seen
    auditor = world.login_of(Role.AUDITOR, "own-position")
    seen = here.client(auditor).get(f"/ho-so/{case}").text
    for path in ("dung-giai-quyet", "rut", "tam-dung"):
        assert f"/ho-so/{case}/{path}" not in seen
