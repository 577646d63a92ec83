"""The slow pass: what every event says, beside its row and its personal values.

Here each body is parsed and written again: canonical form, the columns that were
derived from it, the openings of its commitments. On the way it is noted which versions
of procedures the events name, which dossier codes were opened, and what was erased by
order.
"""

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn
from uuid import UUID

from engine.domain import clock_text, iso8601, paper_numbers
from engine.domain.events import EventType
from engine.evidence import record, verifier
from engine.evidence.backdating import Instants
from engine.evidence.findings import Findings
from engine.evidence.placed import Placed
from engine.evidence.rows import Block, Moment
from engine.evidence.sealed import Codes

_LAYER: Final = "records"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
#: Characters whose order differs between UTF-8 and UTF-16, in which keys are sorted.
_RARE: Final = re.compile(rb"[\xee-\xff]")
_MAY_LACK: Final = (dict, type(None))
_PARTS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "v": int,
    "facts": dict,
    "doer": dict,
    "nonce": str,
    "seq": int,
    "commitments": _MAY_LACK,
    "model": _MAY_LACK,
}

#: Events that use up a number of a counter (`Cases.next_code`), and name it.
_NUMBERED: Final = frozenset(
    {
        EventType.CASE_OPENED.value,
        EventType.AUDIT_PLANNED.value,
        EventType.PAPER_NUMBERED.value,
        EventType.RECEPTION_INCOMPLETE.value,
        EventType.RECEPTION_REFUSED.value,
    }
)
#: Events that may tell of a number that was typed (`facts.letter`).
_LETTERS: Final = frozenset(
    {EventType.EXTENSION_ASKED.value, EventType.DEADLINE_EXTENDED.value}
)
#: Personal rows of one event: name → (value, salt).
Values = Mapping[str, tuple[str | None, bytes | None]]


def _no_fraction(text: str) -> NoReturn:
    message = f"{text} is no whole number"
    raise ValueError(message)


_parse = functools.partial(json.loads, parse_float=_no_fraction)


class Personal:
    """The personal values, handed out event after event."""

    def __init__(self, moment: Moment) -> None:
        self._rows = (row for block in moment.personal() for row in block)
        self._next = next(self._rows, None)

    def of(self, name: tuple[int, bytes, int]) -> Values:
        """The values of an event; those of events that are not there are passed by."""
        values = {}
        while self._next is not None and tuple(self._next[:3]) <= name:
            if tuple(self._next[:3]) == name:
                values[self._next[3]] = (self._next[4], self._next[5])
            self._next = next(self._rows, None)
        return values


