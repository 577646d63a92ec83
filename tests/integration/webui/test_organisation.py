"""The organisation as a page: agencies under each other, who holds what."""

import re

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import World


def test_agencies_stand_below_the_one_above_them(here: World) -> None:
    administrator = world.login_of(Role.ADMINISTRATOR, "unrelated")
    page = here.client(administrator).get("/to-chuc").text.partition("<main")[2]
    names = ["province", "department", "handling", "elsewhere", "receiving"]
    places = [page.index(f"Cơ quan {name}") for name in names]
    assert places == sorted(places)
    assert "tree-2" in page
    assert "Người clerk.own-position" in page


def test_agencies_of_another_tenant_are_not_there(here: World) -> None:
    administrator = world.login_of(Role.ADMINISTRATOR, "unrelated")
    assert "abroad" not in here.client(administrator).get("/to-chuc").text


def test_where_an_agency_is_stands_in_the_tree_and_among_the_changes(
    here: World,
) -> None:
    browser = here.client(world.login_of(Role.ADMINISTRATOR, "unrelated"))
    address = f"/to-chuc/co-quan/{world.id_of('agency', 'receiving')}/lien-he"
    typed = {"f.address": "1 Trần Phú", "f.phone": "19001022", "f.since": "20/11/2026"}
    assert address in browser.get("/to-chuc").text
    sent = browser.post(address, **typed)
    assert sent.status_code == 303, sent.text
    page = browser.get("/to-chuc").text
    assert "1 Trần Phú, 19001022" in page
    changed = " ".join(
        re.sub("<[^>]+>", " ", page.partition("Thay đổi gần")[2]).split()
    )
    assert "Địa chỉ, điện thoại của cơ quan Cơ quan receiving" in changed
    assert "1 Trần Phú · 19001022" in changed
    form = browser.get(address).text
    assert 'value="1 Trần Phú"' in form
    assert 'value="19001022"' in form


def test_an_address_is_neither_empty_nor_of_days_that_have_passed(here: World) -> None:
    browser = here.client(world.login_of(Role.ADMINISTRATOR, "unrelated"))
    address = f"/to-chuc/co-quan/{world.id_of('agency', 'receiving')}/lien-he"
    for typed, wrong in (
        ({"f.since": "20/11/2026"}, "phone"),
        ({"f.phone": "19001022", "f.since": "19/11/2026"}, "since"),
    ):
        answer = browser.post(address, **typed)
        assert answer.status_code == 422
        assert re.search(rf'id="[^"]*{wrong}-loi"', answer.text)
    assert "19001022" not in browser.get("/to-chuc").text
