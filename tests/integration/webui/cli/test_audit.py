"""`quytrinh audit`: samples are drawn, drawn again, and told when they do not prove."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.webui.cli.commanding import Run, do
from webui.system import SystemClock

pytestmark = pytest.mark.usefixtures("database")
ME = ("--as", "kiemtoan")


def days() -> tuple[str, ...]:
    """The option for a period around today, by the machine's clock."""
    now = SystemClock().now()
    first, last = now - timedelta(days=60), now + timedelta(days=1)
    return ("--from", f"{first:%Y-%m-%d}", "--to", f"{last:%Y-%m-%d}")


def planned(run: Run) -> str:
    return str(do(run, "audit", "plan", "Kiểm tra quý", *days(), *ME)["code"])


def drawn(run: Run, code: str, *more: str) -> list[str]:
    told = do(
        run,
        *("audit", "sample", code, "--by", "opened", "--seed", "abc", "--size", 3),
        *(*more, *ME),
    )
    return [case[1] for case in told["cases"]]


def test_a_sample_is_drawn_again_with_the_same_cases(run: Run) -> None:
    code = planned(run)
    cases = drawn(run, code, "--weight", "late=5")
    again = do(run, "audit", "redraw", code)
    assert again["cases"] == cases
    assert again["same_cases"]
    assert again["same_population"]
    [listed] = do(run, "audit", "list")
    assert listed["samples"][0]["digest"] == again["digest"]


def test_a_changed_case_makes_the_second_draw_fail(run: Run, database: Path) -> None:
    code = planned(run)
    drawn(run, code, "--weight", "late=5")
    with sqlite3.connect(database) as connection:
        connection.execute('UPDATE "case" SET due_at = 0 WHERE due_at IS NOT NULL')
    said = run("audit", "redraw", code, "--json")
    assert said.code == 1
    assert not said.json["same_population"]


@pytest.mark.parametrize(
    ("more", "code"),
    [(("--weight", "late"), "pair"), (("--weight", "luck=3"), "risk")],
)
def test_a_weight_that_is_none_is_refused(
    run: Run, more: tuple[str, ...], code: str
) -> None:
    audit = planned(run)
    said = run("audit", "sample", audit, "--size", 1, *more, *ME)
    assert said.refusal["code"] == code


def test_what_is_not_there_and_who_may_not_are_refused(run: Run) -> None:
    code = planned(run)
    assert run("audit", "redraw", "KT-1999-001").refusal["code"] == "no-audit"
    assert run("audit", "redraw", code, "--sample", 2).refusal["code"] == "not-found"
    said = run("audit", "sample", code, "--size", 1, "--as", "motcua")
    assert said.refusal["code"] == "not-allowed"


def test_an_auditor_from_outside_gets_an_account_with_an_end(run: Run) -> None:
    until = f"{SystemClock().now() + timedelta(days=10):%Y-%m-%d}"
    told = do(
        run,
        *("audit", "add-auditor", "chuyengia", "Chuyên gia ngoài"),
        *("--until", until, "--as", "quantri"),
    )
    assert told["roles"] == ["auditor"]
    assert told["to"] == until
    assert len(told["password"]) == 24
    past = run(
        *("audit", "add-auditor", "cu", "Người cũ", "--until", "2020-01-01"),
        *("--as", "quantri"),
    )
    assert past.refusal["code"] == "until"
    other = run(*("audit", "add-auditor", "la", "Người lạ", "--until", until), *ME)
    assert other.refusal["code"] == "not-allowed"
