"""Procedures on pages: upload, check, publish by a second person, receive a dossier."""

import io
import re
import zipfile
from typing import Final
from uuid import UUID

from werkzeug.test import TestResponse

from engine.domain.organisation import Role
from engine.domain.procedure import VersionStatus
from models_bpmn import catalogue
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World

DESIGNER: Final = world.login_of(Role.DESIGNER, "own-position")
APPROVER: Final = world.login_of(Role.APPROVER, "own-position")
CLERK: Final = world.login_of(Role.CLERK, "other-agency")
COPIES: Final = "cap-ban-sao-tu-so-goc"
SCRIPT: Final = world.MODEL.replace(b"<userTask", b"<scriptTask").replace(
    b"</userTask", b"</scriptTask"
)


def send(browser: Browser, name: str, content: bytes) -> TestResponse:
    return browser.post("/quy-trinh/tai-len", package=(io.BytesIO(content), name))


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def copies() -> bytes:
    files = catalogue.read_built_in(COPIES).files
    return packed({f"goi/{name}": content for name, content in files.items()})


def in_force(here: World) -> None:
    """Upload and publish the register copies."""
    sent = send(here.client(DESIGNER), "goi.zip", copies())
    assert here.client(APPROVER).post(f"{sent.location}/cong-bo").status_code == 303


def versions(here: World) -> int:
    with here.application.database.read() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM procedure_version")
        return int(count.scalar_one())


def test_a_diagram_that_was_accepted_becomes_a_draft(here: World) -> None:
    browser = here.client(DESIGNER)
    content = world.MODEL.replace(b'"thu_tuc"', b'"thu_tuc_khac"')
    answer = send(browser, "so do.bpmn", content)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "lưu thành bản thảo" in page
    assert "Chờ công bố" in page
    assert "Chưa công bố được" in page


def test_a_zip_with_everything_in_one_folder_is_accepted(here: World) -> None:
    browser = here.client(DESIGNER)
    answer = send(browser, "goi.zip", copies())
    page = browser.get(answer.location).text
    assert "2.000908" in page
    assert "Nghị định số 23/2015/NĐ-CP" in page
    assert "trong ngày làm việc" in page


def test_what_does_not_run_is_refused_by_name_and_nothing_is_stored(
    here: World,
) -> None:
    before = versions(here)
    answer = send(here.client(DESIGNER), "so do.bpmn", SCRIPT)
    assert answer.status_code == 422
    assert "Thẩm tra hồ sơ" in answer.text
    assert "scriptTask" in answer.text
    assert "Chưa lưu gì" in answer.text
    assert versions(here) == before


def test_what_changes_the_meaning_is_asked_and_the_answers_are_kept(
    here: World,
) -> None:
    browser, before = here.client(DESIGNER), versions(here)
    content = SCRIPT.replace(b'"thu_tuc"', b'"thu_tuc_hoi"')
    page = send(browser, "so do.bpmn", content).text
    fields = re.findall(r'type="radio" name="(decision:[^"]+)" value="([^"]+)"', page)
    assert fields
    chosen = {name: value for name, value in fields if value == "manual"}
    assert set(chosen) == {name for name, _ in fields}
    assert "Ai làm?" in page
    wrong = browser.post(
        "/quy-trinh/tai-len",
        package=(io.BytesIO(content), "so do.bpmn"),
        **dict.fromkeys(chosen, "no such choice"),
    )
    assert wrong.status_code == 422
    assert versions(here) == before
    answer = browser.post(
        "/quy-trinh/tai-len", package=(io.BytesIO(content), "so do.bpmn"), **chosen
    )
    assert answer.status_code == 303
    assert versions(here) == before + 1
    # The diagram is given back as it came; the answers stand beside it.
    given = browser.get(f"{answer.location}/tep/so do.bpmn").data
    assert given == content


