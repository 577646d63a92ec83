"""Letters on the page and on the command line: where they went, why they stay."""

from typing import Final
from uuid import UUID

import pytest

from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from engine.domain.run import Status
from engine.queries import CaseFilter
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.test_worker import status_of, until
from tests.integration.webui.world import HERE, World
from webui import delivering, worker

INTEGRATOR: Final = world.login_of(Role.INTEGRATOR, "unrelated")
ABOVE: Final = world.login_of(Role.SUPERVISOR, "supervised")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
LANE: Final = (
    f'<laneSet id="lanes"><lane id="lane" name="{world.EXAMINER}">'
    "<flowNodeRef>lam</flowNodeRef></lane></laneSet>"
)
BESIDE: Final = '<message id="m" name="ket_qua"/><signal id="bao" name="bao"/>'
SENDING: Final = bpmn.definitions(
    BESIDE,
    bpmn.process(
        "start s; task lam 'Làm'; send gui 'Gửi kết quả' messageRef=\"m\"\n"
        'end e <signalEventDefinition signalRef="bao"/>',
        "s > lam > gui > e",
        identity="gui_di",
        name="Gửi đi",
        more=LANE,
    ),
)
WAITING: Final = bpmn.definitions(
    BESIDE,
    bpmn.process(
        "start s; and chia; receive cho 'Chờ kết quả' messageRef=\"m\"\n"
        'catch nghe <signalEventDefinition signalRef="bao"/>\nand gop; end e',
        "s > chia > cho > gop > e\nchia > nghe > gop",
        identity="cho_doi",
        name="Chờ đợi",
    ),
)


POOLS: Final = bpmn.definitions(
    '<message id="d" name="don_hang"/>',
    '<collaboration id="c"><participant id="p1" name="Khách" processRef="khach"/>'
    '<participant id="p2" name="Cửa hàng" processRef="cua_hang"/></collaboration>',
    bpmn.process(
        "start s; send gui 'Gửi đơn' messageRef=\"d\"; end e",
        "s > gui > e",
        identity="khach",
        name="Khách",
    ),
    bpmn.process(
        'start nhan <messageEventDefinition messageRef="d"/>\n'
        "task lam 'Giao hàng'; end e2",
        "nhan > lam > e2",
        identity="cua_hang",
        name="Cửa hàng",
        more=LANE,
    ),
)


@pytest.fixture
def talking(here: World) -> World:
    """Give a world in which one procedure sends what another waits for."""
    execute = here.application.engine.execute
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    for content in (SENDING, WAITING, POOLS):
        stored = execute(UploadVersion(files={"process.bpmn": content}), designer)
        execute(PublishVersion(version=UUID(str(stored["version"]))), approver)
    return here


def opened(here: World, procedure: str) -> tuple[UUID, str]:
    clerk = here.actor(CLERK)
    command = OpenCase(procedure=procedure, data={})
    done = here.application.engine.execute(command, clerk)
    return UUID(str(done["case"])), str(done["code"])


def send(here: World) -> tuple[UUID, str]:
    case, code = opened(here, "gui_di")
    command = CompleteTask(case=case, element="lam", occurrence=1, answers={})
    here.application.engine.execute(command, here.actor(CLERK))
    return case, code


def test_a_message_that_nobody_may_take_is_handed_over_by_a_person(
    talking: World,
) -> None:
    waiting, target = opened(talking, "cho_doi")
    sender, code = send(talking)
    delivering.sweep(talking.application, HERE)
    browser = talking.client(INTEGRATOR)
    page = browser.get("/trao-doi").text
    assert "Chưa có hồ sơ nào chắc chắn là nơi nhận đang chờ" in page
    assert code in page
    # The signal that went with it has arrived.
    assert status_of(talking, waiting) is Status.OPEN
    path = f"/trao-doi/thu/{sender}/2/0"
    answer = browser.post(path, case=target)
    assert (answer.status_code, answer.location) == (303, "/trao-doi")
    assert status_of(talking, waiting) is Status.COMPLETED
    history = talking.client(CLERK).get(f"/ho-so/{waiting}/lich-su").text
    assert f"từ hồ sơ {code}" in history
    page = browser.get("/trao-doi").text
    assert "Mọi thông điệp đã đến nơi." in page
    assert f"Hồ sơ {target}" in page
    # A second time there is nothing left to do.
    assert browser.post(path, case=target).status_code == 303
    assert "Thông điệp đã đến nơi từ trước." in browser.get("/trao-doi").text
    with talking.application.store.begin(HERE) as uow:
        month = uow.cases.lock(waiting).case.month
        events = uow.history.read(waiting, month)
    assert [one.type for one in events].count("message.received") == 1


