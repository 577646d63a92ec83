"""An auditor's day, as one story: sample, replay, deviation, alteration, proof, action.

Two cases of the demonstration are prepared behind the auditor's back. In one a
supervisor takes work back from whoever had it: lawful, recorded, not as planned. In the
other somebody with the password of the database puts another name under a step that
was done. Everything the auditor does is done in the browser; what is handed out is
checked by the standalone verifier in a process of its own.
"""

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright import sync_api

from engine.domain.case import ACTIVE
from engine.evidence import keeper
from engine.queries import CaseFilter, CaseItem
from tests import waiting
from tests.web import looks
from tests.web.office import Office, Staff, Turns
from webui import demo_data, sequencing

pytestmark = pytest.mark.browser

ROOT: Final = "/kiem-chung"
FINDING: Final = "Giám sát rút việc mà không ghi lý do."


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was prepared, and where things are."""

    office: Office
    #: Keys as the agency announced them on paper.
    announced: Path
    deviating: CaseItem
    altered: CaseItem
    #: The step under which another name was put.
    seq: int


@pytest.fixture
def sequencer(office: Office) -> Iterator[sequencing.Sequencing]:
    """Sign heads over all that happens, as beside a server."""
    folder = office.data / "signer"
    beside = sequencing.Beside(folder, keeper.Keeper(folder))
    made = sequencing.Sequencing(office.application, beside, interval=0.1)
    made.start()
    yield made
    made.stop()


def test_an_auditor_sees_proves_and_follows_up(
    staff: Staff, sequencer: sequencing.Sequencing, tmp_path: Path
) -> None:
    day = prepared(staff, sequencer, tmp_path)
    page = staff.page("kiemtoan")
    draw(page, day)
    see_the_deviation(page, day)
    good = hand_out(page, day.deviating, tmp_path)
    programme, keys = programme_and_keys(page, day, tmp_path)
    passes(programme, good, keys)
    see_the_alteration(page, day)
    bad = hand_out(page, day.altered, tmp_path)
    names_what_was_altered(programme, bad, keys, day)
    check_everything(page, day)
    action = raise_and_act(page, day)
    is_followed_up(staff, page, day, action)


def prepared(staff: Staff, sequencer: sequencing.Sequencing, folder: Path) -> Day:
    """Let people work, seal it, then alter a row behind the back of the product."""
    office = staff.office
    cases = office.application.queries.cases(
        office.actor("kiemtoan"), CaseFilter(procedure="2.000908")
    )
    deviating = next(one for one in cases if one.applicant == "Đinh Thị Uyên")
    altered = next(one for one in cases if one.applicant == "Nguyễn Văn Được")
    take_back(staff, deviating)
    office.clock.move(minutes=5)
    until(lambda: is_sealed(office))
    announced = folder / "announced.txt"
    keys = sequencer.signer.keys(sequencing.log_name(demo_data.TENANT))
    announced.write_text("".join(f"{one}\n" for one in keys))
    return Day(
        office=office,
        announced=announced,
        deviating=deviating,
        altered=altered,
        seq=forge(office, altered),
    )


def is_sealed(office: Office) -> bool:
    """Whether a signed head covers everything."""
    log, tenant = office.application.log, demo_data.TENANT
    newest = log.newest(tenant, office.clock.at.year)
    size = log.head(tenant, office.clock.at.year).size
    done = newest is not None and newest.size == size
    return done and log.lag(tenant).pending == 0


def until(holds: Callable[[], bool]) -> None:
    """Wait for what happens beside the server."""
    last = time.monotonic() + waiting.LONGEST
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.05)


def take_back(staff: Staff, case: CaseItem) -> None:
    """A clerk takes a piece of work, a supervisor takes it back."""
    office = staff.office
    element = next(one.element for one in office.tasks(case.id) if one.status in ACTIVE)
    clerk = staff.page(office.doer(case.id, element))
    address = f"{office.address}/viec/{case.id}/{element}/1"
    clerk.goto(address)
    clerk.get_by_role("button", name="Nhận việc").click()
    office.clock.move(minutes=20)
    supervisor = staff.page("giamsat")
    supervisor.goto(address)
    supervisor.get_by_role("button", name="Trả việc lại cho vị trí").click()


def forge(office: Office, case: CaseItem) -> int:
    """Put the supervisor's name under a step that a clerk did; give its number."""
    other = office.actor("giamsat").account.id.hex
    with office.application.database.write() as connection:
        guards = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _ in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        row = connection.exec_driver_sql(
            "SELECT seq, body FROM event WHERE stream = ? AND type = 'task.completed'"
            " ORDER BY seq",
            (case.id.bytes,),
        ).first()
        assert row is not None
        doer = json.loads(row.body)["doer"]["account"]
        changed = connection.exec_driver_sql(
            "UPDATE event SET body = ? WHERE stream = ? AND seq = ?",
            (
                bytes(row.body).replace(doer.encode(), other.encode()),
                *(case.id.bytes, row.seq),
            ),
        )
        assert changed.rowcount == 1
        # Whoever can take the guards away can put them back: they tell nothing.
        for _, text in guards:
            connection.exec_driver_sql(text)
    return int(row.seq)


