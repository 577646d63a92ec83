"""A served demonstration, and people who work in it with a real browser."""

import re
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import flask
from playwright import sync_api
from werkzeug import serving

from engine.domain.case import ACTIVE
from engine.domain.dossier import CODE_KEY
from engine.domain.organisation import Actor
from engine.queries import CaseItem, TaskItem
from models_bpmn import catalogue
from tests import waiting
from tests.integration.webui import world
from tests.integration.webui.world import SECRET, MovableClock
from webui import app, bootstrap, config, demo, demo_data

COPIES: Final = "cap-ban-sao-tu-so-goc"
LAND: Final = "dang-ky-dat-dai-cap-giay-chung-nhan"
DESK: Final[sync_api.ViewportSize] = {"width": 1280, "height": 900}
TELEPHONE: Final[sync_api.ViewportSize] = {"width": 390, "height": 844}
OWN_PAGE: Final = "/tai-khoan/mat-khau"
ATTACHMENTS: Final = "attachments"
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(slots=True, kw_only=True)
class Office:
    """The demonstration on a server of its own."""

    address: str
    clock: MovableClock
    application: bootstrap.Application
    app: flask.Flask
    #: Where what is no database is kept.
    data: Path
    #: Who has signed in: the cookies that a browser keeps of it, by login.
    signed_in: dict[str, list[Any]] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """An account with the positions it holds."""
        found = self.application.sign_in.by_login(demo_data.TENANT, login)
        assert found is not None, login
        return self.application.directory.actor(found.account, self.clock.at.date())

    def case(self, code: str) -> CaseItem:
        """A case by its dossier code."""
        found = self.application.queries.case(self.actor("kiemtoan"), code)
        assert found is not None, code
        return found

    def tasks(self, case: UUID) -> tuple[TaskItem, ...]:
        """All work of a case."""
        return self.application.queries.case_tasks(self.actor("kiemtoan"), case)

    def doer(self, case: UUID, element: str) -> str:
        """The login of somebody who may do the open work of an element."""
        task = next(
            one
            for one in self.tasks(case)
            if one.element == element and one.status in ACTIVE
        )
        return next(
            str(each["login"])
            for each in demo_data.document()["account"]
            if self.actor(each["login"]).seat_for(task.performer, task.agency)
        )


def install(url: str, folder: Path, began: datetime | None = None) -> None:
    """Install the demonstration in a migrated database.

    Args:
        url: The database.
        folder: Where attachments are kept, and beside it what is no database.
        began: When it is installed; None: on the day of all other tests.
    """
    clock = MovableClock()
    clock.at = began or clock.at
    application = bootstrap.build(url, clock, folder / ATTACHMENTS)
    demo.install_demo(application)
    application.close()


