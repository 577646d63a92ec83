"""The comment beside a step's own form: asked, kept, shown; a step without has one."""

import json
import re
from typing import Final
from uuid import UUID

import pytest

from engine.commands.erase_personal import ErasePersonal
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain import comments
from engine.domain.organisation import Role
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.test_staffing import text_of
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")
DESK: Final = world.login_of(Role.CLERK, "other-agency")
SAID: Final = "Đã gọi điện hẹn bổ sung bản gốc."
FIELD: Final = f"f.{comments.BESIDE}"
LABEL: Final = "Ý kiến, ghi chú"
FORM: Final = {
    "type": "default",
    "id": "don",
    "schemaVersion": 18,
    "components": [
        {
            "type": "number",
            "id": "t",
            "key": "so_to",
            "label": "Số tờ",
            "validate": {"required": True},
        }
    ],
}
MODEL: Final = bpmn.definitions(
    bpmn.process(
        "start s; task xem 'Xem đơn' <extensionElements>"
        "<qt:work form=\"don\"/></extensionElements>; task ky 'Ký đơn'; end e",
        "s > xem > ky > e",
        identity="don",
        name="Nhận đơn",
        more='<extensionElements><qt:procedure code="9.1"/></extensionElements>'
        f'<laneSet id="lanes"><lane id="lane" name="{world.EXAMINER}">'
        "<flowNodeRef>xem</flowNodeRef><flowNodeRef>ky</flowNodeRef></lane></laneSet>",
    )
)


@pytest.fixture
def case(here: World) -> UUID:
    """A case whose first step has a form, and whose second has none."""
    execute = here.application.engine.execute
    files = {"process.bpmn": MODEL, "forms/don.form": json.dumps(FORM).encode()}
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    version = UUID(str(execute(UploadVersion(files=files), designer)["version"]))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    execute(PublishVersion(version=version), approver)
    command = OpenCase(procedure="9.1", data={}, agencies=world.case_agencies())
    return UUID(str(execute(command, here.actor(DESK))["case"]))


def step(case: UUID, element: str = "xem") -> str:
    return f"/viec/{case}/{element}/1"


def boxes(page: str) -> list[str]:
    """The names of the text boxes of several lines in the form of a step."""
    form = page[page.index('class="task-form"') :]
    return re.findall(r'<textarea[^>]* name="(f\.[^"]+)"', form)


def test_a_step_with_a_form_of_its_own_asks_for_a_comment_too(
    here: World, case: UUID
) -> None:
    page = here.client(CLERK).get(step(case)).text
    assert boxes(page) == [FIELD]
    assert LABEL in page


def test_what_was_said_stands_in_the_history_and_in_the_step_that_is_done(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    sent = {"f.so_to": "3", FIELD: SAID}
    assert browser.post(step(case), **sent).status_code == 303
    for page in (f"/ho-so/{case}", step(case)):
        text = text_of(browser.get(page))
        assert f"{LABEL} {SAID}" in text
    # The next step has no form: one box, and nobody finds another one's words in it.
    after = browser.get(step(case, "ky")).text
    assert boxes(after) == ["f.comment"]
    assert f"{SAID}</textarea>" not in after


def test_without_a_comment_the_history_says_nothing_of_one(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    sent = {"f.so_to": "3", FIELD: "  "}
    assert browser.post(step(case), **sent).status_code == 303
    assert LABEL not in text_of(browser.get(f"/ho-so/{case}"))


def test_a_draft_and_a_refusal_keep_it(here: World, case: UUID) -> None:
    browser = here.client(CLERK)
    saved = browser.post(f"{step(case)}/nhap", draft="0", **{FIELD: SAID})
    assert saved.status_code == 303
    assert f"{SAID}</textarea>" in browser.get(step(case)).text
    refused = browser.post(step(case), **{"f.so_to": "ba", FIELD: SAID})
    assert refused.status_code == 422
    assert f"{SAID}</textarea>" in refused.text


def test_one_that_is_too_long_is_told_beside_its_box(here: World, case: UUID) -> None:
    sent = {"f.so_to": "3", FIELD: "x" * (comments.CHARS + 1)}
    refused = here.client(CLERK).post(step(case), **sent)
    assert refused.status_code == 422
    assert "x" * (comments.CHARS + 1) in refused.text
    assert f'href="#f-{comments.BESIDE}"' in refused.text


def test_sending_back_needs_no_comment_and_stumbles_over_none(
    here: World, case: UUID
) -> None:
    browser = here.client(CLERK)
    browser.post(step(case), **{"f.so_to": "3", FIELD: SAID})
    sent = {"return-target": "xem", "return-reason": "Thiếu tờ.", "f.comment": "Ghi"}
    assert browser.post(f"{step(case, 'ky')}/tra-lai", **sent).status_code == 303
    again = {"f.so_to": "4", FIELD: "Đã đủ."}
    assert browser.post(f"/viec/{case}/xem/2", **again).status_code == 303
    assert "Đã đủ." in text_of(browser.get(f"/ho-so/{case}"))


def table_of(page: str) -> str:
    """The ordered table of a replay."""
    return page[page.rindex("<table") :].partition("</table>")[0]


@pytest.mark.parametrize("where", ["phat-lai", "phat-lai.html"])
def test_the_table_of_a_replay_shows_it_and_says_under_which_order_it_went(
    here: World, case: UUID, where: str
) -> None:
    auditor = here.client(world.login_of(Role.AUDITOR, "unrelated"))
    column = ">Ý kiến</th>"
    assert column not in table_of(auditor.get(f"/ho-so/{case}/{where}").text)
    here.client(CLERK).post(step(case), **{"f.so_to": "3", FIELD: f"{SAID} <b>"})
    # A step without a form asks for a comment alone: it stands in the same column.
    here.client(CLERK).post(step(case, "ky"), **{"f.comment": "Đồng ý ký."})
    table = table_of(auditor.get(f"/ho-so/{case}/{where}").text)
    assert column in table
    assert f'<div class="as-typed">{SAID} &lt;b&gt;</div>' in table
    assert '<div class="as-typed">Đồng ý ký.</div>' in table
    order = ErasePersonal(
        case=case,
        basis="Luật 91/2025/QH15",
        order="12/QĐ",
        names=(comments.BESIDE,),
    )
    administrator = here.actor(world.login_of(Role.ADMINISTRATOR, "own-position"))
    here.application.engine.execute(order, administrator)
    table = table_of(auditor.get(f"/ho-so/{case}/{where}").text)
    assert SAID not in table
    assert "đã xóa theo Luật 91/2025/QH15 (12/QĐ)" in table
    assert "Đồng ý ký." in table
