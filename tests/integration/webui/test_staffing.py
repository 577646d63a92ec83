"""Changing the organisation on its pages: forms, rights that begin and end."""

import html
import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World

ADMINISTRATOR: Final = world.login_of(Role.ADMINISTRATOR, "own-position")
AUDITOR: Final = world.login_of(Role.AUDITOR, "own-position")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
AGENCY: Final = world.id_of("agency", "handling")
POSITION: Final = world.id_of("position", CLERK)
ACCOUNT: Final = world.id_of("account", CLERK)
NEW_AGENCY: Final = {"name": "Phòng Nội vụ", "level": "unit", "since": "20/11/2026"}
NEW_ACCOUNT: Final = {
    "login": "Le.An",
    "name": "Lê Văn An",
    "roles": ["clerk", "supervisor"],
    "language": "vi",
    "until": "",
    "password": "sông xanh trăng bạc",
}


def send(
    browser: Browser, path: str, answers: Mapping[str, object], key: str = ""
) -> TestResponse:
    """Send a form of the organisation."""
    named = {f"f.{name}": value for name, value in answers.items()}
    return browser.post(path, key=key, **named)


def text_of(answer: TestResponse) -> str:
    """The page as text."""
    main = answer.text.partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def key_of(page: TestResponse) -> str:
    """The key that a form carries."""
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page.text)
    assert found is not None
    return found[1]


def test_a_new_agency_stands_under_the_one_above_it(office: World) -> None:
    admin = office.client(ADMINISTRATOR)
    path = f"/to-chuc/co-quan/{AGENCY}/them"
    codes = {"code_down": "H99.1.2", "code_up": "000.00.01.H99"}
    made = send(admin, path, {**NEW_AGENCY, **codes}, key_of(admin.get(path)))
    assert (made.status_code, made.location) == (303, "/to-chuc")
    known = office.application.directory.organisation(world.HERE)
    (agency,) = (one for one in known.agencies.values() if one.name == "Phòng Nội vụ")
    assert agency.codes == ("H99.1.2", "000.00.01.H99")
    assert (agency.parent, agency.level) == (AGENCY, "unit")
    assert "Thêm cơ quan Phòng Nội vụ" in text_of(admin.get("/to-chuc"))


def test_a_new_position_does_the_work_that_was_chosen_and_entered(
    office: World,
) -> None:
    admin = office.client(ADMINISTRATOR)
    path = f"/to-chuc/co-quan/{AGENCY}/vi-tri"
    assert world.EXAMINER in text_of(admin.get(path))
    performers = {"performers": [world.EXAMINER], "others": "Kế toán\n  Thủ   quỹ "}
    answers = {"name": "Chuyên viên mới", **performers, "since": "1/11/2026"}
    assert send(admin, path, answers).status_code == 303
    known = office.application.directory.organisation(world.HERE)
    (post,) = (one for one in known.positions.values() if one.name == "Chuyên viên mới")
    assert post.performers == {world.EXAMINER, "Kế toán", "Thủ quỹ"}


def test_a_new_account_works_in_the_position_it_is_given(office: World) -> None:
    admin = office.client(ADMINISTRATOR)
    made = send(admin, "/to-chuc/tai-khoan/them", NEW_ACCOUNT)
    assert (made.status_code, made.location) == (303, "/to-chuc/tai-khoan")
    path = f"/to-chuc/vi-tri/{POSITION}/giao"
    given = send(admin, path, {"login": "LE.AN", "since": "20/11/2026", "until": ""})
    assert given.status_code == 303
    clerk = office.client("le.an")
    assert clerk.get("/viec").location == "/tai-khoan/mat-khau"
    chosen = {"password": "đồng lúa chín vàng", "password_again": "đồng lúa chín vàng"}
    first = NEW_ACCOUNT["password"]
    done = clerk.post("/tai-khoan/mat-khau", current_password=first, **chosen)
    assert done.status_code == 303
    clerk = office.client("le.an")
    work = f"/viec/{office.case}/tham_tra/1"
    assert clerk.get(work).status_code == 200
    assert clerk.post(work).status_code == 303
    page = text_of(admin.get("/to-chuc"))
    assert "Lê Văn An từ 20/11/2026" in page
    latest = page.partition("Thay đổi gần đây")[2]
    assert latest.index("Giao vị trí ") < latest.index("Thêm tài khoản ")
    assert f"Người {ADMINISTRATOR}" in latest


