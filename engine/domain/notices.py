"""Notices: who is told of what, by which way, and in which words.

A notice says that something waits for somebody: work was given, opened, is due soon or
overdue. It names a dossier code, a step and dates, never a person's data. Notices are
no part of the record: they follow from events and alarms, from who held what at that
moment and what each person chose, and are cleared after a time.
"""

import hashlib
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID


class Kind(Enum):
    """Why somebody is told."""

    #: Work was given to me.
    ASSIGNED = "assigned"
    #: Work was opened that my position may take.
    OPENED = "opened"
    #: I, or my position, was asked for an opinion or a signature.
    ASKED = "asked"
    #: What I asked was answered.
    ANSWERED = "answered"
    #: Work came back to me.
    RETURNED = "returned"
    #: What my case waited for is here.
    SUPPLEMENTED = "supplemented"
    #: Somebody named me in what was said in a case.
    MENTION = "mention"
    #: My work is due soon, or overdue (docs/manual/clock.md, rule 13).
    SOON = "soon"
    OVERDUE = "overdue"
    #: Work or a case that I supervise is overdue.
    ESCALATED = "escalated"
    #: More time is asked for in a case that I supervise.
    EXTENSION = "extension"
    #: The day's work, each working morning.
    DIGEST = "digest"


class What(Enum):
    """What came, of a notice that somebody answered or that something arrived."""

    OPINION = "opinion"
    SIGNED = "signed"
    #: As many have signed as have to.
    QUORUM = "quorum"
    REFUSED = "refused"
    #: Refused, where nobody may.
    VETOED = "vetoed"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    AGENCY = "agency"
    #: More time was given, or was not.
    EXTENDED = "extended"
    NOT_EXTENDED = "not-extended"


class Way(Enum):
    """How somebody is told."""

    #: On the pages, by the bell.
    PAGE = "page"
    MAIL = "mail"
    #: To a system of the agency; what goes there no person chooses.
    HOOK = "hook"


Ways = Mapping[Kind, frozenset[Way]]
_BOTH: Final = frozenset({Way.PAGE, Way.MAIL})
#: What is told to whoever has chosen nothing. Mail needs an address besides.
DEFAULTS: Final[Ways] = {
    Kind.ASSIGNED: _BOTH,
    Kind.OPENED: frozenset(),
    Kind.ASKED: _BOTH,
    Kind.ANSWERED: frozenset({Way.PAGE}),
    Kind.RETURNED: _BOTH,
    Kind.SUPPLEMENTED: frozenset({Way.PAGE}),
    Kind.MENTION: frozenset({Way.PAGE}),
    Kind.SOON: frozenset({Way.PAGE}),
    Kind.OVERDUE: _BOTH,
    Kind.ESCALATED: _BOTH,
    Kind.EXTENSION: _BOTH,
    Kind.DIGEST: frozenset({Way.MAIL}),
}
#: The kinds that a system can be told, each once for a cause.
HOOK_KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.DIGEST)
#: The hour of the local morning at which the digest is sent.
DIGEST_HOUR: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What one account has chosen."""

    account: UUID
    #: Address for mail; empty: none is sent.
    mail: str = ""
    ways: Ways = field(default_factory=lambda: DEFAULTS)
    digest_hour: int = DIGEST_HOUR

    def tells(self, kind: Kind, way: Way) -> bool:
        """Whether a kind is told by a way."""
        if way is Way.MAIL and not self.mail:
            return False
        return way in self.ways.get(kind, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a notice is about: codes, names of steps and dates, no person's data."""

    case: UUID | None = None
    element: str = ""
    occurrence: int = 0
    code: str = ""
    #: Name of the step; empty: the case as a whole.
    step: str = ""
    due: datetime | None = None
    agency: UUID | None = None
    #: What was answered, or arrived.
    what: What | None = None
    #: Of a digest: how much work of each sort.
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that one account is told, once for its cause."""

    account: UUID
    kind: Kind
    #: Names what it follows from; the same cause never tells an account twice.
    cause: str
    at: datetime
    about: About


def name_of(*parts: str) -> UUID:
    """An id that follows from what it names, so that nothing is told twice."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    number = int.from_bytes(digest[:16])
    # Version 8 (RFC 9562, 5.8): made from a hash of our own.
    number = number & ~(0xF << 76) | 0x8 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


