"""The working calendar as pages: drafted, confirmed by another, moving due dates."""

import html
import io
import re
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.commands.calendars import ConfirmCalendar, ProposeCalendar, RecountDue
from engine.commands.rebuild_case import RebuildCase
from engine.domain import calendars as register
from engine.domain import iso8601
from engine.domain.case import Case
from engine.domain.events import StreamKind
from engine.domain.office_hours import Reason, SpecialDay
from engine.domain.organisation import Actor, Role
from engine.domain.run import Status
from engine.evidence import keeper, record, verifier
from engine.queries import CaseFilter
from tests import databases
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import bootstrap, demo, demo_data, exporting, judging, moves, sequencing

ADMINISTRATOR = world.login_of(Role.ADMINISTRATOR, "own-position")
APPROVER = world.login_of(Role.APPROVER, "own-position")
CLERK = world.login_of(Role.CLERK, "own-position")
DOCUMENT = {"document": "Thông báo số 9441/TB-BNV", "dated": "01/10/2025"}


def drafted(here: World) -> str:
    """The address of a new draft."""
    answer = here.client(ADMINISTRATOR).post("/to-chuc/lich/lap")
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def confirmed(here: World, draft: str) -> None:
    answer = here.client(APPROVER).post(f"{draft}/xac-nhan", **DOCUMENT)
    assert answer.status_code == 303, answer.text


def test_without_a_confirmed_calendar_the_page_says_provisional(here: World) -> None:
    page = here.client(CLERK).get("/to-chuc/lich?nam=2026").text
    assert "tạm tính" in page
    assert "Ngày Văn hóa Việt Nam" in page
    confirmed(here, drafted(here))
    assert "ghi rõ là tạm tính" not in here.client(CLERK).get("/to-chuc/lich").text
    assert "ghi rõ là tạm tính" in here.client(CLERK).get("/to-chuc/lich?nam=2033").text


def test_a_draft_comes_with_the_version_of_the_library(here: World) -> None:
    page = here.client(CLERK).get(drafted(here)).text
    assert re.search(r"holidays 0\.\d+", page)


def test_whoever_wrote_does_not_confirm_and_a_clerk_does_neither(here: World) -> None:
    draft = drafted(here)
    for login in (ADMINISTRATOR, CLERK):
        answer = here.client(login).post(f"{draft}/xac-nhan", **DOCUMENT)
        assert answer.status_code == 403
    for wrong in ({"document": ""}, {"dated": "1/1/2999"}, {"dated": "1/13/2025"}):
        answer = here.client(APPROVER).post(f"{draft}/xac-nhan", **(DOCUMENT | wrong))
        assert answer.status_code == 422
        [(field, typed)] = wrong.items()
        errors = re.findall(r'class="field-error" id="(.+?)-loi"', answer.text)
        assert errors == [field]
        assert f'name="{field}" type="text" value="{typed}"' in answer.text
    confirmed(here, draft)
    again = here.client(APPROVER).post(f"{draft}/xac-nhan", **DOCUMENT)
    assert again.status_code in {404, 409}


