"""Every row of the suite runs as BPMN 2.0.2 demands, in both interpreters.

Between every two acts the case is dumped and loaded again, and a second execution
follows its record (`tests.conformance.driving`).
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from engine.conformance.game import TokenGame
from engine.domain.model import Model
from engine.ports import Runtime
from engine.spiff.runtime import SpiffRuntime
from models_bpmn import importer
from models_bpmn.importer import Analysis, Outcome
from tests.acceptance.bpmn import playing, rounds, script
from tests.acceptance.bpmn.row import Drawn, Loop, Row
from tests.acceptance.bpmn.rows import ROWS

ROOT: Final = Path(__file__).resolve().parents[3]
RUNTIMES: Final[dict[str, Callable[[], Runtime]]] = {
    "token game": TokenGame,
    "SpiffWorkflow": SpiffRuntime,
}
PLAYED: Final = [row for row in ROWS if row.script]
REPEATED: Final = [row for row in PLAYED if isinstance(row.in_loop, Loop)]
REFUSED: Final = [row for row in ROWS if row.refused]
DOCUMENTS: Final = [row for row in ROWS if row.document]
UNASKED: Final = [row for row in PLAYED if not row.refused]
RUNNING: Final = [row for row in ROWS if not row.refused and not row.document]


def name(row: Row) -> str:
    return row.name


@pytest.fixture(params=list(RUNTIMES))
def runtime(request: pytest.FixtureRequest) -> Runtime:
    return RUNTIMES[request.param]()


@cache
def read(content: bytes, *, defaults: bool = False) -> Analysis:
    """The drawing as it is read, once for all who look at it."""
    settings = playing.settings(defaults=defaults)
    return importer.analyse([("drawing.bpmn", content)], settings)


def analysed(row: Row, content: bytes) -> Analysis:
    """The drawing as it is read, with the defaults where something is asked."""
    return read(content, defaults=bool(row.refused))


def model(row: Row, drawn: Drawn = Drawn.ALONE) -> Model:
    found = analysed(row, row.xml(drawn))
    told = [one.message for one in found.findings]
    assert found.outcome is Outcome.RUNS, told
    made = found.pools[row.pool] if row.pool else found.model
    assert made is not None, told
    return made


@pytest.mark.parametrize("row", PLAYED, ids=name)
def test_a_case_goes_as_the_standard_says(row: Row, runtime: Runtime) -> None:
    seen = playing.play(row, runtime, model(row))
    assert [came for _, came in seen] == [wanted for wanted, _ in seen]


@pytest.mark.parametrize("row", REPEATED, ids=name)
def test_it_goes_the_same_way_in_every_round(row: Row, runtime: Runtime) -> None:
    rounds.Rounds(row, runtime, model(row, Drawn.IN_LOOP)).play()


@pytest.mark.parametrize("row", REFUSED, ids=name)
def test_what_does_not_run_is_told_and_asked_about(row: Row) -> None:
    found = read(row.xml())
    assert found.outcome is Outcome.DECISIONS
    asked = {(one.code, one.place.element): one.choices for one in found.decisions}
    assert asked.get((row.refused, row.at)) == row.offers
    assert found.nodes == found.executable + len(found.listed)


@pytest.mark.parametrize("row", RUNNING, ids=name)
def test_what_runs_is_not_asked_about(row: Row) -> None:
    found = read(row.xml())
    assert [(one.id, one.choices) for one in found.decisions] == []
    assert found.outcome is Outcome.RUNS
    assert tuple(one.place.element for one in found.listed) == row.listed
    assert found.nodes == found.executable + len(found.listed)
    noted = {one.code for one in found.findings if one.severity == "note"}
    assert {row.noted} - {""} <= noted


@pytest.mark.parametrize("row", DOCUMENTS, ids=name)
def test_what_is_no_process_is_kept_as_a_document(row: Row) -> None:
    found = read(row.xml())
    assert (found.outcome, found.model) == (Outcome.DOCUMENTATION, None)
    assert {one.code for one in found.findings} == {"no-process"}


@pytest.mark.parametrize("row", REFUSED, ids=name)
def test_the_defaults_settle_whatever_was_asked(row: Row) -> None:
    assert analysed(row, row.xml()).outcome is Outcome.RUNS


@pytest.mark.parametrize("row", UNASKED, ids=name)
def test_the_order_in_which_nodes_are_written_changes_nothing(
    row: Row, runtime: Runtime
) -> None:
    """Simultaneous steps go in document order; which steps are made does not."""
    content = playing.turned(row.xml())
    assert content != row.xml()
    found = analysed(row, content)
    made = found.pools[row.pool] if row.pool else found.model
    assert made is not None
    game = playing.Play(runtime, made)
    for line in script.lines(row.script):
        if line.told is not None and not line.text.startswith("data "):
            assert str(game.act(line.text).sorted()) == str(line.told.sorted())


def digests() -> str:
    """What becomes of every case, in both interpreters."""
    return "\n".join(
        f"{row.name}: {playing.digest(row, make(), model(row))}"
        for row in UNASKED
        for make in RUNTIMES.values()
    )


def test_what_becomes_of_a_case_does_not_depend_on_the_seed_of_hashes() -> None:
    command = "from tests.acceptance.bpmn import test_rows; print(test_rows.digests())"
    told = {
        subprocess.run(
            [sys.executable, "-c", command],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    [found] = told
    assert found.count("\n") == len(UNASKED) * len(RUNTIMES)
