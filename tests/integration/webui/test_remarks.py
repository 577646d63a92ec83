"""Remarks on the pages: noted without completing anything, read, named, erased."""

import html
import json
import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

import pytest

from engine.commands.erase_personal import ErasePersonal
from engine.domain import comments
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.test_side_pages import ASKING
from tests.integration.webui.test_staffing import text_of
from tests.integration.webui.world import Browser, World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
OTHER: Final = world.login_of(Role.CLERK, "unrelated")
SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "supervised")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
TITLE: Final = "Ghi chú hồ sơ"
SAID: Final = "Đã gọi điện <b>hẹn</b> thứ Hai."
SHOWN: Final = html.escape(SAID)
LONG: Final = "x" * (comments.CHARS + 1)
INPUT: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def case(here: World) -> UUID:
    """A case whose examination is open."""
    return here.case


def form(case: UUID) -> str:
    return f"/ho-so/{case}/ghi-chu"


def step(case: UUID) -> str:
    return f"/viec/{case}/tham_tra/1"


def remarks(browser: Browser, case: UUID) -> int:
    """How many stand in the record."""
    told = json.loads(browser.get(f"/ho-so/{case}/lich-su.json").text)
    types = [one["body"]["type"] for one in told["events"]]
    return types.count("case.remarked")


def test_whoever_has_a_part_is_offered_it_on_the_case_and_on_the_step(
    here: World, case: UUID
) -> None:
    for login in (CLERK, DESK, SUPERVISOR):
        browser = here.client(login)
        assert f'href="{form(case)}">{TITLE}' in browser.get(f"/ho-so/{case}").text
        assert f'href="{step(case)}/ghi-chu">{TITLE}' in browser.get(step(case)).text
    for page in (f"/ho-so/{case}", step(case)):
        assert "/ghi-chu" not in here.client(AUDITOR).get(page).text


