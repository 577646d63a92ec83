"""Records as canonical JSON: exact, complete, and honest about what is unknown."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from engine.decisions import model as dmn
from engine.domain.model import (
    EventDefinition,
    EventKind,
    Flow,
    Model,
    Node,
    NodeKind,
    Scope,
)
from engine.errors import ConfigurationError
from engine.forms.field import Field
from engine.forms.form import Form
from models_bpmn import codec
from models_bpmn.importer.report import Remark
from models_bpmn.normalised import Difference, Normalised
from tests.unit.models_bpmn import random_records

KINDS = (Model, Node, Form, Field, dmn.Model, Remark, Difference, Normalised)


def parts(made: Any) -> str:
    """Everything of a record, the order of mappings and the kinds of values too."""
    return repr(made)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_record_comes_back_as_it_was(kind: type) -> None:
    chance = random.Random(kind.__name__)  # noqa: S311 - no secret
    for _ in range(60):
        made = random_records.record(kind, chance)
        content = codec.dump(made, kind)
        found: Any = codec.load(content, kind)
        assert found == made
        assert parts(found) == parts(made)
        assert codec.dump(found, kind) == content


def node(**fields: Any) -> Node:
    return Node(id="a", kind=NodeKind.BOUNDARY_EVENT, scope="P", **fields)


def test_what_is_false_or_empty_is_not_what_is_absent() -> None:
    made = node(interrupting=False)
    plain = json.loads(codec.dump(made, Node))
    assert plain == {
        "id": "a",
        "kind": "boundaryEvent",
        "scope": "P",
        "interrupting": False,
    }
    assert codec.load(codec.dump(made, Node), Node) == made
    assert "interrupting" not in json.loads(codec.dump(node(), Node))


def test_an_older_document_without_a_field_has_its_default() -> None:
    old = b'{"id":"a","kind":"boundaryEvent","scope":"P"}'
    assert codec.load(old, Node) == node()
    assert codec.load(old, Node).interrupting is True


def test_an_unknown_field_of_a_newer_release_is_refused_by_name() -> None:
    model = Model(
        id="P",
        name="",
        hash="",
        nodes={"a": node()},
        flows={},
        scopes={},
    )
    plain = json.loads(codec.dump(model, Model))
    plain["nodes"][0][1]["quorum"] = 2
    with pytest.raises(ConfigurationError, match=r"nodes\[0\]\[1\]\.quorum") as found:
        codec.load(json.dumps(plain).encode(), Model)
    assert found.value.params["place"] == "nodes[0][1].quorum"


def test_document_order_survives() -> None:
    ids = ["z", "a", "m"]
    made = Model(
        id="P",
        name="",
        hash="",
        nodes={one: replace(node(), id=one) for one in ids},
        flows={one: Flow(one, "a", "z") for one in reversed(ids)},
        scopes={"P": Scope(id="P")},
    )
    found = codec.load(codec.dump(made, Model), Model)
    assert [*found.nodes] == ids
    assert [*found.flows] == ids[::-1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"null",
        b'{"id":"a"}',
        b'{"id":1,"kind":"task","scope":"P"}',
        b'{"id":"a","kind":"nonsense","scope":"P"}',
        b'{"id":"a","kind":"task","scope":"P","interrupting":1}',
        b'{"id":"a","kind":"task","scope":"P","line":true}',
        b'{"id":"a","kind":"task","scope":"P","lanes":"x"}',
        b'{"id":"a","kind":"task","scope":"P","parameters":[["a"]]}',
        b'{"id":"a","kind":"task","scope":"P","parameters":[["a","1"],["a","2"]]}',
        b'{"id":"a","kind":"task","scope":"P","work":{"limit":{"amount":1}}}',
    ],
)
def test_what_is_no_such_record_is_refused_with_its_place(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match="cannot read the stored model: at "):
        codec.load(content, Node)


@dataclass(frozen=True, slots=True)
class Cat:
    lives: int = 9


@dataclass(frozen=True, slots=True)
class Dog:
    name: str = ""
    friends: tuple["Cat | Dog", ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    pet: Cat | Dog | None = None
    rooms: Mapping[str, "House"] = field(default_factory=dict)


def test_one_of_several_kinds_is_named() -> None:
    made = House(Dog("Vện", (Cat(0), Dog())), {"b": House(Cat()), "a": House()})
    content = codec.dump(made, House)
    assert b'{"is":"Cat","lives":0}' in content
    assert codec.load(content, House) == made
    with pytest.raises(ConfigurationError, match="none of Cat, Dog"):
        codec.load(b'{"pet":{"is":"Cow"}}', House)


#: Written by the first release that had documents; it must be read for ever.
FIRST = (
    b'{"attached_to":"t","event":{"kind":"timer","timer":{"kind":"timeDuration",'
    b'"literal":true,"text":"PT1H"}},"id":"b","interrupting":false,"kind":'
    b'"boundaryEvent","lanes":["Mot cua"],"line":7,"outgoing":["f"],"parameters":'
    b'[["z","1"],["a","2"]],"scope":"P"}'
)


def test_a_document_of_the_first_release_is_read_and_written_as_it_was() -> None:
    found = codec.load(FIRST, Node)
    assert codec.dump(found, Node) == FIRST
    assert found.event.timer is not None
    assert found.event.timer.text == "PT1H"
    assert [*found.parameters] == ["z", "a"]


def test_the_defaults_of_a_node_are_those_that_documents_leave_out() -> None:
    # A default is part of the form: with another one, stored models would change.
    assert node(interrupting=True, event=EventDefinition(), line=0) == node()
    found = codec.load(b'{"id":"a","kind":"boundaryEvent","scope":"P"}', Node)
    assert (found.event.kind, found.by_outcome, found.transaction) == (
        *(EventKind.NONE, False),
        False,
    )
