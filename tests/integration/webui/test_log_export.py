"""`quytrinh log export`: what leaves comes back, and only what verifies leaves."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.commands.end_case import StopCase
from engine.errors import NotAllowedError
from models_bpmn import catalogue
from models_bpmn.histories import cases, reading
from webui import cli
from webui.cli import common

CODE = "2.000908"
MODEL = catalogue.PROCEDURES / "cap-ban-sao-tu-so-goc"
Run = Callable[..., dict[str, Any]]
SAID = "Đã gọi điện, hẹn thứ Hai."


@pytest.fixture
def run(database: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a demonstration of its own; the answer with its exit code."""
    monkeypatch.setenv("QUYTRINH_DATA", str(database.parent))

    def command(*arguments: object) -> dict[str, Any]:
        done = CliRunner().invoke(cli.cli, [*map(str, arguments), "--json"])
        told: dict[str, Any] = json.loads(done.output)
        return {**told, "exit": done.exit_code}

    return command


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_what_was_exported_is_imported_as_the_same_cases(
    run: Run, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"log.{kind}"
    made = run("log", "export", "--procedure", CODE, "--format", kind, "-o", path)
    assert (made["exit"], made["not_verified"]) == (0, [])
    assert made["head"].split()[1:] != ["0", ""]
    assert made["head"].encode() in path.read_bytes()
    back = run("log", "import", path, "--model", MODEL)
    assert (back["cases"], back["events"]) == (made["cases"], made["events"])
    assert (back["unmapped"], back["problems"]) == (0, [])
    closed = {
        one["code"]
        for one in _list()
        if one["status"] == "completed" and one["procedure"] == CODE
    }
    assert closed
    # The record itself conforms everywhere, and so does what was exported of it: what
    # is still open is judged as far as it has come.
    assert (back["fitting"], back["cost"]) == (back["cases"], 0)
    assert back["unfinished"] == back["cases"] - len(closed) > 0
    assert back["deviating"] == {}
    # Our own columns need no map.
    (due,) = back["on_time"]
    assert back["on_time"][due] + back["late"][due] == len(closed)


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_a_case_that_was_stopped_is_no_completed_one(
    run: Run, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"log.{kind}"
    told = ("log", "export", "--procedure", CODE, "--format", kind, "-o", path)
    run(*told)
    before = run("log", "import", path, "--model", MODEL)
    opened = next(
        one for one in _list() if one["status"] == "open" and one["procedure"] == CODE
    )
    with common.application() as app:
        actor = common.actor_of(app, "giamsat")
        case = common.case_of(app, actor, opened["code"]).id
        stop = StopCase(case=case, basis="Luật", document="12/QĐ", reason="Trùng")
        app.engine.execute(stop, actor)
    assert run(*told)["not_verified"] == []
    after = run("log", "import", path, "--model", MODEL)
    for key in ("cases", "fitting", "cost", "unfinished", "deviating"):
        assert after[key] == before[key], key


def _list() -> list[dict[str, Any]]:
    done = CliRunner().invoke(cli.cli, ["case", "list", "--json"])
    found: list[dict[str, Any]] = json.loads(done.output)
    assert found
    return found


def test_no_name_and_no_answer_leaves(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    run("log", "export", "-o", path)
    text = path.read_text("utf-8")
    for name in ("Nguyễn", "Trần", "motcua", "chuyenvien"):
        assert name not in text


def test_a_case_that_does_not_verify_is_named_and_not_written(
    run: Run, tmp_path: Path
) -> None:
    (path,) = tmp_path.glob("*.db")
    (altered, *_) = [one for one in _list() if one["status"] == "completed"]
    with sqlite3.connect(path) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name = 'event'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        changed = connection.execute(
            "UPDATE event SET leaf = zeroblob(32) WHERE stream = ? AND seq = 2",
            (bytes.fromhex(altered["case"]),),
        )
        assert changed.rowcount == 1
        for _, text in triggers:
            connection.execute(text)
    connection.close()
    made = run("log", "export", "-o", tmp_path / "log.xes")
    assert (made["exit"], made["not_verified"]) == (1, [altered["code"]])
    assert altered["code"] not in (tmp_path / "log.xes").read_text("utf-8")


def test_an_imported_file_is_kept_and_its_import_recorded(
    run: Run, tmp_path: Path
) -> None:
    path, given = tmp_path / "log.csv", tmp_path / "map.toml"
    given.write_text('[dates]\norder = "dmy"\n', "utf-8")
    run("log", "export", "--procedure", CODE, "--format", "csv", "-o", path)
    arguments = ("log", "import", path, "--model", MODEL, "--map", given, "--keep")
    told = run(*arguments)
    kept = Path(told["kept"]["path"])
    assert kept.name == told["sha256"]
    assert kept.read_bytes() == path.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    assert run(*arguments)["kept"]["path"] == str(kept)
    (database,) = tmp_path.glob("*.db")
    with sqlite3.connect(database) as connection:
        bodies = connection.execute(
            "SELECT body FROM event WHERE type = 'history.imported' ORDER BY seq"
        ).fetchall()
    connection.close()
    facts = [json.loads(body)["facts"] for (body,) in bodies]
    assert len(facts) == 2
    assert facts[0]["file"] == told["sha256"]
    assert facts[0]["measures"]["cost"] == told["cost"]
    assert len(facts[0]["map"]) == 64
    refused = CliRunner().invoke(
        cli.cli, [*map(str, arguments), "--as", "motcua", "--json"]
    )
    assert isinstance(refused.exception, NotAllowedError)


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_comments_leave_only_when_asked_and_come_back(
    run: Run, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"log.{kind}"
    code = _commented(run)
    plain = run("log", "export", "--format", kind, "-o", path)
    assert plain["comments"] == 0
    assert SAID not in path.read_text("utf-8")
    first = run("log", "import", path, "--model", MODEL)
    made = run("log", "export", "--format", kind, "--comments", "-o", path)
    assert (made["comments"], made["exit"]) == (1, 0)
    assert SAID in path.read_text("utf-8")
    table = reading.read(path.read_bytes())
    assert [cases.said(row) for row in table.rows if cases.said(row)] == [SAID]
    assert code in path.read_text("utf-8")
    back = run("log", "import", path, "--model", MODEL)
    assert back["comments"] == 1
    # What was said moves no verdict.
    for key in ("cases", "events", "fitting", "cost", "deviating"):
        assert back[key] == first[key]
    (database,) = tmp_path.glob("*.db")
    with sqlite3.connect(database) as connection:
        bodies = connection.execute(
            "SELECT body FROM event WHERE type = 'evidence.exported' ORDER BY at"
        ).fetchall()
    connection.close()
    told = [json.loads(body)["facts"]["openings"] for (body,) in bodies]
    assert told == [0, 1]


def _commented(run: Run) -> str:
    """Sign what waits for it, and say something beside it; the code of the case."""
    login = ("--as", "lanhdao", "--json")
    listed = CliRunner().invoke(cli.cli, ["task", "list", *login])
    code = next(
        str(one["code"])
        for one in json.loads(listed.output)
        if one["element"] == "ky_duyet"
    )
    how = ("--outcome", "Ký duyệt", "--comment", SAID, "--as", "lanhdao")
    assert run("task", "complete", code, "ky_duyet", *how)["exit"] == 0
    return code