def test_it_stands_on_the_case_its_step_and_in_its_history(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    before = here.application.queries.case_tasks(here.actor(CLERK), case)
    sent = browser.post(form(case), **{"f.text": SAID})
    assert sent.status_code == 303
    assert sent.location == f"/ho-so/{case}"
    assert "Đã ghi vào hồ sơ" in text_of(browser.get(sent.location))
    # Read by who comes after: at the desk, above, and by whoever audits.
    for login in (CLERK, DESK, SUPERVISOR, AUDITOR):
        reader = here.client(login)
        for page in (f"/ho-so/{case}", step(case), f"/ho-so/{case}/lich-su"):
            text = reader.get(page).text
            assert SHOWN in text, page
            assert TITLE in text
            assert SAID not in text
    after = here.application.queries.case_tasks(here.actor(CLERK), case)
    assert [one.status for one in after] == [one.status for one in before]
    assert [one.due_at for one in after] == [one.due_at for one in before]


def test_the_timeline_shows_its_words_at_once(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    browser.post(form(case), **{"f.text": SAID})
    page = browser.get(f"/ho-so/{case}").text
    line = page.partition(f"<b>{TITLE}</b>")[2].partition("</li>")[0]
    assert "<details open>" in line
    assert SHOWN in line


def test_from_a_step_one_comes_back_to_the_step(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    page = browser.get(f"{step(case)}/ghi-chu").text
    assert f'href="{step(case)}"' in page
    sent = browser.post(f"{step(case)}/ghi-chu", **{"f.text": SAID})
    assert sent.status_code == 303
    assert sent.location == step(case)
    panel = browser.get(step(case)).text.partition('class="columns')[2]
    assert SHOWN in panel
    # The step still waits, with its own box empty.
    assert f"{SHOWN}</textarea>" not in panel
    done = browser.post(step(case), **{"f.comment": "Đủ."})
    assert done.status_code == 303


def test_the_form_needs_no_script_and_sent_twice_leaves_one_remark(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    page = browser.get(form(case)).text
    start = page.index('<form method="post" novalidate')
    own = page[start:].partition("</form>")[0]
    assert "<script" not in own
    assert "<textarea" in own
    hidden = dict(INPUT.findall(own))
    assert set(hidden) == {"csrf_token", "key"}
    for _ in range(2):
        sent = browser.post(form(case), **hidden, **{"f.text": SAID})
        assert sent.status_code == 303
    assert remarks(browser, case) == 1
    # Another form is another remark, even with the same words.
    browser.post(form(case), **{"f.text": SAID})
    assert remarks(browser, case) == 2


@pytest.mark.parametrize("text", ["", "  \r\n ", LONG])
@pytest.mark.parametrize("where", [form, lambda case: f"{step(case)}/ghi-chu"])
def test_what_is_empty_or_too_long_is_told_beside_the_box_and_stays(
    here: World, case: UUID, where: Callable[[UUID], str], text: str
) -> None:
    browser = here.client(CLERK)
    refused = browser.post(where(case), **{"f.text": text})
    assert refused.status_code == 422
    assert 'href="#f-text"' in refused.text
    assert 'aria-invalid="true"' in refused.text
    if text == LONG:
        assert f"{LONG}</textarea>" in refused.text
    assert remarks(browser, case) == 0


def test_the_author_reads_whom_nobody_can_tell(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    words = f"Nhờ @khong.co và @{OTHER} xem."
    sent = browser.post(form(case), **{"f.text": words})
    page = text_of(browser.get(sent.location))
    assert "“@khong.co”: không báo cho ai" in page
    assert f"“@{OTHER}” không được xem hồ sơ này" in page


def test_who_reads_everything_writes_nothing(here: World, case: UUID) -> None:
    auditor = here.client(AUDITOR)
    for where in (form(case), f"{step(case)}/ghi-chu"):
        assert auditor.get(where).status_code == 403
        assert auditor.post(where, **{"f.text": SAID}).status_code == 403
    assert remarks(auditor, case) == 0


def test_who_is_asked_may_note_something_until_the_answer(
    here: World, case: UUID
) -> None:
    asked = here.client(OTHER)
    assert asked.post(form(case), **{"f.text": SAID}).status_code == 404
    here.client(CLERK).post(f"{step(case)}/hoi-y-kien", **ASKING)
    assert form(case) in asked.get(f"/ho-so/{case}").text
    assert asked.post(form(case), **{"f.text": SAID}).status_code == 303
    said = {"f.stance": "agree", "f.text": "Không."}
    assert asked.post(f"/tra-loi/{case}/~y1", **said).status_code == 303
    assert asked.post(form(case), **{"f.text": SAID}).status_code == 404
    assert remarks(here.client(CLERK), case) == 1


@pytest.mark.parametrize("where", ["phat-lai", "phat-lai.html"])
def test_it_is_a_moment_of_the_replay_and_says_under_which_order_it_went(
    here: World, case: UUID, where: str
) -> None:
    browser, auditor = here.client(CLERK), here.client(AUDITOR)
    browser.post(form(case), **{"f.text": SAID})
    page = auditor.get(f"/ho-so/{case}/{where}").text
    moment = page.partition('id="buoc-2"')[2].partition("</article>")[0]
    assert f"<h2>2. {TITLE}</h2>" in moment
    assert SHOWN in moment
    table = page[page.rindex("<table") :]
    assert f'<div class="as-typed">{SHOWN}</div>' in table
    assert "is-deviating" not in page.partition("data-track")[2].partition("</ol>")[0]
    order = ErasePersonal(
        case=case,
        basis="Luật 91/2025/QH15",
        order="12/QĐ",
        names=(comments.BESIDE,),
    )
    administrator = here.actor(world.login_of(Role.ADMINISTRATOR, "own-position"))
    here.application.engine.execute(order, administrator)
    for address in (where, "lich-su", ""):
        page = auditor.get(f"/ho-so/{case}/{address}".rstrip("/")).text
        assert SHOWN not in page
        assert "đã xóa theo Luật 91/2025/QH15 (12/QĐ)" in page
    page = browser.get(step(case)).text
    assert SHOWN not in page
    assert "đã xóa theo Luật 91/2025/QH15 (12/QĐ)" in page


def test_its_six_verdicts_hold_and_it_is_no_deviation(here: World, case: UUID) -> None:
    browser = here.client(SUPERVISOR)
    browser.post(form(case), **{"f.text": SAID})
    page = browser.get(f"/ho-so/{case}/bang-chung").text
    assert TITLE in page
    assert "state-tag--late" not in page


def test_in_english_it_is_a_remark(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    browser.post(form(case), **{"f.text": SAID})
    browser.post("/ngon-ngu", language="en")
    page = browser.get(f"/ho-so/{case}").text
    assert "<b>Remark</b>" in page
    assert "Remark</h1>" in browser.get(form(case)).text
