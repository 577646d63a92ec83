"""Changing one's own password, and resetting that of somebody else."""

import html
import re
from typing import Final

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import limits
from engine.commands import change_organisation as change
from engine.commands.change_password import ResetPassword
from engine.domain.organisation import Account, Role
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import passwords

PATH: Final = "/tai-khoan/mat-khau"
BASE: Final = "http://here.test"
CLERK: Final = world.login_of(Role.CLERK, "own-position")
ADMINISTRATOR: Final = world.login_of(Role.ADMINISTRATOR, "own-position")
ACCOUNT: Final = world.id_of("account", CLERK)
RESET: Final = f"/to-chuc/tai-khoan/{ACCOUNT}/mat-khau"
NEW: Final = "sông xanh trăng bạc"
GIVEN: Final = "cầu tre lắc lẻo"


class Person:
    """A browser that signs in with a password, as people do."""

    def __init__(self, here: World, login: str = CLERK) -> None:
        self.client: FlaskClient = here.app.test_client()
        self.login = login

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=BASE)

    def post(self, path: str, form: str = PATH, **data: str) -> TestResponse:
        """Send the form of a page with its token."""
        token = world.token_in(self.get(form).text)
        return self.client.post(path, data={**data, "csrf_token": token}, base_url=BASE)

    def sign_in(self, password: str) -> int:
        data = {"login": self.login, "password": password}
        return self.post("/dang-nhap", "/dang-nhap", **data).status_code

    def change(self, current: str, new: str, again: str | None = None) -> TestResponse:
        """Fill in the form of the password and send it."""
        data = {"current_password": current, "password": new}
        return self.post(PATH, **data, password_again=new if again is None else again)

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie("quytrinh", domain="here.test")
        assert found is not None
        return found.value


def signed_in(here: World, password: str = world.PASSWORD) -> Person:
    """Somebody who has just signed in."""
    person = Person(here)
    assert person.sign_in(password) == 303
    return person


def reset(here: World, account: Account | None = None) -> None:
    """Give the clerk a password, as an administrator does."""
    command = ResetPassword(
        account=account.id if account else ACCOUNT,
        password_hash=passwords.hash_password(GIVEN),
    )
    here.application.engine.execute(command, here.actor(ADMINISTRATOR))


def test_the_new_password_opens_the_account_and_the_old_one_does_not(
    office: World,
) -> None:
    person = signed_in(office)
    done = person.change(world.PASSWORD, NEW)
    assert (done.status_code, done.location) == (303, "/")
    page = person.get("/viec")
    assert page.status_code == 200
    assert "Đã đổi mật khẩu." in page.text
    assert Person(office).sign_in(world.PASSWORD) == 422
    assert Person(office).sign_in(NEW) == 303


def test_every_other_session_ends_and_this_one_gets_a_new_id(office: World) -> None:
    person, elsewhere, thief = signed_in(office), signed_in(office), Person(office)
    colleague = office.client(ADMINISTRATOR)
    before = person.cookie
    person.change(world.PASSWORD, NEW)
    assert person.cookie != before
    thief.client.set_cookie("quytrinh", before, domain="here.test")
    for one in (thief, elsewhere):
        assert one.get("/viec").status_code == 302
    assert person.get("/viec").status_code == 200
    assert colleague.get("/to-chuc").status_code == 200


def test_the_record_tells_of_the_change_and_holds_no_secret(office: World) -> None:
    known = office.application.sign_in.by_login(world.HERE, CLERK)
    signed_in(office).change(world.PASSWORD, NEW)
    after = office.application.sign_in.by_login(world.HERE, CLERK)
    assert known is not None
    assert after is not None
    with office.application.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT kind, body FROM event WHERE type = 'password.changed'"
        ).all()
        every = connection.exec_driver_sql("SELECT body FROM event").scalars().all()
    ((kind, body),) = rows
    assert kind == "account"
    assert ACCOUNT.hex.encode() in bytes(body)
    told = b"".join(map(bytes, every)).decode()
    for secret in (NEW, world.PASSWORD, known.password_hash, after.password_hash):
        assert secret not in told


