"""The look-up code: printed on the receipt, opens the public page, is nowhere else."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import pypdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.commands.ask_outside import RequestSupplement
from engine.commands.end_case import StopCase
from engine.domain.organisation import Role
from engine.queries import CaseFilter, CaseItem
from storage import schema
from tests.integration.webui import world
from tests.integration.webui.test_counter import ANSWERS, ASKED, PAGE
from tests.integration.webui.test_evidence import signing
from tests.integration.webui.test_procedures import CLERK, in_force
from tests.integration.webui.world import World
from webui import sequencing

__all__ = ["signing"]

AUDITOR: Final = world.login_of(Role.AUDITOR, "own-agency")
SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "own-position")
_OFFER: Final = re.compile(r'action="(/ho-so/[^"]+/giay-to/([a-z_-]+)/\d+)"')


def text_of(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def receipt(here: World) -> tuple[CaseItem, str, str]:
    """A new dossier, the code that its page sends along, and its printed receipt."""
    in_force(here)
    browser = here.client(CLERK)
    assert browser.post(PAGE, **ASKED | ANSWERS, key="một").status_code == 303
    item, *_ = here.application.queries.cases(here.actor(CLERK), CaseFilter())
    page = browser.get(f"/ho-so/{item.id}/giay-to").text
    sent = re.search(r'name="ma-tra-cuu" value="([2-9A-Z]{8})"', page)
    assert sent is not None
    path = f"/ho-so/{item.id}/giay-to/receipt/1"
    return item, sent[1], text_of(browser.post(path, **{"ma-tra-cuu": sent[1]}))


def looked_up(citizen: FlaskClient, code: str, secret: str) -> TestResponse:
    page = citizen.get("/tra-cuu").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    sent = {"ho-so": code, "tra-cuu": secret, "csrf_token": token[1]}
    return citizen.post("/tra-cuu", data=sent)


def test_what_is_printed_on_the_receipt_opens_the_citizens_page(
    here: World, receipt: tuple[CaseItem, str, str]
) -> None:
    item, _, text = receipt
    printed = re.search(r"tra cứu và đánh giá\)\s*:?\s*([2-9A-HJ-NP-Z]{8})\b", text)
    assert printed is not None, text
    assert item.code in text
    citizen = here.app.test_client()
    answer = looked_up(citizen, item.code, printed[1])
    assert answer.status_code == 200
    assert "Được tiếp nhận" in answer.text
    other = "".join(reversed(printed[1]))
    assert other != printed[1]
    assert looked_up(citizen, item.code, other).status_code == 422


def test_a_dossier_code_may_be_typed_in_small_letters(
    here: World, receipt: tuple[CaseItem, str, str]
) -> None:
    item, code, _ = receipt
    citizen = here.app.test_client()
    assert item.code != item.code.lower()
    answer = looked_up(citizen, item.code.lower(), code.lower())
    assert answer.status_code == 200
    assert "Được tiếp nhận" in answer.text
    assert looked_up(citizen, item.id.hex, code).status_code == 422


def test_a_receipt_printed_with_a_wrong_code_or_later_bears_none(
    here: World, receipt: tuple[CaseItem, str, str]
) -> None:
    item, code, _ = receipt
    path = f"/ho-so/{item.id}/giay-to/receipt/1"
    for sent in ({}, {"ma-tra-cuu": code[::-1]}, {"ma-tra-cuu": "<script>"}):
        text = text_of(here.client(CLERK).post(path, **sent))
        assert item.code in text
        assert "Mã tra cứu" not in text
        assert code not in text
        assert code[::-1] not in text


def test_no_other_paper_bears_the_code_even_when_it_is_sent_along(
    here: World, receipt: tuple[CaseItem, str, str]
) -> None:
    item, code, _ = receipt
    asked = RequestSupplement(case=item.id, missing="Đơn", reason="Thiếu chữ ký")
    stop = StopCase(case=item.id, reason="Trùng", basis="Điều 1", document="1/QĐ")
    kinds = set()
    for who, command in ((CLERK, asked), (SUPERVISOR, stop)):
        here.application.engine.execute(command, here.actor(who))
        browser = here.client(CLERK)
        page = browser.get(f"/ho-so/{item.id}/giay-to").text
        for path, kind in _OFFER.findall(page):
            if kind == "receipt":
                continue
            kinds.add(kind)
            assert code not in text_of(browser.post(path, **{"ma-tra-cuu": code}))
    assert len(kinds) >= 3, kinds
    day = f"{here.clock.now():%Y-%m-%d}"
    book = {"co-quan": item.agencies.receiving.hex, "tu": day, "den": day}
    assert code not in text_of(here.client(CLERK).post("/giay-to/so-theo-doi", **book))
    many = {"co-quan": item.agencies.receiving.hex, "ngay": day, "ma-tra-cuu": code}
    assert code not in text_of(
        here.client(CLERK).post("/giay-to/giay-tiep-nhan", **many)
    )


def unpacked(content: bytes) -> Iterator[bytes]:
    """A file, and what is in it where it is an archive."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from unpacked(archive.read(name))


def test_no_export_page_or_table_holds_the_code(
    here: World, receipt: tuple[CaseItem, str, str]
) -> None:
    item, code, _ = receipt
    secret = code.encode()
    addresses = (
        *(f"/ho-so/{item.id}{part}" for part in ("", "/thong-tin", "/lich-su")),
        *("/viec.csv", "/viec.xlsx", "/bao-cao.json", "/bao-cao/quy.xlsx", "/ho-so"),
    )
    for login in (CLERK, AUDITOR):
        for address in addresses:
            answer = here.client(login).get(address)
            for part in unpacked(answer.data):
                assert secret not in part, (login, address)
    with here.application.database.read() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                assert not any(_holds(value, code) for value in row), table.name


def test_no_bundle_of_evidence_holds_the_code(
    here: World,
    receipt: tuple[CaseItem, str, str],
    signing: sequencing.Sequencing,
) -> None:
    item, code, _ = receipt
    signing.once()
    bundle = here.client(AUDITOR).post(f"/ho-so/{item.id}/bang-chung")
    assert bundle.status_code == 200, bundle.text
    parts = list(unpacked(bundle.data))
    assert len(parts) > 5
    # What was entered is in it; the code is not.
    assert any(item.code.encode() in one for one in parts)
    assert not any(code.encode() in one for one in parts)


def _holds(value: Any, code: str) -> bool:
    if isinstance(value, bytes):
        return code.encode() in value
    return not isinstance(value, UUID) and code in str(value)


@pytest.mark.parametrize("given", ["", "  "])
def test_without_a_code_the_page_asks_for_both(
    here: World, receipt: tuple[CaseItem, str, str], given: str
) -> None:
    item, code, _ = receipt
    for one, other in ((item.code, given), (given, code)):
        answer = looked_up(here.app.test_client(), one, other)
        assert answer.status_code == 422
        assert "Nhập cả mã hồ sơ và mã tra cứu ghi trên giấy hẹn." in answer.text
        assert "Không có hồ sơ nào" not in answer.text


def test_who_has_no_account_finds_the_way_from_the_page_of_signing_in(
    here: World,
) -> None:
    page = here.app.test_client().get("/dang-nhap").text
    assert 'href="/tra-cuu"' in page
