"""`quytrinh case` and `quytrinh task`: a whole case on the command line."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.integration.webui.cli.commanding import CODE, SCENARIO, Run, do


@pytest.mark.usefixtures("database")
def test_a_case_goes_all_the_way_on_the_command_line(
    run: Run, opening: Path, tmp_path: Path
) -> None:
    opened = do(run, "case", "open", CODE, "--data", opening, "--as", "motcua")
    code = opened["code"]
    for step in SCENARIO["step"]:
        done = _step(run, code, step, tmp_path / "answers.json")
    assert done["status"] == "completed"
    shown = do(run, "case", "show", code)
    assert shown["status"] == "completed"
    assert shown["closed_at"]
    assert {task["status"] for task in shown["tasks"]} == {"done"}
    history = do(run, "case", "history", code)
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert history[0]["type"] == "case.opened"
    assert history[0]["values"]["ho_ten"] == "Nguyễn Văn Được"
    assert do(run, "case", "verify", code)["differences"] == []
    cases = len(do(run, "case", "list"))
    rebuilt = do(run, "case", "rebuild", "--all")
    assert rebuilt == {"cases": cases, "differences": 0, "details": []}


def _step(run: Run, code: str, step: dict[str, Any], answers: Path) -> Any:
    """Claim and complete the one piece of work of a case."""
    work = do(run, "task", "list")
    (task,) = [one for one in work if one["code"] == code]
    assert task["element"] == step["complete"]
    login = _who(run, task)
    claimed = do(run, "task", "claim", code, task["element"], "--as", login)
    assert claimed["status"] == "claimed"
    mine = do(run, "task", "list", "--mine", "--as", login)
    assert task["element"] in {one["element"] for one in mine}
    answers.write_text(json.dumps(step["answers"]), "utf-8")
    return do(
        run,
        *("task", "complete", code, task["element"], "--data", answers),
        *("--outcome", step.get("outcome", ""), "--as", login),
    )


def _who(run: Run, task: dict[str, Any]) -> str:
    """The first account to whose positions the work goes."""
    for login in ("motcua", "chuyenvien", "lanhdao", "vanthu"):
        theirs = do(run, "task", "list", "--as", login)
        if any(
            (one["code"], one["element"]) == (task["code"], task["element"])
            for one in theirs
        ):
            return login
    raise AssertionError(f"nobody has {task}")


@pytest.mark.usefixtures("database")
def test_the_same_key_opens_one_case(run: Run, opening: Path) -> None:
    arguments = (
        "case",
        "open",
        CODE,
        "--data",
        opening,
        "--as",
        "motcua",
        "--key",
        "1",
    )
    first, second = do(run, *arguments), do(run, *arguments)
    assert first == second
    cases = do(run, "case", "list", "--as", "motcua")
    assert [one["case"] for one in cases].count(first["case"]) == 1


@pytest.mark.usefixtures("database")
def test_without_json_a_person_reads_lines(run: Run) -> None:
    said = run("case", "list")
    (first, *_) = codes = [line.split()[0] for line in said.out.splitlines()]
    assert len(codes) == len(do(run, "case", "list"))
    assert first in run("case", "show", first).out
    history = run("case", "history", first).out.splitlines()
    assert history[0].split()[0] == "1"
    assert history[0].split()[2] == "case.opened"
    assert "differences: []" in run("case", "verify", first).out
    assert "cases: 1" in run("case", "rebuild", first).out
    assert run("task", "list").out


@pytest.mark.usefixtures("database")
def test_an_account_sees_its_own_cases_only(run: Run) -> None:
    everything = do(run, "case", "list")
    theirs = do(run, "case", "list", "--as", "diachinh")
    assert len(theirs) < len(everything)
    hidden = next(one for one in everything if one not in theirs)
    for verb in ("show", "history", "verify"):
        refusal = run("case", verb, hidden["code"], "--as", "diachinh").refusal
        assert refusal["code"] == "not-found"
    for verb in ("claim", "complete"):
        said = run("task", verb, hidden["code"], "x", "--as", "diachinh")
        assert said.refusal["code"] == "not-found"


def test_a_damaged_row_is_reported_then_repaired(run: Run, database: Path) -> None:
    case = next(one for one in do(run, "case", "list") if one["status"] == "open")
    with sqlite3.connect(database) as connection:
        connection.execute(
            'UPDATE "case" SET state = NULL WHERE code = ?', [case["code"]]
        )
    connection.close()
    looked = run("case", "rebuild", "--all", "--no-repair", "--json")
    assert (looked.code, looked.json["differences"]) == (1, 1)
    repaired = run("case", "rebuild", case["code"], "--json")
    assert (repaired.code, repaired.json["cases"]) == (1, 1)
    (detail,) = repaired.json["details"]
    assert detail["differences"] == ["state differs from the record"]
    assert do(run, "case", "rebuild", "--all")["differences"] == 0


@pytest.mark.usefixtures("database")
def test_a_case_is_not_opened_at_a_start_that_is_not_there(
    run: Run, opening: Path
) -> None:
    answers = ("--data", opening, "--as", "motcua", "--json")
    wrong = run("case", "open", CODE, "--start", "khong-co", *answers).refusal
    assert wrong["code"] == "no-start"
    wrong = run("case", "open", CODE, "--process", "khong-co", *answers).refusal
    assert wrong["code"] == "no-process"
