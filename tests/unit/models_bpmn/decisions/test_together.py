"""The decision files of a package: all are read, a name is used once."""

from models_bpmn import decisions
from tests import dmn

FEE = dmn.file(
    dmn.given("tuổi", "number"),
    dmn.decision(
        "Phí",
        dmn.table(
            "UNIQUE",
            [("tuổi", "number", "")],
            [("phí", "number", "")],
            [("< 18", "0"), (">= 18", "50")],
        ),
        "i_tuổi",
    ),
)
LIMIT = dmn.file(dmn.given("x"), dmn.decision("Hạn", dmn.literal("x + 1"), "i_x"))


def codes(found: decisions.Together) -> list[str]:
    return [one.code for one in found.findings]


def test_every_file_is_read_in_the_order_of_the_names() -> None:
    found = decisions.together({"decisions/b.dmn": FEE, "decisions/a.dmn": LIMIT})
    names = [one.name for drawn in found.models for one in drawn.decisions]
    assert names == ["Hạn", "Phí"]
    assert len(found.programs) == len(found.models)
    assert not found.refusals


def test_a_package_without_decisions_has_none() -> None:
    assert decisions.together({}) == decisions.Together()


def test_a_name_in_two_files_is_refused_and_both_are_told() -> None:
    found = decisions.together({"b.dmn": FEE, "a.dmn": FEE})
    (refusal,) = found.refusals
    assert refusal.code == "decision-elsewhere"
    for language in ("vi", "en"):
        text = decisions.describe(refusal, language)
        assert "a.dmn" in text
        assert "Phí" in text


def test_a_file_that_is_refused_does_not_hide_the_others() -> None:
    found = decisions.together({"a.dmn": b"<x/>", "b.dmn": b"nothing", "c.dmn": FEE})
    assert len(found.models) == 1
    assert {"not-dmn", "xml"} <= set(codes(found))