def draw(page: sync_api.Page, day: Day) -> None:
    """Plan an audit, draw all cases of the procedure, open the sample."""
    page.goto(f"{day.office.address}{ROOT}/danh-gia")
    page.get_by_role("link", name="Lập cuộc đánh giá").first.click()
    page.fill("[name='f.title']", "Cấp bản sao từ sổ gốc")
    page.check("[name='f.procedures'][value='2.000908']")
    page.fill("[name='f.scope_first']", "01/10/2026")
    page.fill("[name='f.scope_last']", "31/12/2026")
    page.get_by_role("button", name="Đưa vào chương trình").click()
    page.get_by_role("link", name="KT-2026-001").click()
    page.get_by_role("link", name="Lấy mẫu").click()
    page.check("[name='f.basis'][value='opened']")
    page.fill("[name='f.seed']", "xổ số miền Bắc 20/11")
    page.fill("[name='f.size']", "5")
    page.get_by_role("button", name="Lấy mẫu").click()
    sample(page, day)
    assert page.get_by_text("Đúng các hồ sơ đó, từ cùng một tập hồ sơ").is_visible()


def sample(page: sync_api.Page, day: Day) -> None:
    """Open the sample of the audit."""
    page.goto(f"{day.office.address}{ROOT}/danh-gia")
    page.get_by_role("link", name="KT-2026-001").click()
    page.get_by_role("link", name="Mẫu 1").click()


def replay(page: sync_api.Page, day: Day, case: CaseItem) -> None:
    """Replay a case of the sample."""
    sample(page, day)
    row = page.locator("tbody tr").filter(has_text=case.code)
    row.get_by_role("link", name="Phát lại").click()


def see_the_deviation(page: sync_api.Page, day: Day) -> None:
    """The key `b` leads to what was not as planned; the evidence page tells why."""
    replay(page, day, day.deviating)
    page.wait_for_selector("[data-diagram=shown]")
    page.keyboard.press("Home")
    page.keyboard.press("b")
    shown = page.locator(".moment.is-shown")
    assert "Trả việc" in shown.locator("h2").inner_text()
    assert "Can thiệp" in shown.inner_text()
    assert "Đặng Văn Minh" in shown.inner_text()
    assert "Đã niêm phong: sự kiện số" in shown.inner_text()
    evidence(page, day, day.deviating)
    assert page.get_by_text("Hồ sơ phù hợp quy trình, có 1 sai lệch.").is_visible()
    row = page.locator("#sai-lech tbody tr")
    assert "Người giám sát thu lại hoặc chuyển việc" in row.inner_text()
    assert "Đặng Văn Minh" in row.inner_text()


def evidence(page: sync_api.Page, day: Day, case: CaseItem) -> None:
    """Open the evidence of a case, as its tab does."""
    page.goto(f"{day.office.address}/ho-so/{case.id}")
    page.goto(f"{day.office.address}/ho-so/{case.id}/bang-chung")


