"""Compensation and transactions: read from a file, run by both interpreters."""

import pytest

from engine.domain.model import NodeKind
from models_bpmn import importer, outline
from models_bpmn.importer import Settings
from tests import bpmn
from tests.unit.models_bpmn import loading
from tests.unit.models_bpmn.importer.test_constructs import Play, do, play, ready

__all__ = ["play"]

UNDO = '<association id="as" sourceRef="b" targetRef="u"/>'
DONE = (
    "task a; boundary b attachedToRef='a' <compensateEventDefinition/>; "
    "task u isForCompensation='true'"
)


def undone(definition: str = "<compensateEventDefinition/>", more: str = UNDO) -> bytes:
    return bpmn.diagram(
        f"start s; {DONE}; throw t {definition}; task z; end e",
        "s > a > t > z > e",
        more=more,
    )


@pytest.mark.parametrize("activity", ["", " activityRef='a'"])
def test_a_throw_event_undoes_what_was_done(play: Play, activity: str) -> None:
    player = play(undone(f"<compensateEventDefinition{activity}/>"))
    assert ready(player) == "a"
    assert do(player, "a") == "u"
    assert do(player, "u") == "z"
    assert do(player, "z") == "completed"


def test_an_activity_is_undone_in_one_way() -> None:
    second = (
        "boundary c attachedToRef='a' <compensateEventDefinition/>; "
        "task v isForCompensation='true'"
    )
    content = bpmn.diagram(
        f"start s; {DONE}; {second}; throw t <compensateEventDefinition/>; end e",
        "s > a > t > e",
        more=UNDO
        + UNDO.replace('"as"', '"at"').replace('"b"', '"c"').replace('"u"', '"v"'),
    )
    assert loading.refusals(content) == [
        ("compensation-twice", "c"),
        ("compensation-unused", "v"),
    ]
    found = importer.analyse([("a.bpmn", content)], Settings(defaults=True)).model
    assert found is not None
    assert found.nodes["b"].handler == "u"
    assert not {"c", "v"} & set(found.nodes)


@pytest.mark.parametrize("identity", ["", " id='d'"])
def test_a_throw_event_that_does_not_wait_is_asked_about(identity: str) -> None:
    definition = f"<compensateEventDefinition{identity} waitForCompletion='{{}}'/>"
    place = "d" if identity else "t"
    content = undone(definition.format("false"))
    assert loading.refusals(content) == [("attribute-value", place)]
    found = importer.analyse([("a.bpmn", content)], Settings(defaults=True))
    assert found.outcome is importer.Outcome.RUNS
    assert loading.refusals(undone(definition.format("true"))) == []


def test_the_outline_names_what_undoes_a_step() -> None:
    steps = outline.outline(loading.made(undone()), "en")
    number = {one.node: one.number for one in steps}
    [first] = [one for one in steps if one.node == "a"]
    assert ("to undo it", number["u"]) in {
        (one.label, one.target) for one in first.next
    }
    assert {one.node: one.kind for one in steps}["t"] == "undo"


def test_a_handler_is_reached_by_an_association_alone() -> None:
    found = set(loading.refusals(undone(more="")))
    assert {("compensation-handler", "b"), ("compensation-unused", "u")} <= found
    drawn = undone().replace(
        b"</process>", bpmn.flow("u", "z").encode() + b"</process>"
    )
    assert ("compensation-unused", "u") in loading.refusals(drawn)
    unknown = undone("<compensateEventDefinition activityRef='zzz'/>")
    assert loading.refusals(unknown) == [("compensation-activity", "t")]


def transaction(boundary: str) -> bytes:
    inside = bpmn.sub(f"start i; {DONE}; end c <cancelEventDefinition/>", "i > a > c")
    inside += UNDO
    return bpmn.diagram(
        f"start s; transaction x {inside}; task n; end e; {boundary}task z",
        "s > x > n > e" + ("\nk > z > e" if boundary else "\nn > z > e"),
    )


CANCELLED = "boundary k attachedToRef='x' <cancelEventDefinition/>; "


def test_a_cancelled_transaction_undoes_its_steps_and_goes_on(play: Play) -> None:
    player = play(transaction(CANCELLED))
    assert do(player, "a") == "u"
    assert do(player, "u") == "z"
    assert do(player, "z") == "completed"
    model = loading.made(transaction(CANCELLED))
    kinds = {one.node: one.kind for one in outline.outline(model)}
    assert kinds["x"] == "giao dịch"


def test_a_cancel_event_needs_a_transaction_that_catches_it() -> None:
    assert loading.refusals(transaction("")) == [("cancel-uncaught", "c")]
    plain = transaction(CANCELLED).replace(b"<transaction", b"<subProcess")
    plain = plain.replace(b"</transaction", b"</subProcess")
    assert set(loading.refusals(plain)) == {
        ("cancel-place", "c"),
        ("cancel-place", "k"),
    }


def test_a_step_that_can_be_undone_is_no_end_of_the_process() -> None:
    content = bpmn.diagram(f"start s; {DONE}; task w", "s > a > w > a", more=UNDO)
    assert ("end-unreachable", "P") in loading.refusals(content)


def test_a_handler_that_a_person_takes_over_stays_the_handler() -> None:
    content = undone().replace(
        b"<userTask id=\"u\" isForCompensation='true'></userTask>",
        b"<serviceTask id=\"u\" isForCompensation='true'/>",
    )
    found = importer.analyse(
        [("a.bpmn", content)], Settings(forms={}, defaults=True)
    ).model
    assert found is not None
    assert found.nodes["b"].handler == "u"
    assert found.nodes["u"].for_compensation
    assert found.nodes["u"].kind is NodeKind.MANUAL_TASK