@contextmanager
def opened(url: str, folder: Path, began: datetime | None = None) -> Iterator[Office]:
    """Serve an installed demonstration; arguments as of `install`."""
    clock = MovableClock()
    clock.at = began or clock.at
    application = bootstrap.build(url, clock, folder / ATTACHMENTS)
    settings = config.Config(secret=SECRET, demo=True, data=folder / "data")
    made = app.create_app(application, settings)
    server = serving.make_server("127.0.0.1", 0, made, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Office(
            address=f"http://127.0.0.1:{server.port}",
            clock=clock,
            application=application,
            app=made,
            data=settings.data,
        )
    finally:
        server.shutdown()
        thread.join()
        application.close()


@dataclass(slots=True)
class Staff:
    """People at work, each in a browser of their own."""

    office: Office
    chromium: sync_api.Browser
    #: Options of the browser's context, such as `java_script_enabled`.
    options: Mapping[str, Any] = field(default_factory=dict)
    _pages: dict[str, sync_api.Page] = field(default_factory=dict)

    def page(self, login: str) -> sync_api.Page:
        """The page of somebody who has signed in."""
        if login not in self._pages:
            self._pages[login] = self._sign_in(login)
        return self._pages[login]

    def close(self) -> None:
        """Close every browser."""
        for page in self._pages.values():
            page.context.close()

    def _sign_in(self, login: str) -> sync_api.Page:
        """Open a browser of somebody who has signed in."""
        context = self.chromium.new_context(
            **{"viewport": DESK, "locale": "vi-VN", **self.options}
        )
        context.set_default_timeout(waiting.BROWSER)
        _seat(context, self.office, login)
        return context.new_page()


@dataclass(slots=True)
class Turns:
    """People at work one after another, in one page: to open one costs more than most.

    Whoever comes finds the page as it was left, and opens what they need.
    """

    office: Office
    page: sync_api.Page
    _who: str = ""

    def of(self, login: str) -> sync_api.Page:
        """The page, now that of somebody who has signed in."""
        if login != self._who:
            # What a page still asks for would be asked as somebody else.
            self.page.evaluate("window.stop()")
            self.page.context.clear_cookies()
            _seat(self.page.context, self.office, login)
            self._who = login
        return self.page


def _seat(context: sync_api.BrowserContext, office: Office, login: str) -> None:
    """Sign in as in an earlier browser, if that still holds, else anew.

    No form is drawn for it, which costs more than most tests; people type into it in
    `test_security_headers.py`.
    """
    kept = office.signed_in
    if login in kept:
        context.add_cookies(kept[login])
    if login not in kept or not _is_signed_in(context, office):
        _send_password(context, office, login)
        kept[login] = list(context.cookies())


def _is_signed_in(context: sync_api.BrowserContext, office: Office) -> bool:
    # A page of everybody: whoever is not signed in is sent away from it.
    answer = context.request.get(f"{office.address}{OWN_PAGE}", max_redirects=0)
    return answer.status == HTTPStatus.OK


def _send_password(
    context: sync_api.BrowserContext, office: Office, login: str
) -> None:
    address = f"{office.address}/dang-nhap"
    token = world.token_in(context.request.get(address).text())
    answer = context.request.post(
        address,
        form={"csrf_token": token, "login": login, "password": demo_data.PASSWORD},
        max_redirects=0,
    )
    assert answer.status == HTTPStatus.SEE_OTHER, answer.status


def scenario(slug: str, name: str) -> Mapping[str, Any]:
    """A scenario of a built-in procedure."""
    files = catalogue.read_built_in(slug).files
    document = tomllib.loads(files[catalogue.SCENARIOS].decode())
    return next(each for each in document["scenario"] if each["name"] == name)


def fill(page: sync_api.Page, answers: Mapping[str, Any]) -> None:
    """Type answers into the form of a page, as a person would.

    At the counter every document on the checklist is ticked as brought, too.
    """
    for box in page.locator("#thanh-phan [name$='-co']").all():
        box.check()
    for key, value in answers.items():
        controls = page.locator(f'[name="f.{key}"]:not([type=hidden])')
        kind = controls.first.evaluate("it => it.type || it.tagName")
        if kind in ("radio", "checkbox"):
            _tick(page, controls, key, value)
        elif kind == "select-one":
            controls.select_option(str(value))
        else:
            controls.fill(_typed(value))


def _tick(
    page: sync_api.Page, controls: sync_api.Locator, key: str, value: Any
) -> None:
    if isinstance(value, bool):
        controls.set_checked(value)
        return
    for one in value if isinstance(value, list) else [value]:
        page.locator(f'[name="f.{key}"][value="{one}"]').check()


def _typed(value: Any) -> str:
    date = _ISO.fullmatch(str(value))
    if date:
        return f"{date[3]}/{date[2]}/{date[1]}"
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def receive(staff: Staff, slug: str, answers: Mapping[str, Any]) -> str:
    """Open a case at the counter; give its dossier code."""
    page = staff.page("motcua")
    package = catalogue.read_built_in(slug)
    code = staff.office.application.packages.check(package.files).model.facts.code
    page.goto(f"{staff.office.address}/quy-trinh")
    page.click(f'a[href="/quy-trinh/{code}/mo"]')
    fill(page, answers)
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    said = page.locator(".notice[role=status]").inner_text()
    found = re.search(r"hồ sơ (\S+)\.", said)
    assert found is not None, said
    return found[1]


def do(staff: Staff, code: str, step: Mapping[str, Any]) -> sync_api.Page:
    """Do one step of a scenario: from the worklist, in the browser of who may do it."""
    case = staff.office.case(code).id
    page = staff.page(staff.office.doer(case, step["complete"]))
    page.goto(f"{staff.office.address}/viec?tim={code}")
    page.click(f'a[href*="/viec/{case}/{step["complete"]}/"]')
    answers = step.get("answers", {})
    if CODE_KEY in answers:  # A scenario knows no code of ours.
        answers = {**answers, CODE_KEY: code}
    fill(page, answers)
    outcome = step.get("outcome", "Hoàn thành bước")
    press(page, page.locator(".action-bar button").get_by_text(outcome, exact=True))
    return page


def press(page: sync_api.Page, button: sync_api.Locator) -> None:
    """Send a step; go on where the page asks before an act that nobody takes back."""
    with page.expect_navigation():
        button.click()
    sure = page.get_by_role("button", name=re.compile("^Xác nhận: "))
    if sure.count():
        with page.expect_navigation():
            sure.click()


def hand_in(staff: Staff, code: str, step: Mapping[str, Any]) -> sync_api.Page:
    """Hand in the message of a step, as the integrator."""
    page = staff.page("tichhop")
    page.goto(f"{staff.office.address}/trao-doi?tim={code}")
    page.click(f'tr:has-text("{code}") a.button')
    for number, (name, value) in enumerate(step["payload"].items(), start=1):
        page.fill(f"#ten-{number}", name)
        page.fill(f"#gia-tri-{number}", str(value))
    page.get_by_role("button", name="Nhập thông điệp").click()
    page.wait_for_url("**/trao-doi")
    return page
