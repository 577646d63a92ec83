"""Checking everything when somebody asks for it, and the keys that bundles need."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from engine.commands.access import stream_of
from engine.domain import iso8601
from engine.domain.case import month_of
from engine.domain.events import EventType
from engine.domain.organisation import Role
from engine.evidence import retrace, verifier
from tests.integration.webui import world
from tests.integration.webui.world import HERE, World
from webui import daily_check, proving, sequencing

AUDITOR = world.login_of(Role.AUDITOR, "own-position")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "supervised")
CHECK = "/kiem-chung/kiem-tra"


def alter(here: World) -> None:
    """Change a row behind the back of the product."""
    with here.application.database.write() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(
            "UPDATE event SET body = CAST(replace(body, 'direct', 'dirext') AS BLOB)"
            " WHERE seq = 1 AND kind = 'case'"
        )


def recorded(here: World) -> list[dict[str, Any]]:
    """The checks that the record of today tells, with their results."""
    now = here.clock.now()
    stream = stream_of(HERE, iso8601.day(now))
    with here.application.store.read(HERE) as uow:
        steps = retrace.opened(uow.history.read(stream, month_of(now)))
    kind = EventType.EVIDENCE_CHECKED
    return [dict(step.body["facts"]) for step in steps if step.type is kind]


@pytest.mark.usefixtures("sequenced")
def test_a_check_tells_its_time_and_its_head_and_is_recorded(here: World) -> None:
    browser = here.client(AUDITOR)
    assert "Kiểm tra toàn bộ ngay" in browser.get("/kiem-chung").text
    head = here.application.log.head(HERE, 2026)
    assert browser.post(CHECK).status_code == 303
    page = browser.get("/kiem-chung").text
    assert "Hồ sơ lưu toàn vẹn" in page
    assert "Kiểm tra lúc 20/11/2026 09:05" in page
    assert head.root.hex() in page
    assert f"Đã xem đến đầu nhật ký {head.size} của năm 2026 (đã ký)" in page
    [facts] = recorded(here)
    assert facts["ok"] is True
    assert facts["heads"] == [[2026, head.size, head.root.hex()]]
    seen = browser.get("/kiem-chung/truy-cap").text
    assert "Kiểm tra toàn bộ" in seen
    assert "Hồ sơ lưu toàn vẹn" in seen


@pytest.mark.usefixtures("sequenced")
def test_what_was_altered_after_the_last_check_is_found_by_the_next(
    here: World,
) -> None:
    browser = here.client(AUDITOR)
    browser.post(CHECK)
    alter(here)
    before = browser.get("/kiem-chung").text
    assert "Hồ sơ lưu toàn vẹn" in before
    # The page does not say more than it knows.
    assert "nội dung bị sửa sau đó sẽ lộ ra ở lần kiểm tra sau" in before
    browser.post(CHECK)
    after = browser.get("/kiem-chung").text
    assert "Hồ sơ lưu KHÔNG toàn vẹn" in after
    assert f"case:{here.case.hex} 1" in after
    assert [one["ok"] for one in recorded(here)] == [True, False]
    assert f"case:{here.case.hex} 1" in recorded(here)[1]["first"]


def test_events_that_came_since_are_counted(
    here: World, sequenced: sequencing.Sequencing
) -> None:
    browser = here.client(AUDITOR)
    browser.post(CHECK)
    assert "chưa được kiểm tra" not in browser.get("/kiem-chung").text
    # That the check was recorded is an event, too.
    sequenced.once()
    page = browser.get("/kiem-chung").text
    assert "Từ đó đến nay nhật ký thêm 1 sự kiện, chưa được kiểm tra." in page


@pytest.mark.usefixtures("sequenced")
def test_a_large_log_is_checked_beside_the_work_of_the_server(
    here: World, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = here.client(AUDITOR)
    daily = daily_check.DailyCheck(here.application, data, share=1.0)
    daily.once()
    monkeypatch.setattr(proving, "AT_ONCE", 1)
    alter(here)
    browser.post(CHECK)
    page = browser.get("/kiem-chung").text
    assert "Đã có yêu cầu kiểm tra" in page
    assert "Hồ sơ lưu toàn vẹn" in page
    assert recorded(here) == [{"asked": True}]
    # The same day, and once only.
    assert daily.once() == 1
    assert daily.once() == 0
    page = browser.get("/kiem-chung").text
    assert "Đã có yêu cầu kiểm tra" not in page
    assert "Hồ sơ lưu KHÔNG toàn vẹn" in page


@pytest.mark.usefixtures("data")
def test_a_log_without_a_key_hands_none_out(here: World) -> None:
    browser = here.client(AUDITOR)
    assert browser.get("/bang-chung/khoa.txt").status_code == 404
    assert "Nhật ký chưa có khóa" in browser.get("/kiem-chung").text


def test_the_keys_are_handed_out_with_what_is_compared_by_telephone(
    here: World, sequenced: sequencing.Sequencing
) -> None:
    browser = here.client(SUPERVISOR)
    answer = browser.get("/bang-chung/khoa.txt")
    log = sequencing.log_name(HERE)
    assert answer.text.splitlines() == [*sequenced.signer.keys(log)]
    assert len(verifier.read_keys(answer.data)) == 1
    digest = hashlib.sha256(answer.data).hexdigest()
    spoken = " ".join(digest[at : at + 4] for at in range(0, 64, 4))
    assert spoken in browser.get(f"/ho-so/{here.case}/bang-chung").text
    assert spoken in here.client(AUDITOR).get("/kiem-chung").text
