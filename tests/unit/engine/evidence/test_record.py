"""The record: canonical bytes, chain, commitments, nonces."""

import dataclasses
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import hypothesis
import pytest
import rfc8785
from hypothesis import strategies

from engine.domain.events import (
    Doer,
    Event,
    EventType,
    ModelRef,
    Sealed,
    Stream,
    StreamKind,
)
from engine.domain.run import (
    Advance,
    Choice,
    Closed,
    Decision,
    End,
    Incident,
    Json,
    Status,
    Thrown,
    Visit,
)
from engine.errors import EvidenceError
from engine.evidence import record, retrace

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("QUYTRINH_SHARED_DATA", ROOT.parent / "shared" / "data"))
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
STREAM = Stream(tenant=UUID(int=1), kind=StreamKind.CASE, id=UUID(int=2), month=202611)


class Noise:
    """Counted bytes: no two draws are the same."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, size: int) -> bytes:
        """The next bytes."""
        first, self.drawn = self.drawn, self.drawn + size
        return b"".join(
            n.to_bytes(1) for n in (k % 251 for k in range(first, self.drawn))
        )


#: Keys of the schema: text of the Basic Multilingual Plane without half characters.
KEYS = strategies.text(
    strategies.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
)
VALUES = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers(-(2**53) + 1, 2**53 - 1)
    | strategies.text(strategies.characters(exclude_categories=["Cs"])),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(KEYS, inner),
)


@hypothesis.given(VALUES)
def test_what_rule_1_allows_is_written_as_rfc_8785_says(value: Json) -> None:
    assert record.canonical(value) == rfc8785.dumps(value)


def test_the_public_vectors_agree_wherever_rule_1_allows_them() -> None:
    files = sorted((DATA / "jcs" / "input").glob("*.json"))
    if not files:
        pytest.skip("no public data in jcs; set QUYTRINH_SHARED_DATA")
    agreed = set()
    for path in files:
        value = json.loads(path.read_bytes())
        expected = (path.parent.parent / "output" / path.name).read_bytes()
        if record.canonical(value) == expected:
            agreed.add(path.stem)
        else:
            assert _is_outside(value), path.name
    assert {"french", "unicode"} <= agreed


def _is_outside(value: Json) -> bool:
    """Whether a value holds what rule 1 excludes."""
    if isinstance(value, dict):
        far = any(ord(letter) > 0xFFFF for name in value for letter in name)
        return far or any(map(_is_outside, value.values()))
    if isinstance(value, list):
        return any(map(_is_outside, value))
    return isinstance(value, float)


def event(**fields: object) -> Event:
    made = Event(type=EventType.TASK_COMPLETED, at=NOON)
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def chain(*events: Event) -> tuple[Sealed, ...]:
    stream, noise, sealed = STREAM, Noise(), []
    for one in events:
        made = record.seal(one, stream, noise)
        sealed.append(made)
        stream = made.next()
    return tuple(sealed)


def test_events_are_numbered_and_name_the_one_before() -> None:
    sealed = chain(event(), event(), event())
    assert [one.seq for one in sealed] == [1, 2, 3]
    assert json.loads(sealed[0].body)["prev"] == "00" * 32
    for before, after in pairwise(sealed):
        assert json.loads(after.body)["prev"] == before.leaf.hex()
    steps = retrace.opened(sealed)
    assert [step.seq for step in steps] == [1, 2, 3]


def test_the_leaf_hash_is_that_of_rfc_6962() -> None:
    # RFC 6962, 2.1: the hash of an empty leaf is SHA-256 of one zero byte.
    assert record.leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


def test_equal_acts_have_different_hashes_and_commitments() -> None:
    same = event(values={"a": 1})
    first, second = chain(same, same)
    assert first.leaf != second.leaf
    commitments = [json.loads(one.body)["commitments"]["a"] for one in (first, second)]
    assert len(set(commitments)) == 2
    salts = {one.personal[0].salt for one in (first, second)}
    nonces = {bytes.fromhex(json.loads(one.body)["nonce"]) for one in (first, second)}
    assert len(salts | nonces) == 4


def test_a_commitment_opens_with_its_salt_and_value_alone() -> None:
    (sealed,) = chain(event(values={"b": "Đượm", "a": [1, None]}))
    assert [one.name for one in sealed.personal] == ["a", "b"]
    assert [one.value for one in sealed.personal] == ["[1,null]", '"Đượm"']
    commitments = json.loads(sealed.body)["commitments"]
    for one in sealed.personal:
        assert one.salt is not None
        assert one.value is not None
        assert len(one.salt) == 16
        assert commitments[one.name] == record.commitment(one.salt, one.value)
        assert commitments[one.name] != record.commitment(bytes(16), one.value)
    assert "Đượm" not in sealed.body.decode()


def test_an_event_without_values_has_no_commitments() -> None:
    (sealed,) = chain(event())
    assert sealed.personal == ()
    assert "commitments" not in json.loads(sealed.body)


def test_an_instant_is_written_in_utc_with_microseconds() -> None:
    vietnam = timezone(timedelta(hours=7))
    assert record.instant(NOON.astimezone(vietnam)) == "2026-11-20T05:00:00.000000Z"
    later = NOON + timedelta(microseconds=1)
    assert record.instant(later) == "2026-11-20T05:00:00.000001Z"


def test_everything_about_an_act_is_in_its_event() -> None:
    advance = Advance(
        status=Status.INCIDENT,
        closed=(Closed("a", 1, End.COMPLETED), Closed("b", 2, End.CANCELLED)),
        taken=("f1", "f2"),
        completed=("a", "x"),
        decisions=(
            Decision(Choice.FLOWS, "x", 1, ["f2"]),
            Decision(Choice.ANSWER, "s", 1, {"answer": "Đượm"}),
        ),
        thrown=(Thrown("message", "t", 1, "m", {"n": 1}, "Thuế"),),
        incidents=(Incident("y", 1, "why"),),
        more=True,
    )
    people = (UUID(int=5), UUID(int=6), UUID(int=7), UUID(int=8))
    account, position, agency, behalf = people
    (sealed,) = chain(
        event(
            doer=Doer(
                account=account, position=position, agency=agency, on_behalf_of=behalf
            ),
            model=ModelRef(procedure="1.001", number=3, hash="ab"),
            visit=Visit("a", 1),
            outcome="f1",
            effect=advance,
            facts={"code": "H1"},
        )
    )
    body = json.loads(sealed.body)
    assert body["doer"] == {
        "account": account.hex,
        "position": position.hex,
        "agency": agency.hex,
        "on_behalf_of": behalf.hex,
    }
    assert body["model"] == {"procedure": "1.001", "number": 3, "hash": "ab"}
    assert (body["visit"], body["outcome"]) == (["a", 1], "f1")
    assert body["facts"] == {"code": "H1"}
    assert body["effect"] == {
        "status": "incident",
        "opened": [],
        "closed": [["a", 1, "completed"], ["b", 2, "cancelled"]],
        "taken": ["f1", "f2"],
        "completed": ["a", "x"],
        "decisions": [["flows", "x", 1, ["f2"]], ["answer", "s", 1, None]],
        "thrown": [["message", "t", 1, "m", "Thuế"]],
        "incidents": [["y", 1, "why"]],
        "more": True,
    }
    assert [(one.name, one.value) for one in sealed.personal] == [
        ("answer:s:1", '{"answer":"Đượm"}')
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_is_no_json_is_never_sealed(value: Json) -> None:
    with pytest.raises((TypeError, ValueError)):
        chain(event(values={"a": value}))


def _erased(sealed: Sealed) -> Sealed:
    gone = tuple(one._replace(value=None, salt=None) for one in sealed.personal)
    return dataclasses.replace(sealed, personal=gone)


def test_erasing_values_leaves_every_hash_valid() -> None:
    first, second = chain(event(values={"a": 1}), event(values={"b": 2}))
    steps = retrace.opened((_erased(first), second))
    assert [dict(step.values) for step in steps] == [{}, {"b": 2}]


Chain = tuple[Sealed, ...]


def _second(sealed: Chain, **changes: object) -> Chain:
    """The chain with another second event."""
    first, second, third = sealed
    return first, dataclasses.replace(second, **changes), third  # type: ignore[arg-type]


def _bytes(sealed: Chain, body: bytes) -> Chain:
    """The chain with other bytes in the second event, and their hash."""
    return _second(sealed, body=body, leaf=record.leaf_hash(body))


def _value(sealed: Chain, **changes: object) -> Chain:
    """The chain with another personal value in the second event."""
    (one,) = sealed[1].personal
    changed = one._replace(**changes)  # type: ignore[arg-type]
    return _second(sealed, personal=(changed,))


def _more(sealed: Chain) -> Chain:
    """The chain with one more personal value in the second event."""
    (one,) = sealed[1].personal
    return _second(sealed, personal=(one, one._replace(name="added")))


def _elsewhere(sealed: Chain) -> Chain:
    """The chain with the second event in another stream."""
    stream = dataclasses.replace(sealed[1].stream, id=UUID(int=9))
    return _second(sealed, stream=stream)


ATTACKS: dict[str, tuple[Callable[[Chain], Chain], str]] = {
    "reordered": (lambda s: (s[0], s[2], s[1]), "Event 2 is missing"),
    "cut in front": (lambda s: s[1:], "Event 1 is missing"),
    "cut inside": (lambda s: (s[0], s[2]), "Event 2 is missing"),
    "doubled": (lambda s: (s[0], s[1], s[1], s[2]), "Event 3 is missing"),
    "other bytes": (lambda s: _second(s, body=s[2].body), "bytes of event 2 changed"),
    "renumbered": (
        lambda s: (s[0], dataclasses.replace(s[2], seq=2)),
        "Event 2 does not continue the chain",
    ),
    "no JSON": (lambda s: _bytes(s, b"{"), "Event 2 could not be followed"),
    "no object": (lambda s: _bytes(s, b"[]"), "Event 2 could not be followed"),
    "no UTF-8": (lambda s: _bytes(s, b"\xff"), "Event 2 could not be followed"),
    "another stream": (_elsewhere, "The row of event 2 says something else"),
    "another value": (lambda s: _value(s, value="2"), "value “a” of event 2 changed"),
    "another salt": (
        lambda s: _value(s, salt=bytes(16)),
        "value “a” of event 2 changed",
    ),
    "a value nobody committed to": (_more, "value “added” of event 2 changed"),
    "a row that is gone": (
        lambda s: _second(s, personal=()),
        "value “a” of event 2 is missing",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attacked_chain_does_not_open(attack: str) -> None:
    change, expected = ATTACKS[attack]
    sealed = chain(*(event(values={"a": 1}) for _ in range(3)))
    assert len(retrace.opened(sealed)) == 3
    with pytest.raises(EvidenceError, match=expected):
        retrace.opened(change(sealed))
