"""The DMN Technology Compatibility Kit: every expected result, or a refusal in words.

Its files are public data beside the repository (QUYTRINH_SHARED_DATA).
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from engine.decisions import evaluation
from engine.decisions.types import Json
from engine.errors import ModelInvalidError
from models_bpmn import decisions

ROOT: Final = Path(__file__).parents[4]
DATA: Final = Path(
    os.environ.get("QUYTRINH_SHARED_DATA", ROOT.parent / "shared" / "data")
)
TCK: Final = DATA / "dmn-tck"
TEST: Final = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
#: What the kit allows numbers to differ by.
NEAR: Final = 1e-8

#: Models that hold what is not read, or are wrong -> a reason given.
REFUSED: Final = {
    "0086-import.dmn": "import",
    "Imported_Model.dmn": "no-decision",
    # Rules 3 and 5 of this UNIQUE table both match an age of 16.
    "A.1.dmn": "overlap",
    # It writes names of DMN 1.1 drafts in single quotes.
    "lending1.dmn": "function-unknown",
}


def value_of(node: ET.Element) -> Json:
    value = node.find(f"{TEST}value")
    if value is not None:
        return _scalar(value)
    several = node.find(f"{TEST}list")
    if several is not None:
        return [value_of(one) for one in several.findall(f"{TEST}item")]
    return {
        one.get("name", ""): value_of(one) for one in node.findall(f"{TEST}component")
    }


def _scalar(value: ET.Element) -> Json:
    text = value.text or ""
    kind = value.get(f"{XSI}type", "").rpartition(":")[2]
    if value.get(f"{XSI}nil") == "true":
        return None
    if kind == "boolean":
        return text == "true"
    return float(text) if kind in {"decimal", "double", "integer"} else text


def same(wanted: Json, found: Json) -> bool:
    if isinstance(wanted, float):
        number = isinstance(found, int | float) and not isinstance(found, bool)
        return number and abs(wanted - found) <= NEAR * max(1, abs(wanted))  # type: ignore[operator]
    if isinstance(wanted, list) and isinstance(found, list):
        pairs = zip(wanted, found, strict=False)
        return len(wanted) == len(found) and all(same(a, b) for a, b in pairs)
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(
            same(one, found[key]) for key, one in wanted.items()
        )
    return wanted == found


def cases(model: Path) -> Iterator[tuple[str, str, dict[str, Json], Json]]:
    """Case, decision, data and expected result of the tests beside a model."""
    for path in sorted(model.parent.glob("*-test-*.xml")):
        root = ET.fromstring(path.read_bytes())  # noqa: S314 - files of the kit
        if root.findtext(f"{TEST}modelName", "").strip() != model.name:
            continue
        for case in root.findall(f"{TEST}testCase"):
            data = {
                one.get("name", ""): value_of(one)
                for one in case.findall(f"{TEST}inputNode")
            }
            for node in case.findall(f"{TEST}resultNode"):
                expected = node.find(f"{TEST}expected")
                assert expected is not None
                yield case.get("id", ""), node.get("name", ""), data, value_of(expected)


def test_tables_and_expressions_give_every_expected_result(
    record_property: Callable[[str, object], None],
) -> None:
    models = sorted(TCK.rglob("*.dmn"))
    if not models:
        pytest.skip(f"no public data in {TCK}; set QUYTRINH_SHARED_DATA")
    accepted, results, wrong, refused = 0, 0, [], {}
    for path in models:
        try:
            loaded = decisions.load(path.name, path.read_bytes())
        except ModelInvalidError as error:
            refused[path.name] = {
                one.code for one in error.findings if one.severity == "refusal"
            }
            continue
        accepted += 1
        for case, name, data, wanted in cases(path):
            results += 1
            found = evaluation.evaluate(loaded.program, name, data).result
            if not same(wanted, found):
                wrong.append((path.name, case, name, wanted, found))
    record_property("models", f"{accepted} accepted, {len(refused)} refused")
    record_property("results", results)
    assert wrong == []
    assert refused.keys() == REFUSED.keys()
    for name, code in REFUSED.items():
        assert code in refused[name], name
    assert (accepted, results) == (17, 74)


def test_a_wrong_result_would_be_seen() -> None:
    assert not same(1.0, 1.1)
    assert not same([1.0], [True])
    assert not same([1.0], [1.0, 2.0])
    assert not same({"a": 1.0}, {"a": None})
    assert same({"a": [0.3333333333]}, {"a": [1 / 3]})
