"""Old cases on a draft: which go elsewhere, where first, and for whom it is told."""

from typing import Final
from uuid import UUID

import pytest

from engine import limits
from engine.commands.open_case import OpenCase
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESIGNER: Final = world.login_of(Role.DESIGNER, "own-position")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
INTEGRATOR: Final = world.login_of(Role.INTEGRATOR, "unrelated")


def close(here: World, case: UUID | None = None) -> None:
    """Do the work and hand in the message that a case waits for."""
    here.clock.move(minutes=20)
    case = case or here.case
    work = f"/viec/{case}/tham_tra/1"
    answer = {"f.comment": "Ông Nguyễn Văn Kín"}
    done = here.client(CLERK).post(work, key=f"k{case}", **answer)
    path = f"/trao-doi/{case}/cho_thue/1"
    heard = here.client(INTEGRATOR).post(path, key=f"m{case}")
    assert (done.status_code, heard.status_code) == (303, 303)


def second(here: World) -> UUID:
    """Open another case."""
    opened = here.application.engine.execute(
        OpenCase(procedure="thu_tuc", data={}, agencies=world.case_agencies()),
        here.actor(world.login_of(Role.CLERK, "other-agency")),
    )
    return UUID(str(opened["case"]))


def draft(here: World) -> UUID:
    """Upload the diagram with another step in the place of one as a draft."""
    changed = world.MODEL.replace(b"tham_tra", b"doi_chieu")
    changed = changed.replace("Thẩm tra hồ sơ".encode(), "Đối chiếu".encode())
    stored = here.application.engine.execute(
        UploadVersion(files={"process.bpmn": changed}), here.actor(DESIGNER)
    )
    return UUID(str(stored["version"]))


def trial(here: World, version: UUID, login: str = DESIGNER) -> str:
    """Ask for the job, let it be done and open its result."""
    browser = here.client(login)
    address = f"/quy-trinh/phien-ban/{version}/chay-thu"
    assert browser.get(address).status_code == 200
    asked = browser.post(address, key=f"{login} {here.clock.at}")
    assert asked.status_code == 303
    world.work(here)
    job = asked.location.rpartition("/")[2]
    answer = browser.get(f"{address}/{job}")
    assert answer.status_code == 200
    return answer.text


def test_a_draft_that_changes_no_way_is_told_so(here: World) -> None:
    close(here)
    assert "Cả 1 hồ sơ vẫn đi như cũ" in trial(here, here.draft)


def test_the_first_step_that_differs_is_told_with_what_is_open(here: World) -> None:
    close(here)
    version = draft(here)
    page = trial(here, version)
    assert "1 trong 1 hồ sơ sẽ đi khác" in page
    assert "Đi tiếp khác" in page
    assert "Tiếp nhận hồ sơ" in page
    assert "Thẩm tra hồ sơ" in page
    assert "Đối chiếu" in page


def test_running_cases_are_not_tried(here: World) -> None:
    page = trial(here, here.draft)
    assert "Không có hồ sơ nào của quy trình này kết thúc" in page


def test_the_form_counts_the_cases_of_the_period(here: World) -> None:
    close(here)
    address = f"/quy-trinh/phien-ban/{here.draft}/chay-thu"
    browser = here.client(DESIGNER)
    assert "Có 1 hồ sơ của quy trình này" in browser.get(address).text
    earlier = browser.get(f"{address}?tu=2026-01-01&den=2026-11-19").text
    assert "Không có hồ sơ nào" in earlier
    assert "Chạy thử</button>" not in earlier


def test_days_that_are_none_are_told_beside_and_nothing_is_run(here: World) -> None:
    close(here)
    address = f"/quy-trinh/phien-ban/{here.draft}/chay-thu"
    browser = here.client(DESIGNER)
    shown = browser.get(f"{address}?tu=2026-30-01&den=19/11/2026")
    assert 'id="tu-loi"' in shown.text
    assert 'value="2026-30-01"' in shown.text
    refused = browser.post(address, tu="1/11/2026", den="1/13/2026", key="k")
    assert refused.status_code == 422
    assert 'id="den-loi"' in refused.text
    assert "chay-thu" not in browser.get("/tac-vu").text


def test_only_the_cases_of_the_period_are_tried(here: World) -> None:
    close(here)
    here.clock.move(days=2)
    close(here, second(here))
    address = f"/quy-trinh/phien-ban/{here.draft}/chay-thu"
    browser = here.client(DESIGNER)
    asked = browser.post(address, tu="2026-11-21", den="2026-11-22", key="k")
    world.work(here)
    page = browser.get(f"{address}/{asked.location.rpartition('/')[2]}").text
    assert "Cả 1 hồ sơ vẫn đi như cũ" in page
    assert "kết thúc từ ngày 21/11/2026 đến hết ngày 22/11/2026" in page


def test_the_result_of_another_version_or_person_is_not_shown(here: World) -> None:
    close(here)
    address = f"/quy-trinh/phien-ban/{here.draft}/chay-thu"
    asked = here.client(DESIGNER).post(address, key="k")
    job = asked.location.rpartition("/")[2]
    other = f"/quy-trinh/phien-ban/{here.published}/chay-thu/{job}"
    assert here.client(DESIGNER).get(other).status_code == 404
    assert here.client(AUDITOR).get(f"{address}/{job}").status_code == 404


def test_cases_closed_more_than_a_year_ago_are_not_tried(here: World) -> None:
    close(here)
    here.clock.move(days=366)
    assert "Không có hồ sơ nào" in trial(here, here.draft)


def test_more_cases_than_the_bound_are_refused_and_not_cut_off(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(here)
    close(here, second(here))
    assert "Cả 2 hồ sơ vẫn đi như cũ" in trial(here, here.draft)
    monkeypatch.setattr(limits, "JOB_ITEMS", 1)
    here.clock.move(minutes=1)
    assert "Cả" not in trial(here, here.draft)
    found = here.application.jobs.jobs(world.HERE, None, 1)[0]
    assert found.reason is not None
    assert found.reason.code == "job-items"


def test_who_may_not_open_the_case_sees_its_code_and_nothing_that_was_entered(
    here: World,
) -> None:
    close(here)
    version = draft(here)
    item = here.application.queries.case(here.actor(AUDITOR), str(here.case))
    assert item is not None
    seen = trial(here, version)
    assert item.code in seen
    assert f"/ho-so/{here.case}" not in seen
    assert f"/ho-so/{here.case}/phat-lai" in trial(here, version, AUDITOR)
    assert "Kín" not in seen


def test_nothing_changes_by_trying(here: World) -> None:
    close(here)
    before = world.facts(here)
    trial(here, here.draft)
    assert world.facts(here) == before
