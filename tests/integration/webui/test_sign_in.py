"""Signing in and out, sessions and their ends, failures and the lock."""

import sqlite3
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine import limits
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World

CLERK = world.login_of(Role.CLERK, "own-position")
BASE = "http://here.test"


def sign_in(client: FlaskClient, login: str, password: str, **more: str) -> int:
    """Open the form, fill it in, send it; give the status."""
    page = client.get("/dang-nhap", base_url=BASE)
    data = {"login": login, "password": password, **more}
    data["csrf_token"] = world.token_in(page.text)
    return client.post("/dang-nhap", data=data, base_url=BASE).status_code


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("quytrinh", domain="here.test")
    assert found is not None
    return found.value


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/quy-trinh", base_url=BASE).status_code == 200


def test_the_right_password_opens_the_pages(here: World) -> None:
    client = here.app.test_client()
    assert not is_signed_in(client)
    assert sign_in(client, CLERK, world.PASSWORD) == 303
    assert is_signed_in(client)


def test_who_is_nobody_is_sent_to_sign_in_and_comes_back(here: World) -> None:
    client = here.app.test_client()
    answer = client.get("/ho-so?tim=an", base_url=BASE)
    assert (answer.status_code, answer.location) == (
        302,
        "/dang-nhap?next=/ho-so?tim%3Dan",
    )
    page = client.get(answer.location, base_url=BASE).text
    assert 'name="next" value="/ho-so?tim=an"' in page


@pytest.mark.parametrize(
    "address", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:1"]
)
def test_signing_in_never_leads_to_another_site(here: World, address: str) -> None:
    client = here.app.test_client()
    page = client.get("/dang-nhap", base_url=BASE)
    data = {"login": CLERK, "password": world.PASSWORD, "next": address}
    data["csrf_token"] = world.token_in(page.text)
    answer = client.post("/dang-nhap", data=data, base_url=BASE)
    assert answer.location == "/"


def test_signing_in_changes_the_id_and_the_old_one_is_dead(here: World) -> None:
    client, thief = here.app.test_client(), here.app.test_client()
    client.get("/dang-nhap", base_url=BASE)
    before = cookie_of(client)
    thief.set_cookie("quytrinh", before, domain="here.test")
    sign_in(client, CLERK, world.PASSWORD)
    assert cookie_of(client) != before
    assert not is_signed_in(thief)


def test_signing_out_kills_the_session_on_the_server(here: World) -> None:
    client, thief = here.app.test_client(), here.app.test_client()
    sign_in(client, CLERK, world.PASSWORD)
    thief.set_cookie("quytrinh", cookie_of(client), domain="here.test")
    assert is_signed_in(thief)
    token = world.token_in(client.get("/quy-trinh", base_url=BASE).text)
    answer = client.post("/dang-xuat", data={"csrf_token": token}, base_url=BASE)
    assert answer.location == "/dang-nhap"
    assert not is_signed_in(client)
    assert not is_signed_in(thief)


def test_a_session_ends_after_half_an_hour_without_a_request(here: World) -> None:
    client = here.app.test_client()
    sign_in(client, CLERK, world.PASSWORD)
    here.clock.move(minutes=29)
    assert is_signed_in(client)
    here.clock.move(minutes=29)
    assert is_signed_in(client)
    here.clock.move(minutes=30)
    assert not is_signed_in(client)


def test_a_session_ends_after_twelve_hours_whatever_is_done(here: World) -> None:
    client = here.app.test_client()
    sign_in(client, CLERK, world.PASSWORD)
    for _ in range(28):
        here.clock.move(minutes=25)
        assert is_signed_in(client)
    here.clock.move(minutes=25)
    assert not is_signed_in(client)


def test_the_table_of_sessions_does_not_hold_what_the_cookie_holds(here: World) -> None:
    client = here.app.test_client()
    sign_in(client, CLERK, world.PASSWORD)
    path = here.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT * FROM web_session").fetchall()
    connection.close()
    assert rows
    assert cookie_of(client) not in repr(rows)


def test_an_invented_cookie_is_not_taken_as_an_id(here: World) -> None:
    client = here.app.test_client()
    client.set_cookie("quytrinh", "chosen-by-an-attacker", domain="here.test")
    sign_in(client, CLERK, world.PASSWORD)
    assert cookie_of(client) != "chosen-by-an-attacker"


def test_unknown_account_and_wrong_password_get_the_same_answer(here: World) -> None:
    pages = []
    for login, password in ((CLERK, "sai"), ("khong-co", "sai")):
        client = here.app.test_client()
        token = world.token_in(client.get("/dang-nhap", base_url=BASE).text)
        data = {"login": login, "password": password, "csrf_token": token}
        answer = client.post("/dang-nhap", data=data, base_url=BASE)
        assert answer.status_code == 422
        known = (token, world.token_in(answer.text), login)
        text = answer.text
        for each in known:
            text = text.replace(each, "")
        pages.append(text)
    assert "Tài khoản hoặc mật khẩu không đúng." in pages[0]
    assert pages[0] == pages[1]


