"""Opinions and co-signatures on the pages: asked, answered, seen, taken back."""

import re
from uuid import UUID

import pytest

from engine.commands.change_organisation import CreatePosition
from engine.domain.organisation import Position, Role
from tests.integration.webui import world
from tests.integration.webui.test_on_paper import hand
from tests.integration.webui.world import EXAMINER, World

CLERK = world.login_of(Role.CLERK, "own-position")
COLLEAGUE = world.login_of(Role.CLERK, "own-agency")
OTHER = world.login_of(Role.CLERK, "unrelated")
ELSEWHERE = f"{world.id_of('agency', 'elsewhere').hex}:{EXAMINER}"
REGISTRY = f"{world.id_of('agency', 'handling').hex}:Văn thư"
QUESTION = "Thửa đất có tranh chấp không?"
OPTIONS = re.compile(r'<optgroup label="([^"]+)">(.*?)</optgroup>', re.DOTALL)
ASKING = {"f.whom": ELSEWHERE, "f.question": QUESTION, "f.span": "2"}


@pytest.fixture
def case(here: World) -> UUID:
    """A case whose examination is open."""
    return here.case


def test_another_agency_that_is_asked_sees_the_case_meanwhile(
    here: World, case: UUID
) -> None:
    browser, asked = here.client(CLERK), here.client(OTHER)
    step = f"/viec/{case}/tham_tra/1"
    assert f"{step}/hoi-y-kien" in browser.get(step).text
    assert asked.get(f"/ho-so/{case}").status_code == 404
    form = browser.get(f"{step}/hoi-y-kien").text
    assert "Nơi được hỏi" in form
    assert browser.post(f"{step}/hoi-y-kien", **ASKING).status_code == 303
    page = browser.get(step).text
    assert QUESTION in page
    assert "Chưa trả lời" in page
    # It stands in the worklist of whom it is for, who may see the case meanwhile.
    assert "Cho ý kiến: Thẩm tra hồ sơ" in asked.get("/viec").text
    assert asked.get(f"/ho-so/{case}").status_code == 200
    assert asked.get(f"/viec/{case}/~y1/1").location == f"/tra-loi/{case}/~y1"


def test_an_answer_stands_beside_the_form_and_ends_the_right_to_see(
    here: World, case: UUID
) -> None:
    browser, asked = here.client(CLERK), here.client(OTHER)
    step = f"/viec/{case}/tham_tra/1"
    browser.post(f"{step}/hoi-y-kien", **ASKING)
    assert QUESTION in asked.get(f"/tra-loi/{case}/~y1").text
    silent = asked.post(f"/tra-loi/{case}/~y1", **{"f.stance": "agree"})
    assert silent.status_code == 422
    said = {"f.stance": "disagree", "f.text": "Đang có đơn khiếu nại. Nhờ @khong.co."}
    answered = asked.post(f"/tra-loi/{case}/~y1", **said)
    assert answered.status_code == 303
    assert "“@khong.co”: không báo cho ai" in asked.get(answered.location).text
    # And no longer than that.
    assert asked.get(f"/ho-so/{case}").status_code == 404
    page = browser.get(step).text
    assert "Đang có đơn khiếu nại." in page
    assert "Không đồng ý" in page
    history = browser.get(f"/ho-so/{case}/lich-su").text
    assert re.search(r"Cho ý kiến</td><td[^>]*><div>Thẩm tra hồ sơ", history)
    steps = browser.get(f"/ho-so/{case}").text
    assert "Cho ý kiến: Thẩm tra hồ sơ" in steps
    assert "Cho ý kiến: Cho ý kiến" not in steps
    assert "Nội dung hỏi" in history
    assert browser.get(f"/ho-so/{case}").status_code == 200
    assert browser.get(f"/ho-so/{case}/phat-lai").status_code == 200


def test_a_round_holds_the_step_up_and_the_page_says_who_is_missing(
    here: World, case: UUID
) -> None:
    browser, colleague = here.client(CLERK), here.client(COLLEAGUE)
    step = f"/viec/{case}/tham_tra/1"
    sent = {
        "f.whom1": REGISTRY,
        "f.whom2": ELSEWHERE,
        "f.quorum": "1",
        "f.question": "Đề nghị đồng ký",
    }
    assert browser.post(f"{step}/trinh-dong-ky", **sent).status_code == 303
    assert "Bước đang chờ" in browser.get(step).text
    refused = browser.post(step, **{"f.comment": "xong"})
    assert refused.status_code == 409
    assert "Chưa đủ đồng ký" in refused.text
    assert "Văn thư" in refused.text
    assert "Đồng ký: Thẩm tra hồ sơ" in colleague.get("/viec").text
    form = colleague.get(f"/tra-loi/{case}/~k1.1").text
    assert "Những người đồng ký" in form
    signed = colleague.post(f"/tra-loi/{case}/~k1.1", **{"f.stance": "agree"})
    assert signed.status_code == 303
    assert "Đã đủ người đồng ý" in browser.get(step).text
    assert browser.post(step, **{"f.comment": "xong"}).status_code == 303


