"""Files as other tools write them: an outcome each, nothing lost, never a crash."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import ModelInvalidError
from models_bpmn import importer
from models_bpmn.importer import Outcome, Settings
from tests import effort
from tests.unit.models_bpmn import mutants

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("QUYTRINH_SHARED_DATA", ROOT.parent / "shared" / "data"))


@pytest.mark.parametrize("folder", ["dialects", "miwg"])
def test_every_file_of_other_tools_is_a_model_or_a_refusal_by_name(
    folder: str, record_property: Callable[[str, object], None]
) -> None:
    files = sorted((DATA / folder).rglob("*.bpmn"))
    if not files:
        pytest.skip(f"no public data in {folder}; set QUYTRINH_SHARED_DATA")
    found: Counter[str] = Counter()
    for path in files:
        content = path.read_bytes()
        with effort.bounded():
            found.update(_outcome(path.name, content))
    assert found["accepted"]
    record_property("outcomes", dict(found.most_common()))


def _outcome(name: str, content: bytes) -> set[str]:
    """Whether a file is a model or refused, and for what."""
    try:
        loaded = importer.load([(name, content)])
    except ModelInvalidError as error:
        refusals = {one.code for one in error.findings if one.severity == "refusal"}
        assert refusals
        return {"refused", *refusals}
    assert mutants.faults(loaded.model) == [], name
    return {"accepted"}


#: The flow nodes of BPMN 2.0.2, written out again: the census is not its own witness.
NODES = (
    *("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"),
    *("boundaryEvent", "task", "userTask", "manualTask", "serviceTask", "scriptTask"),
    *("businessRuleTask", "sendTask", "receiveTask", "callActivity", "subProcess"),
    *("transaction", "adHocSubProcess", "exclusiveGateway", "parallelGateway"),
    *("inclusiveGateway", "eventBasedGateway", "complexGateway"),
)
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def drawn(content: bytes) -> int:
    root = etree.fromstring(content)
    tags = [f"{BPMN}{name}" for name in NODES]
    return sum(
        1 for process in root.iter(f"{BPMN}process") for _ in process.iter(*tags)
    )


@pytest.mark.parametrize("defaults", [False, True])
@pytest.mark.parametrize("folder", ["dialects", "miwg"])
def test_every_node_of_every_file_runs_or_is_listed(
    folder: str,
    defaults: bool,  # noqa: FBT001
    record_property: Callable[[str, object], None],
) -> None:
    files = sorted((DATA / folder).rglob("*.bpmn"))
    if not files:
        pytest.skip(f"no public data in {folder}; set QUYTRINH_SHARED_DATA")
    found: Counter[str] = Counter()
    settings = Settings(forms={}, defaults=defaults)
    for path in files:
        content = path.read_bytes()
        analysis = importer.analyse([(path.name, content)], settings)
        found[analysis.outcome.value] += 1
        assert analysis.nodes == drawn(content), path.name
        assert analysis.nodes == analysis.executable + len(analysis.listed), path.name
        elements = [one.place.element for one in analysis.listed]
        assert len(set(elements)) == len(elements), path.name
        for language in ("vi", "en"):
            assert all(one.reason(language) for one in analysis.listed)
            assert all(one.question(language) for one in analysis.decisions)
            assert all(one.labels(language) for one in analysis.decisions)
        if analysis.outcome is Outcome.DOCUMENTATION:
            assert analysis.executable == 0
        else:
            assert analysis.model is not None, path.name
            for model in (analysis.model, *analysis.pools.values()):
                assert mutants.faults(model) == [], path.name
            assert (analysis.outcome is Outcome.DECISIONS) is bool(analysis.decisions)
    assert not found["refused"]
    # What a person accepts by default runs.
    assert not (defaults and found["decisions"])
    record_property("outcomes", dict(found.most_common()))
