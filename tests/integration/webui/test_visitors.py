"""Whoever has not signed in: no row of theirs, and their forms are no less safe."""

import re
from typing import Final

import itsdangerous
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine import limits
from engine.domain.organisation import Role
from storage import schema
from tests.integration.webui import world
from tests.integration.webui.test_sign_in import BASE, cookie_of, is_signed_in, sign_in
from tests.integration.webui.world import World

CLERK: Final = world.login_of(Role.CLERK, "own-position")


def rows(here: World) -> int:
    with here.application.database.read() as connection:
        count = sa.select(sa.func.count()).select_from(schema.web_session)
        return int(connection.execute(count).scalar_one())


def token(client: FlaskClient, path: str = "/dang-nhap") -> str:
    return world.token_in(client.get(path, base_url=BASE).text)


def choose(client: FlaskClient, sent: str) -> int:
    data = {"csrf_token": sent, "language": "en"}
    return client.post("/ngon-ngu", data=data, base_url=BASE).status_code


def test_nobody_without_an_account_leaves_a_row(here: World) -> None:
    before = rows(here)
    for _ in range(3):
        client = here.app.test_client()
        for path in ("/dang-nhap", "/tra-cuu", "/", "/ho-so", "/khong-co"):
            client.get(path, base_url=BASE)
        assert sign_in(client, CLERK, "sai") == 422
        codes = {"ho-so": "H99.1", "tra-cuu": "22222222", "diem": "5"}
        for path in ("/tra-cuu", "/tra-cuu/danh-gia"):
            sent = codes | {"csrf_token": token(client, "/tra-cuu")}
            assert client.post(path, data=sent, base_url=BASE).status_code == 422
        assert choose(client, token(client)) == 303
    assert rows(here) == before


def test_signing_in_begins_a_row_and_signing_out_ends_it(here: World) -> None:
    before, client = rows(here), here.app.test_client()
    assert sign_in(client, CLERK, world.PASSWORD) == 303
    assert rows(here) == before + 1
    sent = {"csrf_token": token(client, "/quy-trinh")}
    assert client.post("/dang-xuat", data=sent, base_url=BASE).status_code == 303
    assert rows(here) == before
    assert not is_signed_in(client)


def test_a_visitor_keeps_the_language_that_was_chosen(here: World) -> None:
    client = here.app.test_client()
    assert choose(client, token(client)) == 303
    assert '<html lang="en"' in client.get("/tra-cuu", base_url=BASE).text
    # And it goes along into the account.
    assert sign_in(client, CLERK, world.PASSWORD) == 303
    assert here.actor(CLERK).account.language == "en"


def test_the_form_of_one_visitor_is_not_taken_from_another(here: World) -> None:
    one, other, bare = (here.app.test_client() for _ in range(3))
    mine, theirs = token(one), token(other)
    assert choose(one, theirs) == 403
    assert choose(bare, mine) == 403
    assert choose(one, "") == 403
    assert choose(one, mine) == 303


def test_what_a_visitor_carries_ends_with_its_time(here: World) -> None:
    client = here.app.test_client()
    sent = token(client)
    here.clock.move(seconds=limits.SESSION_LIFETIME - 1)
    assert choose(client, sent) == 303
    here.clock.move(seconds=limits.SESSION_LIFETIME)
    assert choose(client, sent) == 403
    assert choose(client, token(client)) == 303


@pytest.mark.parametrize("part", [0, 1])
def test_a_cookie_that_was_changed_carries_nothing(here: World, part: int) -> None:
    client = here.app.test_client()
    sent, parts = token(client), cookie_of(client).split(".")
    parts[part] = ("A" if parts[part][0] != "A" else "B") + parts[part][1:]
    client.set_cookie("quytrinh", ".".join(parts), domain="here.test")
    assert choose(client, sent) == 403


def test_a_visitors_cookie_signs_nobody_in(here: World) -> None:
    found = here.application.sign_in.by_login(world.HERE, CLERK)
    assert found is not None
    signer = itsdangerous.URLSafeSerializer(world.SECRET, "quytrinh.visitor")
    data = {"_user_id": found.uniquifier, "_fresh": True, "language": "en"}
    client = here.app.test_client()
    cookie = str(signer.dumps([here.clock.now().isoformat(), data]))
    client.set_cookie("quytrinh", cookie, domain="here.test")
    assert '<html lang="en"' in client.get("/tra-cuu", base_url=BASE).text
    assert not is_signed_in(client)


def test_the_cookie_stays_small_however_often_something_is_told(here: World) -> None:
    late = here.client(CLERK)
    page = late.get(f"/viec/{here.case}/tham_tra/1").text
    made = re.search(r'name="made" value="([^"]+)"', page)
    assert made is not None
    visitor, path = here.app.test_client(), f"/viec/{here.case}/tham_tra/1"
    for number in range(40):
        sent = {"made": made[1], "f.comment": f"Đang làm {number}", "csrf_token": "x"}
        answer = visitor.post(path, data=sent, base_url=BASE)
        assert answer.status_code == 303, number
    assert len(cookie_of(visitor)) < 3_600
    assert sign_in(visitor, CLERK, world.PASSWORD) == 303
