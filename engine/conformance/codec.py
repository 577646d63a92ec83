"""The state of a case as bytes: compact JSON, sorted, the same in every process.

A token is a record of what differs from a fresh one; nodes and flows go by their ids,
so that the state outlives another order of the same model's tables.
"""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from engine.conformance import undoing
from engine.conformance.net import AD_HOC, UNDO_SCOPE, Net
from engine.conformance.state import Area, Done, Group, Mode, State, Token, below
from engine.conformance.turn import wait_key
from engine.domain import iso8601
from engine.domain.model import EventKind
from engine.errors import EngineError, StateError

VERSION: Final = 2

# Damage shows as one of these while the records are put together.
_DAMAGE: Final = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
    EngineError,
)


def dump(net: Net, state: State) -> bytes:
    """Write a state."""
    record = {
        "version": VERSION,
        "model": net.model.hash,
        "begun": state.begun,
        "number": state.number,
        "areas": state.areas,
        "counts": {
            place.id: count
            for place, count in zip(net.places, state.counts, strict=True)
            if count
        },
        "data": state.data,
        "tokens": [_written(net, token) for token in _in_levels(state)],
        "unseen": sorted(state.unseen),
        "done": _remembered(net, state.root.memory),
    }
    if state.root.resets:
        record["resets"] = _resets(net, state.root)
    text = json.dumps(
        record,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return text.encode("utf-8", "surrogatepass")


def _in_levels(state: State) -> Iterator[Token]:
    """All tokens, each after what it lives in, and in arrival order beside others."""
    level = state.root.inhabitants()
    while level:
        level.sort(key=lambda token: token.number)
        yield from level
        level = [inner for token in level for inner in below(token)]


def _resets(net: Net, area: Area) -> dict[str, list[str]]:
    """Complex gateways that wait for reset, and the flows that gave no token."""
    return {
        net.places[node].id: [net.flow_ids[flow] for flow in flows]
        for node, flows in area.resets.items()
    }


def _remembered(net: Net, memory: list[Done]) -> list[Any]:
    return [
        [net.places[one.node].id, one.claim, _remembered(net, one.inner)]
        for one in memory
    ]


def _written(net: Net, token: Token) -> dict[str, Any]:
    body = token.body
    record = {
        "n": token.number,
        "e": net.places[token.node].id,
        "m": int(token.mode),
        "o": token.occurrence,
        "f": net.flow_ids[token.flow] if token.flow >= 0 else "",
        "a": token.area.number if token.area else 0,
        "g": token.group.holder.number if token.group else 0,
        "h": token.host.number if token.host else 0,
        "x": token.outcome,
        "i": token.index,
        "v": token.values,
        "d": iso8601.instant_text(token.due) if token.due else "",
        "r": token.fired,
        "k": token.keys,
        "s": token.message,
        "b": body.number if isinstance(body, Area) else 0,
        "t": _group(body) if isinstance(body, Group) else [],
        "y": _remembered(net, body.memory) if isinstance(body, Area) else [],
        "q": token.area is not None and token.number not in token.area.tokens,
        "c": token.cause.number if token.cause else 0,
        "l": token.looks,
        "z": _resets(net, body) if isinstance(body, Area) else {},
        "w": net.places[token.node].begin == AD_HOC
        and isinstance(body, Area)
        and body.over,
    }
    return {key: value for key, value in record.items() if value or key in "nem"}


def _group(group: Group) -> list[Any]:
    return [group.total, group.placed, group.done, group.results]


def load(net: Net, data: bytes) -> State:
    """Read a state.

    Raises:
        StateError: The bytes are damaged or of another codec version or model.
    """
    try:
        record = json.loads(data)
        stands = (record["version"], record["model"]) == (VERSION, net.model.hash)
        state = _Reader(net, record).state if stands else None
    except _DAMAGE as error:
        raise StateError("The state is damaged.") from error
    if state is None:
        raise StateError("The state is of another version.")
    return state


class _Reader:
    """Puts the tree of tokens together again; parents come first."""

    def __init__(self, net: Net, record: dict[str, Any]) -> None:
        self.net = net
        self.state = state = State(len(net.places))
        state.begun = bool(record["begun"])
        state.number, state.areas = int(record["number"]), int(record["areas"])
        state.data = dict(record["data"])
        for node, count in record["counts"].items():
            state.counts[net.node_index[node]] = int(count)
        self.tokens: dict[int, Token] = {}
        self.areas = {1: state.root}
        for one in record["tokens"]:
            self._token(one)
        state.moving = deque(sorted(state.moving, key=lambda token: token.number))
        state.unseen = {number: state.conditions[number] for number in record["unseen"]}
        state.root.memory = self._memory(record["done"])
        self._resets(state.root, record.get("resets", {}))
        self._undone()

    def _resets(self, area: Area, record: dict[str, list[str]]) -> None:
        for gateway, flows in record.items():
            node = self.net.node_index[gateway]
            area.resets[node] = tuple(self.net.flow_index[flow] for flow in flows)
            self.state.inclusive[node, area.number] = area

    def _undone(self) -> None:
        """Rule 38: an outer visit that is undone comes before the inner ones."""
        for token in self.tokens.values():
            undoes = self.net.places[token.node].begin == UNDO_SCOPE
            if undoes and isinstance(token.body, Area):
                if token.cause is None:
                    raise StateError("The state is damaged.")
                token.body.undone = undoing.current(self.net, token)

    def _memory(self, record: list[Any]) -> list[Done]:
        return [
            Done(self.net.node_index[node], self._memory(inner), int(claim))
            for node, claim, inner in record
        ]

    def _token(self, record: dict[str, Any]) -> None:
        net = self.net
        flow = net.flow_index[record["f"]] if "f" in record else -1
        token = Token(record["n"], net.node_index[record["e"]], flow)
        token.mode = Mode(record["m"])
        token.occurrence = record.get("o", 0)
        token.outcome = record.get("x", "")
        token.index = record.get("i", 0)
        token.values = record.get("v", {})
        token.fired = record.get("r", 0)
        token.keys = record.get("k", {})
        token.message = record.get("s", "")
        token.looks = record.get("l", 0)
        if "c" in record:
            token.cause = self.tokens[record["c"]]
        if "d" in record:
            token.due = iso8601.parse_instant(record["d"])
        self.tokens[token.number] = token
        self._parent(token, record)
        self._body(token, record)
        self._index(token)

    def _parent(self, token: Token, record: dict[str, Any]) -> None:
        if "g" in record:
            group = self.tokens[record["g"]].body
            if not isinstance(group, Group):
                raise StateError("The state is damaged.")
            token.group, token.frames = group, group.holder.frames
            group.active[token.number] = token
        elif "h" in record:
            token.host = self.tokens[record["h"]]
            token.frames = token.host.frames
            token.host.arms.append(token)
        else:
            area = self.areas[record["a"]]
            token.area, token.frames = area, area.frames
            if "q" in record:
                area.arms.append(token)
            else:
                area.tokens[token.number] = token

    def _body(self, token: Token, record: dict[str, Any]) -> None:
        if "b" in record:
            token.body = self.areas[record["b"]] = Area(record["b"], token)
            token.body.memory = self._memory(record.get("y", []))
            token.body.over = bool(record.get("w", False))
            self._resets(token.body, record.get("z", {}))
        elif "t" in record:
            total, placed, done, results = record["t"]
            group = token.body = Group(token, total)
            group.placed, group.done = placed, done
            group.results = [(index, value) for index, value in results]

    def _index(self, token: Token) -> None:
        """Enter a token into the tables that make acts cheap."""
        state = self.state
        place = self.net.places[token.node]
        if token.mode is Mode.MOVING:
            state.moving.append(token)
        elif token.mode is Mode.STUCK:
            state.stuck[token.number] = token
        elif token.mode is Mode.RESTING:
            state.conditions[token.number] = token
        elif token.mode is Mode.JOIN:
            held = token.place.joins.setdefault(token.node, {})
            held.setdefault(token.flow, []).append(token)
            if place.node.kind.value == "inclusiveGateway":
                state.inclusive[token.node, token.place.number] = token.place
        elif token.mode in (Mode.WORK, Mode.WAIT):
            state.open[token.node, token.occurrence] = token
            if token.mode is Mode.WAIT:
                self._waiting(token)

    def _waiting(self, token: Token) -> None:
        event = self.net.places[token.node].event
        if event.kind is EventKind.CONDITIONAL:
            self.state.conditions[token.number] = token
        elif event.kind is not EventKind.TIMER:
            key = wait_key(event.kind, event.name)
            self.state.waits.setdefault(key, {})[token.number] = token
