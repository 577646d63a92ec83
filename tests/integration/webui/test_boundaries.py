"""What nobody learns or does by going around a page: probes of recent pages."""

import re
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
import structlog
from werkzeug.test import TestResponse

from engine import limits
from engine.commands.change_organisation import EndHolding
from engine.domain import iso8601
from engine.domain.organisation import Role
from engine.queries import CaseFilter, CaseItem
from tests.integration.webui import world
from tests.integration.webui.test_counter import ANSWERS, ASKED, PAGE
from tests.integration.webui.test_evidence import signing
from tests.integration.webui.test_procedures import CLERK, in_force
from tests.integration.webui.world import World
from webui import sequencing

STRANGER: Final = world.login_of(Role.CLERK, "unrelated")
WORKER: Final = world.login_of(Role.CLERK, "own-position")
SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "supervised")
__all__ = ["signing"]


@pytest.fixture
def dossier(here: World) -> tuple[CaseItem, str]:
    """A new dossier and its look-up code."""
    in_force(here)
    browser = here.client(CLERK)
    assert browser.post(PAGE, **ASKED | ANSWERS, key="một").status_code == 303
    item, *_ = here.application.queries.cases(here.actor(CLERK), CaseFilter())
    page = browser.get(f"/ho-so/{item.id}/giay-to").text
    sent = re.search(r'name="ma-tra-cuu" value="([2-9A-Z]{8})"', page)
    assert sent is not None
    return item, sent[1]


def test_a_scan_tells_nobody_of_a_case_of_others(
    here: World, dossier: tuple[CaseItem, str]
) -> None:
    item, _ = dossier
    stranger = here.client(STRANGER)
    there_is_none = stranger.get("/quet?ma=H99-0000")
    for ref in (item.code, str(item.id)):
        for answer in (stranger.get(f"/quet?ma={ref}"), stranger.post("/quet", ma=ref)):
            assert answer.status_code == there_is_none.status_code, ref
            assert answer.location == there_is_none.location, ref
            assert str(item.id) not in answer.text


class Citizen:
    """Somebody who looks a dossier up from an address."""

    def __init__(self, here: World, address: str = "203.0.113.7") -> None:
        self._client = here.app.test_client()
        self._around: dict[str, Any] = {"REMOTE_ADDR": address}
        page = self._client.get("/tra-cuu", environ_base=self._around).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        self._token = token[1]

    def ask(self, code: str, secret: str) -> TestResponse:
        """Look a dossier up."""
        sent = {"ho-so": code, "tra-cuu": secret, "csrf_token": self._token}
        return self._client.post("/tra-cuu", data=sent, environ_base=self._around)


def test_only_the_dossier_code_names_a_dossier_on_the_public_page(
    here: World, dossier: tuple[CaseItem, str]
) -> None:
    item, secret = dossier
    citizen = Citizen(here)
    # Each spelling of an id would be counted by itself.
    for spelt in (str(item.id), item.id.hex, item.id.urn, f"{{{item.id}}}"):
        assert citizen.ask(spelt, secret).status_code == 422, spelt
    assert citizen.ask(item.code, secret).status_code == 200


def test_whoever_tries_many_dossiers_from_one_address_is_stopped(
    here: World, dossier: tuple[CaseItem, str]
) -> None:
    item, secret = dossier
    guesser = Citizen(here)
    for n in range(limits.LOOKUP_FAILURES):
        assert guesser.ask(f"H99.{n}", "22222222").status_code == 422
    assert guesser.ask("H99.another", "22222222").status_code == 429
    assert guesser.ask(item.code, secret).status_code == 429
    assert Citizen(here, "198.51.100.9").ask(item.code, secret).status_code == 200


