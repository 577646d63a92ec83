"""Endings that are drawn: which count, and which of them an act reached last."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from engine.domain import dossier_record, drawn_ending
from engine.domain.dossier_record import Dossier, Ending
from engine.domain.events import EventType
from engine.domain.model import NodeKind
from tests.linked import Process, build, node

NOW: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def end(identity: str, ending: str = "") -> Any:
    """An end event."""
    return node(identity, NodeKind.END_EVENT, ending=ending)


def test_ends_of_sub_processes_count_and_those_of_called_ones_do_not() -> None:
    inner = replace(
        node("part", NodeKind.SUB_PROCESS, body="part"),
        parts=(end("inner", "stopped"), "startp > inner"),
    )
    model = build(
        end("refuse", "refused"),
        end("plain"),
        inner,
        node("asked", NodeKind.CALL_ACTIVITY, body="Q"),
        Process("Q", (end("other", "refused"), "startq > other")),
        "start > part > asked > refuse\nstart > plain",
    )
    assert drawn_ending.endings(model) == {"refuse": "refused", "inner": "stopped"}
    names = {one.id for one in drawn_ending.own(model)}
    assert {"inner", "asked", "start"} <= names
    assert not {"other", "startq"} & names


def test_the_last_one_that_was_reached_counts() -> None:
    drawn = {"a": "refused", "b": "stopped"}
    assert drawn_ending.reached(drawn, ("x", "a", "b", "y")) == "stopped"
    assert drawn_ending.reached(drawn, ("x",)) == ""
    assert drawn_ending.reached({}, ("a",)) == ""


def test_facts_stay_as_they_are_where_nothing_is_said() -> None:
    facts: dict[str, Any] = {"left": ["1"]}
    assert drawn_ending.told(facts, {"a": "refused"}, ("b",)) is facts
    told = drawn_ending.told(facts, {"a": "refused"}, ("a",))
    assert told == {"left": ["1"], "ending": "refused"}


def after(dossier: Dossier, kind: EventType, **facts: Any) -> Dossier:
    """The dossier after an act that ends nothing."""
    return dossier_record.take(dossier, kind.value, NOW, facts)


def test_what_is_sent_back_unsays_the_ending() -> None:
    said = after(Dossier(), EventType.TASK_COMPLETED, ending="refused")
    assert said.said is Ending.REFUSED
    for kind in (EventType.TASK_RETURNED, EventType.TASK_RECALLED):
        assert dossier_record.tells(kind.value, {}, handled=True)
        assert after(said, kind).said is None
    assert after(said, EventType.TASK_CLAIMED).said is Ending.REFUSED
