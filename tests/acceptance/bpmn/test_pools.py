"""Two pools are two cases that write to each other, whatever interpreter runs them."""

from collections.abc import Callable
from typing import Final

import pytest

from engine.domain import run
from engine.domain.run import Thrown
from engine.ports import Runtime
from models_bpmn import importer
from tests import bpmn
from tests.acceptance.bpmn import playing
from tests.acceptance.bpmn.test_rows import RUNTIMES
from tests.conformance.driving import Case

#: A citizen asks by file number; the office answers under the same number.
_KEYS: Final = (
    "<extensionElements><qt:correlation><qt:key name='so' expression='so'/>"
    "</qt:correlation>{}</extensionElements>"
)
_SENDS: Final = _KEYS.format(
    "<qt:payload><qt:value name='so' expression='so'/></qt:payload>"
)
DRAWING: Final = bpmn.definitions(
    '<collaboration id="co"><participant id="p" processRef="P"/>'
    '<participant id="o" processRef="O"/>'
    '<messageFlow id="f1" name="Đơn" sourceRef="x" targetRef="i"/>'
    '<messageFlow id="f2" name="Trả" sourceRef="y" targetRef="r"/></collaboration>',
    bpmn.process(
        f"start s; send x {_SENDS}; receive r {_KEYS.format('')}; end e",
        "s > x > r > e",
    ),
    bpmn.process(
        "start i <messageEventDefinition/>; task b; "
        f"throw y {_KEYS.format('')}<messageEventDefinition/>; end j",
        "i > b > y > j",
        identity="O",
    ),
)


def letter(thrown: Thrown) -> run.Message:
    """What left one case, as it arrives at another."""
    return run.Message(thrown.name, thrown.payload, thrown.correlation)


@pytest.mark.parametrize("make", RUNTIMES.values(), ids=RUNTIMES)
def test_an_answer_reaches_the_case_that_asked_and_no_other(
    make: Callable[[], Runtime],
) -> None:
    found = importer.analyse([("a.bpmn", DRAWING)], playing.settings())
    assert found.model is not None
    office = found.pools["O"]
    asked = [Case(make(), found.model).open(so=so) for so in (1, 2)]
    offices = []
    for case in asked:
        [sent] = case.advance.thrown
        assert (sent.name, sent.correlation) == ("Đơn", {"so": sent.payload["so"]})
        opened = Case(make(), office)
        opened.act(run.Open(sent.payload, office.root.triggers[0]))
        offices.append(opened)
    # The second is answered first.
    [answer] = offices[1].do("b").advance.thrown
    assert offices[1].status == "completed"
    first, second = asked
    play = playing.Play(make(), found.model)
    play.case = first
    play.unmoved("message Trả #so=2")
    assert first.waiting == "r"
    assert second.act(letter(answer)).status == "completed"
    [answer] = offices[0].do("b").advance.thrown
    assert first.act(letter(answer)).status == "completed"
