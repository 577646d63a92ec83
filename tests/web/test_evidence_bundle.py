"""An auditor takes the evidence of a case in a browser, and checks it elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright import sync_api

from engine.evidence import keeper, verifier
from tests.web import looks
from tests.web import office as offices
from webui import demo_data, sequencing

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(office: offices.Office, tmp_path: Path) -> Iterator[str]:
    """Sign heads over all that happens; give the keys that an auditor trusts."""
    signer = sequencing.Beside(tmp_path / "s", keeper.Keeper(tmp_path / "s"))
    work = sequencing.Sequencing(office.application, signer, interval=0.1)
    work.once()
    work.start()
    yield "\n".join(signer.keys(sequencing.log_name(demo_data.TENANT)))
    work.stop()


def downloaded(page: sync_api.Page, role: str, name: str, folder: Path) -> Path:
    with page.expect_download() as taken:
        page.get_by_role("link" if role == "link" else "button", name=name).click()
    place = folder / taken.value.suggested_filename
    taken.value.save_as(place)
    return place


def verdict(checker: sync_api.Page, content: Path, keys: str) -> str:
    checker.reload()
    checker.set_input_files("#bundle", content)
    checker.fill("#keys", keys)
    checker.click("#check")
    checker.wait_for_selector("#verdict")
    return checker.inner_text("#answer")


def test_what_an_auditor_downloads_is_checked_without_us(
    office: offices.Office, staff: offices.Staff, keys: str, tmp_path: Path
) -> None:
    page = staff.page("kiemtoan")
    page.goto(f"{office.address}/ho-so")
    page.click("table tbody tr:first-child a >> nth=0")
    page.locator("nav.tabs").get_by_role("link", name="Bằng chứng").click()
    assert looks.violations(page) == []
    place = downloaded(page, "button", "Tải gói bằng chứng", tmp_path)
    assert place.suffix == ".asice"
    trusted = verifier.read_keys(keys.encode())
    assert verifier.verify(place, trusted).exit_code == 0
    alone = downloaded(page, "link", "verify.html", tmp_path)
    # What was handed out works without us: opened from the file, without network.
    context = staff.chromium.new_context(offline=True)
    checker = context.new_page()
    checker.goto(alone.as_uri())
    said = verdict(checker, place, keys)
    # No day is sealed yet: of an open case it is not proved that nothing lacks.
    opens = "là nguyên vẹn; chưa chứng minh được gói có đủ sự kiện" in said
    assert opens or "Bằng chứng toàn vẹn." in said
    assert "KHÔNG ĐẠT" not in said
    changed = bytearray(place.read_bytes())
    changed[changed.index(b"events.jsonl") + 200] ^= 1
    place.write_bytes(changed)
    said = verdict(checker, place, keys)
    assert "KHÔNG toàn vẹn" in said
    assert "events.jsonl" in said
    context.close()
