"""Conformance by procedure on pages: rates, classes, the cases behind them, rounds."""

import re
from uuid import UUID

import pytest

from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.receive_message import ReceiveMessage
from engine.commands.release_task import ReleaseTask
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import opinions

AUDITOR = world.login_of(Role.AUDITOR, "own-position")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "supervised")
STRANGER = world.login_of(Role.SUPERVISOR, "unrelated")
CLERK = world.login_of(Role.CLERK, "own-position")
PAGE = "/kiem-chung/phu-hop"
TO = "&tu=2026-11-01&den=2026-11-30"


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    """Begin without verdicts of other tests: their tenants have the same id."""
    opinions.forget(world.HERE)


def close(here: World, case: UUID, *, given_back: bool = False) -> None:
    """End a case; on the way somebody may give the work back."""
    execute = here.application.engine.execute
    if given_back:
        taken = ClaimTask(case=case, element="tham_tra", occurrence=1)
        execute(taken, here.actor(CLERK))
        here.clock.move(minutes=1)
        back = ReleaseTask(case=case, element="tham_tra", occurrence=1)
        execute(back, here.actor(CLERK))
        here.clock.move(minutes=1)
    done = CompleteTask(case=case, element="tham_tra", occurrence=1, answers={})
    execute(done, here.actor(CLERK))
    here.clock.move(minutes=1)
    told = ReceiveMessage(case=case, name="thong_bao_thue", payload={})
    integrator = here.actor(world.login_of(Role.INTEGRATOR, "unrelated"))
    execute(told, integrator)
    here.clock.move(minutes=1)


def another(here: World) -> UUID:
    """Open another case of the same procedure."""
    command = OpenCase(procedure="thu_tuc", data={}, agencies=world.case_agencies())
    desk = here.actor(world.login_of(Role.CLERK, "other-agency"))
    here.clock.move(minutes=1)
    return UUID(str(here.application.engine.execute(command, desk)["case"]))


def alter(here: World, case: UUID) -> None:
    """Change a sealed event behind the back of the product."""
    with here.application.database.write() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(
            "UPDATE event SET body = CAST(replace(body, 'tham_tra', 'tham_trx') AS"
            " BLOB) WHERE stream = ? AND seq = 2",
            (case.bytes,),
        )


def cells(page: str) -> list[str]:
    """The cells of the first row, as a person reads them."""
    row = re.search(r"<tbody>\s*(?:.*?)<tr>(.*?)</tr>", page, re.DOTALL)
    assert row is not None, page
    found = re.findall(r"<td[^>]*>(.*?)</td>", row[1], re.DOTALL)
    plain = [
        re.sub(r'<span class="for-screen-reader">.*?</span>', "", one) for one in found
    ]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in plain]


def test_each_procedure_tells_its_rate_and_its_deviations(here: World) -> None:
    browser = here.client(AUDITOR)
    assert "Không có hồ sơ nào kết thúc" in browser.get(PAGE).text
    close(here, here.case)
    close(here, another(here), given_back=True)
    altered = another(here)
    close(here, altered)
    alter(here, altered)
    row = cells(browser.get(PAGE).text)
    assert row == [
        "Thủ tục thử (thu_tuc)",
        *("3", "66,7 % (2/3)", "1", "1", "Trả lại việc: 1"),
    ]


def test_figures_lead_to_their_cases_and_to_what_is_wrong(here: World) -> None:
    close(here, here.case)
    deviating, altered = another(here), another(here)
    close(here, deviating, given_back=True)
    close(here, altered)
    alter(here, altered)
    browser = here.client(AUDITOR)
    wanted = {
        "ket-luan=khong": {altered},
        "ket-luan=khac-du-kien": {deviating},
        "ket-luan=phu-hop": {here.case},
        "loai=released": {deviating},
        "loai=late": set(),
        "": {here.case, deviating, altered},
    }
    for query, cases in wanted.items():
        page = browser.get(f"{PAGE}/ho-so?quy-trinh=thu_tuc&{query}{TO}").text
        linked = re.findall(r"/ho-so/([0-9a-f-]{36})/bang-chung#nhan-dinh", page)
        assert set(map(UUID, linked)) == cases, query
    page = browser.get(f"{PAGE}/ho-so?ket-luan=khong{TO}").text
    assert "sự kiện 2 không đạt “Nguyên vẹn”" in page
    assert "Không phù hợp" in page


def test_a_supervisor_sees_the_agencies_under_supervision(here: World) -> None:
    close(here, here.case)
    assert "thu_tuc" in here.client(SUPERVISOR).get(PAGE).text.partition("<tbody>")[2]
    assert "<tbody>" not in here.client(STRANGER).get(PAGE).text


def test_more_cases_than_a_round_are_judged_round_by_round(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinions, "ROUND", 2)
    for case in (here.case, another(here), another(here)):
        close(here, case)
    browser = here.client(AUDITOR)
    first = browser.get("/kiem-chung/xem-xet").text
    assert "Mới xét 2 trong 3 hồ sơ" in first
    sheet = browser.get("/kiem-chung/xem-xet.csv").text
    second = browser.get(PAGE).text
    assert "Mới xét" not in second
    assert cells(second)[1:3] == ["3", "100,0 % (3/3)"]
    # What was left out is said in files as well; here the file went on.
    assert "Mới xét" not in sheet
    assert "3,3,100.0" in sheet


def test_a_later_alteration_shows_once_all_are_judged_anew(here: World) -> None:
    close(here, here.case)
    browser = here.client(AUDITOR)
    assert cells(browser.get(PAGE).text)[2] == "100,0 % (1/1)"
    alter(here, here.case)
    page = browser.get(PAGE).text
    # The page says of when its verdicts are.
    assert "Kết luận xét từ 20/11/2026 09:07" in page
    assert cells(page)[2] == "100,0 % (1/1)"
    assert browser.post(PAGE).status_code == 303
    assert cells(browser.get(PAGE).text)[2] == "0,0 % (0/1)"


def test_a_verdict_is_remembered_for_an_hour_at_most(here: World) -> None:
    close(here, here.case)
    here.client(AUDITOR).get(PAGE)
    alter(here, here.case)
    here.clock.move(minutes=61)
    assert cells(here.client(AUDITOR).get(PAGE).text)[2] == "0,0 % (0/1)"


@pytest.mark.parametrize("query", ["", "?tu=x&den=y&ket-luan=z&loai=w&don-vi=v"])
def test_whatever_the_address_says_the_pages_answer(here: World, query: str) -> None:
    for path in (PAGE, f"{PAGE}/ho-so"):
        assert here.client(AUDITOR).get(f"{path}{query}").status_code == 200
