"""Work done on paper, entered on the task page: all of it or nothing, never lost."""

from typing import Final

import pytest

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
OTHER: Final = world.login_of(Role.CLERK, "own-agency")
NOTE: Final = "Đã đối chiếu bản gốc"
DAY: Final = "20/11/2026"


def hand(login: str = CLERK) -> str:
    account, position = world.id_of("account", login), world.id_of("position", login)
    return f"{account.hex}.{position.hex}"


def sheet(**more: str) -> dict[str, str]:
    told = {"giay-ngay": DAY, "giay-gio": "9h20", "giay-nguoi": hand()}
    return {"f.comment": NOTE, **told, "giay-vi-sao": "Mất mạng", **more}


def path(here: World) -> str:
    # Entered twenty-five minutes after the receipt.
    here.clock.move(minutes=25)
    return f"/viec/{here.case}/tham_tra/1"


def test_both_times_and_both_people_stand_on_the_case_and_in_its_history(
    here: World,
) -> None:
    browser = here.client(CLERK)
    answer = browser.post(path(here), key="k", **sheet())
    assert answer.status_code == 303
    said = "Làm trên giấy lúc 09:20 ngày 20/11/2026, nhập lúc 09:30 ngày 20/11/2026"
    for more in ("", "/lich-su"):
        page = browser.get(f"/ho-so/{here.case}{more}").text
        assert said in page
        assert "Lý do làm trên giấy: Mất mạng" in page
    replay = browser.get(f"/ho-so/{here.case}/phat-lai").text
    assert "two-clocks--apart" in replay
    assert "20/11/2026 09:20" in replay


def test_the_replay_of_a_case_without_paper_has_one_clock(here: World) -> None:
    browser = here.client(CLERK)
    done = browser.post(path(here), key="k", **{"f.comment": NOTE})
    assert done.status_code == 303
    assert "two-clocks" not in browser.get(f"/ho-so/{here.case}/phat-lai").text


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"giay-gio": ""}, 422, "Nhập giờ đã làm, ví dụ 09:10."),
        ({"giay-ngay": "31/11/2026"}, 422, "Nhập ngày đã làm, ví dụ 20/11/2026."),
        ({"giay-nguoi": ""}, 422, "Chọn người đã làm trên giấy."),
        ({"giay-nguoi": "nobody"}, 422, "Chọn người đã làm trên giấy."),
        ({"giay-vi-sao": ""}, 409, "Hãy ghi lý do làm trên giấy."),
        ({"giay-gio": "23:59"}, 409, ""),
        ({"giay-gio": "08:00"}, 409, ""),
    ],
)
def test_half_a_sheet_does_nothing_and_stands_there_again(
    here: World, wrong: dict[str, str], status: int, said: str
) -> None:
    browser, sent = here.client(CLERK), sheet(**wrong)
    answer = browser.post(path(here), key="k", **sent)
    assert answer.status_code == status
    assert said in answer.text
    assert f'name="giay-ngay" type="text" value="{sent["giay-ngay"]}"' in answer.text
    assert f'name="giay-gio" type="text" value="{sent["giay-gio"]}"' in answer.text
    assert NOTE in answer.text
    assert "Làm trên giấy lúc" not in browser.get(f"/ho-so/{here.case}").text


def test_a_draft_keeps_what_was_entered_of_a_sheet(here: World) -> None:
    browser, address = here.client(CLERK), path(here)
    assert browser.post(f"{address}/nhap", **sheet()).status_code == 303
    page = browser.get(address).text
    assert 'value="9h20"' in page
    assert f'value="{hand()}" selected' in page
    assert "Mất mạng</textarea>" in page


def test_somebody_of_another_position_is_not_offered_as_who_did_it(
    here: World,
) -> None:
    page = here.client(CLERK).get(path(here)).text
    assert hand() in page
    assert hand(OTHER) not in page
