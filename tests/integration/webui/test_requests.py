"""What every request is held to: tokens, origins, headers, refusals in words."""

import json
import re
from pathlib import Path
from typing import Final

import pytest
import structlog

from engine.domain.organisation import Role
from engine.errors import UnavailableError
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World
from webui import i18n, security

CLERK: Final = world.login_of(Role.CLERK, "own-position")
AUDITOR: Final = world.login_of(Role.AUDITOR, "own-position")


def address(rule: str, here: World) -> str:
    """Fill a rule in with the world's case and versions."""
    values = {
        "uuid:case": here.case,
        "uuid:version": here.draft,
        # Exchanges are about what waits for a message, everything else about work.
        "element": "cho_thue" if rule.startswith("/trao-doi") else "tham_tra",
        "int:occurrence": 1,
        "kind": "receipt",
        "what": "nop-phi",
        "forms": "tt-03-2025",
        # An outage that nobody declared.
        "uuid:outage": here.case,
        "int:about": 1,
        "int:year": 2026,
        "uuid:job": here.job,
        # A file that nobody sends.
        "uuid:upload": here.case,
        # An audit that nobody planned.
        "uuid:audit": here.case,
        # A letter that nobody sent.
        "uuid:stream": here.case,
        "int:seq": 99,
        "int:n": 0,
        "code": "thu_tuc",
        # A list that nobody kept, and a token that opens nothing.
        "uuid:kept": here.case,
        "token": "nothing",
        "sha": "0" * 64,
        "uuid:agency": world.id_of("agency", "elsewhere"),
        "uuid:position": world.id_of("position", "clerk.unrelated"),
        "uuid:account": world.id_of("account", "clerk.unrelated"),
        "since": "0001-01-01",
        # A substitution that nobody gave.
        "uuid:substitution": here.case,
        "path:name": "process.bpmn",
        # A table that there is not.
        "name": "nothing",
        # Notices that nobody got, and a system that nobody entered.
        **dict.fromkeys(("uuid:notice", "uuid:delivery", "uuid:hook"), here.case),
        # A calendar that nobody drafted.
        "uuid:edition": here.case,
        "day": "2026-11-24",
    }
    return re.sub(r"<([^>]+)>", lambda found: str(values[found.group(1)]), rule)


def posting_rules(here: World) -> list[str]:
    return sorted(
        rule.rule
        for rule in here.app.url_map.iter_rules()
        if rule.methods and "POST" in rule.methods
    )


def test_a_form_without_or_with_a_wrong_token_is_refused_everywhere(
    here: World,
) -> None:
    browser = here.client(CLERK)
    before = world.facts(here)
    assert len(posting_rules(here)) >= 3
    for rule in posting_rules(here):
        for data in ({}, {"csrf_token": "wrong"}, {"csrf_token": browser.token[:-1]}):
            path = address(rule, here)
            answer = browser.client.post(path, data=data, base_url=browser.base)
            assert answer.status_code == 403, (rule, data)
    assert world.facts(here) == before


def test_a_token_of_another_session_is_refused(here: World) -> None:
    browser = here.client(CLERK)
    # The clerk's cookie with a token that a stranger got from the sign-in page.
    stranger = here.app.test_client()
    page = stranger.get("/dang-nhap", base_url=browser.base).text
    data = {"csrf_token": world.token_in(page), "language": "en"}
    answer = browser.client.post("/ngon-ngu", data=data, base_url=browser.base)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://here.test.evil.test"},
        {"Origin": "http://here.test:8080"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_sends_is_refused_even_with_the_token(
    here: World, headers: dict[str, str]
) -> None:
    browser = here.client(CLERK)
    data = {"csrf_token": browser.token, "language": "en", "next": "<b>planted</b>"}
    answer = browser.client.post(
        "/ngon-ngu", data=data, headers=headers, base_url=browser.base
    )
    assert answer.status_code == 403
    assert here.actor(CLERK).account.language == "vi"
    # What another site sends is not shown as if the person had typed it.
    assert "planted" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://here.test", "Sec-Fetch-Site": "same-origin"}],
)
def test_our_own_forms_pass(here: World, headers: dict[str, str]) -> None:
    browser = here.client(CLERK)
    data = {"csrf_token": browser.token, "language": "en"}
    answer = browser.client.post(
        "/ngon-ngu", data=data, headers=headers, base_url=browser.base
    )
    assert answer.status_code == 303
    assert here.actor(CLERK).account.language == "en"


