"""What the importer changed is told, element by element."""

from models_bpmn import importer
from models_bpmn.importer import Analysis, Settings, differences
from tests import bpmn


def analysed(content: bytes) -> Analysis:
    return importer.analyse([("a.bpmn", content)], Settings(defaults=True))


def test_what_was_added_and_left_out_is_told() -> None:
    made = analysed(
        bpmn.diagram(
            "task a; task b; end e; boundary t attachedToRef='zz' "
            + bpmn.timer("PT1H"),
            "a > b > e",
        )
    )
    assert made.model is not None
    found = differences.found(made.model, made.listed)
    told = {(one.element, one.change) for one in found}
    assert told == {("t", "removed"), ("start.P", "added")}
    removed = next(one for one in found if one.change == "removed")
    assert removed.vi
    assert removed.en
    assert removed.vi != removed.en


def test_a_model_that_runs_as_drawn_has_no_differences() -> None:
    made = analysed(bpmn.diagram("start s; task a; end e", "s > a > e"))
    assert made.model is not None
    assert differences.found(made.model, made.listed) == ()
