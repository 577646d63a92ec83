"""The organisation as a page: agencies under each other, who holds what."""

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