def test_no_page_shows_a_text_that_is_not_translated(here: World) -> None:
    """In English; in Vietnamese the matrix of rights sees to it."""
    rules = [
        rule for rule in here.app.url_map.iter_rules() if "GET" in (rule.methods or ())
    ]
    # Whoever has signed out is sent the same pages as anybody.
    posting = [rule for rule in posting_rules(here) if rule != "/dang-xuat"]
    with structlog.testing.capture_logs() as logs:
        for role in Role:
            browser = here.client(world.login_of(role, "own-position"))
            browser.post("/ngon-ngu", language="en")
            for rule in rules:
                browser.get(address(rule.rule, here))
            for path in (*posting, "/dang-xuat"):
                browser.post(address(path, here))
    missing = {each["text"] for each in logs if each["event"] == "untranslated"}
    assert missing == set()


@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_a_head_request_is_answered_as_get_and_sends_no_form(
    here: World, role: Role
) -> None:
    browser = here.client(world.login_of(role, "own-position"))
    before = world.facts(here)
    for rule in here.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            path = address(rule.rule, here)
            told = browser.client.head(path, base_url=browser.base)
            assert told.status_code == browser.get(path).status_code, path
            assert told.data == b"", path
    assert world.facts(here) == before


def test_a_text_without_translation_is_told_to_the_log(here: World) -> None:
    with structlog.testing.capture_logs() as logs, here.app.test_request_context():
        assert i18n.translate("No catalogue has this.") == "No catalogue has this."
    assert [each["text"] for each in logs] == ["No catalogue has this."]


class Away:
    """A table of sessions whose database does not answer."""

    def __getattr__(self, name: str) -> object:
        """Every method fails alike."""
        return self.fail

    def fail(self, *_: object) -> None:
        """Fail as storage tells it."""
        raise UnavailableError


def test_a_database_that_is_away_is_told_in_words(here: World) -> None:
    browser = here.client(CLERK)
    object.__setattr__(here.application, "sessions", Away())
    answer = browser.post("/ngon-ngu", ghi_chu="Đã viết dài")
    assert answer.status_code == 503
    assert "Cơ sở dữ liệu chưa trả lời." in answer.text


def test_an_answer_stands_when_only_its_session_could_not_be_stored(
    here: World,
) -> None:
    browser = here.client(CLERK)

    class Forgetful(Away):
        load = here.application.sessions.load

    object.__setattr__(here.application, "sessions", Forgetful())
    answer = browser.post("/ngon-ngu", language="en")
    assert answer.status_code == 303
    assert here.actor(CLERK).account.language == "en"


def test_every_answer_carries_the_headers(here: World) -> None:
    browser, nobody = here.client(CLERK), here.client()
    for path in ("/", "/dang-nhap", "/khong-co", "/quy-trinh", "/healthz"):
        for client in (browser, nobody):
            headers = client.get(path).headers
            for name, value in security.HEADERS.items():
                assert headers[name] == value, (path, name)
            assert "Strict-Transport-Security" not in headers
            assert len(headers["X-Request-Id"]) == 16


def test_with_https_the_cookie_is_bound_to_the_host(here: World) -> None:
    here.close()
    here.open(https=True)
    answer = here.app.test_client().get("/dang-nhap", base_url="https://here.test")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-quytrinh=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_without_https_the_cookie_is_still_out_of_reach_of_scripts(
    here: World,
) -> None:
    cookie = here.client().client.get("/dang-nhap", base_url="http://here.test")
    assert cookie.status_code == 200
    fresh = here.app.test_client().get("/dang-nhap", base_url="http://here.test")
    parts = set(fresh.headers["Set-Cookie"].split("; "))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts


