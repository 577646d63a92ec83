"""The head of a page: whose page it is, for staff and for citizens."""

import re
from typing import Final

from engine.domain.organisation import Role
from storage.database import count_statements
from tests.integration.webui import world
from tests.integration.webui.world import World

ADMINISTRATOR: Final = world.login_of(Role.ADMINISTRATOR, "unrelated")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
HEAD: Final = re.compile(r'class="page-header__agency" href="([^"]*)">([^<]*)<')


def head(page: str) -> tuple[str, str]:
    """Where the name in the head leads, and the name."""
    found = HEAD.search(page)
    assert found is not None
    return found[1], found[2]


def test_a_citizen_reads_whose_page_it_is(here: World) -> None:
    browser = here.app.test_client()
    page = browser.get("/tra-cuu").text
    assert head(page) == ("/tra-cuu", "Tỉnh Thử")
    assert "<title>Tra cứu hồ sơ – Tỉnh Thử</title>" in page


def test_staff_read_their_agency_and_without_a_position_the_tenant(
    here: World,
) -> None:
    assert head(here.client(CLERK).get("/viec").text) == ("/", "Cơ quan handling")
    page = here.client(ADMINISTRATOR).get("/to-chuc/tai-khoan").text
    assert "– Quytrinh</title>" in page


def test_the_name_is_asked_for_once(here: World) -> None:
    browser = here.app.test_client()
    counts = []
    for _ in range(3):
        with count_statements(here.application.database) as counted:
            browser.get("/tra-cuu")
        counts.append(counted.statements)
    assert counts[1] == counts[2] < counts[0]
