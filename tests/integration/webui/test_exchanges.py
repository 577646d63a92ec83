"""Exchanges: messages are handed in once, and stand in the history."""

from typing import Final

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

INTEGRATOR: Final = world.login_of(Role.INTEGRATOR, "unrelated")
CLERK: Final = world.login_of(Role.CLERK, "own-position")


def path(here: World) -> str:
    return f"/trao-doi/{here.case}/cho_thue/1"


def test_what_a_case_waits_for_is_listed(here: World) -> None:
    page = here.client(INTEGRATOR).get("/trao-doi").text
    assert "Chờ thuế" in page
    assert path(here) in page
    assert "Chưa có hồ sơ nào gửi thông điệp." in page


def test_a_message_goes_to_the_case_and_into_its_history(here: World) -> None:
    browser = here.client(INTEGRATOR)
    values = {"name": ["so_tien", "so_bao", ""], "value": ["125000", "007/TB", "x"]}
    answer = browser.post(path(here), key="m", **values)
    assert (answer.status_code, answer.location) == (303, "/trao-doi")
    with here.application.store.begin(world.HERE) as uow:
        month = uow.cases.lock(here.case).case.month
        last = uow.history.read(here.case, month)[-1]
    assert last.type == "message.received"
    stored = {one.name: one.value for one in last.personal}
    assert stored == {"so_tien": "125000", "so_bao": '"007/TB"'}
    page = browser.get("/trao-doi").text
    assert "Hiện không có hồ sơ nào chờ thông điệp." in page
    assert (
        "Nhận thông điệp" in here.client(CLERK).get(f"/ho-so/{here.case}/lich-su").text
    )


def test_a_name_without_a_value_is_not_part_of_the_message(here: World) -> None:
    values = {"name": ["so_tien", "ghi_chu"], "value": ["5", " "]}
    here.client(INTEGRATOR).post(path(here), key="m", **values)
    with here.application.store.begin(world.HERE) as uow:
        month = uow.cases.lock(here.case).case.month
        last = uow.history.read(here.case, month)[-1]
    assert [one.name for one in last.personal] == ["so_tien"]


def test_the_second_page_of_the_same_message_is_too_late(here: World) -> None:
    browser = here.client(INTEGRATOR)
    browser.post(path(here), key="m")
    answer = browser.post(path(here), key="n", name="so_tien", value="1")
    assert answer.status_code == 409
    # Nothing is lost: the error page shows what came.
    assert "so_tien" in answer.text


def test_the_same_request_twice_is_one_message(here: World) -> None:
    browser = here.client(INTEGRATOR)
    browser.post(path(here), key="m")
    browser.post(path(here), key="m")
    with here.application.store.begin(world.HERE) as uow:
        month = uow.cases.lock(here.case).case.month
        events = uow.history.read(here.case, month)
    assert [event.type for event in events].count("message.received") == 1