def test_without_the_front_end_every_page_names_the_command(
    here: World, tmp_path: Path
) -> None:
    here.close()
    here.open(assets=tmp_path / "dist")
    browser = here.client(CLERK)
    for path in ("/", "/viec", "/dang-nhap"):
        answer = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (503, "text/plain")
        assert "make install" in answer.text


def test_a_front_end_that_is_built_later_is_found(here: World, tmp_path: Path) -> None:
    here.close()
    here.open(assets=tmp_path / "dist")
    (tmp_path / "dist").mkdir()
    names = {"app.js": "app-ABCDEFGH.js", "app.css": "app-ABCDEFGH.css"}
    for name in names.values():
        (tmp_path / "dist" / name).write_text("/* built */")
    (tmp_path / "dist" / "manifest.json").write_text(json.dumps(names))
    browser = here.client()
    page = browser.get("/dang-nhap").text
    assert "/static/dist/app-ABCDEFGH.css" in page
    style = browser.get("/static/dist/app-ABCDEFGH.css")
    assert style.text == "/* built */"
    style.close()


def test_files_outside_the_folder_are_not_served(here: World) -> None:
    browser = here.client()
    for path in ("../manifest.json", "..%2f..%2fapp.py", "%2e%2e/%2e%2e/app.py"):
        assert browser.get(f"/static/dist/{path}").status_code == 404


def test_health_makes_no_session(here: World) -> None:
    answer = here.app.test_client().get("/healthz", base_url="http://here.test")
    assert answer.json == {"ok": True, "tenants": 2}
    assert "Set-Cookie" not in answer.headers


def test_a_refusal_says_what_to_do_and_gives_a_code_to_quote(here: World) -> None:
    answer = here.client(AUDITOR).get("/viec")
    assert answer.status_code == 403
    assert (
        "<title>Lỗi: Ông/bà không được làm việc này – Quytrinh</title>" in answer.text
    )
    assert "Vai trò hoặc vị trí của ông/bà không được làm việc này." in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_missing_page_is_told_in_words_to_anybody(here: World) -> None:
    for login in ("", CLERK):
        answer = here.client(login).get("/khong-co-trang-nay")
        assert answer.status_code == 404
        assert "Không có trang này" in answer.text


def test_a_wrong_method_names_the_right_ones(here: World) -> None:
    answer = here.client(CLERK).get("/dang-xuat")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_form_of_an_ended_session_keeps_what_was_typed(here: World) -> None:
    browser = here.client(CLERK)
    here.clock.move(hours=1)
    answer = browser.post("/ngon-ngu", ghi_chu="Đã viết <rất> dài", password="bí mật")
    assert answer.status_code == 403
    assert "Nội dung ông/bà đã nhập" in answer.text
    assert "Đã viết &lt;rất&gt; dài" in answer.text
    assert "bí mật" not in answer.text


def test_a_body_over_the_limit_is_refused(here: World) -> None:
    here.open(alone=True)
    here.app.config["MAX_CONTENT_LENGTH"] = 1000
    browser = here.client(CLERK)
    answer = browser.post("/ngon-ngu", language="x" * 2000)
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_a_fault_of_ours_tells_the_person_nothing_but_a_code(here: World) -> None:
    here.open(alone=True)
    here.app.add_url_rule("/loi", "shell.fault", _fail)
    answer = here.client(CLERK).get("/loi")
    assert answer.status_code == 500
    assert "hỏng bí mật" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def _fail() -> str:
    raise ValueError("hỏng bí mật")


def test_a_proxy_that_is_not_trusted_cannot_choose_address_or_request_id(
    here: World,
) -> None:
    forged = {"X-Forwarded-Host": "evil.test", "X-Request-Id": "a" * 20}
    browser: Browser = here.client(CLERK)
    answer = browser.get("/", headers=forged)
    assert answer.location == "/viec"
    assert answer.headers["X-Request-Id"] != "a" * 20


def test_the_demo_password_is_known_only_to_a_demo(here: World) -> None:
    page = here.app.test_client().get("/dang-nhap", base_url="http://here.test").text
    assert "dùng thử" not in page