def test_the_password_of_a_new_account_opens_it_and_is_not_kept_in_clear(
    here: World,
) -> None:
    admin = here.client(ADMINISTRATOR)
    form = admin.get("/to-chuc/tai-khoan/them").text
    found = re.search(r'name="f.password" value="([^"]+)"', form)
    assert found is not None
    first = found[1]
    assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", first)
    made = send(admin, "/to-chuc/tai-khoan/them", {**NEW_ACCOUNT, "password": first})
    assert made.status_code == 303
    assert first not in admin.get("/to-chuc/tai-khoan").text
    assert first not in "".join(map(str, world.facts(here)))
    nobody = here.client()
    for password, status in (("sai", 422), (first, 303)):
        answer = nobody.post("/dang-nhap", login="le.an", password=password, next="/")
        assert answer.status_code == status


def test_a_position_taken_back_from_today_gives_nothing_on_the_next_page(
    office: World,
) -> None:
    work = f"/viec/{office.case}/tham_tra/1"
    clerk, admin = office.client(CLERK), office.client(ADMINISTRATOR)
    assert clerk.get(work).status_code == 200
    path = f"/to-chuc/vi-tri/{POSITION}/{ACCOUNT}/0001-01-01/thoi-giu"
    assert path in admin.get("/to-chuc").text
    assert send(admin, path, {"since": "20/11/2026"}).status_code == 303
    assert clerk.get(work).status_code == 404
    assert path not in admin.get("/to-chuc").text
    assert "Thôi giữ vị trí" in text_of(admin.get("/to-chuc"))
    again = send(admin, path, {"since": "20/11/2026"})
    assert again.status_code == 409
    assert "sớm nhất từ hôm nay" in again.text


def test_a_closed_account_is_out_at_once(office: World) -> None:
    clerk, admin = office.client(CLERK), office.client(ADMINISTRATOR)
    assert clerk.get("/viec").status_code == 200
    path = f"/to-chuc/tai-khoan/{ACCOUNT}/khoa"
    assert CLERK in admin.get(path).text
    assert clerk.get("/viec").status_code == 200
    assert admin.post(path).status_code == 303
    answer = clerk.get("/viec")
    assert (answer.status_code, answer.location) == (302, "/dang-nhap?next=/viec")
    assert clerk.post(f"/viec/{office.case}/tham_tra/1").status_code == 403
    nobody = office.client()
    refused = nobody.post("/dang-nhap", login=CLERK, password=world.PASSWORD, next="/")
    assert refused.status_code == 422
    assert admin.post(path).status_code == 409
    assert "(tài khoản đã khóa)" in text_of(admin.get("/to-chuc"))
    assert "Đã khóa" in text_of(admin.get(f"/to-chuc/tai-khoan?tim={CLERK}"))


def test_a_form_that_is_sent_twice_makes_one_record(office: World) -> None:
    admin = office.client(ADMINISTRATOR)
    forms: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("/to-chuc/co-quan/them", NEW_AGENCY),
        ("/to-chuc/tai-khoan/them", NEW_ACCOUNT),
    )
    for path, answers in forms:
        key = key_of(admin.get(path))
        assert send(admin, path, answers, key).status_code == 303
        before = world.facts(office)
        assert send(admin, path, answers, key).status_code == 303
        assert world.facts(office) == before


@pytest.mark.parametrize(
    ("path", "answers", "told", "kept"),
    [
        ("co-quan/them", {"name": ""}, "Tên cơ quan", "20/11/2026"),
        ("co-quan/them", {"code_down": "99.H1"}, "20/2020", "99.H1"),
        ("co-quan/them", {"code_up": "H99.1"}, "QCVN 102:2016", "Phòng Nội vụ"),
        ("co-quan/them", {"since": "31/02/2026"}, "Có hiệu lực", "31/02/2026"),
        ("co-quan/them", {"level": "kingdom"}, "Cấp của cơ quan", "Phòng Nội vụ"),
        ("tai-khoan/them", {"login": "lê an"}, "chữ thường không dấu", "Lê Văn An"),
        ("tai-khoan/them", {"login": CLERK}, "Đã có tài khoản", CLERK),
        ("tai-khoan/them", {"password": "ngắn"}, "ít nhất 12 ký tự", "Lê Văn An"),
        ("tai-khoan/them", {"password": "Lê Văn An 2026"}, "dễ đoán", "Lê Văn An"),
        ("tai-khoan/them", {"roles": [""]}, "Vai trò", "Lê Văn An"),
        ("tai-khoan/them", {"roles": ["king"]}, "Vai trò", "Lê Văn An"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_nothing_typed_is_lost(
    here: World, path: str, answers: Mapping[str, object], told: str, kept: str
) -> None:
    fresh = NEW_AGENCY if path.startswith("co-quan") else NEW_ACCOUNT
    admin, before = here.client(ADMINISTRATOR), world.facts(here)
    organisation = here.application.directory.organisation(world.HERE)
    answer = send(admin, f"/to-chuc/{path}", {**fresh, **answers})
    assert answer.status_code == 422
    assert "<title>Lỗi: " in answer.text
    summary = answer.text.partition("error-summary")[2].partition("</div>")[0]
    assert told.casefold() in html.unescape(summary).casefold()
    assert "field-error" in answer.text
    assert html.escape(kept) in answer.text
    assert world.facts(here) == before
    assert here.application.directory.organisation(world.HERE) == organisation


def test_a_position_without_any_work_is_refused(here: World) -> None:
    admin = here.client(ADMINISTRATOR)
    path = f"/to-chuc/co-quan/{AGENCY}/vi-tri"
    for others in ("", " \n ", "x" * 201):
        answers = {"name": "Vị trí", "others": others, "since": "1/1/2026"}
        assert send(admin, path, answers).status_code == 422


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"login": "khong-co", "since": "20/11/2026"}, "Không có tài khoản"),
        ({"login": "clerk.other-tenant", "since": "20/11/2026"}, "Không có tài khoản"),
        ({"login": CLERK, "since": "20/11/2026"}, "đã giữ vị trí này"),
        (
            {"login": AUDITOR, "since": "20/11/2026", "until": "19/11/2026"},
            "đứng trước",
        ),
    ],
)
def test_a_position_goes_to_an_open_account_for_days_in_their_order(
    here: World, answers: Mapping[str, object], told: str
) -> None:
    admin = here.client(ADMINISTRATOR)
    answer = send(admin, f"/to-chuc/vi-tri/{POSITION}/giao", answers)
    assert answer.status_code == 422
    assert told in answer.text