class Records:
    """Looks at what events say."""

    def __init__(
        self, findings: Findings, tenant: UUID, codes: Codes, instants: Instants
    ) -> None:
        self._findings = findings
        self._tenant = tenant.hex
        self._codes = codes
        self._instants = instants
        #: Hash of a version → the first event that follows it.
        self.followed: dict[str, str] = {}
        #: Version id → (event, hash, model), as its upload or publication says.
        self.versions: dict[str, tuple[str, str, str]] = {}
        #: Of the stream on its way: what is gone, and what an order took away.
        self._gone: list[tuple[int, str]] = []
        self._erased: set[tuple[int, str]] = set()
        self._stream = ""

    def run(self, moment: Moment, pace: Callable[[], None]) -> bool:
        """Pass over all events; give whether hashes and places are theirs."""
        personal, placed = Personal(moment), Placed(moment)
        for block in moment.placed():
            self._take(block, personal, placed)
            pace()
        self._end_stream()
        return placed.right

    def _take(self, block: Block, personal: Personal, placed: Placed) -> None:
        for month, stream, seq, kind, kind_of_act, at, *sealed in block:
            leaf, body, year, index, there = sealed
            placed.look((stream, seq, month), body, leaf, there)
            name = f"{kind}:{stream.hex()}"
            if name != self._stream:
                self._end_stream()
                self._stream = name
            event = f"{name} {seq}"
            self._instants.look(event, at, year, index)
            found = self._parsed(body, event)
            values = personal.of((month, stream, seq))
            if found is None:
                continue
            self._check_columns(found, (name, kind_of_act, at), event)
            if values or "commitments" in found:
                self._check_values(found.get("commitments", {}), values, event, seq)
            self._note(found, kind_of_act, event)

    def _parsed(self, body: bytes, event: str) -> dict[str, Any] | None:
        """A body that is canonical and has the parts of an event."""
        try:
            found = _parse(body)
            why = _flaw(found, body)
        except (ValueError, RecursionError) as error:
            why = str(error)[:80]
        if why:
            self._wrong("canonical", event, why=why)
            return None
        return found  # type: ignore[no-any-return]

    def _check_columns(
        self, body: dict[str, Any], row: tuple[str, str, int], event: str
    ) -> None:
        stream, kind, at = row
        wanted = {"tenant": self._tenant, "stream": stream, "type": kind}
        for name, value in wanted.items():
            if body.get(name) != value:
                self._wrong("columns", event, why=name)
        if _micros(body.get("at")) != at:
            self._wrong("columns", event, why="at")

    def _check_values(
        self, commitments: object, values: Values, event: str, seq: int
    ) -> None:
        known: Mapping[str, Any] = commitments if isinstance(commitments, dict) else {}
        for name, sealed in known.items():
            if name not in values:
                self._wrong("value-missing", event, name=name)
                continue
            value, salt = values[name]
            if value is None and salt is None:
                self._gone.append((seq, name))
            elif not value or not salt or record.commitment(salt, value) != sealed:
                self._wrong("value", event, name=name)
        for name in sorted(values.keys() - known.keys()):
            self._wrong("value", event, name=name)

    def _note(self, body: dict[str, Any], kind: str, event: str) -> None:
        model = body.get("model")
        if model:
            self.followed.setdefault(str(model.get("hash")), event)
        facts = body["facts"]
        if kind in _NUMBERED:
            self._codes.opened(str(facts.get("code", "")))
        elif kind in _LETTERS:
            self._note_letter(body, facts, event)
        elif kind == EventType.PERSONAL_ERASED.value:
            self._erased |= set(_pairs(facts.get("values")))
        elif kind.startswith("version.") and "hash" in facts:
            told = (event, str(facts["hash"]), str(facts.get("model", "")))
            self.versions[str(facts.get("version"))] = told

    def _note_letter(
        self, body: dict[str, Any], facts: dict[str, Any], event: str
    ) -> None:
        """A number that somebody typed: of which counter, where the event tells it."""
        told = paper_numbers.told(facts)
        letter = paper_numbers.read(str(facts.get("letter", "")))
        if told is not None:
            self._codes.typed(told, event)
        elif letter is not None and (year := _year(body.get("at"), facts)):
            self._codes.written(letter, year)

    def _end_stream(self) -> None:
        """What is gone from a stream must have been erased by a recorded order."""
        for seq, name in self._gone:
            if (seq, name) not in self._erased:
                self._wrong("value-gone", f"{self._stream} {seq}", name=name)
        self._gone, self._erased = [], set()

    def _wrong(self, code: str, event: str, **words: object) -> None:
        self._findings.wrong(_LAYER, code, event=event, **words)


def _flaw(found: object, body: bytes) -> str:
    """Why parsed bytes are no canonical event; empty when they are."""
    if _RARE.search(body):
        verifier.parse_canonical(body)
    elif record.canonical(found) != body:  # type: ignore[arg-type]
        return "other bytes say the same"
    if not isinstance(found, dict):
        return "no object"
    return next(
        (
            part
            for part, kind in _PARTS.items()
            if not isinstance(found.get(part), kind)
        ),
        "",
    )


def _micros(at: object) -> int | None:
    try:
        return (datetime.fromisoformat(str(at)) - _EPOCH) // _MICROSECOND
    except (ValueError, TypeError):
        return None


def _year(at: object, facts: dict[str, Any]) -> int:
    """The local year in which an act was really done; 0: its event tells none."""
    try:
        real = clock_text.real(datetime.fromisoformat(str(at)), facts)
        return iso8601.day(real).year
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return 0


def _pairs(value: object) -> Iterator[tuple[int, str]]:
    for one in value if isinstance(value, list) else ():
        match one:
            case [int(seq), str(name)]:
                yield seq, name
