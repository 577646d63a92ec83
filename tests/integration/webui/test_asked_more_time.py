"""A request for more time is seen on every page of its case until it is answered."""

from uuid import UUID

import pytest

from tests.integration.webui.test_clock_pages import CLERK, SUPERVISOR, case
from tests.integration.webui.world import World

__all__ = ["case"]

WAITS = "chờ quyết định"
MORE = {"f.reason": "Phức tạp", "f.span": "3", "f.unit": "working-day"}
PAGES = ("", "/thong-tin", "/lich-su", "/giay-to")


def told(here: World, case: UUID) -> set[bool]:
    """Whether the pages of the case say that a decision is wanted."""
    return {
        WAITS in here.client(login).get(f"/ho-so/{case}{page}").text
        for login in (CLERK, SUPERVISOR)
        for page in PAGES
    }


@pytest.mark.parametrize("answer", ["gia-han", "khong-gia-han"])
def test_a_request_is_told_to_whoever_reads_the_case_until_it_is_answered(
    here: World, case: UUID, answer: str
) -> None:
    assert told(here, case) == {False}
    asked = here.client(CLERK).post(f"/ho-so/{case}/xin-gia-han", **MORE)
    assert asked.status_code == 303
    assert told(here, case) == {True}
    fields = MORE if answer == "gia-han" else {"f.reason": "Còn đủ thời gian"}
    done = here.client(SUPERVISOR).post(f"/ho-so/{case}/{answer}", **fields)
    assert done.status_code == 303
    assert told(here, case) == {False}