def hand_out(page: sync_api.Page, case: CaseItem, folder: Path) -> Path:
    """Take the bundle of a case by its button."""
    page.goto(re.sub(r"/ho-so/[^/]+/.*", f"/ho-so/{case.id}/bang-chung", page.url))
    with page.expect_download() as taken:
        page.get_by_role("button", name="Tải gói bằng chứng").click()
    place = folder / taken.value.suggested_filename
    taken.value.save_as(place)
    assert place.suffix == ".asice"
    return place


def programme_and_keys(
    page: sync_api.Page, day: Day, folder: Path
) -> tuple[Path, Path]:
    """Take program and keys from the page; compare the keys with the announcement."""
    found = []
    for name in ("verifier.py", "khoa-tin-cay.txt"):
        with page.expect_download() as taken:
            page.get_by_role("link", name=name).click()
        place = folder / name
        taken.value.save_as(place)
        found.append(place)
    spoken = page.locator("[data-fingerprint]").inner_text().replace(" ", "")
    # What the keeper of the keys reads out on the telephone.
    assert spoken == hashlib.sha256(day.announced.read_bytes()).hexdigest()
    assert spoken == hashlib.sha256(found[1].read_bytes()).hexdigest()
    return found[0], found[1]


def verify(programme: Path, bundle: Path, keys: Path) -> tuple[int, str]:
    """Run the verifier alone: no module of ours, no variable, no user's folder."""
    done = subprocess.run(
        [sys.executable, "-I", programme, bundle, "--keys", keys],
        capture_output=True,
        check=False,
        cwd=bundle.parent,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def passes(programme: Path, bundle: Path, keys: Path) -> None:
    """The good bundle passes every layer that can be checked of an open case."""
    code, said = verify(programme, bundle, keys)
    assert code == 0, said
    for layer in ("container", "events", "chains", "inclusion", "signature", "models"):
        assert f"({layer}): PASS\n" in said, said
    assert "KHÔNG ĐẠT" not in said
    assert "Các sự kiện có trong gói là nguyên vẹn" in said


def see_the_alteration(page: sync_api.Page, day: Day) -> None:
    """Checklist and replay stop before the altered event and say so."""
    sample(page, day)
    page.get_by_role("link", name=day.altered.code, exact=True).click()
    warned = page.locator(".notice--late").inner_text()
    assert f"sự kiện số {day.seq} không đúng như lúc niêm phong" in warned
    replay(page, day, day.altered)
    said = page.locator(".notice--late").inner_text()
    wanted = f"sự kiện số {day.seq} không đúng như lúc niêm phong"
    assert "Lịch sử của hồ sơ này đã bị sửa" in said
    assert wanted in said
    # What comes before it is shown, and the false name nowhere.
    assert page.locator(".moment").count() == day.seq - 1
    assert "Đặng Văn Minh" not in page.locator("main").inner_text()
    evidence(page, day, day.altered)
    assert page.get_by_text("Hồ sơ không phù hợp quy trình.").is_visible()
    assert page.get_by_text("Nội dung không còn như khi niêm phong.").first.is_visible()


def names_what_was_altered(programme: Path, bundle: Path, keys: Path, day: Day) -> None:
    """The same program names the altered event, in both languages."""
    code, said = verify(programme, bundle, keys)
    assert code == 1, said
    assert ": KHÔNG ĐẠT\n" in said
    assert ": FAIL\n" in said
    event = f"{day.altered.code}"
    assert event in said or f"case:{day.altered.id.hex} {day.seq}" in said, said
    assert "KHÔNG toàn vẹn" in said


def check_everything(page: sync_api.Page, day: Day) -> None:
    """The check of everything names the same event, with its time and its head."""
    page.goto(f"{day.office.address}{ROOT}")
    page.get_by_role("button", name="Kiểm tra toàn bộ ngay").click()
    assert page.get_by_text("Hồ sơ lưu KHÔNG toàn vẹn").is_visible()
    said = page.locator(".notice--late").inner_text()
    assert f"case:{day.altered.id.hex} {day.seq}" in said
    link = page.get_by_role(
        "link", name=f"Phát lại hồ sơ {day.altered.code} đến chỗ đó"
    )
    assert str(day.altered.id) in str(link.get_attribute("href"))
    told = page.get_by_text("Đã xem đến đầu nhật ký").inner_text()
    found = re.search(r"nhật ký (\d+) của năm 2026 .*: ([0-9a-f]{64})", told)
    assert found is not None, told
    log, tenant = day.office.application.log, demo_data.TENANT
    assert log.root(tenant, 2026, int(found[1])).hex() == found[2]


def raise_and_act(page: sync_api.Page, day: Day) -> str:
    """Raise a finding on the step of the deviation; open its corrective action."""
    sample(page, day)
    page.get_by_role("link", name=day.deviating.code, exact=True).click()
    events = page.locator("section").filter(has_text="Sự kiện của hồ sơ").locator("tr")
    row = events.filter(has_text="Trả việc").last
    seq = row.locator("td").first.inner_text()
    row.get_by_role("link", name=f"Ghi nhận phát hiện {seq}").click()
    page.check("[name='f.grade'][value='minor']")
    page.select_option("[name='f.clause']", "8.5.1")
    page.fill("[name='f.text']", FINDING)
    page.get_by_role("button", name="Ghi nhận phát hiện").click()
    page.goto(f"{day.office.address}{ROOT}/khong-phu-hop")
    found = page.locator("tbody tr").filter(has_text=FINDING)
    assert "Chưa khắc phục" in found.inner_text()
    found.get_by_role("link", name=day.deviating.code).click()
    assert page.url.endswith(f"#buoc-{seq}")
    page.wait_for_selector("[data-diagram=shown]")
    shown = page.locator(".moment.is-shown h2").inner_text()
    assert shown.startswith(f"{seq}. Trả việc")
    page.goto(f"{day.office.address}{ROOT}/danh-gia")
    page.get_by_role("link", name="KT-2026-001").click()
    page.get_by_role("button", name="Mở hành động khắc phục").click()
    said = page.locator(".notice[role=status]").inner_text()
    return said.removesuffix(".").split()[-1]


def is_followed_up(staff: Staff, page: sync_api.Page, day: Day, action: str) -> None:
    """The corrective action is a case of QT-10.2 that leads back to the step."""
    page.get_by_role("link", name=action).first.click()
    bar = page.locator(".identity-bar").inner_text()
    assert "QT-10.2" in bar
    assert "KT-2026-001/1" in bar
    address = page.get_by_role("link", name="Bước có phát hiện").get_attribute("href")
    assert str(day.deviating.id) in str(address)
    case = staff.office.case(action)
    work = next(one for one in staff.office.tasks(case.id) if one.status in ACTIVE)
    doer = staff.page(staff.office.doer(case.id, work.element))
    doer.goto(f"{day.office.address}/viec?tim={action}")
    assert doer.get_by_role("link", name=action, exact=True).is_visible()


#: Pages of this story, by the name of their picture.
PAGES: Final = {
    "kiem-chung": ("kiemtoan", ROOT),
    "truy-cap": ("kiemtoan", f"{ROOT}/truy-cap"),
    "phu-hop": ("kiemtoan", f"{ROOT}/phu-hop"),
    "phu-hop-ho-so": ("giamsat", f"{ROOT}/phu-hop/ho-so"),
    "xem-xet": ("kiemtoan", f"{ROOT}/xem-xet"),
    "du-lieu-ca-nhan": ("quantri", "/he-thong/du-lieu-ca-nhan"),
}


def test_the_pages_of_the_day_break_no_rule_and_fit(
    office: Office, page: sync_api.Page
) -> None:
    people = Turns(office, page)
    faults = []
    for name, (login, path) in PAGES.items():
        people.of(login).goto(f"{office.address}{path}")
        faults += looks.of(page, name)
    assert faults == []
