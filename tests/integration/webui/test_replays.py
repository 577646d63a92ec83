"""Replay pages: what they tell, of whole histories and of altered ones."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from engine.commands.claim_task import ClaimTask
from engine.commands.open_case import OpenCase
from engine.domain.organisation import Role
from engine.evidence import keeper
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World
from webui import replaying, sequencing

CLERK: Final = world.login_of(Role.CLERK, "own-position")
AUDITOR: Final = world.login_of(Role.AUDITOR, "unrelated")


def replay(browser: Browser, here: World, more: str = "") -> str:
    return browser.get(f"/ho-so/{here.case}/phat-lai{more}").text


def work(here: World, answer: str = "Đạt yêu cầu") -> None:
    here.clock.move(minutes=20)
    path = f"/viec/{here.case}/tham_tra/1"
    answered = here.client(CLERK).post(path, key="k", **{"f.comment": answer})
    assert answered.status_code == 303


def damage(here: World, *statements: str) -> None:
    """Change the database as somebody does who has it in hand."""
    connection = here.application.database.engine.raw_connection()
    for trigger in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {trigger[0]}")
    for statement in statements:
        assert connection.execute(statement).rowcount, statement
    connection.commit()
    connection.close()


def marks_of(page: str, number: int) -> dict[str, Any]:
    text = page[page.index(f'id="buoc-{number}"') :]
    text = text[text.index('data-moment="') + len('data-moment="') :]
    found: dict[str, Any] = json.loads(text[: text.index('"')].replace("&#34;", '"'))
    return found


def test_each_event_is_a_moment_with_who_when_how_long_and_what_was_entered(
    here: World,
) -> None:
    work(here)
    page = replay(here.client(AUDITOR), here)
    second = page[page.index('id="buoc-2"') :].partition("</article>")[0]
    assert "2. Thẩm tra hồ sơ" in second
    assert "Người clerk.own-position, Chuyên viên thụ lý, Cơ quan handling" in second
    assert "20\N{NO-BREAK SPACE}phút" in second
    assert "Đạt yêu cầu" in second
    assert "Chờ thuế: đang chờ tin" in second
    assert "đang chờ ghi vào nhật ký" in second


def test_each_moment_has_six_verdicts_with_their_reasons(here: World) -> None:
    work(here)
    page = replay(here.client(AUDITOR), here)
    assert page.count('<ol class="verdicts">') == 2
    assert page.count("<b>6 Phiên bản") == 2
    assert "6 đạt" in page
    assert "is-failed" not in page


def test_the_diagram_gets_what_happened_and_where_the_tokens_stand(here: World) -> None:
    work(here)
    page = replay(here.client(AUDITOR), here)
    first, second = marks_of(page, 1), marks_of(page, 2)
    assert (first["at"], first["ready"], first["waiting"]) == (
        "s",
        ["tham_tra"],
        ["cho_thue"],
    )
    assert (second["at"], second["done"], second["ready"]) == (
        "tham_tra",
        ["tham_tra"],
        [],
    )
    assert second["waiting"] == ["cho_thue"]


def test_without_scripts_the_address_names_the_moment_of_the_picture(
    here: World,
) -> None:
    work(here)
    browser = here.client(AUDITOR)
    for asked, current in ((1, "s"), (2, "tham_tra"), (99, "tham_tra")):
        page = replay(browser, here, f"?buoc={asked}")
        picture = page[page.index("<noscript>") : page.index("</noscript>")]
        assert f'is-current" data-element="{current}"' in picture
    assert replay(browser, here, "?buoc=x")


def test_an_event_under_a_signed_head_says_where_it_stands(
    here: World, tmp_path: Path
) -> None:
    signer = sequencing.Beside(tmp_path / "s", keeper.Keeper(tmp_path / "s"))
    sequencing.Sequencing(here.application, signer).once()
    work(here)
    page = replay(here.client(AUDITOR), here)
    signed, pending = (
        page[page.index(f'id="buoc-{number}"') :].partition("</article>")[0]
        for number in (1, 2)
    )
    assert "nằm trong nhật ký đã ký lúc 20/11/2026 09:05" in signed
    assert "đang chờ ghi vào nhật ký" in pending


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        (
            "UPDATE event SET body = replace(body, 'tham', 'kham') WHERE seq = 2",
            2,
        ),
        ("DELETE FROM event WHERE seq = 3", 3),
        ("DELETE FROM event WHERE seq = 2", 2),
        ("UPDATE personal SET value = '\"Không đạt\"' WHERE name = 'comment'", 3),
    ],
)
def test_an_altered_history_is_shown_up_to_the_wrong_event_and_named(
    here: World, statement: str, wrong: int
) -> None:
    claim = ClaimTask(case=here.case, element="tham_tra", occurrence=1)
    here.application.engine.execute(claim, here.actor(CLERK))
    work(here)
    damage(here, statement)
    answer = here.client(AUDITOR).get(f"/ho-so/{here.case}/phat-lai")
    assert answer.status_code == 200
    assert f"sự kiện số {wrong} không đúng như lúc niêm phong" in answer.text
    assert f'id="buoc-{wrong - 1}"' in answer.text
    assert f'id="buoc-{wrong}"' not in answer.text


@pytest.mark.parametrize("more", ["", "/lich-su"])
def test_other_pages_of_an_altered_case_say_so_and_blame_no_program(
    here: World, more: str
) -> None:
    damage(here, "UPDATE event SET leaf = zeroblob(32)")
    answer = here.client(AUDITOR).get(f"/ho-so/{here.case}{more}")
    assert answer.status_code == 500
    assert "đã bị sửa sau khi niêm phong" in answer.text
    assert "Hệ thống gặp lỗi" not in answer.text


def test_a_history_that_is_wrong_from_the_first_event_shows_no_moment(
    here: World,
) -> None:
    damage(here, "UPDATE event SET leaf = zeroblob(32)")
    answer = here.client(AUDITOR).get(f"/ho-so/{here.case}/phat-lai")
    assert "sự kiện số 1 không đúng như lúc niêm phong" in answer.text
    assert "data-moment" not in answer.text
    path = f"/ho-so/{here.case}/phat-lai.html"
    assert here.client(AUDITOR).get(path).status_code == 404


def test_a_view_and_a_file_are_recorded_before_they_are_given(here: World) -> None:
    def accesses() -> list[str]:
        with here.application.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT type FROM event ORDER BY at"
            ).all()
        return [one[0] for one in rows]

    replay(here.client(AUDITOR), here)
    assert accesses().count("case.viewed") == 1
    here.client(AUDITOR).get(f"/ho-so/{here.case}/phat-lai.html")
    assert accesses().count("paper.printed") == 1


def test_the_file_for_reading_is_alone_and_whole(here: World) -> None:
    work(here)
    answer = here.client(AUDITOR).get(f"/ho-so/{here.case}/phat-lai.html")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert 'id="buoc-2"' in answer.text
    assert "<svg" in answer.text
    assert "export function play" in answer.text
    for outside in ("src=", "<link", "url(http", 'http-equiv="refresh"'):
        assert outside not in answer.text


def test_what_people_enter_is_text_on_every_page(here: World) -> None:
    work(here, "</script><img src=x onerror=alert(1)>")
    browser = here.client(AUDITOR)
    for page in (
        replay(browser, here),
        browser.get(f"/ho-so/{here.case}/phat-lai.html").text,
    ):
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def other(here: World, relation: str = "other-agency") -> str:
    """A second case of the same procedure; its code."""
    opened = here.application.engine.execute(
        OpenCase(procedure="thu_tuc", data={}, agencies=world.case_agencies()),
        here.actor(world.login_of(Role.CLERK, relation)),
    )
    return str(opened["code"])


def test_two_cases_stand_beside_each_other_step_by_step(here: World) -> None:
    first = here.application.queries.case(here.actor(AUDITOR), str(here.case))
    assert first is not None
    code = other(here)
    work(here)
    page = here.client(AUDITOR).get(f"/phat-lai/so-sanh?a={first.code}&b={code}").text
    assert "1 trong 2 bước khác nhau" in page
    parting = page[page.index('id="khac-dau-tien"') :]
    assert "chỉ có ở hồ sơ thứ nhất" in parting
    same = here.client(AUDITOR).get(f"/phat-lai/so-sanh?a={code}&b={code}").text
    assert "Hai hồ sơ đi cùng một đường" in same


def test_a_case_that_the_reader_may_not_see_is_not_told_from_one_that_is_not_there(
    here: World,
) -> None:
    item = here.application.queries.case(here.actor(AUDITOR), str(here.case))
    assert item is not None
    stranger = here.client(world.login_of(Role.CLERK, "unrelated"))
    hidden, missing = (
        stranger.get(f"/phat-lai/so-sanh?a={code}").text
        for code in (item.code, "H99-000000-9999")
    )
    assert hidden.replace(item.code, "H99-000000-9999") == missing


def test_many_moments_have_marks_without_words(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "WORDED", 0)
    page = replay(here.client(AUDITOR), here)
    assert "replay-track--dense" in page
    assert page.count('href="/ho-so/') > 1
