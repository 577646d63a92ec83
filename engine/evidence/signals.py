"""Letters that no case sent beside the events of those who sent them.

A signal that a person sends stands in the stream of the account, with what it says as
commitments. Whatever else lies in the outbox under no case was put in behind the
program, and would be delivered.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from engine.domain.events import EventType, StreamKind
from engine.domain.run import Json
from engine.evidence import letters, record, row_words
from engine.evidence.derived import STUMBLES, text
from engine.evidence.findings import Findings
from engine.evidence.rows import Moment
from engine.exchange import BEFORE, SIGNAL

_LAYER: Final = "registers"
_KIND: Final = StreamKind.ACCOUNT.value
#: What stands in the bytes of the events that are read.
_MARKS: Final = tuple(
    f'"{one.value}"'.encode()
    for one in (EventType.SIGNAL_SENT, EventType.PERSONAL_ERASED)
)
#: Stream, number of the event, number of the letter in it.
_Key = tuple[Json, Json, Json]
_Row = Mapping[str, Json]


def check(moment: Moment, findings: Findings, pace: Callable[[], None]) -> None:
    """Compare every letter that no case sent, column by column."""
    told = _sent(moment, findings, pace)
    for block in moment.rows(letters.TABLE):
        for row in block:
            key = row["stream"], row["seq"], row["n"]
            sent = told.pop(key, None)
            if sent is None:
                findings.wrong(_LAYER, "row-forged", **_thing(row["name"], key))
                continue
            for column in _differing(sent, row):
                words = {**_thing(sent["name"], key), **row_words.column(column)}
                shown = _shown(column, sent[column], row[column])
                findings.wrong(_LAYER, "row", event=_event(key), **words, **shown)
        pace()
    for key, sent in told.items():
        words = _thing(sent["name"], key)
        findings.wrong(_LAYER, "row-gone", event=_event(key), **words)


def _sent(
    moment: Moment, findings: Findings, pace: Callable[[], None]
) -> dict[_Key, _Row]:
    """The letters as the events of accounts tell them."""
    values = _values(moment)
    told: dict[_Key, _Row] = {}
    for block in moment.told(_KIND):
        for stream, seq, content in block:
            if not any(mark in content for mark in _MARKS):
                continue
            key = stream.hex(), seq, 0
            try:
                body: Any = record.parse(content)
                _take(told, key, body, values.get(key[:2], {}))
            except STUMBLES as error:
                why = repr(error)[:100]
                findings.wrong(_LAYER, "row-event", event=_event(key), why=why)
        pace()
    return told


def _values(moment: Moment) -> Mapping[tuple[Json, Json], dict[str, Json]]:
    opened: dict[tuple[Json, Json], dict[str, Json]] = {}
    for block in moment.values(_KIND):
        for stream, seq, name, value in block:
            try:
                opened.setdefault((stream.hex(), seq), {})[name] = json.loads(value)
            except STUMBLES:
                # Erased; or it opens no commitment: the layer of the records says so.
                continue
    return opened


def _take(
    told: dict[_Key, _Row],
    key: tuple[str, int, int],
    body: Mapping[str, Any],
    values: Mapping[str, Json],
) -> None:
    facts = body["facts"]
    if body["type"] == EventType.SIGNAL_SENT.value:
        told[key] = {
            "kind": SIGNAL,
            "name": facts["name"],
            "partner": "",
            "body": letters.written(values),
            "correlation": letters.written({}),
            "sent_at": body["at"],
        }
    elif body["type"] == EventType.PERSONAL_ERASED.value:
        # With any value that was heard, all that the letter says goes.
        for seq, _ in facts["values"]:
            letter = key[0], seq, 0
            if letter in told:
                told[letter] = {**told[letter], "body": letters.written({})}


def _differing(sent: _Row, row: _Row) -> Iterator[str]:
    for column, value in sent.items():
        found = row[column]
        if column in letters.HIDDEN:
            found = _read(found)
        elif column == "sent_at" and found is None and row["reason"] == BEFORE:
            continue
        if found != value:
            yield column


def _read(stored: Json) -> str | None:
    """An object as it would be written here; None: it is none."""
    try:
        return letters.written(json.loads(str(stored)))
    except (ValueError, RecursionError):
        return None


def _event(key: _Key) -> str:
    return f"{_KIND}:{key[0]} {key[1]}"


def _thing(name: Json, key: _Key) -> dict[str, str]:
    called = f"“{text(name)}” {key[0]} ({key[1]}, {key[2]})"
    return row_words.thing(letters.TABLE, called)


def _shown(column: str, told: Json, stored: Json) -> dict[str, str]:
    if column in letters.HIDDEN:
        return {"told": "…", "stored": "…"}
    return {"told": text(told), "stored": text(stored)}
