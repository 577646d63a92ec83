"""Files that are enclosed with an act: any step, an answer beside one, a document."""

import hashlib
import io
import re
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.complete_task import CompleteTask
from engine.commands.erase_personal import ErasePersonal
from engine.domain import enclosed
from engine.domain.organisation import Role
from engine.errors import NotReadyError, TooLargeError
from engine.evidence import retrace
from tests.integration.webui import world
from tests.integration.webui.test_comments import case as two_steps
from tests.integration.webui.test_side_pages import ASKING
from tests.integration.webui.world import World

__all__ = ["two_steps"]

CLERK: Final = world.login_of(Role.CLERK, "own-position")
OTHER: Final = world.login_of(Role.CLERK, "unrelated")
FIELD: Final = f"f.{enclosed.BESIDE}"
PDF: Final = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SHA: Final = hashlib.sha256(PDF).hexdigest()
NAME: Final = "biên bản.pdf"


def pdf() -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(PDF), NAME


def events(here: World, case: UUID) -> list[retrace.Step]:
    item = here.application.queries.case(here.actor(CLERK), str(case))
    assert item is not None
    with here.application.store.read(world.HERE) as uow:
        return [*retrace.opened(uow.history.read(item.id, item.month))]


def listed(here: World, case: UUID) -> str:
    """What the page of the case says of its files."""
    page = here.client(CLERK).get(f"/ho-so/{case}/thong-tin").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("element", "answer"), [("xem", {"f.so_to": "3"}), ("ky", {"f.comment": "Ký"})]
)
def test_any_step_takes_files_that_the_case_lists_with_who_and_when(
    here: World, two_steps: UUID, element: str, answer: dict[str, str]
) -> None:
    case, browser = two_steps, here.client(CLERK)
    if element == "ky":
        browser.post(f"/viec/{case}/xem/1", **{"f.so_to": "3"})
    path = f"/viec/{case}/{element}/1"
    assert f'name="{FIELD}"' in browser.get(path).text
    sent = browser.post(path, **answer, **{FIELD: pdf()})
    assert sent.status_code == 303, sent.text
    told = listed(here, case)
    step = {"xem": "Xem đơn", "ky": "Ký đơn"}[element]
    assert NAME in told
    assert re.search(rf"Kèm theo: {step}, 20/11/2026 \d\d:\d\d", told)
    got = browser.get(f"/ho-so/{case}/tep/{SHA}")
    assert (got.status_code, got.data) == (200, PDF)
    act = next(
        one for one in events(here, case) if one.values.get(enclosed.BESIDE) == [SHA]
    )
    assert act.body["visit"] == [element, 1]
    assert enclosed.BESIDE in act.body["commitments"]
    assert SHA not in str(act.body), "it is a value"


def test_a_file_that_is_not_what_its_name_says_is_refused_beside_its_field(
    here: World, two_steps: UUID
) -> None:
    path = f"/viec/{two_steps}/xem/1"
    picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(50)), "giả.pdf"
    sent = {"f.so_to": "3", FIELD: picture}
    refused = here.client(CLERK).post(path, **sent)
    assert refused.status_code == 422
    assert "nội dung là ảnh PNG" in refused.text
    assert 'value="3"' in refused.text
    # A text in the place of a file is none.
    typed = {"f.so_to": "3", FIELD: SHA}
    assert here.client(CLERK).post(path, **typed).status_code == 303
    assert all(enclosed.BESIDE not in one.values for one in events(here, two_steps))


def test_what_nobody_uploaded_cannot_be_enclosed(here: World, two_steps: UUID) -> None:
    def send(*files: str) -> None:
        command = CompleteTask(
            case=two_steps,
            element="xem",
            occurrence=1,
            answers={"so_to": "3"},
            enclosed=files,
        )
        here.application.engine.execute(command, here.actor(CLERK))

    for wrong in ("0a" * 32, "no hash"):
        with pytest.raises(NotReadyError) as refusal:
            send(wrong)
        assert refusal.value.code == "no-file"
    with pytest.raises(TooLargeError):
        send(*(f"{n:064x}" for n in range(enclosed.MOST + 1)))


def test_an_opinion_brings_files(here: World) -> None:
    case, browser, asked = here.case, here.client(CLERK), here.client(OTHER)
    browser.post(f"/viec/{case}/tham_tra/1/hoi-y-kien", **ASKING)
    path = f"/tra-loi/{case}/~y1"
    assert 'enctype="multipart/form-data"' in asked.get(path).text
    said: dict[str, Any] = {"f.stance": "agree", "f.text": "Không có tranh chấp."}
    assert asked.post(path, **said, **{"f.files": pdf()}).status_code == 303
    assert "Kèm theo: Cho ý kiến" in listed(here, case), listed(here, case)
    assert browser.get(f"/ho-so/{case}/tep/{SHA}").data == PDF


def test_a_supplement_is_added_with_its_scan_and_counts_as_digitised(
    here: World,
) -> None:
    case, browser = here.case, here.client(CLERK)
    path = f"/ho-so/{case}/ghi/giay-to"
    asked = {
        "f.name": "Giấy ủy quyền",
        "f.kind": "e-copy",
        "f.quantity": "1",
        "f.source": "applicant",
    }
    brought = {**asked, "f.digitised": "true", "f.files": pdf()}
    assert browser.post(path, **asked).status_code == 303
    assert browser.post(path, **brought).status_code == 303
    with here.application.store.read(world.HERE) as uow:
        found = uow.dossiers.get(case)
    assert found is not None
    assert [one.digitised for one in found.dossier.components] == [False, True]
    assert NAME in listed(here, case)


def test_what_was_enclosed_goes_when_the_act_is_erased(
    here: World, two_steps: UUID
) -> None:
    case, browser = two_steps, here.client(CLERK)
    browser.post(f"/viec/{case}/xem/1", **{"f.so_to": "3", FIELD: pdf()})
    browser.post(f"/viec/{case}/ky/1", **{"f.comment": "Ký"})
    order = ErasePersonal(
        case=case,
        basis="Luật 91/2025/QH15",
        order="12/QĐ",
        names=(enclosed.BESIDE,),
    )
    who = here.actor(world.login_of(Role.ADMINISTRATOR, "own-position"))
    here.application.engine.execute(order, who)
    assert all(enclosed.BESIDE not in one.values for one in events(here, case))
    assert browser.get(f"/ho-so/{case}/tep/{SHA}").status_code == 404
