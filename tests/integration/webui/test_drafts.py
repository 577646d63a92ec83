"""What is typed and not sent: kept, told apart, given back to its person alone."""

import re
from typing import Final

import pytest
from werkzeug.test import TestResponse

from engine import limits
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.domain.organisation import Role
from engine.domain.run import Visit
from engine.unsent import Draft
from tests.integration.webui import world
from tests.integration.webui.test_tasks import completed, path
from tests.integration.webui.world import Browser, World
from webui import worker

CLERK: Final = world.login_of(Role.CLERK, "own-position")
OTHER: Final = world.login_of(Role.CLERK, "own-agency")
NOTE: Final = "Đã đối chiếu bản gốc"
JSON: Final = {"Accept": "application/json"}
VISIT: Final = Visit("tham_tra", 1)


def made(page: str) -> dict[str, str]:
    """The hidden inputs of the form of a task."""
    form = page[page.index('class="task-form"') :]
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return dict(reversed(pairs))


def save(browser: Browser, here: World, **typed: object) -> TestResponse:
    return browser.client.post(
        path(here, "/nhap"),
        data={"csrf_token": browser.token, **typed},
        headers=JSON,
        base_url=browser.base,
    )


def draft(here: World, login: str = CLERK) -> Draft | None:
    account = here.actor(login).account
    return here.application.drafts.find(account, here.case, VISIT)


def test_a_draft_stands_in_the_form_and_says_when_it_was_saved(here: World) -> None:
    browser = here.client(CLERK)
    answer = save(browser, here, draft="0", **{"f.comment": NOTE})
    assert answer.get_json() == {
        "revision": 1,
        "said": "Đã lưu nháp lúc 09:05",
        "kept": True,
    }
    page = browser.get(path(here)).text
    assert f"{NOTE}</textarea>" in page
    assert "Đã lưu nháp lúc 09:05" in page
    assert completed(here) == 0


def test_without_a_script_the_page_comes_again(here: World) -> None:
    browser = here.client(CLERK)
    answer = browser.post(path(here, "/nhap"), draft="0", **{"f.comment": NOTE})
    assert (answer.status_code, answer.location) == (303, path(here))
    assert f"{NOTE}</textarea>" in browser.get(path(here)).text


def test_an_older_window_is_told_and_both_texts_stay(here: World) -> None:
    browser = here.client(CLERK)
    save(browser, here, draft="0", **{"f.comment": "Mới"})
    told = save(browser, here, draft="0", **{"f.comment": "Cũ"}).get_json()
    assert not told["kept"]
    assert "Cửa sổ khác đã lưu bản nháp mới hơn" in told["said"]
    page = browser.get(path(here)).text
    assert "Mới</textarea>" in page
    assert '<dd class="as-typed">Cũ</dd>' in page
    browser.post(path(here, "/nhap/chon"), aside="1")
    page = browser.get(path(here)).text
    assert "Cũ</textarea>" in page
    assert "Nội dung kia" not in page


def test_nobody_reads_another_ones_draft(here: World) -> None:
    save(here.client(CLERK), here, draft="0", **{"f.comment": NOTE})
    for login in (OTHER, world.login_of(Role.SUPERVISOR, "supervised")):
        assert NOTE not in here.client(login).get(path(here)).text


def test_nothing_is_kept_for_work_that_somebody_else_has(here: World) -> None:
    claim = ClaimTask(case=here.case, element="tham_tra", occurrence=1)
    here.application.engine.execute(claim, here.actor(CLERK))
    assert save(here.client(OTHER), here, **{"f.comment": NOTE}).status_code == 403
    assert draft(here, OTHER) is None


def test_completing_leaves_no_draft(here: World) -> None:
    browser = here.client(CLERK)
    save(browser, here, draft="0", **{"f.comment": NOTE})
    browser.post(path(here), key="k", **{"f.comment": NOTE})
    assert draft(here) is None


def test_the_sweep_takes_the_draft_of_work_that_a_program_has_done(
    here: World,
) -> None:
    save(here.client(CLERK), here, draft="0", **{"f.comment": NOTE})
    worker.Worker(here.application)._clean(world.HERE)
    assert draft(here) is not None
    done = CompleteTask(case=here.case, element="tham_tra", occurrence=1, answers={})
    here.application.engine.execute(done, here.actor(CLERK))
    worker.Worker(here.application)._clean(world.HERE)
    assert draft(here) is None


