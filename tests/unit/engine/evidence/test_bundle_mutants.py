"""No mutant of a bundle stops the verifier, and none passes that says something else.

`QUYTRINH_MUTANTS` names how many are tried; 10,000 take two minutes.
"""

import io
import json
import os
import zipfile

from engine.evidence import verifier
from tests.unit.engine.evidence import bundles, mutants

COUNT = int(os.environ.get("QUYTRINH_MUTANTS") or 400)


def meaning(content: bytes) -> dict[str, bytes]:
    """All that a reader may take from a bundle: every entry but what proves it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            one: archive.read(one)
            for one in archive.namelist()
            if not one.startswith("META-INF/")
            and one != "log/proofs.jsonl"
            and not one.endswith(".checkpoint")
        }


def test_no_mutant_stops_the_verifier_or_passes_with_another_meaning() -> None:
    good = mutants.good()
    true, keys = meaning(good), bundles.trusted()
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
            assert meaning(mutant) == true, number
    # Dates in headers, blanks in proofs.
    assert 0 < passed < COUNT / 2
