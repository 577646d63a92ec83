"""The last elements of BPMN: read from a file, run by both interpreters."""

from typing import Final

import pytest

from engine.domain.run import Json
from tests import bpmn
from tests.unit.models_bpmn.importer.test_constructs import Play, do, play, ready

__all__ = ["play"]

MESSAGE: Final = '<messageEventDefinition messageRef="m"/>'
SIGNAL: Final = '<signalEventDefinition signalRef="g"/>'
HOUR: Final = bpmn.timer("PT1H")
BESIDE: Final = '<message id="m" name="M"/><signal id="g" name="G"/>'
ALL: Final = "parallelMultiple='true'"
ACTS: Final[dict[str, dict[str, Json]]] = {
    "time": {"advance": "PT1H"},
    "message": {"message": "M"},
    "signal": {"signal": "G"},
}


def drawn(declared: str, flows: str) -> bytes:
    return bpmn.diagram(declared, flows, beside=BESIDE)


@pytest.mark.parametrize(
    ("attribute", "acts", "work"),
    [
        ("", ["time"], "b"),
        ("", ["message"], "b"),
        (ALL, ["time"], "open"),
        (ALL, ["message", "time"], "b"),
    ],
)
def test_any_or_all_of_several_events_let_a_token_on(
    play: Play, attribute: str, acts: list[str], work: str
) -> None:
    player = play(
        drawn(
            f"start s; catch x {attribute} {MESSAGE}{HOUR}; task b; end e",
            "s > x > b > e",
        )
    )
    for act in acts:
        assert player.command(ACTS[act])["ok"]
    assert ready(player) == work


def test_an_event_of_several_definitions_interrupts_its_activity(play: Play) -> None:
    player = play(
        drawn(
            f"start s; task a; task b; end e; boundary x attachedToRef='a' "
            f"{MESSAGE}{HOUR}",
            "s > a > e\nx > b > e",
        )
    )
    assert player.command(ACTS["message"])["ok"]
    assert ready(player) == "b"


def test_any_of_several_events_decides_behind_an_event_gateway(play: Play) -> None:
    player = play(
        drawn(
            f"start s; event k; catch x {MESSAGE}{SIGNAL}; catch t {HOUR}; task b; "
            "end e",
            "s > k > x > b > e\nk > t > e",
        )
    )
    assert player.command(ACTS["signal"])["ok"]
    assert ready(player) == "b"


def test_all_of_several_events_begin_an_event_sub_process(play: Play) -> None:
    body = bpmn.sub(f"start i {ALL} {MESSAGE}{SIGNAL}; task h; end j", "i > h > j")
    player = play(
        drawn(
            f"start s; task a; end e; sub v triggeredByEvent='true' {body}", "s > a > e"
        )
    )
    assert player.command(ACTS["signal"])["ok"]
    assert ready(player) == "a"
    assert player.command(ACTS["message"])["ok"]
    assert ready(player) == "h"


def test_a_complex_gateway_goes_on_with_two_of_three(play: Play) -> None:
    enough = "<activationCondition>activationCount &gt;= 2</activationCondition>"
    player = play(
        bpmn.diagram(
            "start s; and f; task a; task b; task c; "
            f"complexGateway x {enough}; task d; end e",
            "s > f > a > x > d > e\nf > b > x\nf > c > x",
        )
    )
    assert do(player, "c") == "a b"
    assert do(player, "a") == "b d"
    assert do(player, "b", "d") == "completed"


def test_a_person_begins_and_ends_ad_hoc_work(play: Play) -> None:
    steps = bpmn.sub("task b; task c; task d", "b > c")
    player = play(
        bpmn.diagram(
            f"start s; adHocSubProcess x {steps}; task z; end e", "s > x > z > e"
        )
    )
    assert ready(player) == "x"
    assert player.command({"begin": "b"})["ok"]
    assert not player.command({"complete": "x", "answers": {}})["ok"]
    assert do(player, "b", "c", "x") == "z"


def test_a_compensation_event_sub_process_undoes_what_holds_it(play: Play) -> None:
    undo = bpmn.sub("start k <compensateEventDefinition/>; task l; end n", "k > l > n")
    inside = bpmn.sub(
        f"start p; task q; end t; sub y triggeredByEvent='true' {undo}", "p > q > t"
    )
    player = play(
        bpmn.diagram(
            f"start s; sub o {inside}; throw u <compensateEventDefinition/>; task z; "
            "end e",
            "s > o > u > z > e",
        )
    )
    assert do(player, "q") == "l"
    assert do(player, "l") == "z"
