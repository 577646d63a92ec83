"""Plays the script of a row through an interpreter."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET

from engine.domain import run
from engine.domain.model import Model
from engine.domain.run import Json
from engine.errors import IncidentError, NotReadyError, ServiceFailedError
from engine.ports import Ruled, Runtime
from models_bpmn import importer
from models_bpmn.importer import vocabulary
from tests.acceptance.bpmn.row import Row
from tests.acceptance.bpmn.script import Told, lines
from tests.conformance.driving import Case, Functions, Tables, split


def looked_up(parameters: Mapping[str, Json]) -> Json:
    """A function that gives its parameters back."""
    return dict(parameters)


def failing(_parameters: Mapping[str, Json]) -> Json:
    """A function that answers with a BPMN error."""
    raise ServiceFailedError("The register says no.", error_code="R")


def broken(_parameters: Mapping[str, Json]) -> Json:
    """A function that fails without a word."""
    raise ServiceFailedError("The register does not answer.")


def fee(data: Mapping[str, Json]) -> Ruled:
    """A decision of two rules."""
    amount = data.get("n")
    if not isinstance(amount, int):
        raise IncidentError("The fee needs a number.")
    return Ruled({"phi": 5 if amount > 3 else 1}, ("cao" if amount > 3 else "thap",))


FUNCTIONS: Final = {"tra": looked_up, "loi": failing, "hong": broken}
DECISIONS: Final = {"le_phi": fee}


def settings(*, defaults: bool = False) -> importer.Settings:
    """How a drawing of the suite is read: with these functions and decisions alone."""
    return importer.Settings(
        services=frozenset(FUNCTIONS),
        decisions=frozenset(DECISIONS),
        forms={},
        defaults=defaults,
    )


class Play:
    """A case that is driven by the lines of a script."""

    def __init__(self, runtime: Runtime, model: Model) -> None:
        self.case = Case(runtime, model)
        self.case.services = Functions(FUNCTIONS)
        self.case.decisions = Tables(DECISIONS)

    def act(self, text: str) -> Told:
        """Apply an act and tell what came of it."""
        self.case.act(self._act(text))
        return self.told()

    def unmoved(self, text: str) -> None:
        """Try an act that must change nothing."""
        case = self.case
        state, before = case.execution.dump(), self.told()
        try:
            case.act(self._act(text))
        except NotReadyError:
            # As a transaction that is rolled back.
            case.execution = case.runtime.load(case.model, state)
            case.follower = case.runtime.load(case.model, state)
            return
        after = self.told()
        assert not after.completed, f"{text} completed {after}"
        quiet = replace(before, completed=())
        assert str(after) == str(_without(quiet, "threw")), f"{text} changed the case"

    def told(self) -> Told:
        """Where the case stands."""
        picture, advance = self.case.execution.picture(), self.case.advance
        lists = {
            "work": tuple((one.element, one.occurrence) for one in picture.ready),
            "waits": tuple((one.element, one.occurrence) for one in picture.waiting),
            "stuck": tuple((one.element, one.occurrence) for one in picture.incidents),
            "threw": tuple((one.element, one.occurrence) for one in advance.thrown),
        }
        over = picture.status is run.Status.COMPLETED
        return Told(advance.completed, lists, over)

    def data(self, text: str) -> None:
        """Look at values of the case."""
        for name, value in _values(text.split()).items():
            assert self.case.data.get(name) == value, f"{name} is {self.case.data}"

    def _act(self, text: str) -> run.Act:
        verb, *rest = text.split()
        if verb == "open":
            at = rest.pop(0)[1:] if rest and rest[0].startswith("@") else ""
            return run.Open(_values(rest), at)
        if verb in {"message", "signal"}:
            return _heard(verb, rest)
        element, occurrence = split(rest.pop(0))
        if verb == "fire":
            self._wait(element, occurrence)
            return run.Fire(element, occurrence)
        if verb == "begin":
            return run.Begin(element, occurrence, rest[0])
        if verb in {"early", "retry"}:
            kind = run.Fire if verb == "early" else run.Retry
            return kind(element, occurrence)
        assert verb == "do", f"{text!r} is no act"
        outcome = rest.pop(0)[1:] if rest and rest[0].startswith(">") else ""
        return run.Complete(element, occurrence, _values(rest), outcome)

    def _wait(self, element: str, occurrence: int) -> None:
        """Let time pass until a timer is due."""
        case = self.case
        for wait in case.execution.picture().waiting:
            if (wait.element, wait.occurrence) == (element, occurrence) and wait.due:
                case.now = max(case.now, wait.due)


def _heard(verb: str, rest: Sequence[str]) -> run.Act:
    name, *values = rest
    if verb == "signal":
        return run.Signal(name, _values(values))
    keys = [one[1:] for one in values if one.startswith("#")]
    payload = [one for one in values if not one.startswith("#")]
    return run.Message(name, _values(payload), _values(keys))


def _values(words: Sequence[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for word in words:
        name, _, text = word.partition("=")
        try:
            found[name] = json.loads(text)
        except json.JSONDecodeError:
            found[name] = text
    return found


def _without(told: Told, name: str) -> Told:
    return replace(
        told, lists={key: one for key, one in told.lists.items() if key != name}
    )


def play(row: Row, runtime: Runtime, model: Model) -> list[tuple[str, str]]:
    """What the script expects and what comes, act by act."""
    game = Play(runtime, model)
    seen: list[tuple[str, str]] = []
    for line in lines(row.script):
        if line.text.startswith("data "):
            game.data(line.text.removeprefix("data "))
        elif line.told is None:
            game.unmoved(line.text)
        else:
            found = game.act(line.text)
            never(row, found)
            seen.append((f"{line.text} => {line.told}", f"{line.text} => {found}"))
    return seen


def turned(content: bytes) -> bytes:
    """The same drawing with the nodes of every scope written the other way round."""
    space = f"{{{vocabulary.BPMN}}}"
    root = ET.fromstring(content)  # noqa: S314 - written here
    for scope in list(root.iter()):
        nodes = [
            (place, child)
            for place, child in enumerate(scope)
            if child.tag.removeprefix(space) in vocabulary.FLOW_NODES
        ]
        for (place, _), (_, child) in zip(nodes, reversed(nodes), strict=True):
            scope[place] = child
    return ET.tostring(root)


def digest(row: Row, runtime: Runtime, model: Model) -> str:
    """What becomes of a case and of its state, act by act, as one short text."""
    game = Play(runtime, model)
    game.case.careful = False
    found = hashlib.sha256()
    for line in lines(row.script):
        if line.told is not None and not line.text.startswith("data "):
            found.update(str(game.act(line.text)).encode())
            found.update(game.case.execution.dump())
    return found.hexdigest()


def never(row: Row, found: Told) -> None:
    """Hold that an act reached nothing that the row says is never reached."""
    gone = set(row.never.split())
    visits = {
        element
        for kind, found_there in found.lists.items()
        for element, _ in found_there
        if kind != "stuck"
    }
    assert not gone & visits.union(found.completed), f"{found}: never {row.never}"
