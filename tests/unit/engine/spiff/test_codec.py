"""A stored state is read whole or not at all, and its bytes depend on nothing else."""

import json
import zlib
from dataclasses import replace

import pytest

from engine.domain import run
from engine.domain.model import Model
from engine.domain.run import Json
from engine.errors import StateError
from engine.spiff import codec
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case

RUNTIME = SpiffRuntime()


def drawn() -> Model:
    """Everything that a token can carry stands open after `open`."""
    inner = models.sub(
        "p",
        "starting > w > ending",
        "start2 > w",
        multi_instance=models.each(
            "items", "it", output_collection="out", output_item="r"
        ),
    )
    return models.build(
        "start > g",
        models.both("g"),
        "g > p > j",
        inner,
        models.on("p", "t", models.timer("R3/PT1H"), interrupting=False),
        "t > end2",
        "g > c > j",
        models.catch("c", models.message("m", key="k")),
        "g > e",
        models.first("e"),
        "e > one > j",
        models.catch("one", models.signal("s")),
        "e > two > j",
        models.catch("two", models.timer("P1D")),
        "g > bad > j",
        models.service("bad", "none", parameters={"x": "unknown"}),
        models.both("j"),
        "j > end",
    )


def opened() -> Case:
    return Case(RUNTIME, drawn()).open(items=[1, "hai", None], k="số 1")


def sealed(parts: object) -> bytes:
    body = json.dumps(parts, ensure_ascii=False).encode()
    return b"%08x" % zlib.crc32(body) + body


def test_a_state_comes_back_as_it_was() -> None:
    case = opened()
    state, picture = case.execution.dump(), case.execution.picture()
    assert len(picture.ready) == 6
    assert len(picture.waiting) == 4
    assert len(picture.incidents) == 1
    again = RUNTIME.load(case.model, state)
    assert again.picture() == picture
    assert again.dump() == state


def test_every_damaged_byte_is_noticed() -> None:
    case = opened()
    state = case.execution.dump()
    for position in range(len(state)):
        for change in (1, 0x20):
            damaged = bytearray(state)
            damaged[position] ^= change
            with pytest.raises(StateError):
                RUNTIME.load(case.model, bytes(damaged))


@pytest.mark.parametrize("length", [0, 1, 8, 9, 40, -1])
def test_a_cut_state_is_noticed(length: int) -> None:
    case = opened()
    with pytest.raises(StateError):
        RUNTIME.load(case.model, case.execution.dump()[:length])


def test_a_state_of_another_codec_version_is_refused() -> None:
    case = opened()
    parts = json.loads(case.execution.dump()[8:])
    RUNTIME.load(case.model, sealed(parts))
    parts[0] = codec.VERSION + 1
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))


def test_a_state_of_another_model_is_refused() -> None:
    case = opened()
    state = case.execution.dump()
    with pytest.raises(StateError):
        RUNTIME.load(replace(case.model, hash="another"), state)
    with pytest.raises(StateError):  # The same hash, read by another importer.
        RUNTIME.load(models.build("start > a > end"), state)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (2, "7"),
        (2, 1),
        (3, [1]),
        (3, 5),
        (4, []),
        (5, None),
        (5, [[]]),
        (5, [["1", 0, 0, 0, 16, -1, 1]]),
        (5, [[1, 0, 0, 999, 16, -1, 1]]),
        (5, [[1, 0, 0, -1, 16, -1, 1]]),
        (5, [[1, 0, 5, 0, 16, -1, 1]]),
        (5, [[1, 9, 0, 0, 16, -1, 1]]),
        (5, [[1, 0, 0, 0, 64, -1, 1]]),
        (5, [[1, 0, 0, 0, 16, 999, 1]]),
        (5, [[0, 0, 0, 0, 16, -1, 1]]),
        (5, [[1, 0, 0, 0, 16, -1, 1], [1, 0, 0, 0, 16, -1, 1]]),
        (5, [[1, 0, 0, 0, 16, -1, 1, {"m": [1]}]]),
    ],
)
def test_a_state_that_says_what_cannot_be_is_refused(place: int, value: Json) -> None:
    case = opened()
    parts = json.loads(case.execution.dump()[8:])
    parts[place] = value
    with pytest.raises(StateError):
        RUNTIME.load(case.model, sealed(parts))


HOSTILE: dict[str, Json] = {
    "typename": "UUID",
    "__class__": "Token",
    "__reduce__": ["os.system", "true"],
    "py/object": "builtins.eval",
    "data": {"typename": {"typename": "datetime"}},
    "state": 64,
    "tasks": [],
    "m": [1, 2, 3],
    "\ud800": "half a character",
    "": "no name",
    "số lượng": "ba",
    "big": 10**40,
    "deep": [[[[{"a": [None, True, 1.5]}]]]],
}


def test_no_key_of_user_data_means_anything() -> None:
    case = Case(RUNTIME, models.build("start > a > b > end"))
    case.open(**HOSTILE)
    case.act(run.Complete("a", 1, HOSTILE | {"typename": "Case"}))
    assert case.data == HOSTILE | {"typename": "Case"}
    assert case.do("b").status == "completed"


def test_the_order_of_keys_does_not_change_the_state() -> None:
    one = Case(RUNTIME, models.build("start > a > end"))
    two = Case(RUNTIME, models.build("start > a > end"))
    one.open(x={"b": 1, "a": 2}, y=1)
    two.open(y=1, x={"a": 2, "b": 1})
    assert one.execution.dump() == two.execution.dump()


def test_the_order_of_nodes_in_the_file_does_not_change_what_a_state_means() -> None:
    model = models.build("start > b > a > end")
    nodes = dict(reversed(list(model.nodes.items())))
    case = Case(RUNTIME, model).open(v=1)
    moved = SpiffRuntime().load(replace(model, nodes=nodes), case.execution.dump())
    assert moved.picture() == case.execution.picture()


def test_the_way_to_a_state_leaves_no_trace_in_it() -> None:
    model = models.build(
        "start > g",
        models.both("g"),
        "g > a > c > j",
        "g > b > d > j",
        models.both("j"),
        "j > z > end",
    )
    states = {
        Case(RUNTIME, model).open().do(w).do(x).do(y).do(z).execution.dump()
        for w, x, y, z in (("a", "c", "b", "d"), ("b", "d", "a", "c"))
    }
    assert len(states) == 1
