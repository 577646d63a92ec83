"""What stands in `examples/` runs as its texts say."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from engine import ports, services
from engine.conformance.game import TokenGame
from engine.domain import model as domain
from engine.errors import ModelInvalidError
from engine.forms import answers
from engine.package import Package
from engine.play import Player
from engine.spiff.runtime import SpiffRuntime
from models_bpmn import packages

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
LEAVE_REQUEST: Final = EXAMPLES / "leave-request"
SCENARIOS: Final[list[dict[str, Any]]] = tomllib.loads(
    (LEAVE_REQUEST / "scenarios.toml").read_text(encoding="utf-8")
)["scenario"]
EXPECTATIONS: Final = ("ready", "waiting", "status")
SERVICES: Final = services.Registry()


def run(script: str, *arguments: str) -> list[dict[str, Any]]:
    """Run an example as a newcomer does and read the answers it prints."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / script), *arguments],
        cwd=EXAMPLES.parent,
        # As `make install` does, which puts the packages on the path.
        env={**os.environ, "PYTHONPATH": str(EXAMPLES.parent)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lines = done.stdout.splitlines()
    return [json.loads(line[2:]) for line in lines if line.startswith("> ")]


@pytest.fixture(scope="module")
def package() -> Package:
    return packages.Maker(SERVICES.names()).check(packages.read(LEAVE_REQUEST))


def play(
    scenario: dict[str, Any], model: domain.Model, runtime: ports.Runtime
) -> list[dict[str, Any]]:
    player = Player(runtime, model, SERVICES)
    commands = [{"open": scenario["open"]}]
    commands += [
        {key: value for key, value in step.items() if key not in EXPECTATIONS}
        for step in scenario["step"]
    ]
    return [player.command(command) for command in commands]


def test_playing_a_model_goes_through_the_rework_to_the_end() -> None:
    given = run("play_a_model.py")
    assert [answer["error"] for answer in given] == [None] * 7
    assert [[one["element"] for one in answer["ready"]] for answer in given] == [
        ["y_kien_phong"],
        ["sua_don"],
        ["sua_don"],
        ["y_kien_phong"],
        ["quyet_dinh"],
        ["ghi_so"],
        [],
    ]
    assert given[3]["ready"][0]["occurrence"] == 2
    assert given[-1]["status"] == "completed"
    assert given[-1]["data"] == {"ho_ten": "Trần Thị Hạnh", "so_ngay_nghi": 6}


def test_playing_another_diagram_opens_a_case_of_it() -> None:
    diagram = LEAVE_REQUEST / "process.bpmn"
    (answer,) = run("play_a_model.py", str(diagram))
    assert [one["element"] for one in answer["ready"]] == ["y_kien_phong"]


def test_a_function_of_ones_own_is_called_and_its_error_is_caught() -> None:
    refused, counted = run("register_a_function/run.py")
    assert refused["completed"] == ["bat_dau", "ngay_sai"]
    assert [one["element"] for one in refused["ready"]] == ["sua_ngay"]
    assert refused["status"] == "open"
    assert "so_ngay_nghi" not in refused["data"]
    # Thursday 5 to Monday 9 February 2026, without the week-end.
    assert counted["data"]["so_ngay_nghi"] == 3
    assert counted["status"] == "completed"


def test_without_the_function_its_diagram_is_refused() -> None:
    diagram = EXAMPLES / "register_a_function" / "process.bpmn"
    with pytest.raises(ModelInvalidError) as refusal:
        packages.model_of(packages.diagrams(diagram), SERVICES.names())
    assert [one.code for one in refusal.value.findings] == ["service-unknown"]


@pytest.mark.parametrize("runtime", [SpiffRuntime, TokenGame])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: str(one["name"]))
def test_a_leave_request_goes_as_its_scenario_is_written(
    scenario: dict[str, Any],
    runtime: type[SpiffRuntime] | type[TokenGame],
    package: Package,
) -> None:
    _, *given = play(scenario, package.model, runtime())
    for step, answer in zip(scenario["step"], given, strict=True):
        assert answer["error"] is None, step
        ready = sorted(one["element"] for one in answer["ready"])
        waiting = sorted(one["element"] for one in answer["waiting"])
        assert ready == step["ready"], step
        assert waiting == step.get("waiting", []), step
        assert answer["status"] == step.get("status", "open"), step
    assert given[-1]["status"] == "completed"


def test_the_scenarios_of_the_leave_request_leave_no_way_untried(
    package: Package,
) -> None:
    given = [
        answer
        for scenario in SCENARIOS
        for answer in play(scenario, package.model, TokenGame())
    ]
    completed = {element for answer in given for element in answer["completed"]}
    taken = {flow for answer in given for flow in answer["taken"]}
    assert set(package.model.nodes) - completed == set()
    assert set(package.model.flows) - taken == set()


def test_the_leave_request_leaves_nothing_to_remark(package: Package) -> None:
    assert package.findings == ()


def test_the_answers_of_the_scenarios_fit_the_form(package: Package) -> None:
    form = package.forms["don-xin-nghi-phep"]
    typed = [scenario["open"] for scenario in SCENARIOS]
    typed += [
        step["answers"]
        for scenario in SCENARIOS
        for step in scenario["step"]
        if "answers" in step
    ]
    for one in typed:
        assert answers.validate(form, one).errors == (), one


def test_the_form_asks_for_the_matter_only_of_private_leave(package: Package) -> None:
    form = package.forms["don-xin-nghi-phep"]
    typed = dict(SCENARIOS[0]["open"])
    typed["loai_nghi"] = "viec_rieng"
    (error,) = answers.validate(form, typed).errors
    assert error.key == "viec_rieng"
