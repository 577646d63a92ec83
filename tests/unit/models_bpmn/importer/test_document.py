"""The second document: canonical, complete, and honest about what differs."""

import json

from models_bpmn import importer
from models_bpmn.importer import Analysis, Settings, document
from tests import bpmn


def analysed(content: bytes) -> Analysis:
    return importer.analyse([("a.bpmn", content)], Settings(defaults=True))


def test_one_model_has_one_document() -> None:
    content = bpmn.diagram(
        "start s; task a 'Nhập'; xor g; end e; end f",
        "s > a > g >x [n > 1]> e\ng >y [n <= 1]> f",
    )
    first, second = (analysed(content).model for _ in range(2))
    assert first is not None
    assert second is not None
    assert document.render(first) == document.render(second)
    told = json.loads(document.render(first))
    assert told["nodes"]["a"]["name"] == "Nhập"
    assert told["flows"]["x"]["condition"] == "n > 1"
    assert sorted(told["scopes"]["P"]["nodes"]) == ["a", "e", "f", "g", "s"]


def test_another_model_has_another_document() -> None:
    drawn = [
        bpmn.diagram(f"start s; task a '{name}'; end e", "s > a > e") for name in "AB"
    ]
    made = {
        document.render(one.model)
        for one in map(analysed, drawn)
        if one.model is not None
    }
    assert len(made) == 2


def test_what_was_added_and_left_out_is_told() -> None:
    content = bpmn.diagram(
        "task a; task b; end e; boundary t attachedToRef='zz' " + bpmn.timer("PT1H"),
        "a > b > e",
    )
    found = document.differences(analysed(content), "en")
    told = {(one["element"], one["change"]) for one in found}
    assert told == {("t", "removed"), ("start.P", "added")}
    assert all(one["reason"] for one in found if one["change"] == "removed")
    plain = bpmn.diagram("start s; task a; end e", "s > a > e")
    assert document.differences(analysed(plain), "en") == []
