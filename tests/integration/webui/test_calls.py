"""Pages about procedures that call each other."""

import html
import io
import re
import time
import zipfile
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from engine.commands.open_case import OpenCase
from engine.domain.organisation import Role
from engine.evidence import keeper, verifier
from tests import bpmn
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World
from webui import sequencing

DESIGNER: Final = world.login_of(Role.DESIGNER, "own-position")
APPROVER: Final = world.login_of(Role.APPROVER, "own-position")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")
CLERK: Final = world.login_of(Role.CLERK, "own-position")


def fee(start: str = "start s", code: str = "PHI") -> bytes:
    """A procedure that others call."""
    return bpmn.diagram(
        f"{start}; task a 'Thu phí'; end e",
        "s > a > e",
        identity="thu_phi",
        more=f'<extensionElements><qt:procedure code="{code}"/></extensionElements>',
    )


def caller(binding: str = "latest", called: str = "PHI") -> bytes:
    """A procedure that calls it."""
    return bpmn.diagram(
        f"start s; call c 'Nộp phí' calledElement=\"{called}\""
        f' qt:binding="{binding}"; end e',
        "s > c > e",
        identity="nguoi_goi",
    )


def send(browser: Browser, content: bytes) -> TestResponse:
    return browser.post(
        "/quy-trinh/tai-len", package=(io.BytesIO(content), "so-do.bpmn")
    )


def said(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def publish(here: World, content: bytes) -> tuple[str, str]:
    """Put a diagram in force; gives its address, and the page afterwards."""
    sent = send(here.client(DESIGNER), content)
    assert sent.status_code == 303, said(sent.text)
    approver = here.client(APPROVER)
    done = approver.post(f"{sent.location}/cong-bo")
    assert done.status_code == 303
    return str(sent.location), said(approver.get(done.location).text)


def test_a_version_lists_what_it_calls_and_how(here: World) -> None:
    publish(here, fee())
    _, latest = publish(here, caller())
    assert "Nộp phí: PHI, phiên bản 1 theo phiên bản đang áp dụng" in latest
    _, pinned = publish(here, caller("pinned"))
    assert "Nộp phí: PHI, phiên bản 1 luôn dùng phiên bản này" in pinned


def test_a_publication_names_the_callers_that_followed(here: World) -> None:
    publish(here, fee())
    publish(here, caller())
    _, page = publish(here, fee().replace("Thu phí".encode(), "Thu lệ phí".encode()))
    assert "Quy trình gọi nó đã có phiên bản mới: nguoi_goi." in page
    assert "còn dùng phiên bản cũ" not in page


def test_a_caller_that_could_not_follow_is_told_on_both_pages(here: World) -> None:
    publish(here, fee())
    address, _ = publish(here, caller())
    _, page = publish(here, fee(f"start s {bpmn.timer('P1D')}"))
    assert "vẫn dùng phiên bản cũ: nguoi_goi" in page
    assert "chỉ bắt đầu khi có sự kiện" in page
    mine = said(here.client(DESIGNER).get(address).text)
    assert "gọi PHI phiên bản 1, trong khi phiên bản 2 đang áp dụng" in mine
    assert "Phiên bản 2 đang áp dụng nhưng chưa dùng ở đây." in mine


def test_what_several_procedures_are_called_is_asked_and_answered(
    here: World,
) -> None:
    publish(here, fee())
    publish(here, fee(code="PHI2"))
    browser = here.client(DESIGNER)
    content = caller(called="thu_phi")
    asked = send(browser, content)
    assert asked.status_code == 422
    assert "Gọi quy trình nào?" in said(asked.text)
    answers = {
        "package": (io.BytesIO(content), "so-do.bpmn"),
        "decision:call-ambiguous:c": "procedure:PHI2",
    }
    sent = browser.post("/quy-trinh/tai-len", **answers)
    assert sent.status_code == 303
    assert "PHI2, phiên bản 1" in said(browser.get(sent.location).text)


def test_other_questions_do_not_hide_what_is_published(here: World) -> None:
    publish(here, fee())
    content = caller().replace(
        b"<endEvent", b'<scriptTask id="x" name="Tinh"/><endEvent'
    )
    content = content.replace(b'targetRef="e"', b'targetRef="x"', 1).replace(
        b"</process>", b'<sequenceFlow id="z" sourceRef="x" targetRef="e"/></process>'
    )
    asked = send(here.client(DESIGNER), content)
    assert asked.status_code == 422
    fields = re.findall(r'name="decision:([^"]+)"', asked.text)
    assert set(fields) == {"element-scriptTask:x"}


def test_a_bundle_holds_everything_that_a_case_called(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(here, fee())
    publish(here, caller())
    publish(here, fee().replace("Thu phí".encode(), "Thu lệ phí".encode()))
    opened = here.application.engine.execute(
        OpenCase(procedure="nguoi_goi", data={}), here.actor(CLERK)
    )
    signer = sequencing.Beside(tmp_path / "s", keeper.Keeper(tmp_path / "s"))
    sequence = sequencing.Sequencing(here.application, signer).once
    sequence()
    monkeypatch.setattr(time, "sleep", lambda _: sequence())
    case = UUID(str(opened["case"]))
    page = here.client(AUDITOR).post(f"/ho-so/{case}/bang-chung")
    assert page.status_code == 200, page.text
    content = bytes(page.data)
    log = sequencing.log_name(world.HERE)
    keys = [verifier.read_key(one) for one in signer.keys(log)]
    report = verifier.verify(io.BytesIO(content), keys)
    assert report.exit_code == 0, report.failed
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [unquote(one).rpartition("/files/")[2] for one in archive.namelist()]
    assert {"called/PHI@2/model.json", "called/PHI@2/so-do.bpmn"} <= set(names)
