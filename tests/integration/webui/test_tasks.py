"""The task page: doing work once, and losing nothing that was typed."""

import json
from typing import Final
from uuid import UUID

from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
OTHER: Final = world.login_of(Role.CLERK, "own-agency")
SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "supervised")
NOTE: Final = "Nội dung <b>gõ dở</b> & chưa gửi"
SHOWN: Final = "Nội dung &lt;b&gt;gõ dở&lt;/b&gt; &amp; chưa gửi"


def path(here: World, more: str = "") -> str:
    return f"/viec/{here.case}/tham_tra/1{more}"


def completed(here: World) -> int:
    with here.application.store.begin(world.HERE) as uow:
        month = uow.cases.lock(here.case).case.month
        events = uow.history.read(here.case, month)
        return sum(event.type == "task.completed" for event in events)


def test_the_page_says_who_does_it_and_what_comes_next(here: World) -> None:
    page = here.client(CLERK).get(path(here)).text
    assert "Chưa ai nhận việc này" in page
    assert "Ý kiến xử lý" in page
    assert "kết thúc hồ sơ" in page
    assert "Hoàn thành bước" in page


def test_completing_leads_on_and_says_what_happened(here: World) -> None:
    browser = here.client(CLERK)
    answer = browser.post(path(here), key="k1", **{"f.comment": NOTE})
    assert (answer.status_code, answer.location) == (303, "/viec")
    told = browser.get("/viec").text
    assert "đã xong “Thẩm tra hồ sơ”" in told
    assert "chờ thông tin từ bên ngoài" in told
    assert completed(here) == 1


def test_a_comment_is_kept_as_the_words_that_were_typed(here: World) -> None:
    browser = here.client(CLERK)
    assert browser.post(path(here), key="k", **{"f.comment": NOTE}).status_code == 303
    with here.application.store.begin(world.HERE) as uow:
        month = uow.cases.lock(here.case).case.month
        last = uow.history.read(here.case, month)[-1]
    kept = {one.name: json.loads(one.value or "") for one in last.personal}
    assert kept == {"comment": NOTE}


def test_nobody_finds_an_earlier_comment_in_the_box(here: World) -> None:
    opened = here.application.engine.execute(
        OpenCase(
            procedure="thu_tuc",
            data={"comment": NOTE},
            agencies=world.case_agencies(),
        ),
        here.actor(world.login_of(Role.CLERK, "other-agency")),
    )
    case = UUID(str(opened["case"]))
    page = here.client(CLERK).get(f"/viec/{case}/tham_tra/1").text
    assert 'name="f.comment"' in page
    assert f">{SHOWN}</textarea>" not in page


def test_whoever_names_somebody_who_is_not_told_reads_so(here: World) -> None:
    words = "Nhờ @clerk.unrelated và @khong.co xem, @supervisor.own-position biết."
    browser = here.client(CLERK)
    sent = browser.post(path(here), **{"f.comment": words, "confirmed": "1"})
    assert sent.status_code == 303, sent.text
    page = browser.get(sent.location).text
    assert "“@clerk.unrelated” không được xem hồ sơ này nên không được báo." in page
    assert "“@khong.co”: không báo cho ai" in page
    assert "supervisor.own-position" not in page


def test_the_same_request_twice_is_one_act(here: World) -> None:
    browser = here.client(CLERK)
    for _ in range(3):
        answer = browser.post(path(here), key="k1", **{"f.comment": NOTE})
        assert answer.status_code == 303
    assert completed(here) == 1


def test_a_stale_page_keeps_what_was_typed(here: World) -> None:
    browser = here.client(CLERK)
    command = CompleteTask(case=here.case, element="tham_tra", occurrence=1, answers={})
    here.application.engine.execute(command, here.actor(CLERK))
    answer = browser.post(path(here), key="k2", **{"f.comment": NOTE})
    assert answer.status_code == 409
    assert SHOWN in answer.text
    assert "Nội dung ông/bà đã nhập" in answer.text
    assert completed(here) == 1


def test_the_same_key_with_other_words_keeps_the_words(here: World) -> None:
    browser = here.client(CLERK)
    browser.post(path(here), key="k3", **{"f.comment": "Một"})
    answer = browser.post(path(here), key="k3", **{"f.comment": NOTE})
    assert answer.status_code == 409
    assert SHOWN in answer.text
    assert completed(here) == 1


def test_work_that_somebody_else_took_is_refused_and_keeps_the_words(
    here: World,
) -> None:
    # The supervisor's account works in another position; the clerk holds the task.
    claim = ClaimTask(case=here.case, element="tham_tra", occurrence=1)
    here.application.engine.execute(claim, here.actor(CLERK))
    answer = here.client(OTHER).post(path(here), key="k", **{"f.comment": NOTE})
    assert answer.status_code == 403
    assert SHOWN in answer.text
    assert completed(here) == 0


def test_an_unknown_field_is_refused_by_name(here: World) -> None:
    answer = here.client(CLERK).post(path(here), key="k", **{"f.la": "x"})
    assert answer.status_code == 422
    assert "Biểu mẫu không có mục “la”" in answer.text
    assert "<title>Lỗi:" in answer.text
    assert completed(here) == 0


def test_a_supervisor_sees_who_has_it_and_takes_it_back(here: World) -> None:
    claim = ClaimTask(case=here.case, element="tham_tra", occurrence=1)
    here.application.engine.execute(claim, here.actor(CLERK))
    browser = here.client(SUPERVISOR)
    page = browser.get(path(here)).text
    assert "đang giữ việc này" in page
    assert "Hoàn thành bước" not in page
    assert browser.post(path(here, "/tra")).status_code == 303
    assert "Chưa ai nhận" in here.client(CLERK).get(path(here)).text


def test_done_work_shows_what_was_entered(here: World) -> None:
    browser = here.client(CLERK)
    browser.post(path(here), key="k", **{"f.comment": NOTE})
    page = browser.get(path(here)).text
    assert "Việc này đã xong" in page
    assert SHOWN in page
    assert "<textarea" not in page


def test_work_that_does_not_exist_is_not_found(here: World) -> None:
    browser = here.client(CLERK)
    assert browser.get(f"/viec/{here.case}/khong_co/1").status_code == 404
    assert browser.get(f"/viec/{here.case}/tham_tra/2").status_code == 404