def test_files_that_are_no_diagram_are_refused_in_words(here: World) -> None:
    browser = here.client(DESIGNER)
    assert "Hãy chọn tệp trước." in browser.post("/quy-trinh/tai-len").text
    assert "không phải tệp" in send(browser, "anh.png", b"x").text
    assert "Không mở được" in send(browser, "goi.zip", b"PK no zip").text
    assert send(browser, "x.bpmn", b"<!DOCTYPE a><a/>").status_code == 422


def test_a_zip_that_grows_beyond_the_limit_is_refused(here: World) -> None:
    bomb = packed({"process.bpmn": bytes(11 * 1024 * 1024)})
    assert len(bomb) < 20_000
    answer = send(here.client(DESIGNER), "goi.zip", bomb)
    assert answer.status_code == 413
    assert "Chưa lưu gì" in answer.text


def test_a_second_person_publishes_and_the_page_says_who_did_what(
    here: World,
) -> None:
    browser = here.client(APPROVER)
    page = browser.get(f"/quy-trinh/phien-ban/{here.draft}").text
    assert "Công bố phiên bản 2" in page
    answer = browser.post(f"/quy-trinh/phien-ban/{here.draft}/cong-bo", key="p")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Người approver.own-position" in page
    assert "Người designer.own-position" in page
    assert "Công bố phiên bản 2" not in page
    with here.application.store.begin(world.HERE) as uow:
        assert uow.procedures.version(here.draft).status is VersionStatus.PUBLISHED
        assert uow.procedures.version(here.published).status is VersionStatus.RETIRED


def test_the_receipt_asks_what_the_start_form_asks(here: World) -> None:
    in_force(here)
    page = here.client(CLERK).get("/quy-trinh/2.000908/mo").text
    assert 'name="f.ho_ten"' in page
    assert 'name="channel"' in page
    assert "Cơ quan khác cùng giải quyết" in page


def test_a_receipt_without_answers_names_every_field(here: World) -> None:
    in_force(here)
    answer = here.client(CLERK).post("/quy-trinh/2.000908/mo", channel="direct")
    assert answer.status_code == 422
    assert 'href="#f-ho_ten"' in answer.text
    assert "Nhập họ và tên." in answer.text


def test_a_channel_that_we_do_not_know_is_refused(here: World) -> None:
    answer = here.client(CLERK).post("/quy-trinh/thu_tuc/mo", channel="telepathy")
    assert answer.status_code == 400


def test_a_dossier_is_received_with_its_channel(here: World) -> None:
    browser = here.client(CLERK)
    answer = browser.post("/quy-trinh/thu_tuc/mo", channel="post", key="r")
    again = browser.post("/quy-trinh/thu_tuc/mo", channel="post", key="r")
    assert answer.status_code == again.status_code == 303
    assert answer.location == again.location
    case = UUID(answer.location.rsplit("/", 1)[1])
    page = browser.get(f"/ho-so/{case}").text
    assert "Đã tiếp nhận hồ sơ" in page
    assert "bưu chính công ích" in page


def test_data_that_no_form_asks_for_is_not_taken(here: World) -> None:
    answer = here.client(CLERK).post("/quy-trinh/thu_tuc/mo", **{"f.quyen": "het"})
    assert answer.status_code == 422
    assert "Biểu mẫu không có mục “quyen”" in answer.text


def test_files_are_stored_by_content_and_refused_by_kind_and_size(
    here: World,
) -> None:
    in_force(here)
    browser = here.client(CLERK)
    page = browser.get("/quy-trinh/2.000908/mo").text
    found = re.search(r'type="file"[^>]* name="f\.([^"]+)"', page)
    assert found is not None
    name = found[1]
    field = {f"f.{name}": (io.BytesIO(b"MZ"), "virus.exe")}
    answer = browser.post("/quy-trinh/2.000908/mo", **field)
    assert "virus.exe không thuộc loại được nhận" in answer.text
    field = {f"f.{name}": (io.BytesIO(b""), "rong.pdf")}
    assert "tệp rỗng" in browser.post("/quy-trinh/2.000908/mo", **field).text
    forged = browser.post("/quy-trinh/2.000908/mo", **{f"t.{name}": "forged"})
    assert 'value="forged"' not in forged.text
