"""Ad-hoc work: begun piece by piece on its page, ended by a person or a condition."""

import html
import re
from uuid import UUID

import pytest

from engine.commands.begin_activity import BeginActivity
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.rebuild_case import RebuildCase
from engine.commands.upload_version import UploadVersion
from engine.commands.verify_case import VerifyCase
from engine.domain.organisation import Role
from engine.errors import NotAllowedError, NotFoundError, NotReadyError, StaleError
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK = world.login_of(Role.CLERK, "own-position")
DESK = world.login_of(Role.CLERK, "other-agency")
LANE = world.LANE.replace("tham_tra", "nhom")
ENOUGH = "<completionCondition>da_ro</completionCondition>"


def model(attributes: str = "", completion: str = "") -> bytes:
    inside = bpmn.nodes("task hop 'Họp các bên'; task di 'Đi thực địa'")
    inside = inside.replace("\n", "")
    return bpmn.definitions(
        bpmn.process(
            f"start s; adHocSubProcess nhom 'Xác minh' {attributes}{inside}"
            f"{completion}; end e",
            "s > nhom > e",
            identity="xac_minh",
            name="Thủ tục xác minh",
            more=LANE,
        )
    )


def opened(here: World, content: bytes) -> UUID:
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    made = execute(UploadVersion(files={"process.bpmn": content}), designer)
    execute(PublishVersion(version=UUID(str(made["version"]))), approver)
    with here.application.store.begin(world.HERE) as uow:
        agencies = uow.cases.lock(here.case).case.agencies
    case = execute(
        OpenCase(procedure="xac_minh", data={}, agencies=agencies), here.actor(DESK)
    )
    return UUID(str(case["case"]))


def begin(here: World, case: UUID, activity: str, login: str = CLERK) -> None:
    here.application.engine.execute(
        BeginActivity(case=case, element="nhom", occurrence=1, activity=activity),
        here.actor(login),
    )


def complete(here: World, case: UUID, element: str, occurrence: int = 1) -> str:
    done = here.application.engine.execute(
        CompleteTask(case=case, element=element, occurrence=occurrence, answers={}),
        here.actor(CLERK),
    )
    return str(done["status"])


def agrees(here: World, case: UUID) -> None:
    """Rebuild and verification find nothing else than what is stored."""
    run = here.application.engine.run
    assert run(RebuildCase(case=case), world.HERE)["differences"] == []
    auditor = here.actor(world.login_of(Role.AUDITOR, "own-position"))
    execute = here.application.engine.execute
    assert execute(VerifyCase(case=case), auditor)["differences"] == []


def said(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_activities_are_begun_as_often_as_needed_on_the_page(here: World) -> None:
    case = opened(here, model())
    browser = here.client(CLERK)
    path = f"/viec/{case}/nhom/1"
    page = browser.get(path).text
    assert "Họp các bên" in page
    assert "Đi thực địa" in page
    assert "Kết thúc nhóm việc" in page
    sent = browser.post(f"{path}/bat-dau", activity="hop")
    assert (sent.status_code, sent.headers["Location"]) == (303, path)
    assert browser.post(f"{path}/bat-dau", activity="hop").status_code == 303
    page = said(browser.get(path).text)
    assert "2 lần" in page
    assert "Có thể kết thúc khi không còn việc nào đang làm" in page
    assert "Kết thúc nhóm việc" not in page
    assert browser.post(path).status_code == 409
    agrees(here, case)


def test_a_person_ends_it_when_nothing_runs_inside(here: World) -> None:
    case = opened(here, model())
    begin(here, case, "hop")
    begin(here, case, "hop")
    browser, path = here.client(CLERK), f"/viec/{case}/nhom/1"
    for occurrence in (1, 2):
        assert browser.post(f"/viec/{case}/hop/{occurrence}").status_code == 303
    page = said(browser.get(path).text)
    assert page.count("Hoàn thành bước: Họp các bên") == 2
    assert "Kết thúc nhóm việc" in page
    assert browser.post(path).status_code == 303
    found = here.application.queries.case(here.actor(CLERK), str(case))
    assert found is not None
    assert found.status.value == "completed"
    assert "Bắt đầu: Họp các bên" in said(browser.get(f"/ho-so/{case}").text)
    assert "Bắt đầu bước" in said(browser.get(f"/ho-so/{case}/lich-su").text)
    agrees(here, case)


def test_a_condition_ends_the_whole_and_closes_its_work(here: World) -> None:
    case = opened(here, model(completion=ENOUGH.replace("da_ro", "true")))
    browser = here.client(CLERK)
    page = said(browser.get(f"/viec/{case}/nhom/1").text)
    assert "Nhóm việc tự kết thúc khi: true." in page
    assert "Kết thúc nhóm việc" not in page
    begin(here, case, "hop")
    begin(here, case, "di")
    with pytest.raises(NotReadyError):
        complete(here, case, "nhom")
    assert complete(here, case, "hop") == "completed"
    tasks = here.application.queries.case_tasks(here.actor(CLERK), case)
    ended = {one.element: one.status.value for one in tasks}
    assert ended == {"nhom": "done", "hop": "done", "di": "cancelled"}
    agrees(here, case)


def test_one_after_the_other_is_said_where_nothing_can_be_begun(here: World) -> None:
    case = opened(here, model('ordering="Sequential" '))
    begin(here, case, "hop")
    with pytest.raises(NotReadyError):
        begin(here, case, "di")
    browser = here.client(CLERK)
    page = said(browser.get(f"/viec/{case}/nhom/1").text)
    assert "phải xong trước" in page
    refused = browser.post(f"/viec/{case}/nhom/1/bat-dau", activity="di")
    assert refused.status_code == 409
    complete(here, case, "hop")
    begin(here, case, "di")
    agrees(here, case)


def test_only_who_may_complete_the_work_begins_what_is_inside(here: World) -> None:
    case = opened(here, model())
    with pytest.raises(NotAllowedError):
        begin(here, case, "hop", world.login_of(Role.CLERK, "own-agency"))
    with pytest.raises(NotFoundError):
        begin(here, case, "hop", world.login_of(Role.CLERK, "unrelated"))
    page = here.client(world.login_of(Role.AUDITOR, "own-position"))
    assert "bat-dau" not in page.get(f"/viec/{case}/nhom/1").text
    agrees(here, case)


@pytest.mark.parametrize("activity", ["e", "nhom", "s", "", "khac"])
def test_nothing_else_can_be_begun(here: World, activity: str) -> None:
    case = opened(here, model())
    with pytest.raises(NotFoundError) as refused:
        begin(here, case, activity)
    assert refused.value.code == "no-activity"


def test_nothing_begins_in_work_that_is_done_or_was_changed(here: World) -> None:
    case = opened(here, model())
    stale = BeginActivity(
        case=case, element="nhom", occurrence=1, activity="hop", version=77
    )
    with pytest.raises(StaleError):
        here.application.engine.execute(stale, here.actor(CLERK))
    complete(here, case, "nhom")
    with pytest.raises(NotReadyError):
        begin(here, case, "hop")


def test_the_same_key_begins_it_once(here: World) -> None:
    case = opened(here, model())
    browser = here.client(CLERK)
    for _ in range(2):
        path = f"/viec/{case}/nhom/1/bat-dau"
        assert browser.post(path, activity="hop", key="k1").status_code == 303
    assert "1 lần" in said(browser.get(f"/viec/{case}/nhom/1").text)
