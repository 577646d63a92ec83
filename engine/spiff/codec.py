"""A case as bytes: our own codec, compact and the same in every process.

A state is a cache of the history (architecture: the history is the truth). It holds the
open tokens and the case data and nothing that the model says; a checksum and the
fingerprint of the model tell a damaged or foreign state before anything is read.
Neither pickle nor SpiffWorkflow's serializer takes part: a stored state makes no object
but those below, and no key of user data means anything here.
"""

from __future__ import annotations

import heapq
import itertools
import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

from engine.domain.run import Json
from engine.errors import StateError
from engine.spiff.case import Case, Scope
from engine.spiff.elements.ad_hoc import AdHoc
from engine.spiff.elements.complex_gateways import Complex
from engine.spiff.memory import Remembered
from engine.spiff.program import Program
from engine.spiff.token import (
    COMPLETED,
    ERROR,
    FUTURE,
    READY,
    ROOT,
    STARTED,
    STATES,
    WAITING,
    Many,
    Token,
)

#: Raised with every change of the layout; older states are rebuilt from the history.
VERSION: Final = 2

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True
)
_DAMAGE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)
#: How many parts a token always has.
_PARTS: Final = 7


def dump(case: Case) -> bytes:
    """Write a case."""
    occurrences = [part for one in sorted(case.occurrences.items()) for part in one]
    flows = case.program.flow_index
    parts = [
        VERSION,
        case.program.fingerprint,
        case.last_number,
        occurrences,
        case.values,
        _tokens(case, flows),
        _memories(case) if case.program.has_compensation else [],
    ]
    resets = _resets(case) if case.program.has_synchronising else []
    if resets:
        parts.append(resets)
    body = _ENCODER.encode(parts).encode("utf-8", "surrogatepass")
    return _checksum(body) + body


def load(program: Program, state: bytes) -> Case:
    """Read a case.

    Raises:
        StateError: The bytes are damaged, or of another codec version or model.
    """
    try:
        return _read(program, state)
    except _DAMAGE as error:
        raise StateError from error


