"""Every rule for procedures has a page, a bad drawing and a good one: its test.

The drawings stand in `lint/<code>/`, the sections in `docs/manual/lint.md`.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from engine.domain.organisation import Agency, Holder, Organisation, Position
from models_bpmn import importer, staffing
from models_bpmn.importer import Settings, messages
from models_bpmn.importer.wording import rules

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(__file__).parent / "lint"
PAGE: Final = ROOT / "docs" / "manual" / "lint.md"
#: Rules that were there before: each has its drawings and its section as well.
ALSO: Final = (
    *("boundary-error-never", "condition-ignored", "end-outgoing", "end-unreachable"),
    *("endless-loop", "event-gateway-target", "flow-crossing", "form-missing"),
    *("flow-without-condition", "four-eyes-unknown", "gateway-without-default"),
    *("no-way-to-end", "outcome-twice"),
    *("performer-missing", "service-unknown", "start-incoming", "start-several"),
    "unreachable",
)
CODES: Final = sorted({*rules.TEXTS, *ALSO})
#: What a good drawing may be told beside.
ASIDE: Final = {"drawn-by-itself", "gateway-without-default"}
LABELS: Final = ("**Why.**", "**Bad.**", "**Good.**", "**Fix.**")
TODAY: Final = date(2026, 6, 1)


def organisation() -> Organisation:
    """Three people; the head of the division is the only one who leads."""
    agency = Agency(id=UUID(int=1), name="Sở Nội vụ", codes=(), level="province")
    names = ("Bộ phận Một cửa", "Chuyên viên", "Lãnh đạo phòng")
    positions = {
        UUID(int=10 + n): Position(
            id=UUID(int=10 + n),
            agency=agency.id,
            name=name,
            performers=frozenset({name}),
        )
        for n, name in enumerate(names)
    }
    holders = tuple(
        Holder(position=one, account=UUID(int=20 + n), valid_from=date.min)
        for n, one in enumerate(positions)
    )
    return Organisation({agency.id: agency}, positions, holders)


def told(code: str, name: str) -> dict[str, str]:
    """Code → severity of everything that is told of a drawing."""
    content = (FOLDER / code / f"{name}.bpmn").read_bytes()
    forms = {"xem-xet": b"{}"}
    drawn = FOLDER / code / f"{name}.form"
    if drawn.is_file():
        forms["ket-qua"] = drawn.read_bytes()
    settings = Settings(forms=forms, services=frozenset({"noop"}))
    found = importer.analyse([("process.bpmn", content)], settings)
    assert found.nodes == found.executable + len(found.listed)
    assert found.model is not None
    staffed = staffing.check(found.model, organisation(), TODAY)
    return {one.code: one.severity for one in (*found.findings, *staffed)}


@pytest.mark.parametrize("code", CODES)
def test_the_bad_drawing_is_told_and_the_good_one_is_not(code: str) -> None:
    severity = messages.severity(code)
    # What a person can settle is asked; the rest keeps its weight.
    expected = "decision" if severity == "refusal" else severity
    assert told(code, "bad").get(code) == expected
    good = told(code, "good")
    assert code not in good
    unasked = {one for one, weight in good.items() if weight != "note"}
    assert unasked <= ASIDE, good


def sections() -> Iterator[tuple[str, str]]:
    """Code and text of each section of the page."""
    parts = re.split(r"^### `([a-z-]+)`\n", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    yield from zip(parts[1::2], parts[2::2], strict=True)


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_a_section_that_says_what_why_and_how(code: str) -> None:
    text = dict(sections())[code]
    assert [label for label in LABELS if label not in text] == []
    for drawing in ("bad", "good"):
        assert f"(../../tests/acceptance/lint/{code}/{drawing}.bpmn)" in text
    message = messages.CATALOGUE[code]
    assert message.en.removeprefix("{it}: ") in text
    assert message.vi.removeprefix("{it}: ") in text


def test_there_is_no_section_and_no_drawing_of_what_is_no_rule() -> None:
    assert [code for code, _ in sections()] == CODES
    assert sorted(one.name for one in FOLDER.iterdir()) == CODES
