"""Old cases on a draft: which go elsewhere, where first, and for whom it is told."""

from typing import Final
from uuid import UUID

import pytest

from engine.commands.open_case import OpenCase
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import trials

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
    answer = here.client(login).get(f"/quy-trinh/phien-ban/{version}/chay-thu")
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


def test_cases_closed_more_than_a_year_ago_are_not_tried(here: World) -> None:
    close(here)
    here.clock.move(days=366)
    assert "Không có hồ sơ nào" in trial(here, here.draft)


def test_more_cases_than_the_bound_are_named(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(here)
    close(here, second(here))
    assert "Cả 2 hồ sơ vẫn đi như cũ" in trial(here, here.draft)
    monkeypatch.setattr(trials, "MOST", 1)
    page = trial(here, here.draft)
    assert "Có hơn 1 hồ sơ kết thúc" in page
    assert "Cả 1 hồ sơ vẫn đi như cũ" in page


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