def _checksum(body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(body)


def _read(program: Program, state: bytes) -> Case:
    body = state[8:]
    if state[:8] != _checksum(body):
        raise StateError
    parts = json.loads(body.decode("utf-8", "surrogatepass"))
    if parts[0] != VERSION or parts[1] != program.fingerprint:
        raise StateError
    _, _, last, occurrences, values, tokens, memories, *resets = parts
    if type(last) is not int or not isinstance(values, dict):
        raise StateError
    case = Case(program)
    case.last_number, case.values = last, values
    pairs = iter(occurrences)
    case.occurrences = dict(zip(pairs, pairs, strict=True))
    _place(case, tokens)
    for inside, *numbers in memories:
        scope: Scope = case.subprocesses[inside] if inside else case
        scope.memory = _remembered(case, numbers)
    for reset in itertools.chain.from_iterable(resets):
        _wait_for_reset(case, reset)
    return case


# Complex gateways.


def _resets(case: Case) -> list[Json]:
    """The activity of the scope instance, the gateway, the flows that gave."""
    scopes: dict[int, Scope] = {ROOT: case, **case.subprocesses}
    flows = case.program.flow_index
    return [
        [host, gateway.index, *sorted(flows[flow] for flow in scope.gave[gateway])]
        for host, scope in sorted(scopes.items())
        for gateway in sorted(scope.gave, key=lambda one: one.index)
    ]


def _wait_for_reset(case: Case, numbers: list[int]) -> None:
    """Let a gateway wait for reset.

    Raises:
        StateError: It is none, or stands in another scope.
    """
    inside, index, *flows = numbers
    scope: Scope = case.subprocesses[inside] if inside else case
    gateway = case.program.elements[index]
    gave = frozenset(case.program.flows[flow] for flow in flows)
    stands = gateway.node.scope == scope.spec.name and min(numbers) >= 0
    if not stands or not isinstance(gateway, Complex):
        raise StateError
    if not gave < set(gateway.node.incoming):
        raise StateError
    scope.gave[gateway] = gave


# What can be undone.


def _memories(case: Case) -> list[Json]:
    """The activity of each scope instance that remembers something, and what."""
    scopes: dict[int, Scope] = {ROOT: case, **case.subprocesses}
    found: list[Json] = []
    for host, scope in sorted(scopes.items()):
        if scope.memory:
            found.append([host, *_memory(scope.memory)])
    return found


def _memory(memory: list[Remembered]) -> list[Json]:
    """Three numbers each; behind them, in a list, what the visit remembered."""
    found: list[Json] = []
    for one in memory:
        found += [one.activity, one.handler, one.undone_by]
        if one.inner:
            found.append(_memory(one.inner))
    return found


def _remembered(case: Case, parts: list[Any]) -> list[Remembered]:
    """What a scope instance remembers.

    Raises:
        StateError: It names an element that does not exist.
    """
    indices = range(len(case.program.elements))
    found: list[Remembered] = []
    left = iter(parts)
    for part in left:
        if isinstance(part, list):
            found[-1].inner = _remembered(case, part)
        else:
            found.append(Remembered(part, next(left), next(left)))
    if any(one.activity not in indices or one.handler not in indices for one in found):
        raise StateError
    return found


# Tokens.


def _tokens(case: Case, flows: Any) -> list[list[Json]]:
    """The tokens by number, but none before the activity that it runs in."""
    tokens: Iterable[Token] = case.tokens.values()
    if case.program.has_armed_starts:
        tokens = sorted(tokens, key=_moved)
    return [_token(one, flows) for one in tokens]


def _moved(token: Token) -> bool:
    """Whether it is older than the activity that it runs in: a start that was armed."""
    host = token.workflow.host
    return host is not None and host.id > token.id


def _token(token: Token, flows: Any) -> list[Json]:
    """Number, scope's activity, host, element, state, flow and visit of a token."""
    host = token.workflow.host
    parts: list[Json] = [
        token.id,
        host.id if host is not None else ROOT,
        token.host.id if token.host is not None else ROOT,
        token.task_spec.index,
        token.state,
        flows[token.flow] if token.flow else -1,
        token.occurrence,
    ]
    extra = _extra(token)
    if extra:
        parts.append(extra)
    return parts


def _extra(token: Token) -> dict[str, Json]:
    extra: dict[str, Json] = {}
    if token.outcome:
        extra["o"] = token.outcome
    if token.frame is not None:
        extra["f"] = token.frame
        extra["t"] = token.turn
    if token.task_spec.waits:
        _extra_of_wait(token, extra)
    if token.task_spec.node.ad_hoc is not None and _ends_when_empty(token):
        extra["z"] = 1
    if token.incident:
        extra["e"] = token.incident
    if token.many is not None:
        many = token.many
        results: list[Json] = [list(one) for one in many.results]
        extra["m"] = [many.total, many.placed, many.completed, many.last, results]
    return extra


def _ends_when_empty(token: Token) -> bool:
    """Whether an ad-hoc sub-process does not stay open any more."""
    scope = token.case.subprocesses.get(token.id)
    return scope is not None and not scope.stays


def _extra_of_wait(token: Token, extra: dict[str, Json]) -> None:
    if token.due:
        extra["d"] = token.due
    if token.keys:
        extra["k"] = dict(token.keys)
    if token.fired:
        extra["c"] = token.fired
    if token.looks:
        extra["l"] = [token.looks, int(token.seen == token.case.version)]


def _place(case: Case, tokens: list[list[Any]]) -> None:
    """Put the tokens back; activities come before what runs inside them."""
    for parts in tokens:
        token = _restored(case, parts)
        case.tokens[token.id] = token
        element = token.task_spec
        if token.state == FUTURE:
            case.movable.append(token.id)
        elif token.state == ERROR:
            case.stopped.add(token.id)
        elif token.state == READY or (token.state == WAITING and element.waits):
            token.is_open = True
        elif token.state == STARTED and element.node.body and token.many is None:
            case.create_subprocess(token, element.node.body)
        if token.state == READY and isinstance(element, AdHoc):
            scope = case.create_subprocess(token, element.node.body)
            scope.stays = len(parts) == _PARTS or "z" not in parts[_PARTS]
    if case.program.has_armed_starts:
        case.tokens = dict(sorted(case.tokens.items()))
    heapq.heapify(case.movable)


def _restored(case: Case, parts: list[Any]) -> Token:
    number, inside, hanging, index, state, flow, occurrence = parts[:_PARTS]
    if state not in STATES or not ROOT < number <= case.last_number:
        raise StateError
    scope: Scope = case.subprocesses[inside] if inside else case
    program = case.program
    element = program.elements[index]
    name = scope.spec.name
    # What undoes a visit runs in the scope of the event that wants it undone.
    stands = name in {element.node.scope, element.guards} or program.has_compensation
    if not stands or index < 0 or number in case.tokens:
        raise StateError
    if element.undoes and not hanging:
        raise StateError
    if state == COMPLETED and (element.whole is None or not element.whole.needs_all):
        raise StateError
    token = Token(scope, element, scope.tasks[hanging], number, state)
    token.occurrence = occurrence
    if flow >= 0:
        token.flow = program.flows[flow]
    if len(parts) > _PARTS:
        _restore_extra(token, parts[_PARTS])
    return token


def _restore_extra(token: Token, extra: dict[str, Any]) -> None:
    token.outcome = extra.get("o", "")
    token.frame = extra.get("f")
    token.turn = extra.get("t", 0)
    token.due = extra.get("d", "")
    token.keys = extra.get("k", {})
    token.fired = extra.get("c", 0)
    token.incident = extra.get("e", "")
    if "l" in extra:
        token.looks, up_to_date = extra["l"]
        token.seen = token.case.version if up_to_date else 0
    if "m" in extra:
        total, placed, completed, last, results = extra["m"]
        many = token.many = Many(total, last)
        many.placed, many.completed = placed, completed
        many.results = [(place, value) for place, value in results]