def test_every_form_of_a_draft_opens_and_a_wrong_hour_is_told(here: World) -> None:
    draft, browser = drafted(here), here.client(ADMINISTRATOR)
    for form in ("ngay", "ngay?ngay=2026-11-24", "tuan", "ky", "bo-ngay/2026-11-24"):
        assert browser.get(f"{draft}/{form}").status_code == 200
    answer = browser.post(f"{draft}/tuan", Monday="17:00-07:30")
    assert answer.status_code in {409, 422}
    assert browser.post(f"{draft}/bo-ngay/2026-11-24").status_code == 303
    # The draft was replaced: what others still have open says so.
    assert browser.post(f"{draft}/bo-ngay/2026-11-24").status_code == 409


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (("25/11/2026", "makeup-work", "07:30-11:30"), "day", "vốn đã làm việc"),
        (("28/11/2026", "swap-off", ""), "day", "vốn đã nghỉ"),
        (("28/11/2026", "other-hours", "07:30-11:30"), "hours", "là ngày nghỉ"),
        (("25/11/2026", "other-hours", "19:00-21:00"), "hours", "nằm trong giờ"),
    ],
)
def test_a_day_that_makes_no_sense_is_told_beside_its_field(
    here: World, typed: tuple[str, str, str], field: str, said: str
) -> None:
    draft, browser = drafted(here), here.client(ADMINISTRATOR)
    day, kind, hours = typed
    sent = {"f.day": day, "f.kind": kind, "f.name": "Ngày", "f.source": "2/QĐ"}
    answer = browser.post(f"{draft}/ngay", **sent, **{"f.hours": hours})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    [told] = re.findall(r'class="field-error" id="(.+?)-loi">(.+?)<', page, re.DOTALL)
    assert told[0].endswith(field)
    assert f"{day}: " in told[1]
    assert said in told[1]
    assert f'value="{day}"' in page
    # The draft is as it was.
    assert browser.post(f"{draft}/bo-ngay/2026-11-24").status_code == 303


def test_hours_of_a_week_name_the_special_day_that_they_leave_without_sense(
    here: World,
) -> None:
    draft, browser = drafted(here), here.client(ADMINISTRATOR)
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    week = {f"f.{one}": "07:30-11:30, 13:00-17:00" for one in days[1:]}
    answer = browser.post(f"{draft}/tuan", **week)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    [told] = re.findall(r'class="field-error" id="(.+?)-loi">(.+?)<', page, re.DOTALL)
    assert told[0].endswith("Monday")
    assert "vốn đã nghỉ" in told[1]


def test_a_published_calendar_is_a_leaf_of_the_log(here: World) -> None:
    confirmed(here, drafted(here))
    stream = register.stream_of(world.HERE)
    with here.application.store.read(world.HERE) as work:
        known = work.history.known(StreamKind.CALENDAR, stream)
        assert known is not None
        events = work.history.read(stream, known.month)
    assert [one.type for one in events] == ["calendar.proposed", "calendar.confirmed"]


# Cases with limits: those of the demonstration.


