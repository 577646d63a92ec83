"""The worklist: urgency, filters, taking a task in place."""

import html
import re
from typing import Final

import pytest

from engine import limits
from engine.commands.open_case import OpenCase
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
OTHER: Final = world.login_of(Role.CLERK, "own-agency")
CODE: Final = re.compile(r'class="worklist__code"[^>]*>([^<]+)<')
PATH: Final = "/viec/{case}/tham_tra/1"


def test_work_of_the_position_is_listed_with_a_button_to_take_it(here: World) -> None:
    page = here.client(CLERK).get("/viec").text
    assert "Thẩm tra hồ sơ" in page
    assert "Nhận việc" in page
    assert "Không có hạn" in page
    assert "Đang tạm dừng" in page, "the filter"


def test_work_of_another_position_is_not_listed(here: World) -> None:
    page = here.client(OTHER).get("/viec").text
    assert "Thẩm tra hồ sơ" not in page
    assert "Chưa có việc nào chờ ông/bà" in page


def test_words_without_diacritics_find_and_strange_words_find_nothing(
    here: World,
) -> None:
    browser = here.client(CLERK)
    code = here.application.queries.case(here.actor(CLERK), str(here.case))
    assert code is not None
    assert "Thẩm tra hồ sơ" in browser.get(f"/viec?tim={code.code.lower()}").text
    nothing = browser.get("/viec?tim=khongco").text
    assert "Không có việc nào khớp bộ lọc." in nothing
    assert "“khongco”" in nothing


def test_nonsense_in_the_address_counts_as_not_asked(here: World) -> None:
    browser = here.client(CLERK)
    for query in ("trang=-5", "trang=x", "trang=99999999", "nhom=?", "quy-trinh=<b>"):
        assert browser.get(f"/viec?{query}").status_code == 200


def test_taking_without_scripts_comes_back_to_the_list(here: World) -> None:
    browser = here.client(CLERK)
    answer = browser.post(PATH.format(case=here.case) + "/nhan", next="/viec?tim=x")
    assert answer.status_code == 303
    assert answer.location == "/viec?tim=x"
    assert '<td class="holder">Tôi' in browser.get("/viec?nhom=cua-toi").text


def test_taking_never_sends_to_another_site(here: World) -> None:
    browser = here.client(CLERK)
    answer = browser.post(
        PATH.format(case=here.case) + "/nhan", next="https://evil.test/"
    )
    assert answer.location == "/"


def test_taking_with_htmx_answers_with_the_row_alone(here: World) -> None:
    browser = here.client(CLERK)
    answer = browser.client.post(
        PATH.format(case=here.case) + "/nhan",
        data={"csrf_token": browser.token},
        headers={"HX-Request": "true"},
        base_url=browser.base,
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<tr")
    assert "Tôi" in answer.text


def test_a_refused_taking_says_so_in_the_row(here: World) -> None:
    browser = here.client(OTHER)
    answer = browser.client.post(
        PATH.format(case=here.case) + "/nhan",
        data={"csrf_token": browser.token},
        headers={"HX-Request": "true"},
        base_url=browser.base,
    )
    assert "vị trí" in answer.text
    assert "<html" not in answer.text


def test_counts_of_the_groups_are_those_of_all_pages(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.application.store.read(world.HERE) as uow:
        agencies = uow.cases.get(here.case).agencies
    for _ in range(3):
        here.application.engine.execute(
            OpenCase(procedure="thu_tuc", data={}, agencies=agencies), here.actor(DESK)
        )
    monkeypatch.setattr(limits, "WORKLIST_PAGE", 2)
    browser = here.client(CLERK)
    page = browser.get("/viec").text
    seen = set(CODE.findall(page))
    for _ in range(2):
        assert '<span class="urgency-group__count">4</span>' in page
        address = re.search(r'href="([^"]*sau=[^"]*)"', page)
        if address is None:
            break
        page = browser.get(html.unescape(address[1])).text
        seen |= set(CODE.findall(page))
    assert len(seen) == 4, "no page loses a row"
    before = re.search(r'href="([^"]*truoc=[^"]*)"', page)
    assert before is not None
    back = browser.get(html.unescape(before[1])).text
    assert len(set(CODE.findall(back))) == 2
