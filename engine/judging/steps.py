"""The steps that are known, and how a case is taken along them.

What a step holds, and what is compared for each event, is told in
`engine.judging.trodden`.
"""

from binascii import hexlify
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final, NamedTuple

from engine.domain.events import EventType
from engine.forms.form import Form
from engine.judging import data, integrity, values
from engine.judging.integrity import Brought, Opened
from engine.judging.norm import Norm
from engine.judging.plain_data import Beside
from engine.judging.ruling import Judged, Ruling
from engine.judging.values import Given

Five = tuple[Ruling, Ruling, Ruling, Ruling, Ruling]
Six = tuple[Ruling, Ruling, Ruling, Ruling, Ruling, Ruling]

_COMPLETED: Final = EventType.TASK_COMPLETED.value
NOTHING_GIVEN: Final = Given(b"", (), {}, plain=True)
_BEGIN: Final = integrity.BEGIN
_AT: Final = integrity.AT
_sha256: Final = sha256
_hexlify: Final = hexlify
_instant: Final = datetime.fromisoformat
_committed: Final = values.committed
judged: Final = partial(tuple.__new__, Judged)


class Begun(NamedTuple):
    """A case after its first event, of which nothing is to be said."""

    judged: Judged
    norm: Norm
    #: The number of its dossier, and when it is due.
    code: str
    due: str | None
    stand: "Stand"
    beside: Beside


class Step:
    """An act that led from one stand to another."""

    __slots__ = (
        "after",
        "between",
        "chooses",
        "ends",
        "event",
        "form",
        "hours",
        "leads",
        "middle",
        "names",
        "nonce",
        "rulings",
        "type",
        "visit",
    )

    def __init__(self, event: Opened, cut: integrity.Cut, five: Five) -> None:
        self.middle, self.between, self.after = cut.middle, cut.between, cut.after
        self.rulings: Six = (integrity.SEALED, *five)
        #: From the beginning of the middle to the nonce.
        self.nonce = len(cut.middle) + integrity.NONCE_VALUE
        self.event = event
        self.type = event.type
        self.visit = event.visit
        effect = event.body.get("effect")
        self.chooses = bool(effect and effect["decisions"])
        self.ends = effect is not None and effect["status"] == "completed"
        self.form: Form | None = None
        #: Names of values that may come without a form, as they came.
        self.names: tuple[str, ...] | None = None
        #: When the doer may do this; as texts of instants begin.
        self.hours: set[str] = set()
        self.leads: Stand

    def made(
        self, at: bytes, commitments: bytes, nonce: bytes, link: bytes
    ) -> tuple[bytes, ...]:
        """The bytes that an event must consist of."""
        return (
            *(b'{"at":"', at, b'"', commitments, self.middle, b',"nonce":"', nonce),
            *(b'"', self.between, b',"prev":"', link, self.after),
        )


class Stand:
    """Where a case stands, as far as ordinary acts depend on it."""

    __slots__ = ("closed", "norm", "steps", "usual")

    def __init__(self, norm: Norm, *, closed: bool) -> None:
        #: Kept so that its id stays its own.
        self.norm = norm
        self.closed = closed
        self.steps: dict[tuple[bytes, bytes, bytes], Step] = {}
        #: The step that was made last.
        self.usual: Step | None = None


class Opening(Step):
    """The act that opens a case, without the number of its dossier."""

    __slots__ = ("beside", "norm")

    norm: Norm
    #: Knows the choices of its model.
    beside: Beside


class Followed:
    """One case on known steps."""

    def __init__(self, events: Sequence[Brought], begun: Begun) -> None:
        self.closed = False
        self._events = events
        self._begun = begun
        #: Values that the data of the case do not hold yet.
        self._new: list[Mapping[str, Any]] = []

    def go(self, stand: Stand) -> list[Judged] | None:
        """Take step after step."""
        before, due, head = self._begun.judged.at, self._begun.due, self._events[0].leaf
        own, wanted = integrity.own_link(self._events[0].stream), 1
        done: list[Judged] = [self._begun.judged]
        for sealed in self._events[1:]:
            wanted, seq, body, leaf = wanted + 1, sealed.seq, sealed.body, sealed.leaf
            if seq != wanted or _sha256(b"\x00" + body).digest() != leaf:
                return None
            personal = sealed.personal
            given = _committed(personal) if personal else NOTHING_GIVEN
            begin = _BEGIN + len(given[0])
            step = stand.usual
            if step is None or not body.startswith(step.middle, begin):
                step = stand.steps.get(integrity.cut(body, begin))
                if step is None:
                    return None
                stand.usual = step
            begin += step.nonce
            at, nonce = body[_AT], body[begin : begin + 32]
            link = b'%b","seq":%d%b' % (_hexlify(head), seq, own)
            told = at.decode()
            if (
                body != b"".join(step.made(at, given[0], nonce, link))
                or not nonce.isalnum()
                or sealed.type != step.type
                or _instant(told) != sealed.at
                or told[-1] + told[7] + told[10] != "Z-T"
                or told < before
                or told[:13] not in step.hours
                or (step.ends and due is not None and told > due)
                or ((personal or step.form) and not self._fits(step, given))
                or (step.chooses and not self._chosen(step, sealed, told, given))
            ):
                return None
            done.append(judged((seq, step.type, told, *step.visit, step.rulings)))
            before, head, stand = told, leaf, step.leads
        self.closed = stand.closed
        return done

    def _fits(self, step: Step, given: Given) -> bool:
        """Whether answers are what they may be; the data of the case take them."""
        _, names, values, plain = given
        self._new.append(values)
        if plain and names is step.names:
            return True
        if step.type != _COMPLETED or any(":" in one for one in names):
            return False
        norm, code = self._begun.norm, self._begun.code
        if step.form is not None:
            return data.formed(step.form, code, values) is None
        return data.free(norm, code, values) is None

    def _chosen(self, step: Step, sealed: Brought, at: str, given: Given) -> bool:
        """Whether the recorded choices evaluate so."""
        for one in self._new:
            self._begun.beside.data.update(one)
        self._new.clear()
        event = step.event._replace(
            seq=sealed.seq, at=at, instant=sealed.at, values=given.values
        )
        return self._begun.beside.step(event, {}) == ([], False)