@pytest.fixture
def office(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> bootstrap.Application:
    """Install the demonstration."""
    url = prepared_files.fresh(tmp_path_factory.mktemp("demo"))
    made = bootstrap.build(url, world.MovableClock())
    demo.install_demo(made)
    return made


def actor(office: bootstrap.Application, login: str) -> Actor:
    found = office.sign_in.by_login(demo_data.TENANT, login)
    assert found is not None
    return office.directory.actor(found.account, office.clock.now().date())


def cases(office: bootstrap.Application) -> list[Case]:
    items = office.queries.cases(actor(office, "kiemtoan"), CaseFilter(limit=100))
    with office.store.read(demo_data.TENANT) as work:
        return [work.cases.get(one.id) for one in items]


def facts(office: bootstrap.Application, case: UUID) -> list[dict[str, Any]]:
    with office.store.read(demo_data.TENANT) as work:
        events = work.history.read(case, work.cases.get(case).month)
    return [dict(record.parse(one.body)) for one in events]


def confirm_day_off(office: bootstrap.Application, when: str) -> str:
    """Draft a copy of the calendar with one more day off, and confirm it."""
    with office.store.read(demo_data.TENANT) as work:
        (current, *_) = work.calendars.editions(None)
    holiday = SpecialDay(reason=Reason.HOLIDAY, name="Nghỉ", source="Công điện 1")
    special = {**current.content.special, date.fromisoformat(when): holiday}
    command = ProposeCalendar(
        agency=None, content=replace(current.content, special=special), source="thử"
    )
    made = office.engine.execute(command, actor(office, "quantri"))
    edition = UUID(str(made["edition"]))
    with office.store.read(demo_data.TENANT) as work:
        draft = work.calendars.get(edition)
    expected = {one.case for one in moves.found(office, demo_data.TENANT, draft)}
    dated = iso8601.day(office.clock.now())
    confirming = ConfirmCalendar(edition=edition, document="Công điện 1", dated=dated)
    office.engine.execute(confirming, actor(office, "pheduyet"))
    assert {one.case for one in moves.found(office, demo_data.TENANT)} == expected
    return edition.hex


def test_a_new_day_off_moves_open_due_dates_and_no_closed_one(
    office: bootstrap.Application,
) -> None:
    before = {one.id: one for one in cases(office)}
    assert moves.found(office, demo_data.TENANT) == []
    promised = [
        one
        for one in before.values()
        if one.due_at is not None and one.status is Status.OPEN
    ]
    last = max(promised, key=lambda one: one.due_at or one.opened_at)
    assert last.due_at is not None
    edition = confirm_day_off(office, iso8601.day(last.due_at).isoformat())
    moved = {one.case: one for one in moves.found(office, demo_data.TENANT)}
    assert last.id in moved
    told = {case: len(facts(office, case)) for case in before}
    for case in before:
        office.engine.execute(RecountDue(case=case), actor(office, "pheduyet"))
    for one in cases(office):
        added = facts(office, one.id)[told[one.id] :]
        assert [each["type"] for each in added] == ["due.changed"] * (one.id in moved)
        if one.id not in moved:
            assert one.due_at == before[one.id].due_at
            continue
        assert one.due_at == moved[one.id].new
        (change,) = added[0]["facts"]["clock"]
        assert (change["cause"], change["calendar"]) == ("calendar", edition)
        assert added[0]["facts"]["documents"][0]["document"] == "Công điện 1"
    assert any(one.status is Status.COMPLETED for one in before.values())
    assert moves.found(office, demo_data.TENANT) == []
    for case in before:
        told_by = office.engine.run(RebuildCase(case=case), demo_data.TENANT)
        assert told_by["differences"] == []


def test_verdicts_take_the_edition_that_was_in_force_then(
    office: bootstrap.Application,
) -> None:
    def failures() -> list[object]:
        with judging.court(office, demo_data.TENANT) as (court, desk):
            return [
                one
                for case in cases(office)
                for one in court.case(*desk.case(case.id)).failures()
            ]

    assert failures() == []
    opened = min(one.opened_at for one in cases(office))
    # Today's edition would count every old date otherwise.
    confirm_day_off(office, iso8601.day(opened).isoformat())
    assert failures() == []


def test_a_bundle_of_an_old_case_carries_its_own_editions(
    office: bootstrap.Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = office.queries.cases(actor(office, "kiemtoan"), CaseFilter(limit=100))[-1]
    told = [each["facts"].get("calendar") for each in facts(office, item.id)]
    (own,) = {one for one in told if one}
    newer = confirm_day_off(office, "2026-12-01")
    signer = sequencing.Beside(tmp_path / "s", keeper.Keeper(tmp_path / "s"))
    log = sequencing.Sequencing(office, signer)
    log.once()
    # Whoever waits for the log lets the sequencer pass.
    monkeypatch.setattr(time, "sleep", lambda _: log.once())
    made = exporting.Export(app=office, actor=actor(office, "kiemtoan")).make([item])
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)
    kept = [name for name in names if name.startswith("calendars/")]
    assert kept == [f"calendars/{own}.json"]
    # The proposal and the confirmation, with their proofs, and nothing of today's.
    assert b"calendar.proposed" in everything
    assert b"calendar.confirmed" in everything
    assert newer.encode() not in everything
    trusted = [
        verifier.read_key(line)
        for line in signer.keys(sequencing.log_name(demo_data.TENANT))
    ]
    assert verifier.verify(io.BytesIO(made.content), trusted).failed == []
