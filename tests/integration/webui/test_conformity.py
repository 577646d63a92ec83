"""Conformance by procedure on pages: rates, classes, the cases behind them, rounds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.commands.change_organisation import CreateAgency
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.receive_message import ReceiveMessage
from engine.commands.release_task import ReleaseTask
from engine.domain.organisation import Agency, Role
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import daily_check, judged_rows, opinions, remembered

AUDITOR = world.login_of(Role.AUDITOR, "own-position")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "supervised")
STRANGER = world.login_of(Role.SUPERVISOR, "unrelated")
CLERK = world.login_of(Role.CLERK, "own-position")
PAGE = "/kiem-chung/phu-hop"
TO = "&tu=2026-11-01&den=2026-11-30"


@pytest.fixture(autouse=True)
def _nothing_known(data: Path) -> None:
    """Begin without verdicts of other tests: their tenants have the same id."""
    assert not data.exists()
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


# What outlives the process.


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Count the cases that are judged."""
    made: list[UUID] = []
    true = judged_rows.chosen

    def chosen(*moment: Any) -> Iterator[tuple[UUID, judged_rows.Case]]:
        for case, brought in true(*moment):
            made.append(case)
            yield case, brought

    monkeypatch.setattr(judged_rows, "chosen", chosen)
    return made


def check_everything(here: World, data: Path) -> bool:
    """Do what the server does at midnight; whether nothing was found."""
    daily_check.DailyCheck(here.application, data, share=1.0).once()
    found = daily_check.Results(data).read(world.HERE)
    assert found is not None
    return bool(found["ok"])


def test_another_process_judges_nothing_that_did_not_change(
    here: World, judged: list[UUID]
) -> None:
    close(here, here.case)
    close(here, another(here), given_back=True)
    first = cells(here.client(AUDITOR).get(PAGE).text)
    assert len(judged) == 2
    opinions.forget(world.HERE)
    assert cells(here.client(AUDITOR).get(PAGE).text) == first
    assert len(judged) == 2
    # A case that closed since is judged, and it alone.
    newer = another(here)
    close(here, newer)
    opinions.forget(world.HERE)
    assert cells(here.client(AUDITOR).get(PAGE).text)[1] == "3"
    assert judged[2:] == [newer]


def test_who_asks_to_judge_anew_is_remembered_nothing(
    here: World, judged: list[UUID]
) -> None:
    close(here, here.case)
    browser = here.client(AUDITOR)
    browser.get(PAGE)
    alter(here, here.case)
    assert browser.post(PAGE).status_code == 303
    assert cells(browser.get(PAGE).text)[2] == "0,0 % (0/1)"
    assert len(judged) == 2


def test_a_change_of_the_organisation_lets_everything_be_judged_anew(
    here: World, judged: list[UUID]
) -> None:
    close(here, here.case)
    here.client(AUDITOR).get(PAGE)
    agency = Agency(id=here.application.ids.uuid(), name="Xã mới")
    here.application.engine.run(CreateAgency(agency=agency), world.HERE)
    for process in (1, 2):
        here.client(AUDITOR).get(PAGE)
        opinions.forget(world.HERE)
        assert (process, len(judged)) == (process, 2)


def test_other_code_judges_anew(
    here: World, judged: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    close(here, here.case)
    here.client(AUDITOR).get(PAGE)
    monkeypatch.setattr(remembered, "_code", lambda: b"another")
    here.client(AUDITOR).get(PAGE)
    assert len(judged) == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format": 1', b"\xff"])
def test_a_damaged_file_is_no_memory(
    here: World, data: Path, judged: list[UUID], content: bytes
) -> None:
    close(here, here.case)
    here.client(AUDITOR).get(PAGE)
    (path,) = (data / "verdicts").glob("*.json")
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(content)
    opinions.forget(world.HERE)
    assert cells(here.client(AUDITOR).get(PAGE).text)[2] == "100,0 % (1/1)"
    assert len(judged) == 2


def test_a_check_of_everything_keeps_verdicts_until_the_next(
    here: World, data: Path, judged: list[UUID]
) -> None:
    close(here, here.case)
    here.client(AUDITOR).get(PAGE)
    assert check_everything(here, data)
    here.clock.move(hours=25)
    opinions.forget(world.HERE)
    here.client(AUDITOR).get(PAGE)
    assert len(judged) == 1
    # No check was made for longer than a day.
    here.clock.move(hours=2)
    here.client(AUDITOR).get(PAGE)
    assert len(judged) == 2


def test_a_check_that_finds_something_keeps_no_verdict(
    here: World, data: Path, judged: list[UUID]
) -> None:
    close(here, here.case)
    here.client(AUDITOR).get(PAGE)
    alter(here, here.case)
    assert not check_everything(here, data)
    here.clock.move(minutes=61)
    assert cells(here.client(AUDITOR).get(PAGE).text)[2] == "0,0 % (0/1)"
    assert len(judged) == 2


def test_what_is_remembered_names_nobody(here: World, data: Path) -> None:
    close(here, here.case, given_back=True)
    here.client(AUDITOR).get(PAGE)
    (path,) = (data / "verdicts").glob("*.json")
    (told,) = json.loads(path.read_text())["known"].values()
    assert told[2:] == ["conforms with deviations", {"released": 1}, None]
