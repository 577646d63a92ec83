"""The page on which personal data are erased when their time is over."""

import pytest

from engine.commands.complete_task import CompleteTask
from engine.commands.receive_message import ReceiveMessage
from engine.domain.organisation import Role
from engine.evidence import retrace
from tests.integration.webui.world import HERE, World, login_of

ADMIN = login_of(Role.ADMINISTRATOR, "unrelated")
CLERK = login_of(Role.CLERK, "own-position")
INTEGRATOR = login_of(Role.INTEGRATOR, "unrelated")
PAGE = "/he-thong/du-lieu-ca-nhan"
ORDER = "Quyết định 12/QĐ-UBND"


@pytest.fixture
def register(here: World, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a world whose register of erasures is its own."""
    monkeypatch.setenv("QUYTRINH_DATA", str(tmp_path))
    here.close()
    here.open()
    return here


def close_case(here: World) -> None:
    engine = here.application.engine
    done = CompleteTask(
        case=here.case, element="tham_tra", occurrence=1, answers={"y": "Bí mật"}
    )
    engine.execute(done, here.actor(CLERK))
    told = ReceiveMessage(case=here.case, name="thong_bao_thue", payload={"x": "Bí"})
    engine.execute(told, here.actor(INTEGRATOR))


def values(here: World) -> list[object]:
    with here.application.store.read(HERE) as uow:
        case = uow.cases.get(here.case)
        steps = retrace.opened(uow.history.read(case.id, case.month))
    return [value for step in steps for value in step.values.values()]


def code(here: World) -> str:
    with here.application.store.read(HERE) as uow:
        return uow.cases.get(here.case).code


def test_an_erasure_is_ordered_on_the_page_and_carried_out(register: World) -> None:
    close_case(register)
    browser = register.client(ADMIN)
    assert str(register.case) in browser.get(f"{PAGE}?tim={code(register)}").text
    address = f"{PAGE}/{register.case}/xoa"
    assert "không khôi phục được" in browser.get(address).text
    refused = browser.post(address, **{"f.basis": "Luật", "f.order": ""})
    assert refused.status_code == 422
    assert values(register)
    done = browser.post(address, **{"f.basis": "Luật", "f.order": ORDER})
    assert done.status_code == 303
    assert values(register) == []
    again = browser.post(address, **{"f.basis": "Luật", "f.order": ORDER})
    assert again.status_code == 409
    assert "không còn dữ liệu" in again.text


def test_a_held_case_is_not_erased_and_the_page_says_why(register: World) -> None:
    close_case(register)
    browser = register.client(ADMIN)
    base = f"{PAGE}/{register.case}"
    assert browser.post(f"{base}/giu", **{"f.order": ORDER}).status_code == 303
    refused = browser.post(f"{base}/xoa", **{"f.basis": "Luật", "f.order": ORDER})
    assert refused.status_code == 409
    assert "tạm giữ" in refused.text
    assert values(register)
    assert browser.post(f"{base}/thoi-giu", **{"f.order": ORDER}).status_code == 303
    assert browser.post(f"{base}/thoi-giu", **{"f.order": ORDER}).status_code == 409


def test_the_page_says_whether_a_case_is_held_and_what_was_erased(
    register: World,
) -> None:
    close_case(register)
    browser = register.client(ADMIN)
    base, found = f"{PAGE}/{register.case}", f"{PAGE}?tim={code(register)}"
    page = browser.get(found).text
    assert "Không tạm giữ" in page
    assert f"{base}/thoi-giu" not in page
    browser.post(f"{base}/giu", **{"f.order": "Công văn 7/TTr"})
    page = browser.get(found).text
    assert "Đang tạm giữ" in page
    assert "theo Công văn 7/TTr, từ 20/11/2026" in page
    assert f"{base}/thoi-giu" in page
    # What would be refused is not offered.
    assert f"{base}/xoa" not in page
    browser.post(f"{base}/thoi-giu", **{"f.order": "Công văn 8/TTr"})
    browser.post(f"{base}/xoa", **{"f.basis": "Luật", "f.order": ORDER})
    page = browser.get(found).text
    assert "Không tạm giữ" in page
    assert f"đã xóa theo Luật ({ORDER}), ngày 20/11/2026" in page


def test_nothing_is_due_where_no_procedure_says_how_long_it_keeps(
    register: World,
) -> None:
    close_case(register)
    register.clock.move(days=365 * 200)
    assert "Chưa có hồ sơ nào" in register.client(ADMIN).get(PAGE).text