@pytest.mark.parametrize(
    ("current", "new", "again", "told"),
    [
        ("", NEW, NEW, "Hãy nhập mật khẩu hiện tại."),
        ("sai hoàn toàn", NEW, NEW, "Mật khẩu hiện tại không đúng."),
        (world.PASSWORD, "ngắn", "ngắn", "ít nhất 12 ký tự"),
        (world.PASSWORD, "matkhau123456", "matkhau123456", "dễ đoán"),
        (world.PASSWORD, CLERK, CLERK, "dễ đoán"),
        (world.PASSWORD, "x" * 1025, "x" * 1025, "nhiều nhất 1024 ký tự"),
        (world.PASSWORD, NEW, NEW + "!", "không giống nhau"),
        (world.PASSWORD, world.PASSWORD, world.PASSWORD, "trùng với mật khẩu hiện tại"),
    ],
)
def test_a_password_that_does_not_pass_changes_nothing_and_is_not_shown_again(
    here: World, current: str, new: str, again: str, told: str
) -> None:
    person, before = signed_in(here), world.facts(here)
    answer = person.change(current, new, again)
    assert answer.status_code == 422
    assert "<title>Lỗi: " in answer.text
    assert told in html.unescape(answer.text.partition("error-summary")[2])
    assert 'aria-invalid="true"' in answer.text
    shown = re.findall(r'type="password" value="([^"]*)"', answer.text)
    assert shown == ["", "", ""]
    assert world.facts(here) == before
    assert person.get("/viec").status_code == 200


def test_wrong_current_passwords_count_as_failed_sign_ins(office: World) -> None:
    person = signed_in(office)
    for _ in range(limits.LOGIN_FAILURES):
        assert person.change("sai hoàn toàn", NEW).status_code == 422
    refused = person.change(world.PASSWORD, NEW)
    assert refused.status_code == 429
    assert "15 phút" in refused.text
    assert Person(office).sign_in(world.PASSWORD) == 429
    office.clock.move(seconds=limits.LOGIN_WINDOW + 1)
    assert person.change(world.PASSWORD, NEW).status_code == 303


def test_failed_sign_ins_count_against_the_change_too(here: World) -> None:
    person, stranger = signed_in(here), Person(here)
    for _ in range(limits.LOGIN_FAILURES):
        assert stranger.sign_in("sai") == 422
    assert person.change(world.PASSWORD, NEW).status_code == 429


def test_a_form_without_a_current_password_is_no_failed_try(here: World) -> None:
    person = signed_in(here)
    for _ in range(limits.LOGIN_FAILURES + 1):
        assert person.change("", NEW).status_code == 422
    assert person.change(world.PASSWORD, NEW).status_code == 303


def test_an_administrator_resets_a_password_that_must_be_changed_first(
    office: World,
) -> None:
    before = signed_in(office)
    admin = office.client(ADMINISTRATOR)
    assert RESET in admin.get(f"/to-chuc/tai-khoan?tim={CLERK}").text
    form = admin.get(RESET).text
    given = re.search(r'name="f.password" value="([a-z2-9-]{23})"', form)
    assert given is not None
    done = admin.post(RESET, **{"f.password": given[1]})
    assert (done.status_code, done.location) == (303, "/to-chuc/tai-khoan")
    page = admin.get("/to-chuc/tai-khoan").text
    assert "Đã đặt lại mật khẩu." in html.unescape(page)
    assert given[1] not in page
    assert before.get("/viec").status_code == 302
    assert Person(office).sign_in(world.PASSWORD) == 422
    person = signed_in(office, given[1])
    led = person.get("/viec")
    assert (led.status_code, led.location) == (302, PATH)
    assert person.change(given[1], NEW).status_code == 303
    assert person.get("/viec").status_code == 200
    assert signed_in(office, NEW).get("/viec").status_code == 200
    latest = admin.get("/to-chuc").text.partition("Thay đổi gần đây")[2]
    assert "Đặt lại mật khẩu" in latest


