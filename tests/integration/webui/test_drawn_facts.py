"""Results and endings on pages: what a version records, what an officer records."""

import hashlib
import io
from typing import Any, Final
from uuid import UUID

from engine.domain.dossier_record import ResultDocument
from tests.integration.webui import world
from tests.integration.webui.test_counter import PDF, RESULT, filled, received
from tests.integration.webui.test_procedures import CLERK, DESIGNER, copies, send
from tests.integration.webui.world import Browser, World

__all__ = ["filled"]

HASH: Final = hashlib.sha256(PDF).hexdigest()
TYPED: Final = {**RESULT, "f.form": "electronic"}


def pdf() -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(PDF), "bản sao.pdf"


def result(here: World, case: UUID) -> ResultDocument | None:
    with here.application.store.read(world.HERE) as uow:
        found = uow.dossiers.get(case)
    assert found is not None
    return found.dossier.result


def record(browser: Browser, case: UUID, **more: Any) -> tuple[int, str]:
    """What the sheet of the result answers."""
    sent = browser.post(f"/ho-so/{case}/ghi/ket-qua", **TYPED, **more)
    return sent.status_code, sent.text


def attached(here: World, case: UUID) -> str:
    """The hash of a file that the case holds."""
    item = here.application.queries.case(here.actor(CLERK), str(case))
    assert item is not None
    sha256 = here.application.attachments.put(world.HERE, b"%PDF-1.7 ket qua")
    place, note = (world.HERE, case, item.month), ("ket-qua.pdf", "application/pdf", 16)
    who = here.actor(CLERK).account.id
    here.application.attachments.attach(place, who, here.clock.now(), {sha256: note})
    return sha256


def test_the_page_of_a_version_lists_what_its_steps_and_ends_record(
    here: World,
) -> None:
    browser = here.client(DESIGNER)
    page = browser.get(send(browser, "goi.zip", copies()).location).text
    told = page.partition('id="ghi-vao-ho-so"')[2].partition("</section>")[0]
    assert "Ghi vào hồ sơ" in told
    assert "Vào sổ, lấy số, đóng dấu" in told
    assert 'Số của kết quả <span class="quiet">(Số)</span>' in told
    assert "Hồ sơ kết thúc: từ chối giải quyết" in told
    assert "Hồ sơ kết thúc: dừng giải quyết" in told
    assert 'Cách đã trả kết quả <span class="quiet">(Cách trả kết quả)</span>' in told
    assert "Tra cứu, đối chiếu sổ gốc" not in told


def test_a_version_that_records_nothing_says_nothing_of_it(here: World) -> None:
    browser = here.client(DESIGNER)
    content = world.MODEL.replace(b'"thu_tuc"', b'"thu_tuc_khac"')
    page = browser.get(send(browser, "so do.bpmn", content).location).text
    assert "ghi-vao-ho-so" not in page


def test_a_result_has_its_code_and_the_hash_of_its_file(
    here: World, filled: dict[str, str]
) -> None:
    case, _ = received(here, filled)
    browser = here.client(CLERK)
    more = {"f.code": "KQ-77", "f.kind": "Bản sao", "f.file": pdf()}
    assert record(browser, case, **more)[0] == 303
    found = result(here, case)
    assert found is not None
    assert (found.file, found.code, found.electronic) == (HASH, "KQ-77", True)
    page = browser.get(f"/ho-so/{case}/thong-tin").text
    for shown in (HASH, "KQ-77", "Bản sao"):
        assert shown in page


def test_nobody_types_the_hash_of_a_file(here: World, filled: dict[str, str]) -> None:
    case, _ = received(here, filled)
    browser = here.client(CLERK)
    assert record(browser, case, **{"f.file": HASH})[0] == 303
    found = result(here, case)
    assert found is not None
    assert found.file == "", "a text is no file"
    assert "SHA-256" not in browser.get(f"/ho-so/{case}/ghi/ket-qua").text


def test_a_file_of_the_case_is_chosen_by_its_name(
    here: World, filled: dict[str, str]
) -> None:
    case, _ = received(here, filled)
    browser, sha256 = here.client(CLERK), attached(here, case)
    page = browser.get(f"/ho-so/{case}/ghi/ket-qua").text
    assert f"ket-qua.pdf ({sha256[:8]})" in page
    both = {"f.kept": sha256, "f.file": pdf()}
    status, text = record(browser, case, **both)
    assert status == 422
    assert "không ghi cả hai" in text
    assert result(here, case) is None
    assert record(browser, case, **{"f.kept": sha256})[0] == 303
    found = result(here, case)
    assert found is not None
    assert found.file == sha256