def test_a_question_is_taken_back_with_a_reason(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    step = f"/viec/{case}/tham_tra/1"
    browser.post(f"{step}/hoi-y-kien", **ASKING)
    assert f"/ho-so/{case}/thoi-hoi/1" in browser.get(step).text
    assert browser.get(f"/ho-so/{case}/thoi-hoi/1").status_code == 200
    assert browser.post(f"/ho-so/{case}/thoi-hoi/1").status_code == 422
    done = browser.post(f"/ho-so/{case}/thoi-hoi/1", **{"f.reason": "Đã có văn bản"})
    assert done.status_code == 303
    assert "Đã thu hồi" in browser.get(step).text
    assert here.client(OTHER).get(f"/tra-loi/{case}/~y1").status_code == 404
    assert browser.get(f"/ho-so/{case}/thoi-hoi/1").status_code == 409


def test_who_is_asked_cannot_ask_or_conduct_the_case(here: World, case: UUID) -> None:
    step = f"/viec/{case}/tham_tra/1"
    here.client(CLERK).post(f"{step}/hoi-y-kien", **ASKING)
    asked = here.client(OTHER)
    page = asked.get(step)
    assert page.status_code == 200
    assert "hoi-y-kien" not in page.text
    assert asked.post(f"{step}/hoi-y-kien", **ASKING).status_code == 404
    assert asked.post(step, **{"f.comment": "x"}).status_code == 404
    assert asked.get(f"/ho-so/{case}/yeu-cau-bo-sung").status_code == 404
    assert "yeu-cau-bo-sung" not in asked.get(f"/ho-so/{case}").text


def test_whom_to_ask_is_a_plain_list_under_the_names_of_agencies(
    here: World, case: UUID
) -> None:
    page = here.client(CLERK).get(f"/viec/{case}/tham_tra/1/hoi-y-kien").text
    listed = page.partition('name="f.whom"')[2].partition("</select>")[0]
    groups = OPTIONS.findall(listed)
    assert "Cơ quan elsewhere" in [name for name, _ in groups]
    assert [name for name, _ in groups] == sorted({name for name, _ in groups})
    for name, options in groups:
        labels = re.findall(r"<option[^>]*>([^<]+)<", options)
        assert labels
        assert all(one.endswith(f" · {name}") for one in labels)


def test_more_positions_than_anybody_draws_can_all_be_asked(
    here: World, case: UUID
) -> None:
    performers = frozenset(f"Chuyên viên {n:04}" for n in range(1200))
    elsewhere = world.id_of("agency", "elsewhere")
    many = Position(
        id=UUID(int=5), agency=elsewhere, name="Nhiều việc", performers=performers
    )
    administrator = here.actor(world.login_of(Role.ADMINISTRATOR, "own-position"))
    here.application.engine.execute(CreatePosition(position=many), administrator)
    browser, step = here.client(CLERK), f"/viec/{case}/tham_tra/1"
    assert browser.get(f"{step}/hoi-y-kien").text.count("<option") > 1200
    last = f"{elsewhere.hex}:Chuyên viên 1199"
    asked = browser.post(f"{step}/hoi-y-kien", **(ASKING | {"f.whom": last}))
    assert asked.status_code == 303
    nobody = f"{elsewhere.hex}:Chuyên viên 1200"
    refused = browser.post(f"{step}/hoi-y-kien", **(ASKING | {"f.whom": nobody}))
    assert refused.status_code == 422


def test_who_was_chosen_stays_chosen_after_a_refusal(here: World, case: UUID) -> None:
    step = f"/viec/{case}/tham_tra/1"
    sent = ASKING | {"f.question": ""}
    page = here.client(CLERK).post(f"{step}/hoi-y-kien", **sent)
    assert page.status_code == 422
    assert f'value="{ELSEWHERE}" selected' in page.text


def test_an_answer_given_on_paper_is_entered_with_its_real_time(
    here: World, case: UUID
) -> None:
    browser, asked = here.client(CLERK), here.client(OTHER)
    browser.post(f"/viec/{case}/tham_tra/1/hoi-y-kien", **ASKING)
    here.clock.move(minutes=25)
    form = asked.get(f"/tra-loi/{case}/~y1").text
    assert 'id="lam-tren-giay"' in form
    assert hand(OTHER) in form
    assert hand(CLERK) not in form
    said = {"f.stance": "agree", "f.text": "Không có tranh chấp."}
    told = {"giay-ngay": "20/11/2026", "giay-gio": "9h15", "giay-nguoi": hand(OTHER)}
    half = asked.post(f"/tra-loi/{case}/~y1", **said, **{**told, "giay-nguoi": ""})
    assert half.status_code == 422
    assert "Không có tranh chấp." in half.text
    told["giay-vi-sao"] = "Mất mạng"
    assert asked.post(f"/tra-loi/{case}/~y1", **said, **told).status_code == 303
    history = browser.get(f"/ho-so/{case}/lich-su").text
    assert "Làm trên giấy lúc 09:15 ngày 20/11/2026" in history
