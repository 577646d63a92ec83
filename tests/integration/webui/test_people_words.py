"""People are chosen and named by name, position and agency, not by login alone."""

import html
import re
from typing import Final

import pytest

from engine.commands.claim_task import ClaimTask
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import EXAMINER, World
from webui import worklist_bulk

ADMINISTRATOR: Final = world.login_of(Role.ADMINISTRATOR, "own-position")
CLERK: Final = world.login_of(Role.CLERK, "own-position")
SUPERVISOR: Final = world.login_of(Role.SUPERVISOR, "own-position")
POSITION: Final = world.id_of("position", CLERK)
OPTION: Final = re.compile(r'<option value="([^"]+)">([^<]*)</option>')


def test_whoever_gets_a_position_is_found_by_name_and_position(here: World) -> None:
    page = html.unescape(
        here.client(ADMINISTRATOR).get(f"/to-chuc/vi-tri/{POSITION}/giao").text
    )
    named = re.search(r'name="f\.login"[^>]* list="([^"]+)"', page)
    assert named is not None
    offered = page.split(f'<datalist id="{named[1]}">')[1].split("</datalist>")[0]
    people = dict(OPTION.findall(offered))
    assert people[CLERK].startswith(f"Người {CLERK} · {EXAMINER}, ")
    # Nobody of another tenant is named.
    assert not [one for one in people if one.endswith("other-tenant")]
    # Other lines of text offer nothing.
    assert page.count("<datalist") == 1


def test_a_closed_account_is_not_offered(here: World) -> None:
    with here.application.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE account SET active = 0 WHERE login = ?", (CLERK,)
        )
        connection.exec_driver_sql("UPDATE tenant SET organisation = organisation + 1")
    page = here.client(ADMINISTRATOR).get(f"/to-chuc/vi-tri/{POSITION}/giao").text
    people = dict(OPTION.findall(page))
    assert CLERK not in people
    assert SUPERVISOR in people


def test_who_has_a_task_is_named_with_the_position(here: World) -> None:
    claim = ClaimTask(case=here.case, element="tham_tra", occurrence=1)
    here.application.engine.execute(claim, here.actor(CLERK))
    shown = here.client(SUPERVISOR).get(f"/viec/{here.case}/tham_tra/1").text
    assert f"Người {CLERK} ({EXAMINER}, " in html.unescape(shown)


def test_a_choice_that_no_position_does_as_a_whole_has_a_way_back(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist_bulk, "targets", lambda _: [])
    browser = here.client(SUPERVISOR)
    page = browser.post(
        "/viec/nhieu",
        **{"viec": f"{here.case}/tham_tra/1", "viec-gi": "chuyen", "next": "/viec?x=1"},
    )
    assert page.status_code == 200
    assert 'name="den"' not in page.text
    assert 'class="button" href="/viec?x=1"' in page.text