# When a delivery that failed is tried again.

_FIRST: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=6)


def rest(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed: twice as long each time."""
    doubled = 1 << min(max(attempts - 1, 0), 30)
    return min(_LONGEST, _FIRST * doubled)


# Words.

#: What a text may name, for each kind.
_WORK: Final = frozenset({"code", "step", "due", "agency", "link"})
#: Kinds whose texts may say what came.
WITH_WHAT: Final = frozenset({Kind.ANSWERED, Kind.SUPPLEMENTED})
_DAY: Final = frozenset({"day", "mine", "free", "soon", "late", "agency", "link"})
#: What is counted in a digest.
COUNTS: Final = ("mine", "free", "soon", "late")
SUBJECT_CHARS: Final = 150
BODY_CHARS: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Subject and body of a mail, with named places such as `{code}`."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a text."""

    #: `subject` or `body`.
    part: str
    #: `empty`, `long`, `lines`, `braces` or `unknown`.
    code: str
    name: str = ""


def places(kind: Kind) -> frozenset[str]:
    """What a text of a kind may name."""
    if kind is Kind.DIGEST:
        return _DAY
    return _WORK | {"what"} if kind in WITH_WHAT else _WORK


def faults(text: Text, kind: Kind) -> tuple[Fault, ...]:
    """Everything that is wrong with a text; nothing: it can be stored."""
    found = []
    parts = (("subject", text.subject, SUBJECT_CHARS), ("body", text.body, BODY_CHARS))
    for part, written, limit in parts:
        if not written.strip():
            found.append(Fault(part=part, code="empty"))
        if len(written) > limit:
            found.append(Fault(part=part, code="long", name=str(limit)))
        found += [
            Fault(part=part, code=code, name=name)
            for code, name in _places_wrong(written, places(kind))
        ]
    # A header is one line (RFC 5322, 2.2): a second one could add headers.
    if any(ord(letter) < ord(" ") for letter in text.subject):
        found.append(Fault(part="subject", code="lines"))
    return tuple(found)


def _places_wrong(written: str, known: frozenset[str]) -> list[tuple[str, str]]:
    try:
        pieces = list(string.Formatter().parse(written))
    except ValueError:
        return [("braces", "")]
    return [
        ("unknown", name)
        for _, name, form, conversion in pieces
        if name is not None and (name not in known or form or conversion)
    ]


def write(text: Text, values: Mapping[str, str]) -> Text:
    """Put values in their places; a place without value stays empty.

    Values are one line each: what comes from a drawing adds no header.
    """
    return Text(
        subject=_written(text.subject, values), body=_written(text.body, values)
    )


def _written(written: str, values: Mapping[str, str]) -> str:
    pieces = []
    for plain, name, _, _ in string.Formatter().parse(written):
        value = values.get(name, "") if name is not None else ""
        pieces += [plain, " ".join(value.split())]
    return "".join(pieces)


def changed(choices: Iterable[tuple[str, str]]) -> Ways:
    """The ways that pairs (kind, way) name; what is no kind or way does not count."""
    kinds = {kind.value: kind for kind in Kind}
    ways = {Way.PAGE.value: Way.PAGE, Way.MAIL.value: Way.MAIL}
    chosen: dict[Kind, set[Way]] = {kind: set() for kind in Kind}
    for kind, way in choices:
        if kind in kinds and way in ways:
            chosen[kinds[kind]].add(ways[way])
    # A digest is a letter: there is no page of it.
    chosen[Kind.DIGEST].discard(Way.PAGE)
    return {kind: frozenset(found) for kind, found in chosen.items()}
