"""What every export says of a case: its beginning and the steps that were done.

Each has its proof. Nothing that a person entered and no name is in it: who did a step
is the id of an account, whose name stands with the agency that keeps it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.events import Sealed
from engine.domain.model import Model, NodeKind
from engine.evidence import retrace


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The signed head of the log that an export was made from."""

    origin: str = ""
    size: int = 0
    #: Root hash, hex; empty: nothing was signed yet.
    root: str = ""

    def text(self) -> str:
        """The head in one line."""
        return f"{self.origin} {self.size} {self.root}" if self.root else "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step that was done."""

    element: str
    name: str
    at: datetime
    account: str = ""
    position: str = ""
    agency: str = ""
    #: Code, number and hash of the procedure's version in force.
    version: str = ""
    #: Number and leaf hash of the event that tells of it.
    seq: int = 0
    leaf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A case."""

    code: str
    procedure: str
    opened: datetime
    due: datetime | None
    closed: datetime | None
    done: tuple[Done, ...]


def steps(events: Iterable[Sealed], model: Model) -> tuple[Done, ...]:
    """The start and the activities that were completed, in the order of the record.

    Raises:
        EvidenceError: The record is not what was sealed.
    """
    sealed = tuple(events)
    return tuple(
        done
        for step, one in zip(retrace.opened(sealed), sealed, strict=True)
        for done in _steps(step, one, model)
    )


def _steps(step: retrace.Step, sealed: Sealed, model: Model) -> Iterator[Done]:
    body = step.body
    visit = body.get("visit") or [""]
    doer: Mapping[str, str] = body.get("doer", {})
    for element in body.get("effect", {}).get("completed", ()):
        node = model.nodes.get(element)
        begins = node is not None and element in _begins(model)
        if node is None or not (begins or node.kind.value.lower().endswith("task")):
            continue
        # What follows by itself was done by nobody.
        who = doer if begins or element == visit[0] else {}
        yield Done(
            element=element,
            name=node.name or node.id,
            at=step.at,
            account=who.get("account", ""),
            position=who.get("position", ""),
            agency=who.get("agency", ""),
            version=_version(body.get("model")),
            seq=step.seq,
            leaf=sealed.leaf.hex(),
        )


def _begins(model: Model) -> frozenset[str]:
    """The start events at which a case may begin."""
    root = model.root
    return frozenset(
        one
        for one in (*root.starts, *root.triggers)
        if model.nodes[one].kind is NodeKind.START_EVENT
    )


def _version(model: Mapping[str, Any] | None) -> str:
    if not model:
        return ""
    return f"{model['procedure']} {model['number']} {model['hash']}"
