"""The example that asks a decision table goes as its scenarios are written."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from engine import services
from engine.conformance.game import TokenGame
from engine.domain.deciding import Evaluating
from engine.domain.run import Choice, Complete, Open, Status
from engine.package import Package
from engine.ports import Context, Runtime
from engine.spiff.runtime import SpiffRuntime
from models_bpmn import packages
from webui import decisions
from webui.cli import procedure

EXAMPLE: Final = Path(__file__).resolve().parents[2] / "examples" / "fee-from-a-table"
SCENARIOS: Final[list[dict[str, Any]]] = tomllib.loads(
    (EXAMPLE / "scenarios.toml").read_text(encoding="utf-8")
)["scenario"]
SERVICES: Final = services.Registry()
NINE: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def package() -> Package:
    return packages.Maker(SERVICES.names()).check(packages.read(EXAMPLE))


@pytest.mark.parametrize("runtime", [SpiffRuntime(), TokenGame()])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: str(one["name"]))
def test_a_scenario_goes_as_it_is_written(
    scenario: dict[str, Any], runtime: Runtime, package: Package
) -> None:
    outside = package.outside(SERVICES)
    context = Context(
        now=NINE,
        decider=Evaluating(),
        services=outside.services,
        decisions=outside.decisions,
    )
    case = runtime.begin(package.model)
    advance = case.act(Open(scenario["open"], package.model.root.opening), context)
    (made,) = [one for one in advance.decisions if one.choice is Choice.ANSWER]
    assert made.value == {"answer": scenario["phi"], "rules": scenario["rules"]}
    assert case.picture().data["phi"] == scenario["phi"]
    ready = scenario["ready"]
    for step in scenario["step"]:
        assert [one.element for one in case.picture().ready] == ready
        case.act(Complete(step["complete"], 1, {}, ""), context)
        ready = step["ready"]
    assert case.picture().status is Status.COMPLETED


def test_every_row_of_the_table_is_the_reason_of_a_scenario(package: Package) -> None:
    (table, formula) = decisions.shown(package.tables)
    rows = {
        package.decisions.matched("phi_phai_nop", rule)
        for scenario in SCENARIOS
        for rule in scenario["rules"]
    }
    assert len(rows) == len(table.rows)
    assert table.inputs == ("Đối tượng", "Số trang")
    assert formula.text == "muc_phi * so_trang"


def test_the_command_line_plays_it_with_its_decisions(tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    line = '{"open": {"ho_ten": "A", "doi_tuong": "khac", "so_trang": 11}}\n'
    commands.write_text(line, encoding="utf-8")
    lone = [
        str(EXAMPLE / "process.bpmn"),
        str(EXAMPLE / "decisions" / "phi-ban-sao.dmn"),
    ]
    for paths in ([str(EXAMPLE)], lone):
        given = CliRunner().invoke(procedure.play, [*paths, "--answers", str(commands)])
        assert '"phi": 11000' in given.output, given.output
    alone = CliRunner().invoke(procedure.play, [lone[0], "--answers", str(commands)])
    assert '"status": "incident"' in alone.output
    assert "phi_phai_nop" in alone.output