def test_a_case_that_does_not_wait_refuses_the_message(talking: World) -> None:
    sender, code = send(talking)
    delivering.sweep(talking.application, HERE)
    browser = talking.client(INTEGRATOR)
    browser.post(f"/trao-doi/thu/{sender}/2/0", case=code)
    page = browser.get("/trao-doi").text
    assert "Chưa có hồ sơ nào chắc chắn là nơi nhận đang chờ" in page, (
        "it is still there"
    )
    missing = browser.post(f"/trao-doi/thu/{sender}/2/0", case="khong-co")
    assert missing.status_code == 404


def test_trying_again_begins_anew(talking: World) -> None:
    sender, _ = send(talking)
    delivering.sweep(talking.application, HERE)
    for _ in range(3):
        talking.clock.move(hours=1)
        delivering.sweep(talking.application, HERE)
    talking.client(INTEGRATOR).post(f"/trao-doi/thu/{sender}/2/0")
    with talking.application.store.begin(HERE) as uow:
        (letter,) = uow.outbox.letters(9, all_=False)
    assert (letter.tried.attempts, letter.tried.next_try) == (0, talking.clock.at)


def test_the_pages_of_a_case_show_the_process_of_its_own_pool(
    talking: World,
) -> None:
    _, code = opened(talking, "khach")
    delivering.sweep(talking.application, HERE)
    auditor = talking.actor(world.login_of(Role.AUDITOR, "unrelated"))
    found = talking.application.queries.cases(auditor, CaseFilter())
    shop = next(one for one in found if one.process)
    browser = talking.client(CLERK)
    page = browser.get(f"/ho-so/{shop.id}").text
    assert "Giao hàng" in page
    assert "Hệ thống tự mở".lower() in page.lower()
    assert f"từ hồ sơ {code}" in browser.get(f"/ho-so/{shop.id}/lich-su").text
    assert browser.get(f"/viec/{shop.id}/lam/1").status_code == 200
    answer = browser.post(f"/viec/{shop.id}/lam/1", key="k")
    assert answer.status_code == 303
    assert status_of(talking, shop.id) is Status.COMPLETED
    sent = talking.client(INTEGRATOR).get("/trao-doi").text
    assert f"Hồ sơ {shop.code}" in sent


def test_a_version_tells_the_work_of_other_pools_that_nobody_does(
    talking: World,
) -> None:
    designer = world.login_of(Role.DESIGNER, "own-position")
    lonely = POOLS.replace(world.EXAMINER.encode(), "Thủ kho".encode())
    lonely = lonely.replace(b'"khach"', b'"khach_2"')
    stored = talking.application.engine.execute(
        UploadVersion(files={"process.bpmn": lonely}), talking.actor(designer)
    )
    version = UUID(str(stored["version"]))
    page = talking.client(designer).get(f"/quy-trinh/phien-ban/{version}").text
    assert "Thủ kho" in page


def test_a_letter_that_fails_is_named_by_its_step_and_not_for_programs(
    talking: World,
) -> None:
    send(talking)
    for _ in range(12):
        talking.clock.move(hours=2)
        delivering.sweep(talking.application, HERE)
    above = talking.client(ABOVE).get("/giam-sat").text
    assert 'title="ket_qua">Thông điệp “Gửi kết quả” không gửi được' in above
    assert "“ket_qua”" not in above
    waiting = talking.client(INTEGRATOR).get("/trao-doi").text
    assert 'Gửi kết quả<br><span class="quiet">ket_qua</span>' in waiting


def test_the_page_says_it_in_english_too(talking: World) -> None:
    send(talking)
    delivering.sweep(talking.application, HERE)
    browser = talking.client(INTEGRATOR)
    browser.post("/ngon-ngu", language="en")
    page = browser.get("/trao-doi").text
    assert "What has not arrived" in page
    assert "No case surely meant waits for it" in page


def test_the_worker_delivers(talking: World) -> None:
    waiting, _ = opened(talking, "cho_doi")
    send(talking)
    working = worker.Worker(talking.application, interval=0.01)
    working.start()

    def heard() -> bool:
        with talking.application.store.begin(HERE) as uow:
            return len(uow.arrivals.waits(waiting)) == 1

    assert until(heard)
    working.stop()