def test_who_must_change_the_password_gets_nowhere_else(here: World) -> None:
    reset(here)
    person, before = signed_in(here, GIVEN), world.facts(here)
    form = person.get(PATH)
    assert form.status_code == 200
    assert "do người khác cấp" in form.text
    assert 'class="main-nav"' not in form.text
    opened = set()
    for rule in here.app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        if "<uuid:" in rule.rule or "<int:" in rule.rule:
            path = f"/viec/{here.case}/tham_tra/1"
        if "GET" in (rule.methods or ()) and person.get(path).status_code != 302:
            opened.add(path)
    # What needs no account stays open to everybody.
    assert opened == {PATH, "/healthz", "/dang-nhap", "/tra-cuu", "/lich/x.ics"}
    for path in (f"/viec/{here.case}/tham_tra/1", "/quy-trinh/thu_tuc/mo"):
        refused = person.post(path)
        assert refused.status_code == 403
        assert "Hãy đổi mật khẩu trước" in refused.text
    assert world.facts(here) == before
    assert person.post("/ngon-ngu", language="en", next=PATH).status_code == 303
    assert "Change the password" in person.get(PATH).text
    assert person.post("/dang-xuat").location == "/dang-nhap"


def test_the_given_password_cannot_be_kept(here: World) -> None:
    reset(here)
    person = signed_in(here, GIVEN)
    assert person.change(GIVEN, GIVEN).status_code == 422
    assert person.get("/viec").location == PATH


def test_a_new_account_chooses_its_own_password_first(here: World) -> None:
    account = Account(
        tenant=world.HERE,
        id=world.id_of("account", "moi"),
        login="moi",
        name="Người mới",
        roles=frozenset({Role.CLERK}),
    )
    hashed = passwords.hash_password(GIVEN)
    here.application.engine.execute(
        change.CreateAccount(account=account, password_hash=hashed, must_change=True),
        here.actor(ADMINISTRATOR),
    )
    person = Person(here, "moi")
    assert person.sign_in(GIVEN) == 303
    assert person.get("/viec").location == PATH


def test_a_reset_password_is_held_to_the_same_rules(here: World) -> None:
    admin, before = here.client(ADMINISTRATOR), world.facts(here)
    for password in ("", "ngắn", "matkhau123456", CLERK):
        assert admin.post(RESET, **{"f.password": password}).status_code == 422
    assert world.facts(here) == before


def test_nobody_resets_the_own_password_or_that_of_a_closed_account(
    here: World,
) -> None:
    admin = here.client(ADMINISTRATOR)
    own = f"/to-chuc/tai-khoan/{world.id_of('account', ADMINISTRATOR)}/mat-khau"
    assert own not in admin.get(f"/to-chuc/tai-khoan?tim={ADMINISTRATOR}").text
    before = world.facts(here)
    refused = admin.post(own, **{"f.password": NEW})
    assert refused.status_code == 403
    assert "mật khẩu hiện tại" in refused.text
    assert world.facts(here) == before
    admin.post(f"/to-chuc/tai-khoan/{ACCOUNT}/khoa")
    assert RESET not in admin.get(f"/to-chuc/tai-khoan?tim={CLERK}").text
    assert admin.post(RESET, **{"f.password": NEW}).status_code == 409


def test_every_signed_in_account_finds_the_page_in_the_head(here: World) -> None:
    for role in Role:
        page = here.client(world.login_of(role, "own-position")).get("/quy-trinh").text
        assert f'<a href="{PATH}">Đổi mật khẩu</a>' in page
    assert PATH not in here.client().get("/dang-nhap").text


def test_typed_passwords_are_not_shown_on_a_page_of_refusal(here: World) -> None:
    person = signed_in(here)
    here.clock.move(hours=1)
    data = {"current_password": world.PASSWORD, "password": NEW, "password_again": NEW}
    answer = person.client.post(PATH, data={**data, "note": "đã gõ"}, base_url=BASE)
    assert answer.status_code == 403
    assert "đã gõ" in answer.text
    for secret in (NEW, world.PASSWORD):
        assert secret not in answer.text
