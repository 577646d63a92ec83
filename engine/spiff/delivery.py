"""Who hears what happens: messages, signals and due timers (rule 15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from engine.domain.run import Json, Message, Visit
from engine.errors import NothingWaitsError, NotReadyError
from engine.spiff.token import WAITING

if TYPE_CHECKING:
    from engine.spiff.case import Case
    from engine.spiff.token import Token


def waiting(case: Case) -> Iterator[Token]:
    """The open waits, by arrival number."""
    for token in case.tokens.values():
        if token.is_open and token.has_state(WAITING):
            yield token


def signal(case: Case, name: str, payload: Mapping[str, Json]) -> int:
    """Give a signal to every wait that is open for it, and tell to how many."""
    hearing = [one for one in waiting(case) if _hears(one, "signal", name)]
    for token in hearing:
        if token.alive:  # An earlier one may have cancelled it.
            case.changed()
            token.task_spec.catch(token, payload)
    return len(hearing)


def message(case: Case, act: Message) -> None:
    """Give a message to the oldest wait that matches.

    Raises:
        NothingWaitsError: Nothing waits for it.
    """
    for token in waiting(case):
        if _hears(token, "message", act.name) and _takes(token, act):
            token.task_spec.catch(token, act.payload)
            return
    raise NothingWaitsError(name=act.name)


def timer(case: Case, element: str, occurrence: int, now: datetime) -> None:
    """Fire the timer of a wait.

    Raises:
        NotReadyError: There is no such wait, or its timer is not due yet.
    """
    for token in waiting(case):
        spec = token.task_spec
        named = token.occurrence == occurrence and spec.node.id == element
        if named and spec.waits == "timer" and instant(token.due) <= now:
            spec.catch(token, {})
            return
    raise NotReadyError(element=element, occurrence=occurrence)


def instant(text: str) -> datetime:
    """Read an instant as `engine.domain.iso8601.instant_text` writes it."""
    return datetime.fromisoformat(text)


def _hears(token: Token, kind: str, name: str) -> bool:
    spec = token.task_spec
    return spec.waits == kind and spec.node.event.name == name


def _takes(token: Token, act: Message) -> bool:
    if act.taker is not None:
        return act.taker == Visit(token.task_spec.node.id, token.occurrence)
    return _matches(token.keys, act.correlation)


def _matches(keys: Mapping[str, Json], correlation: Mapping[str, Json]) -> bool:
    """Whether all keys are equal; true is not 1."""
    return all(
        name in correlation
        and type(correlation[name]) is type(value)
        and correlation[name] == value
        for name, value in keys.items()
    )
