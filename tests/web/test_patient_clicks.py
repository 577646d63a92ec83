"""A click of a test ends when all of the page that it leads to has come."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import pytest
from playwright import sync_api
from werkzeug import serving

pytestmark = pytest.mark.browser

#: Seconds between the two halves of a page.
PAUSE: Final = 0.5
HALVES: Final = (
    "<!doctype html><title>Thử</title><a href='/hai'>Sang trang hai</a>" + " " * 4096,
    "<p>Nửa sau</p><script>document.title = 'Đã chạy'</script>",
)


def in_halves(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer everything with a page whose second half comes late."""
    start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    first, second = HALVES
    yield first.encode()
    time.sleep(PAUSE)
    yield second.encode()


@pytest.fixture
def slow() -> Iterator[str]:
    """Serve such pages."""
    server = serving.make_server("127.0.0.1", 0, in_halves, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("by", ["page", "locator"])
def test_what_is_looked_at_after_a_click_is_the_whole_page(
    page: sync_api.Page, slow: str, by: str
) -> None:
    page.goto(slow)
    if by == "page":
        page.click("a")
    else:
        page.get_by_role("link").click()
    assert page.locator("p").count() == 1
    assert page.title() == "Đã chạy"
    assert page.url.endswith("/hai")