def test_an_auditor_sees_everything_and_is_offered_nothing(here: World) -> None:
    auditor = here.client(AUDITOR)
    for path in ("/to-chuc", "/to-chuc/tai-khoan"):
        page = auditor.get(path)
        assert page.status_code == 200
        assert not re.search(
            r'href="/to-chuc/[^"]*/(them|giao|khoa|thoi-giu)"', page.text
        )
    assert "Thay đổi gần đây" in auditor.get("/to-chuc").text


def test_accounts_are_found_by_login_or_name_in_their_own_tenant(here: World) -> None:
    auditor = here.client(AUDITOR)
    page = text_of(auditor.get("/to-chuc/tai-khoan?tim=clerk.own"))
    assert CLERK in page
    assert "supervisor." not in page
    assert "other-tenant" not in auditor.get("/to-chuc/tai-khoan").text
    nothing = auditor.get("/to-chuc/tai-khoan?tim=khong-ai-ten-nay&trang=0")
    assert "Không có tài khoản như vậy" in nothing.text


def test_records_of_another_tenant_are_not_there(here: World) -> None:
    stranger = here.client("administrator.other-tenant")
    for path in (
        f"/to-chuc/co-quan/{AGENCY}/them",
        f"/to-chuc/vi-tri/{POSITION}/giao",
        f"/to-chuc/tai-khoan/{ACCOUNT}/khoa",
        f"/to-chuc/vi-tri/{POSITION}/{ACCOUNT}/0001-01-01/thoi-giu",
    ):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path).status_code == 404


def test_an_approver_takes_a_version_out_of_force(here: World) -> None:
    approver = here.client(world.login_of(Role.APPROVER, "own-position"))
    clerk = here.client(CLERK)
    page = f"/quy-trinh/phien-ban/{here.published}"
    address = f"{page}/thoi-ap-dung"
    assert address in approver.get(page).text
    assert address not in clerk.get(page).text
    assert clerk.get("/quy-trinh/thu_tuc/mo").status_code == 200
    answer = approver.post(address)
    assert (answer.status_code, answer.location) == (303, page)
    told = text_of(approver.get(page))
    assert "Phiên bản đã thôi áp dụng." in told
    assert address not in approver.get(page).text
    assert clerk.get("/quy-trinh/thu_tuc/mo").status_code in {404, 409}
    assert clerk.post(f"/viec/{here.case}/tham_tra/1").status_code == 303
    assert approver.post(address).status_code == 409
    draft = f"/quy-trinh/phien-ban/{here.draft}/cong-bo"
    assert approver.post(draft).status_code == 303
    assert clerk.get("/quy-trinh/thu_tuc/mo").status_code == 200


def test_a_key_that_is_no_key_makes_a_record_all_the_same(here: World) -> None:
    admin = here.client(ADMINISTRATOR)
    for number, key in enumerate(("", "x" * 32, "0" * 31, "../..")):
        answers = {**NEW_AGENCY, "name": f"Phòng {number}"}
        assert send(admin, "/to-chuc/co-quan/them", answers, key).status_code == 303
    known = here.application.directory.organisation(world.HERE).agencies.values()
    assert len({one.id for one in known if one.name.startswith("Phòng")}) == 4
    assert all(isinstance(one.id, UUID) for one in known)
