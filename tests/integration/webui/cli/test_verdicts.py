"""Verdicts on the command line and the pages, over the demonstration."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from webui import cli, demo_data

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(database: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a demonstration of its own; the answer with its exit code."""
    monkeypatch.setenv("QUYTRINH_DATA", str(database.parent))

    def command(*arguments: object, as_json: bool = True) -> dict[str, Any]:
        given = [*map(str, arguments), *["--json"] * as_json]
        done = CliRunner().invoke(cli.cli, given)
        told: Any = json.loads(done.output) if as_json else done.output
        return {"told": told, "exit": done.exit_code}

    return command


def test_every_case_of_the_demonstration_conforms(run: Run) -> None:
    found = run("evidence", "conformance")
    rates = found["told"]["procedures"]
    assert found["exit"] == 0
    assert sum(one["cases"] for one in rates) == len(demo_data.document()["case"])
    assert [one["failing"] for one in rates] == [[] for _ in rates]
    assert {one["rate"] for one in rates if one["closed"]} == {1.0}
    for one in rates:
        for part in ("by_class", "by_step", "by_unit", "by_month"):
            assert sum(one[part].values()) == one["deviations"]


def test_one_procedure_alone_is_judged(run: Run) -> None:
    every = run("evidence", "conformance")["told"]["procedures"]
    code = every[0]["procedure"]
    alone = run("evidence", "conformance", "--procedure", code)["told"]["procedures"]
    assert alone == every[:1]
    told = run("evidence", "conformance", "--procedure", code, as_json=False)["told"]
    assert told.startswith(f"{code}: ")


def test_a_case_is_told_event_by_event(run: Run) -> None:
    cases: Any = run("case", "list")["told"]
    for one in cases:
        found = run("case", "verdicts", one["code"])
        told = found["told"]
        assert found["exit"] == 0
        assert told["conforms"]
        assert told["answer"].startswith("conforms")
        assert [event["seq"] for event in told["events"]] == [
            *range(1, len(told["events"]) + 1)
        ]
        assert {len(event["verdicts"]) for event in told["events"]} == {6}
    text = run("case", "verdicts", cases[0]["code"], as_json=False)["told"]
    assert text.startswith(f"{cases[0]['code']}: conforms")


def test_the_check_of_everything_judges_when_it_is_asked(run: Run) -> None:
    assert "verdicts" not in run("evidence", "check")["told"]
    found = run("evidence", "check", "--verdicts")
    assert found["exit"] == 0
    assert found["told"]["verdicts"]
