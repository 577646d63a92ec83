"""No mutant of a bundle stops the verifier, and none passes that says something else.

`QUYTRINH_MUTANTS` names how many are tried; 10,000 take two minutes.
"""

import io
import json
import os
import zipfile
from typing import Any

from engine.evidence import verifier
from tests.unit.engine.evidence import bundles, mutants

COUNT = int(os.environ.get("QUYTRINH_MUTANTS") or 400)


def meaning(content: bytes) -> dict[str, Any]:
    """What the log proves of a bundle: all that a reader may take from it as proved."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    about = json.loads(files["bundle.json"])
    return {
        "events": files["events.jsonl"],
        "cases": [
            [case[name] for name in ("stream", "code", "events", "head")]
            for case in about["cases"]
        ],
        "tenant": [about["tenant"], about["origin"], about["format"]],
        "models": {
            name: one
            for name, one in files.items()
            if name.startswith("models/") and not name.endswith(".svg")
        },
    }


def openings(content: bytes) -> set[tuple[str, ...]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = archive.read("personal/openings.jsonl").splitlines()
    values = [json.loads(row) for row in rows]
    return {tuple(one[key] for key in ("leaf", "name", "value")) for one in values}


def test_no_mutant_stops_the_verifier_or_passes_with_another_meaning() -> None:
    good = mutants.good()
    true, told, keys = meaning(good), openings(good), bundles.trusted()
    passed = 0
    for number, mutant in enumerate(mutants.mutants(COUNT)):
        report = verifier.verify(io.BytesIO(mutant), keys)
        assert len(report.layers) == len(verifier.LAYERS), number
        json.dumps(report.as_json())
        for one in report.layers:
            assert one.message_vi, number
            assert one.message_en, number
        if report.exit_code == 0:
            passed += 1
            found = meaning(mutant)
            # A model left out of the bundle is only less to read.
            models = found.pop("models")
            assert models.items() <= true["models"].items(), number
            assert found == {k: v for k, v in true.items() if k != "models"}, number
            assert openings(mutant) <= told, number
    # Dates in headers, texts for reading, values withheld.
    assert 0 < passed < COUNT / 2
