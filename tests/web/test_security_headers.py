"""Pages in a real browser: headers hold, the policy refuses nothing of ours."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright import sync_api
from werkzeug import serving

from engine.domain.organisation import Role
from tests import databases
from tests.integration.webui import world
from tests.web import looks
from webui import frontend_build, passwords, security

pytestmark = pytest.mark.browser

CLERK: Final = world.login_of(Role.CLERK, "own-position")


@pytest.fixture(scope="module")
def served(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[world.World, str]]:
    """Serve a world on a free port, with the built front end."""
    if not frontend_build.MANIFEST.exists():
        frontend_build.build()
    url = prepared_files.fresh(tmp_path_factory.mktemp("served"))
    made = world.found(url, passwords.hash_password(world.PASSWORD))
    made.application.close()
    made.open(tenants={"127.0.0.1": world.HERE})
    server = serving.make_server("127.0.0.1", 0, made.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join(10)
    made.close()


@pytest.fixture
def site(served: tuple[world.World, str]) -> str:
    """The address of the served world."""
    return served[1]


def sign_in(page: sync_api.Page, site: str) -> None:
    page.goto(f"{site}/dang-nhap")
    page.get_by_label("Tài khoản").fill(CLERK)
    page.get_by_label("Mật khẩu").fill(world.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{site}/viec")


def watched(page: sync_api.Page) -> list[str]:
    """Everything that the browser complains about from now on."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_the_browser_has_nothing_to_complain_about(
    page: sync_api.Page, served: tuple[world.World, str]
) -> None:
    made, site = served
    complaints = watched(page)
    sign_in(page, site)
    paths = (
        "/viec",
        "/ho-so",
        f"/ho-so/{made.case}",
        f"/viec/{made.case}/tham_tra/1",
        "/quy-trinh",
        f"/quy-trinh/phien-ban/{made.published}",
        "/quy-trinh/thu_tuc/mo",
    )
    for path in paths:
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_load_state("networkidle")
        sent = answer.headers
        for name, value in security.HEADERS.items():
            assert sent[name.lower()] == value, (path, name)
    assert complaints == []


def test_an_inline_script_would_not_run(page: sync_api.Page, site: str) -> None:
    page.goto(f"{site}/dang-nhap")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), "
        "{textContent: 'window.ran = true'}))"
    )
    assert page.evaluate("window.ran") is None


def test_no_other_page_can_frame_ours(
    page: sync_api.Page, site: str, tmp_path: Path
) -> None:
    outer = tmp_path / "outer.html"
    outer.write_text(f'<iframe src="{site}/dang-nhap"></iframe>')
    complaints = watched(page)
    page.goto(outer.as_uri())
    page.wait_for_load_state("networkidle")
    assert any("frame-ancestors" in each for each in complaints)


def test_built_files_are_kept_and_typed(page: sync_api.Page, site: str) -> None:
    page.goto(f"{site}/dang-nhap")
    style = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    answer = page.request.get(f"{site}{style}")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/dang-nhap", "/khong-co"])
def test_what_everybody_sees_is_accessible(
    page: sync_api.Page, site: str, path: str
) -> None:
    page.goto(f"{site}{path}")
    assert looks.violations(page) == []


def test_a_refused_sign_in_is_accessible_and_keeps_the_account(
    page: sync_api.Page, site: str
) -> None:
    page.goto(f"{site}/dang-nhap")
    page.get_by_label("Tài khoản").fill("ai-do")
    page.get_by_label("Mật khẩu").fill("sai")
    page.get_by_role("button", name="Đăng nhập").click()
    summary = page.locator(".error-summary")
    sync_api.expect(summary).to_be_focused()
    sync_api.expect(page.get_by_label("Tài khoản")).to_have_value("ai-do")
    sync_api.expect(page.get_by_label("Mật khẩu")).to_have_value("")
    assert page.title().startswith("Lỗi: ")
    assert looks.violations(page) == []


def test_language_and_signing_out_work_without_scripts(
    chromium: sync_api.Browser, site: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.get_by_role("button", name="English").click()
    sync_api.expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("button", name="Tiếng Việt").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{site}/dang-nhap")
    context.close()
