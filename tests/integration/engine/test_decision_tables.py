"""A table decides on record: its rules are in the history and are checked again."""

import json
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.upload_version import UploadVersion
from engine.errors import ModelInvalidError
from engine.evidence import record, retrace
from models_bpmn import packages
from tests.integration.engine.office import DESK, Office
from tests.integration.engine.test_refusals import refused

EXAMPLE: Final = Path(__file__).resolve().parents[3] / "examples" / "fee-from-a-table"
TABLE: Final = "decisions/phi-ban-sao.dmn"
GIVEN: Final[dict[str, Any]] = {
    "ho_ten": "Trần Văn Bình",
    "doi_tuong": "khac",
    "so_trang": 11,
}


@pytest.fixture
def files() -> dict[str, bytes]:
    found = dict(packages.read(EXAMPLE))
    lane = 'name="Bộ phận Một cửa"'.encode()
    found["process.bpmn"] = found["process.bpmn"].replace(
        lane, f'name="{DESK}"'.encode()
    )
    return found


def opened(office: Office, files: dict[str, bytes]) -> UUID:
    office.publish_files(files)
    return office.open("ban-sao-co-phi", **GIVEN)


def test_the_rule_that_decided_is_sealed_into_the_history(
    office: Office, files: dict[str, bytes]
) -> None:
    case = opened(office, files)
    (event,) = office.events(case)
    body = json.loads(event.body)
    assert ["answer", "tinh_phi", 1, {"rules": ["nhieu_trang"]}] in body["effect"][
        "decisions"
    ]
    kept = {one.name: one.value for one in event.personal}
    answer = kept["answer:tinh_phi:1"]
    assert answer is not None
    assert record.value(answer) == {"answer": 11000, "rules": ["nhieu_trang"]}


def test_a_case_is_rebuilt_and_verified_with_its_tables(
    office: Office, files: dict[str, bytes]
) -> None:
    case = opened(office, files)
    office.reopen()
    office.complete("motcua", case, "thu_phi")
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_a_table_that_decides_otherwise_is_told_by_the_check(
    office: Office, files: dict[str, bytes]
) -> None:
    case = opened(office, files)
    other = replace_rule(files, b"<text>1000</text>", b"<text>900</text>")
    found = packages.Maker(frozenset()).check(other)
    tools = office.app.engine.tools
    for runtime in (tools.runtime, tools.game):
        traced = retrace.retrace(
            runtime,
            found.model,
            office.events(case),
            found.outside(tools.services),
            compare=True,
        )
        (difference,) = traced.differences
        assert difference.recorded == {"answer": 11000, "rules": ["nhieu_trang"]}
        assert difference.evaluated == {"answer": 9900, "rules": ["nhieu_trang"]}
        # The record is followed all the same.
        assert traced.execution.picture().data["phi"] == 11000


def replace_rule(files: dict[str, bytes], old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in files[TABLE]
    return {**files, TABLE: files[TABLE].replace(old, new)}


def test_a_running_case_stays_on_the_table_it_began_with(
    office: Office, files: dict[str, bytes]
) -> None:
    before = opened(office, files)
    later = replace_rule(files, b"<text>1000</text>", b"<text>900</text>")
    after = opened(office, later)
    for case in (before, after):
        assert office.verify(case) == []
        office.complete("motcua", case, "thu_phi")
        assert office.rebuild(case) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({TABLE: b"<definitions/>"}, "not-dmn"),
        ({TABLE: None}, "decision-unknown"),
        ({"decisions/b.dmn": TABLE}, "decision-elsewhere"),
    ],
)
def test_a_package_with_a_wrong_or_missing_table_is_refused(
    office: Office,
    files: dict[str, bytes],
    change: dict[str, bytes | str | None],
    code: str,
) -> None:
    for name, content in change.items():
        if content is None:
            del files[name]
        else:
            files[name] = files[content] if isinstance(content, str) else content
    command = UploadVersion(files=files)
    found = refused(office, ModelInvalidError, office.do, "thietke", command)
    assert isinstance(found, ModelInvalidError)
    assert code in {one.code for one in found.findings}


def test_a_case_that_no_rule_fits_stops_as_an_incident(
    office: Office, files: dict[str, bytes]
) -> None:
    # Between 10 and 20 pages the table says nothing: there is no fee to compare.
    case = opened(office, replace_rule(files, b"&gt; 10<", b"&gt; 20<"))
    with office.app.store.begin(office.tenant) as uow:
        found = uow.cases.lock(case).case
    assert found.status.value == "incident"
