"""What a worker was about to do, and what it was told: the other half of the evidence.

A line says `asked` before an act, then `acked` (on the disk before the worker goes on)
or `refused`. After a kill the last act may have only its first line; the worker asks
for it again under the same key, as a browser does that got no answer.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """Something a worker asks for; plain values, so that it survives in a file."""

    key: str
    #: `open`, `claim`, `complete` or `message`.
    kind: str
    #: Of `open`: the procedure; else the id of the case.
    about: str
    element: str = ""
    occurrence: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    version: int | None = None


class Journal:
    """The file of one worker."""

    def __init__(self, path: Path) -> None:
        _drop_half_a_line(path)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def asked(self, act: Act) -> None:
        """Write what is asked for."""
        self._write({"asked": asdict(act)})

    def acked(self, act: Act, result: object) -> None:
        """Write an answer; it is on the disk afterwards."""
        self._write({"acked": act.key, "result": result})
        os.fsync(self._file)

    def refused(self, act: Act, error: str) -> None:
        """Write a refusal."""
        self._write({"refused": act.key, "error": error})

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, f"{json.dumps(line)}\n".encode())


@dataclass(frozen=True, slots=True)
class Told:
    """A journal as it was read."""

    asked: dict[str, Act]
    acked: dict[str, dict[str, Any]]
    refused: dict[str, str]
    #: Keys that were asked for again after a kill.
    again: list[str]

    def pending(self) -> list[Act]:
        """Acts without answer: at most the last one."""
        answered = self.acked.keys() | self.refused.keys()
        return [act for key, act in self.asked.items() if key not in answered]


def read(path: Path) -> Told:
    """Read the whole lines of a journal."""
    told = Told({}, {}, {}, [])
    text = path.read_bytes() if path.exists() else b""
    for line in text.split(b"\n")[:-1]:
        entry = json.loads(line)
        if "asked" in entry:
            act = Act(**entry["asked"])
            if act.key in told.asked:
                told.again.append(act.key)
            told.asked[act.key] = act
        elif "acked" in entry:
            assert entry["acked"] not in told.acked, "acknowledged twice"
            told.acked[entry["acked"]] = entry["result"]
        else:
            told.refused[entry["refused"]] = entry["error"]
    return told


def _drop_half_a_line(path: Path) -> None:
    if not path.exists():
        return
    text = path.read_bytes()
    os.truncate(path, text.rfind(b"\n") + 1)
