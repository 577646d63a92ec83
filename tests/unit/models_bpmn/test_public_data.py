"""Files as other tools write them: told apart in words, never a crash."""

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ModelInvalidError
from models_bpmn import importer
from tests.unit.models_bpmn import loading, mutants

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
        started = time.process_time()
        try:
            loaded = importer.load([(path.name, content)])
        except ModelInvalidError as error:
            found["refused"] += 1
            refusals = [one for one in error.findings if one.severity == "refusal"]
            assert refusals
            found.update({one.code for one in refusals})
        else:
            found["accepted"] += 1
            assert mutants.faults(loaded.model) == [], path.name
        assert time.process_time() - started < loading.QUICK
    assert found["accepted"]
    record_property("outcomes", dict(found.most_common()))