def test_the_eleventh_try_is_refused_even_with_the_right_password(here: World) -> None:
    client = here.app.test_client()
    for _ in range(limits.LOGIN_FAILURES):
        assert sign_in(client, CLERK, "sai") == 422
    assert sign_in(client, CLERK, world.PASSWORD) == 429
    here.clock.move(seconds=limits.LOGIN_WINDOW + 1)
    assert sign_in(client, CLERK, world.PASSWORD) == 303


def test_one_password_is_not_tried_on_every_account(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NETWORK_FAILURES", limits.LOGIN_FAILURES)
    attacker, colleague = here.app.test_client(), here.app.test_client()
    attacker.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    for number in range(limits.NETWORK_FAILURES):
        assert sign_in(attacker, f"can.bo.{number}", "MatKhau2026!") == 422
    # Not even the own account is a way round, and the page says why.
    token = world.token_in(attacker.get("/dang-nhap", base_url=BASE).text)
    data = {"login": CLERK, "password": world.PASSWORD, "csrf_token": token}
    answer = attacker.post("/dang-nhap", data=data, base_url=BASE)
    assert answer.status_code == 429
    assert "quá nhiều lần đăng nhập sai từ mạng này" in answer.text
    assert sign_in(colleague, CLERK, world.PASSWORD) == 303
    here.clock.move(seconds=limits.LOGIN_WINDOW + 1)
    assert sign_in(attacker, CLERK, world.PASSWORD) == 303


def test_an_office_behind_one_address_signs_in_among_its_mistakes(here: World) -> None:
    assert limits.NETWORK_FAILURES >= 10 * limits.LOGIN_FAILURES
    client = here.app.test_client()
    for number in range(limits.LOGIN_FAILURES + 1):
        assert sign_in(client, f"can.bo.{number}", "nham") == 422
    assert sign_in(here.app.test_client(), CLERK, world.PASSWORD) == 303


def test_nobody_can_lock_a_colleague_out_from_elsewhere(here: World) -> None:
    attacker, colleague = here.app.test_client(), here.app.test_client()
    attacker.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    for _ in range(limits.LOGIN_FAILURES):
        sign_in(attacker, CLERK, "sai")
    assert sign_in(attacker, CLERK, world.PASSWORD) == 429
    assert sign_in(colleague, CLERK, world.PASSWORD) == 303


def test_a_success_forgets_the_failures(here: World) -> None:
    client = here.app.test_client()
    for _ in range(limits.LOGIN_FAILURES - 1):
        sign_in(client, CLERK, "sai")
    sign_in(client, CLERK, world.PASSWORD)
    other = here.app.test_client()
    assert sign_in(other, CLERK, "sai") == 422
    assert sign_in(other, CLERK, world.PASSWORD) == 303


@pytest.mark.parametrize(
    "change",
    ["active = 0", f"valid_to = '{date(2026, 11, 19)}'", "fs_uniquifier = 'x'"],
)
def test_a_closed_account_and_a_new_password_end_sessions(
    here: World, change: str
) -> None:
    client = here.app.test_client()
    sign_in(client, CLERK, world.PASSWORD)
    with sqlite3.connect(here.url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            f"UPDATE account SET {change} WHERE login = ?",  # noqa: S608 - our words
            (CLERK,),
        )
    connection.close()
    assert not is_signed_in(client)


def test_a_session_of_one_tenant_is_worth_nothing_at_another(here: World) -> None:
    client = here.app.test_client()
    sign_in(client, CLERK, world.PASSWORD)
    client.set_cookie("quytrinh", cookie_of(client), domain="there.test")
    assert client.get("/quy-trinh", base_url="http://there.test").status_code == 302


def test_hashes_carry_the_advised_parameters(password_hash: str) -> None:
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_language_is_remembered_with_the_account(here: World) -> None:
    client = here.app.test_client()
    sign_in(client, CLERK, world.PASSWORD)
    page = client.get("/quy-trinh", base_url=BASE).text
    assert '<html lang="vi">' in page
    data = {"csrf_token": world.token_in(page), "language": "en", "next": "/quy-trinh"}
    answer = client.post("/ngon-ngu", data=data, base_url=BASE)
    assert answer.location == "/quy-trinh"
    other = here.app.test_client()
    sign_in(other, CLERK, world.PASSWORD)
    assert '<html lang="en">' in other.get("/quy-trinh", base_url=BASE).text


def test_the_language_chosen_before_signing_in_is_kept(here: World) -> None:
    client = here.app.test_client()
    page = client.get("/dang-nhap", base_url=BASE).text
    data = {"csrf_token": world.token_in(page), "language": "en", "next": "/dang-nhap"}
    client.post("/ngon-ngu", data=data, base_url=BASE)
    sign_in(client, CLERK, world.PASSWORD)
    assert '<html lang="en">' in client.get("/quy-trinh", base_url=BASE).text
    assert here.actor(CLERK).account.language == "en"


def test_a_language_that_does_not_exist_is_not_stored(here: World) -> None:
    browser = here.client(CLERK)
    browser.post("/ngon-ngu", language="xx")
    assert here.actor(CLERK).account.language == "vi"