@pytest.mark.parametrize("path", ["/tra-cuu", "/dang-nhap"])
def test_the_addresses_of_one_network_of_ipv6_are_counted_together(
    here: World, dossier: tuple[CaseItem, str], path: str
) -> None:
    item, _ = dossier
    client, statuses = here.app.test_client(), []
    for n in range(limits.LOGIN_FAILURES + 1):
        around = {"REMOTE_ADDR": f"2001:db8:1:2::{n + 1:x}"}
        page = client.get(path, environ_base=around).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        sent = {"ho-so": item.code, "tra-cuu": "22222222", "login": CLERK}
        sent |= {"password": "sai", "csrf_token": token[1]}
        answer = client.post(path, data=sent, environ_base=around)
        statuses.append(answer.status_code)
    assert statuses == [422] * limits.LOGIN_FAILURES + [429]


def test_a_job_over_many_tasks_names_none_that_is_not_for_whoever_asks(
    here: World,
) -> None:
    item = here.application.queries.case(here.actor(CLERK), here.case.hex)
    assert item is not None
    stranger = here.client(STRANGER)
    asked = [f"{here.case}/tham_tra/1"]
    asked += [f"{UUID(int=n)}/x/1" for n in range(limits.BULK_AT_ONCE)]
    sent = {"viec": asked, "viec-gi": "nhan"}
    answer = stranger.post("/viec/nhieu", **sent)
    assert answer.status_code == 303
    world.work(here)
    told = stranger.get(answer.location).text
    assert item.code not in told
    assert "Thẩm tra" not in told


def moved_away(here: World, login: str) -> None:
    """Somebody keeps the account and its role, and holds the position no more."""
    yesterday = iso8601.day(here.clock.now()) - timedelta(days=1)
    ended = EndHolding(
        position=world.id_of("position", login),
        account=world.id_of("account", login),
        valid_from=date.min,
        valid_to=yesterday,
    )
    here.application.engine.run(ended, world.HERE)


#: Jobs that make files: where they are asked for, and with what.
FILED: Final = pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/bao-cao/tac-vu", {"key": "một"}),
        ("/kiem-chung/xuat-nhieu", {"procedure": "thu_tuc", "key": "một"}),
    ],
)


def files_of(here: World, login: str, job: str) -> list[str]:
    """The addresses of the files that the page of a job offers."""
    page = here.client(login).get(job)
    assert page.status_code == 200
    return re.findall(r'href="(/tac-vu/[^"]+/tep/[^"]+)"', page.text)


@FILED
def test_whoever_moved_away_takes_no_file_of_what_may_not_be_seen_any_more(
    here: World, signing: sequencing.Sequencing, path: str, sent: dict[str, str]
) -> None:
    signing.once()
    job = here.client(SUPERVISOR).post(path, **sent).location
    world.work(here)
    files = files_of(here, SUPERVISOR, job)
    assert files
    assert {here.client(SUPERVISOR).get(one).status_code for one in files} == {200}
    moved_away(here, SUPERVISOR)
    assert files_of(here, SUPERVISOR, job) == []
    assert {here.client(SUPERVISOR).get(one).status_code for one in files} == {404}


def test_a_draft_is_no_larger_than_the_answers_to_a_form(here: World) -> None:
    path = f"/viec/{here.case}/tham_tra/1/nhap"
    large = "ă" * (limits.ANSWERS_BYTES // 2 + 1)
    browser = here.client(WORKER)
    assert browser.post(path, **{"f.comment": large}).status_code == 413
    # Fields that no form has are kept as well, and count as well.
    parts = {f"f.x{n}": large[: len(large) // 8] for n in range(9)}
    assert browser.post(path, **parts).status_code == 413
    assert browser.post(path, **{"f.comment": "Đang làm"}).status_code == 303


def test_the_log_does_not_hold_the_secret_of_a_feed(here: World) -> None:
    page = here.client(CLERK).post("/viec/lich").text
    token = re.search(r"/lich/([A-Za-z0-9_-]{43})\.ics", page)
    assert token is not None
    bound = structlog.contextvars.get_contextvars
    assert here.client().get(f"/lich/{token[1]}.ics").status_code == 200
    assert token[1] not in str(bound())
    assert bound()["path"] == "/lich/….ics"
    here.client(CLERK).get("/viec/lich")
    assert bound()["path"] == "/viec/lich"
