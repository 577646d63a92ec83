"""Diagrams kept as documents, answers typed on the page, and what an approver sees."""

import html
import io
import re
from typing import Final
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from engine.commands.open_case import OpenCase
from engine.domain.organisation import Role
from engine.errors import NotFoundError
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World

DESIGNER: Final = world.login_of(Role.DESIGNER, "own-position")
APPROVER: Final = world.login_of(Role.APPROVER, "own-position")
CLERK: Final = world.login_of(Role.CLERK, "other-agency")
#: A drawing without a process: nothing of it can ever run.
TALK: Final = bpmn.definitions(
    '<collaboration id="trao_doi"><participant id="a" name="Công dân"/>'
    '<participant id="b" name="Cơ quan"/>'
    '<messageFlow id="m" sourceRef="a" targetRef="b"/></collaboration>'
)
#: How long the event waits is not told: it has to be typed or left to a person.
WAITS: Final = bpmn.definitions(
    bpmn.process(
        "start s; task tham_tra 'Thẩm tra'; end e\n"
        "catch cho 'Chờ' <timerEventDefinition/>",
        "s > tham_tra > cho > e",
        identity="cho_lau",
        name="Thủ tục chờ",
        more=world.LANE,
    )
)


def send(browser: Browser, content: bytes, **more: str) -> TestResponse:
    return browser.post(
        "/quy-trinh/tai-len", package=(io.BytesIO(content), "so-do.bpmn"), **more
    )


def version_in(answer: TestResponse) -> UUID:
    assert answer.status_code == 303, said(answer.text)
    return UUID(str(answer.location).rpartition("/")[2])


def said(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("content", [TALK, WAITS], ids=["nothing-runs", "open"])
def test_a_document_lives_like_a_procedure_and_opens_no_case(
    here: World, content: bytes
) -> None:
    designer, approver = here.client(DESIGNER), here.client(APPROVER)
    version = version_in(send(designer, content, keep="document"))
    path = f"/quy-trinh/phien-ban/{version}"
    page = said(approver.get(path).text)
    assert "không mở được hồ sơ trên đó" in page
    assert designer.post(f"{path}/cong-bo").status_code == 403
    assert approver.post(f"{path}/cong-bo").status_code == 303
    clerk = here.client(CLERK)
    listed = next(
        one
        for one in here.application.queries.procedures(here.actor(CLERK))
        if one.version == version
    )
    row = re.search(
        rf"<tr>(?:(?!</tr>).)*{version}.*?</tr>",
        clerk.get("/quy-trinh").text,
        re.DOTALL,
    )
    assert row is not None
    assert "tài liệu" in row[0]
    assert "/mo" not in row[0]
    assert clerk.get(f"/quy-trinh/{listed.code}/mo").status_code == 404
    with pytest.raises(NotFoundError) as refused:
        here.application.engine.execute(
            OpenCase(procedure=listed.code, data={}), here.actor(CLERK)
        )
    assert refused.value.code == "a-document"
    assert approver.post(f"{path}/thoi-ap-dung").status_code == 303


def test_both_documents_are_given_out_and_the_upload_as_it_came(here: World) -> None:
    browser = here.client(DESIGNER)
    version = version_in(send(browser, TALK, keep="document"))
    path = f"/quy-trinh/phien-ban/{version}"
    kept = browser.get(f"{path}/tep/so-do.bpmn")
    assert kept.data == TALK
    assert kept.headers["Content-Disposition"].startswith("attachment")
    model = browser.get(f"{path}/mo-hinh.json")
    assert model.json is not None
    assert model.json["runs"] is False
    assert browser.get(f"{path}/tep/khac.bpmn").status_code == 404
    # Drawn for the page, all the same.
    assert b"BPMNShape" in browser.get(f"{path}/so-do.bpmn").data
    page = browser.get(path).text
    assert f'href="{path}/tep/so-do.bpmn"' in page
    assert f'href="{path}/mo-hinh.json"' in page


def test_the_same_file_may_be_a_document_and_a_procedure(here: World) -> None:
    browser = here.client(DESIGNER)
    runs = version_in(send(browser, world.MODEL))
    read = version_in(send(browser, world.MODEL, keep="document"))
    assert read != runs
    assert version_in(send(browser, world.MODEL, keep="document")) == read
    assert version_in(send(browser, world.MODEL)) == runs


def test_what_cannot_be_read_is_no_document_either(here: World) -> None:
    answer = send(here.client(DESIGNER), b"<nothing/>", keep="document")
    assert answer.status_code == 422


FIELD: Final = re.compile(r'name="(typed:time:[^"]+)"')
RADIO: Final = re.compile(r'name="(decision:[^"]+)" value="time:…"')


@pytest.mark.parametrize("typed", ["", "ba ngày", "3D", "P3X"])
def test_an_answer_typed_wrongly_is_told_at_its_field_and_kept(
    here: World, typed: str
) -> None:
    browser = here.client(DESIGNER)
    asked = send(browser, WAITS).text
    radio, field = RADIO.search(asked), FIELD.search(asked)
    assert radio is not None
    assert field is not None
    again = send(browser, WAITS, **{radio[1]: "time:…", field[1]: typed})
    assert again.status_code == 422
    page = again.text
    assert "Chưa lưu: 1 câu trả lời cần sửa" in said(page)
    assert re.search(rf'name="{re.escape(field[1])}" value="{typed}"', page)
    assert re.search(r'value="time:…"[^>]* checked', page)
    assert 'aria-invalid="true"' in page


def test_an_answer_that_is_typed_makes_it_run_and_is_shown_to_the_approver(
    here: World,
) -> None:
    browser = here.client(DESIGNER)
    asked = send(browser, WAITS).text
    radio, field = RADIO.search(asked), FIELD.search(asked)
    assert radio is not None
    assert field is not None
    version = version_in(
        send(browser, WAITS, **{radio[1]: "time:…", field[1]: " P3D "})
    )
    page = said(here.client(APPROVER).get(f"/quy-trinh/phien-ban/{version}").text)
    assert "Người soạn thảo đã trả lời thời gian P3D — Chờ" in page
    assert "sơ đồ được vẽ tự động" in page
