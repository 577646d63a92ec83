"""Verdicts that outlive a process: a file beside the database, one for each tenant.

The file lies in the folder of what is no database, as the result of the daily check
does: whoever changes the one does not thereby change the other (ADR 0017). A verdict is
remembered with the head of its case, and all of them with what else they rest on: the
code that judged, and the heads of the streams of the organisation, the calendars and
the procedures. Where one of these is another now, nothing is remembered.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import engine
from engine.domain.events import StreamKind
from engine.evidence.rows import Check
from engine.judging.ruling import Answer, Kind, Question

_FOLDER: Final = "verdicts"
_FORMAT: Final = 1
#: The streams that verdicts rest on besides that of the case.
_AROUND: Final = frozenset(
    {
        StreamKind.ORGANISATION.value,
        StreamKind.CALENDAR.value,
        StreamKind.PROCEDURE.value,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What was found of a case."""

    #: None: what it is judged by does not verify.
    answer: Answer | None
    #: Deviations by class.
    classes: Mapping[Kind, int]
    #: The first event that fails, and the question that it fails.
    wrong: tuple[int, Question] | None
    head: bytes
    at: datetime
    #: What it rests on besides the record of the case (`grounds`).
    grounds: str = ""


@lru_cache(maxsize=1)
def _code() -> bytes:
    """The hash of the code that judges, with everything that it uses."""
    made, folder = hashlib.sha256(), Path(engine.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix().encode()
        made.update(b"%d:%b%d:" % (len(name), name, len(content)))
        made.update(content)
    return made.digest()


def grounds(check: Check, tenant: UUID) -> str:
    """What the verdicts of a tenant rest on now, besides the records of the cases."""
    made = hashlib.sha256(_code())
    with check.moment(tenant) as moment:
        rows = [row for block in moment.heads() for row in block if row[4] in _AROUND]
    for stream, _, seq, head, kind in sorted(rows, key=lambda row: bytes(row[0])):
        made.update(b"%b %d %b %b" % (kind.encode(), seq, bytes(stream), bytes(head)))
    return made.hexdigest()


@dataclass(frozen=True, slots=True)
class File:
    """The verdicts of one tenant in a file."""

    data: Path
    tenant: UUID

    @property
    def _path(self) -> Path:
        return self.data / _FOLDER / f"{self.tenant.hex}.json"

    def read(self, grounds: str) -> dict[UUID, Opinion]:
        """The verdicts that rest on these grounds; none of a file that is damaged."""
        try:
            content = json.loads(self._path.read_text("utf-8"))
            if (content["format"], content["grounds"]) != (_FORMAT, grounds):
                return {}
            told = content["known"].items()
            return {UUID(case): _opinion(one, grounds) for case, one in told}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}

    def write(self, grounds: str, known: Mapping[UUID, Opinion]) -> None:
        """Keep verdicts in the place of those that were kept."""
        path = self._path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {
            "format": _FORMAT,
            "grounds": grounds,
            "known": {
                case.hex: _plain(one)
                for case, one in known.items()
                if one.answer is not None and one.grounds == grounds
            },
        }
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(content), "utf-8")
        draft.replace(path)

    def forget(self) -> None:
        """Remember nothing of the tenant any more."""
        self._path.unlink(missing_ok=True)


def _plain(one: Opinion) -> list[Any]:
    answer = None if one.answer is None else one.answer.value
    classes = {kind.value: count for kind, count in one.classes.items()}
    wrong = None if one.wrong is None else [one.wrong[0], one.wrong[1].value]
    return [one.head.hex(), one.at.isoformat(), answer, classes, wrong]


def _opinion(told: list[Any], grounds: str) -> Opinion:
    head, at, answer, classes, wrong = told
    return Opinion(
        answer=Answer(answer),
        classes={Kind(kind): int(count) for kind, count in classes.items()},
        wrong=None if wrong is None else (int(wrong[0]), Question(wrong[1])),
        head=bytes.fromhex(head),
        at=datetime.fromisoformat(at),
        grounds=grounds,
    )