def ended(here: World, browser: Browser, **more: object) -> TestResponse:
    """Send the form of a page whose session is over."""
    form = made(browser.get(path(here)).text)
    here.clock.move(seconds=limits.SESSION_IDLE + 1)
    return browser.client.post(
        path(here),
        data={**form, "f.comment": NOTE, **more},
        base_url=browser.base,
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def test_a_form_whose_session_has_ended_leads_to_the_sign_in_and_is_kept(
    here: World,
) -> None:
    answer = ended(here, here.client(CLERK))
    assert answer.status_code == 303
    assert answer.location.startswith("/dang-nhap?next=/viec/")
    assert completed(here) == 0
    page = here.client(CLERK).get(path(here)).text
    assert f"{NOTE}</textarea>" in page


def test_what_was_kept_is_nobody_elses(here: World) -> None:
    ended(here, here.client(CLERK))
    assert draft(here, OTHER) is None
    assert NOTE not in here.client(OTHER).get(path(here)).text


def test_the_sign_in_page_says_what_was_kept_and_for_whom(here: World) -> None:
    browser = here.client(CLERK)
    answer = ended(here, browser)
    said = browser.get(answer.location).text
    assert "Nội dung đã nhập được giữ lại" in said
    assert f"Người {CLERK}" in said
    assert NOTE not in said


@pytest.mark.parametrize(
    "forged",
    [
        {"made": ""},
        {"made": "WyJ4Il0.aaaa.bbbb"},
    ],
)
def test_a_form_that_we_did_not_make_keeps_nothing(
    here: World, forged: dict[str, str]
) -> None:
    answer = ended(here, here.client(CLERK), **forged)
    assert answer.status_code == 403
    assert draft(here) is None


def test_a_form_from_another_site_keeps_nothing(here: World) -> None:
    browser = here.client(CLERK)
    form = made(browser.get(path(here)).text)
    here.clock.move(seconds=limits.SESSION_IDLE + 1)
    answer = browser.client.post(
        path(here),
        data={**form, "f.comment": NOTE},
        base_url=browser.base,
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert draft(here) is None


def test_the_form_of_one_task_keeps_nothing_for_another(here: World) -> None:
    browser = here.client(CLERK)
    form = made(browser.get(path(here)).text)
    here.clock.move(seconds=limits.SESSION_IDLE + 1)
    other = path(here).replace("/1", "/2")
    answer = browser.client.post(
        other, data={**form, "f.comment": NOTE}, base_url=browser.base
    )
    assert answer.status_code == 403


def test_somebody_who_signed_in_again_meanwhile_gets_the_form_again(
    here: World,
) -> None:
    form = made(here.client(CLERK).get(path(here)).text)
    fresh = here.client(CLERK)
    sent = {**form, "csrf_token": "old", "f.comment": NOTE}
    answer = fresh.client.post(path(here), data=sent, base_url=fresh.base)
    assert (answer.status_code, answer.location) == (303, path(here))
    page = fresh.get(path(here)).text
    assert f"{NOTE}</textarea>" in page
    assert "bấm gửi lần nữa" in page
    assert completed(here) == 0


def test_another_person_at_the_same_desk_gets_nothing_of_it(here: World) -> None:
    form = made(here.client(CLERK).get(path(here)).text)
    other = here.client(OTHER)
    sent = {**form, "csrf_token": "old", "f.comment": NOTE}
    answer = other.client.post(path(here), data=sent, base_url=other.base)
    assert answer.status_code == 403
    assert draft(here, OTHER) is None
    assert draft(here, CLERK) is not None


def test_a_script_is_told_that_the_session_ended_and_what_it_sent_is_kept(
    here: World,
) -> None:
    browser = here.client(CLERK)
    form = made(browser.get(path(here)).text)
    here.clock.move(seconds=limits.SESSION_IDLE + 1)
    answer = browser.client.post(
        path(here, "/nhap"),
        data={**form, "f.comment": NOTE},
        headers=JSON,
        base_url=browser.base,
    )
    assert answer.status_code == 401
    assert answer.get_json()["kept"]
    assert draft(here) is not None


def test_a_refused_form_says_what_has_happened_since(here: World) -> None:
    browser = here.client(CLERK)
    form = made(browser.get(path(here)).text)
    claim = ClaimTask(case=here.case, element="tham_tra", occurrence=1)
    here.application.engine.execute(claim, here.actor(CLERK))
    done = CompleteTask(case=here.case, element="tham_tra", occurrence=1, answers={})
    here.application.engine.execute(done, here.actor(CLERK))
    answer = browser.post(
        path(here), seen=form["seen"], key="k2", **{"f.comment": NOTE}
    )
    assert answer.status_code == 409
    assert "thay đổi từ lúc ông/bà mở trang này" in answer.text
    since = answer.text[answer.text.index('class="since"') :]
    assert "Thẩm tra hồ sơ" in since[: since.index("</ul>")]
