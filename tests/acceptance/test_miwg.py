"""The 21 reference diagrams of the Model Interchange Working Group, as we read them.

`golden/miwg.json` holds what stands in each: outcome, counts, names, lanes and flows of
what runs. `QUYTRINH_GOLDEN=write` writes it anew; the difference is then reviewed.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from models_bpmn import importer
from models_bpmn.importer import Analysis, Settings

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("QUYTRINH_SHARED_DATA", ROOT.parent / "shared" / "data"))
GOLDEN = Path(__file__).parent / "golden" / "miwg.json"
FILES = sorted((DATA / "miwg").glob("*.bpmn"))


def told(analysis: Analysis) -> dict[str, Any]:
    model = analysis.model
    found: dict[str, Any] = {
        "outcome": analysis.outcome.value,
        "nodes": analysis.nodes,
        "executable": analysis.executable,
        "listed": sorted(one.place.element for one in analysis.listed),
        "decisions": sorted(one.id for one in analysis.decisions),
    }
    if model is not None:
        found["names"] = {one.id: one.name for one in model.nodes.values()}
        found["lanes"] = {
            one.id: list(one.lanes) for one in model.nodes.values() if one.lanes
        }
        found["flows"] = {
            one.id: [one.source, one.target, one.name, one.condition]
            for one in model.flows.values()
        }
    return found


@pytest.mark.skipif(not FILES, reason="no public data; set QUYTRINH_SHARED_DATA")
def test_the_reference_diagrams_are_read_as_they_were_reviewed() -> None:
    settings = Settings(forms={})
    found = {
        path.name: told(importer.analyse([(path.name, path.read_bytes())], settings))
        for path in FILES
    }
    assert len(found) == 21
    if os.environ.get("QUYTRINH_GOLDEN") == "write":
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert sorted(found) == sorted(golden)
    for name, one in found.items():
        assert one == golden[name], name
