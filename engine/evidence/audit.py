"""Check everything: every event, every chain, the whole log, and what hangs on them.

`quytrinh evidence check` and a background run once a day do this. It reads one moment
of the database, changes nothing, and goes on after what it finds, so that the first
wrong record can be told from what only follows from it.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final
from uuid import UUID

from cryptography import x509

from engine.errors import EvidenceError, SignerRefusedError
from engine.evidence import (
    case_findings,
    checkpoint,
    counters,
    days,
    derived,
    quick,
    scan,
    sequencer,
    signals,
    signed,
    stamps,
    verifier,
    versions,
)
from engine.evidence.backdating import Instants
from engine.evidence.careful import Careful
from engine.evidence.deep import Records
from engine.evidence.findings import Findings, Report
from engine.evidence.folding import Wanted
from engine.evidence.rows import Block, Check, Moment, plain
from engine.evidence.scan import Passed
from engine.evidence.sealed import Codes, Recount
from engine.evidence.verifier import Checkpoint, Key, Malformed

#: Layers that a fast check leaves out.
_DEEP: Final = frozenset(
    {"records", "instants", "versions", "organisation", "procedures", "registers"}
    | {"cases"}
)
#: Layers that name an event which cannot be followed.
_OF_EVENTS: Final = ("log", "chains", "heads", "records")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: What a column that holds what it is not for may raise.
_STUMBLES: Final = (
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
)


def _no_pause() -> None:
    """Work at full speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is checked, and against what from outside."""

    tenant: UUID
    #: The name of the log, which its origins begin with.
    log: str
    now: datetime
    #: Keys that were got otherwise; None: the first that the log announced.
    trusted: Sequence[Key] | None = None
    #: Tells the last note that the signer signed for an origin; None: do not ask.
    last: Callable[[str], bytes | None] | None = None
    #: A signed note that somebody kept.
    kept: bytes | None = None
    #: Certificates of time-stamping authorities.
    roots: Sequence[x509.Certificate] = ()
    #: Guards of the database that are missing.
    unguarded: tuple[str, ...] = ()
    #: The key file for which the signer refuses, because others may read it.
    loose: str = ""
    #: False: bytes, chains and log only.
    deep: bool = True
    #: What a version is called by what it runs as; None: names are not compared.
    title: derived.Title | None = None
    #: What of each case differs from its record; None: cases are not compared.
    cases: Callable[[], Iterator[Mapping[str, Any]]] | None = None
    #: Called between two blocks; may rest.
    pace: Callable[[], None] = _no_pause


@dataclass(slots=True)
class _Work:
    """One check on its way."""

    asked: Asked
    moment: Moment
    findings: Findings
    #: Rows of another kind than their columns are left out: something is wrong.
    careful: bool
    #: Heads that the log must have.
    wanted: list[Wanted] = field(default_factory=list)
    #: Whether what is wrong with bytes and log has been named.
    named: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        """Do a part and note its CPU seconds."""
        begin = time.thread_time()
        result = work()
        self.seconds[name] = round(time.thread_time() - begin, 3)
        return result


def run(check: Check, asked: Asked) -> Report:
    """Check the whole store of a tenant."""
    try:
        work, passed, heads = _at_one_moment(check, asked, careful=False)
    except _STUMBLES:
        # Some column holds what it is not for: name it, and go on without that row.
        work, passed, heads = _at_one_moment(check, asked, careful=True)
    if asked.deep:
        # Each case has a moment of its own: nobody waits for one that lasts hours.
        work.timed("cases", lambda: _cases(work))
    return Report(
        layers=work.findings.layers(),
        findings=tuple(work.findings.told),
        first=work.findings.first(),
        events=passed.chains.events,
        streams=len(passed.chains.last),
        heads=heads,
        seconds=work.seconds,
    )


def _at_one_moment(
    check: Check, asked: Asked, *, careful: bool
) -> tuple[_Work, Passed, int]:
    """Everything that must be seen at one moment; how many heads there are."""
    remembered, answered = _remembered(check, asked, careful=careful)
    with check.moment(asked.tenant, careful=careful) as moment:
        findings = Findings()
        sound = Careful(moment, findings) if careful else moment
        work = _Work(asked, sound, findings, careful, wanted=remembered)
        if not answered:
            findings.skip("signer", "no-signer")
        heads = [row for block in sound.checkpoints() for row in block]
        rows = sound.own(days.stream_of(asked.tenant))
        own = signed.read_own(chain.from_iterable(rows), findings)
        passed = _check_log(work, heads, own)
        if asked.deep:
            _check_records(work, heads, own, begun=any(passed.sizes.values()))
        else:
            findings.hidden |= _DEEP
        _check_waiting(work, begun=bool(heads or passed.sizes))
        _check_stamps(work, heads)
        if asked.unguarded:
            names = ", ".join(asked.unguarded[:5])
            findings.wrong("guards", "guards", names=names)
        if asked.loose:
            findings.wrong("signer", "key-loose", file=asked.loose)
        if careful and not findings.told:
            # Something made the first reading stumble: never a pass.
            findings.wrong("log", "unnamed")
    return work, passed, len(heads)


def _check_log(work: _Work, heads: Block, own: signed.Own) -> Passed:
    """The bytes, the log and who signed it."""
    work.wanted += [*_stored(heads), *_kept(work)]
    passed: Passed = work.timed("bytes", lambda: _bytes(work))
    work.timed("days", lambda: _days(work, own, passed))
    _check_there(work, heads, passed.sizes)
    keys = signed.Heads(work.findings, own, work.asked.trusted)
    work.timed("signatures", lambda: keys.run(heads, work.asked.pace))
    _check_kept(work, keys)
    return passed


def _check_records(work: _Work, heads: Block, own: signed.Own, *, begun: bool) -> None:
    """What events say, and what stands beside them."""
    counted = counters.Counters(work.findings, work.moment)
    codes = Codes(work.findings, own.sealed, counted)
    placed = work.timed("records", lambda: _deep(work, codes, heads))
    if not placed and not work.named:
        work.timed("names", lambda: _name(work))
    if not heads:
        code = "no-heads-instants" if begun else "not-begun"
        work.findings.skip("instants", code)
    work.timed("rows", lambda: _rows(work))


def _bytes(work: _Work) -> Passed:
    """Whether all is right; if not, what is wrong."""
    passed = None
    if not work.careful:
        passed = quick.run(work.moment, work.wanted, work.asked.pace)
    return passed or _name(work)


def _name(work: _Work) -> Passed:
    """Read everything again, and name what is wrong with bytes and log."""
    work.named = True
    findings = Findings()
    passed = scan.run(work.moment, findings, work.wanted, work.asked.pace)
    if not findings.told and not work.careful:
        findings.wrong("log", "unnamed")
    work.findings.add(findings)
    return passed


def _days(work: _Work, own: signed.Own, passed: Passed) -> None:
    """Sealed days, made anew from the places of events."""
    recount = Recount(work.findings, own.sealed)
    for block in work.moment.places() if own.sealed else ():
        recount.take(block, passed.chains.others)
        work.asked.pace()
    recount.end(passed.sizes)


def _stored(heads: Block) -> Iterator[Wanted]:
    for year, size, root, *_ in heads:
        yield year, size, plain(root), "checkpoints"


def _check_there(work: _Work, heads: Block, sizes: dict[int, int]) -> None:
    """A log that has leaves has signed heads; else somebody took them all away.

    A year without heads is an alarm once anything says that it had some: the memory of
    the signer, a later year, or that there are no heads at all.
    """
    signed_ = {row[0] for row in heads}
    signer = (one[:2] for one in work.wanted if one[3] == "signer")
    told = {year: size for year, size in signer if size}
    for year in sorted(sizes.keys() | told.keys()):
        if year in signed_ or not (sizes.get(year) or told.get(year)):
            continue
        words = {"year": year, "size": sizes.get(year, 0), "signed": told.get(year, 0)}
        if year in told:
            work.findings.wrong("checkpoints", "heads-gone", **words)
        elif not signed_ or year < max(signed_):
            work.findings.wrong("checkpoints", "no-heads", **words)
    if not heads:
        begun = any(sizes.values())
        work.findings.skip("signatures", "no-heads-signed" if begun else "not-begun")
        if not begun:
            work.findings.skip("checkpoints", "not-begun")


def _remembered(
    check: Check, asked: Asked, *, careful: bool
) -> tuple[list[Wanted], bool]:
    """The heads that the signer signed last, and whether it answered.

    It has a memory of its own, and is asked before the moment that is checked: what it
    signs meanwhile would be missing there.
    """
    if asked.last is None:
        return [], False
    with check.moment(asked.tenant, careful=careful) as moment:
        sound = Careful(moment, Findings()) if careful else moment
        years = {row[0] for row in chain.from_iterable(sound.checkpoints())}
    now, found = asked.now.year, list[Wanted]()
    for year in sorted(years | {now - 1, now, now + 1}):
        try:
            note = asked.last(checkpoint.origin(asked.log, year))
        except SignerRefusedError:
            return found, False
        if note is not None:
            head = verifier.read_checkpoint(verifier.read_note(note))
            found.append((year, head.size, head.root, "signer"))
    return found, True


def _kept(work: _Work) -> Iterator[Wanted]:
    """The head that somebody kept."""
    if work.asked.kept is None:
        work.findings.hidden.add("kept")
        return
    head = _read(work.asked.kept)
    log, _, year = head.origin.rpartition("/")
    if log != work.asked.log or not year.isdigit():
        message = f"This is a head of {head.origin}, not of {work.asked.log}."
        raise EvidenceError(message, code="other-log")
    yield int(year), head.size, head.root, "kept"


def _read(note: bytes) -> Checkpoint:
    try:
        return verifier.read_checkpoint(verifier.read_note(note))
    except Malformed as error:
        raise EvidenceError(f"This is no signed head: {error}.", code="head") from error


def _check_kept(work: _Work, keys: signed.Heads) -> None:
    """Whoever kept a head knows that it was ours by its signature."""
    if work.asked.kept is None or not keys.trusted:
        return
    try:
        if not signed.signers(verifier.read_note(work.asked.kept), keys.trusted):
            work.findings.wrong("kept", "kept-unsigned", why="another key")
    except Malformed as error:
        work.findings.wrong("kept", "kept-unsigned", why=error)


def _deep(work: _Work, codes: Codes, heads: Block) -> bool:
    """What events say; give whether hashes and places beside them are theirs."""
    findings, asked = work.findings, work.asked
    instants = Instants(findings, heads, asked.now)
    records = Records(findings, asked.tenant, codes, instants)
    placed = records.run(work.moment, work.asked.pace)
    codes.end()
    versions.check(work.moment, findings, records, asked.pace)
    return placed


def _rows(work: _Work) -> None:
    """The organisation, calendars and procedures are what their events say."""
    asked = work.asked
    derived.check(work.moment, work.findings, asked.title, asked.pace)
    signals.check(work.moment, work.findings, asked.pace)


def _cases(work: _Work) -> None:
    """The rows of each case are what its events make."""
    asked, findings = work.asked, work.findings
    if asked.cases is None:
        findings.skip("cases", "no-cases")
        return
    broken = any(findings.counts.get(one) for one in _OF_EVENTS)
    for told in asked.cases():
        for one in case_findings.of(told, broken=broken):
            findings.wrong("cases", one.code, **one.words)
        asked.pace()


def _check_waiting(work: _Work, *, begun: bool) -> None:
    """Nothing waits longer for its place than it may."""
    if not begun:
        work.findings.skip("waiting", "not-begun")
        return
    count, oldest = 0, None
    for row in chain.from_iterable(work.moment.waiting_since()):
        count, oldest = row
    if not count or oldest is None:
        return
    waited = work.asked.now - (_EPOCH + timedelta(microseconds=oldest))
    if waited.total_seconds() > sequencer.LATE:
        seconds = round(waited.total_seconds())
        work.findings.wrong("waiting", "late", count=count, seconds=seconds)


def _check_stamps(work: _Work, heads: Block) -> None:
    stamped = [row for row in heads if row[5] is not None]
    if not stamped:
        work.findings.skip("stamps", "no-stamps")
        return
    if not work.asked.roots:
        work.findings.skip("stamps", "no-stamp-roots", count=len(stamped))
        return
    for year, size, _, note, _, token in stamped:
        try:
            stamps.check(plain(token), plain(note), work.asked.roots)
        except EvidenceError as error:
            words = {"year": year, "size": size, "why": error.message}
            work.findings.wrong("stamps", "stamp", **words)
        work.asked.pace()
