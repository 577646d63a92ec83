"""Make evidence bundles: choose, wait until all is under a signed head, read, record.

Whatever the log proves comes from `engine.evidence.gathering`; what is made of it for
reading (report, pictures, calendar, organisation) is put beside it here.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from typing import Final, Protocol, TypeVar, cast
from uuid import UUID

from engine import limits
from engine.commands import export_evidence
from engine.commands.export_evidence import Exported, ExportEvidence, Through
from engine.commands.transaction import Result
from engine.domain import iso8601, policy
from engine.domain.case import Case
from engine.domain.organisation import Actor
from engine.domain.run import Json
from engine.errors import (
    EvidenceError,
    NotFoundError,
    NotReadyError,
    SignerRefusedError,
    StaleError,
    TooLargeError,
)
from engine.evidence import bundle, gathering, record, verifier
from engine.ports import UnitOfWork
from engine.queries import CaseFilter, CaseItem
from webui import annexes, context, reporting, sequencing, stamping, uploads

#: Seconds to wait for the sequencer of the server, and between two looks.
PATIENCE: Final = 3.0
_REST: Final = 0.1
_PAGE: Final = 200
#: How often a bundle is made anew because something of it was erased meanwhile.
_TIMES: Final = 3
_NOT_YET: Final = "not-provable"
_COLUMNS: Final = ("sha256", "size", "type", "case", "name")
#: What is left out of a bundle, for `bundle.json`: entry, Vietnamese / English.
_NO_VALUES: Final = (
    "personal/openings.jsonl: người nhận gói không được xem mọi giá trị đã nhập"
    " / not all values are for this reader"
)
_NO_FILES: Final = (
    "attachments/: chỉ yêu cầu mã băm của tệp đính kèm / only their hashes were"
    " asked for"
)
_GONE: Final = "không còn tệp / not here any more"
Found = TypeVar("Found")


class Application(context.Application, Protocol):
    """The installation, with the files that people attached."""

    @property
    def attachments(self) -> uploads.Attachments:
        """Where the bytes and their names are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much a bundle is to hold."""

    #: What was entered, as far as the reader may see it.
    values: bool = True
    #: The bytes of attached files.
    attachments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A bundle, ready to be handed out."""

    content: bytes
    #: Proposed name of the file.
    name: str
    #: What could not be put in.
    missing: tuple[str, ...] = ()
    #: Its cases, as far as they are in it.
    cases: tuple[Exported, ...] = ()
    #: Whether anything is in it that can be erased.
    opens: bool = True


@dataclass(frozen=True, kw_only=True)
class Export:
    """One export on its way."""

    app: Application
    actor: Actor
    #: Nobody asks but whoever operates the machine.
    operator: bool = False
    options: Options = Options()
    #: Where it was asked for, for the record.
    through: Through = Through.PAGE
    #: Seconds to wait until everything is under a signed head.
    patience: float = PATIENCE
    #: Sequences and signs now; None: the server does it every second.
    sequence: Callable[[], object] | None = None
    _missing: list[str] = field(default_factory=list)

    def make(self, items: Sequence[CaseItem]) -> Made:
        """The bundle of some cases; that it is handed out is recorded.

        Raises:
            NotAllowedError: The actor exports no evidence.
            NotFoundError: There is no case, or the actor may not know of one.
            NotReadyError: An event is not under a signed head yet (`not-provable`).
            StaleError: Something was erased each time that it was made
                (`erased-meanwhile`).
            TooLargeError: These are too many cases, or too many bytes.
        """
        for item in items:
            policy.check(self.actor, policy.Action.EVIDENCE_EXPORT, self._thing(item))
        if not items:
            raise NotFoundError(code="no-cases")
        if len(items) > limits.BUNDLE_CASES:
            raise TooLargeError(code="bundle-cases", limit=limits.BUNDLE_CASES)
        for _ in range(_TIMES - 1):
            try:
                return self._made(items)
            except StaleError as error:
                if error.code != export_evidence.ERASED:
                    raise
                # Whole as it was before, or whole as it is now: anew from the start.
                self._missing.clear()
        return self._made(items)

    def check(self, made: Made) -> None:
        """Refuse a bundle of which something was erased since it was read.

        Raises:
            StaleError: It holds what no bundle may hold any more (`erased-meanwhile`).
        """
        if made.opens:
            with self.app.store.read(self.actor.tenant) as uow:
                export_evidence.still_there(uow, made.cases)

    def _made(self, items: Sequence[CaseItem]) -> Made:
        """One bundle of one moment. Raises as `make`, and as `check`."""
        gathered, items = self._waited(lambda sources: self._read(sources, items))
        contents = self._completed(items, gathered)
        told = self._record(contents)
        stream, seqs = UUID(str(told["stream"])), cast("list[int]", told["seqs"])
        contents = self._waited(
            lambda sources: gathering.with_export(sources, contents, stream, seqs)
        )
        content = bundle.assemble(replace(contents, stamp=self._stamp))
        name = items[0].code if len(items) == 1 else f"{len(items)}-ho-so"
        made = Made(
            content=content,
            name=f"{annexes.file_name(name)}.asice",
            missing=tuple(self._missing),
            cases=tuple(_exported(contents)),
            opens=bool(contents.openings or contents.attachments),
        )
        # Heads are waited for, and time is stamped, after the export was recorded.
        self.check(made)
        return made

    def _thing(self, item: CaseItem) -> policy.Thing:
        return policy.Thing(tenant=self.actor.tenant, agencies=item.agencies.all())

    def _opens(self, item: CaseItem) -> bool:
        action = policy.Action.VALUES_OPEN
        return self.options.values and policy.allowed(
            self.actor, action, self._thing(item)
        )

    def _waited(self, read: Callable[[gathering.Sources], Found]) -> Found:
        """What the log proves; wait a little until it proves all of it."""
        if self.sequence is not None:
            try:
                self.sequence()
            except SignerRefusedError as error:
                self._missing.append(f"chưa ký được / not signed: {error.message}")
        # Where no head was ever signed, none comes while somebody waits.
        signs = bool(self.app.log.years(self.actor.tenant))
        last = time.monotonic() + (self.patience if signs else 0)
        while True:
            try:
                return self._from(read)
            except NotReadyError as error:
                if error.code != _NOT_YET or time.monotonic() > last:
                    raise
            time.sleep(_REST)

    def _from(self, read: Callable[[gathering.Sources], Found]) -> Found:
        tenant = self.actor.tenant
        with self.app.store.read(tenant) as uow:
            sources = gathering.Sources(
                uow=uow,
                log=self.app.log,
                heads=self.app.heads,
                days=self.app.days,
                tenant=tenant,
                origin=sequencing.log_name(tenant),
            )
            return read(sources)

    def _read(
        self, sources: gathering.Sources, items: Sequence[CaseItem]
    ) -> tuple[gathering.Gathered, tuple[CaseItem, ...]]:
        """What the log proves, and the cases as they are at the same moment."""
        rows = [sources.uow.cases.get(item.id) for item in items]
        pairs = list(zip(items, rows, strict=True))
        wanted = [self._wanted(sources.uow, *pair) for pair in pairs]
        return gathering.gather(sources, wanted), tuple(_now(*pair) for pair in pairs)

    def _wanted(self, uow: UnitOfWork, item: CaseItem, row: Case) -> gathering.Wanted:
        return gathering.Wanted(
            id=item.id,
            month=item.month,
            code=item.code,
            procedure=uow.procedures.version(item.version).procedure,
            opens=self._opens(item),
            head=(row.seq, row.head),
        )

    def _completed(
        self, items: Sequence[CaseItem], gathered: gathering.Gathered
    ) -> bundle.Contents:
        """The same with everything that is there for reading."""
        self._missing.extend(gathered.missing)
        opens = {item.id: self._opens(item) for item in items}
        report = reporting.Report(
            app=self.app, gathered=gathered, items=tuple(items), opens=opens
        )
        read = report.make()
        self._missing.extend(read.missing)
        index, files = self._files(items)
        return replace(
            gathered.contents,
            editions=tuple(self._editions(gathered, read.pictures)),
            attachments=files,
            about=self._about(items),
            reading={
                "README.html": reporting.readme(),
                **read.entries,
                **index,
                **self._calendars(gathered),
                "organisation.json": self._organisation(gathered),
            },
        )

    def _calendars(self, gathered: gathering.Gathered) -> dict[str, bytes]:
        """The editions that the events counted on, never those of today."""
        known = self.app.directory.calendars(
            self.actor.tenant, self.app.engine.tools.calendar
        )
        entries: dict[str, bytes] = {}
        for name in sorted(gathered.calendars):
            try:
                entries |= annexes.calendar(known.edition(name))
            except LookupError:
                self._missing.append(
                    f"calendars/: không có lịch {name} / there is no edition {name}"
                )
        return entries

    def _about(self, items: Sequence[CaseItem]) -> dict[str, Json]:
        account = self.actor.account
        left_out: list[Json] = [*self._missing]
        if not all(self._opens(item) for item in items):
            left_out.append(_NO_VALUES)
        if not self.options.attachments:
            left_out.append(_NO_FILES)
        roles: list[Json] = [*sorted(role.value for role in account.roles)]
        reader: dict[str, Json] = {"roles": roles}
        if not self.operator:
            reader["account"] = account.id.hex
        return {
            "made": record.instant(self.app.clock.now()),
            "by": f"quytrinh {metadata.version('quytrinh')}",
            "for": reader,
            "left_out": left_out,
        }

    def _editions(
        self, gathered: gathering.Gathered, pictures: reporting.Pictures
    ) -> Iterator[bundle.Edition]:
        with self.app.store.read(self.actor.tenant) as uow:
            for version in gathered.versions:
                try:
                    document = uow.procedures.normalised(version.id) or b""
                except EvidenceError as error:
                    self._missing.append(
                        f"model.json: không đọc được / cannot be read: {error.message}"
                    )
                    document = b""
                yield bundle.Edition(
                    hash=version.hash,
                    files=uow.procedures.files(version.id),
                    document=document,
                    pictures=pictures.get(version.hash, {}),
                )

    def _files(
        self, items: Sequence[CaseItem]
    ) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """The list of attached files, and their bytes where they are wanted."""
        tenant, kept = self.actor.tenant, self.app.attachments
        rows, files = [], {}
        size = 0
        for item in items:
            known = kept.of_case(tenant, item.id) if self._opens(item) else {}
            for sha, (name, kind, length) in sorted(known.items()):
                rows.append((sha, str(length), kind, item.code, name))
                if not self.options.attachments or sha in files:
                    continue
                size += length
                if size > limits.BUNDLE_BYTES:
                    raise TooLargeError(code="bundle-bytes", limit=limits.BUNDLE_BYTES)
                try:
                    files[sha] = kept.get(tenant, sha)
                except (NotFoundError, EvidenceError):
                    self._missing.append(f"attachments/{sha}: {_GONE}")
        if not rows:
            return {}, files
        return {"attachments/index.csv": annexes.table(_COLUMNS, rows)}, files

    def _organisation(self, gathered: gathering.Gathered) -> bytes:
        tenant, who = self.actor.tenant, annexes.acted(gathered.histories)
        names = self.app.queries.names(tenant, who.accounts)
        known = self.app.directory.organisation(tenant)
        return annexes.organisation(known, who, names)

    def _stamp(self, manifest: bytes) -> bytes | None:
        """The stamp of the authority of this installation; what failed is told."""
        url = stamping.configured()
        if url is None:
            return None
        try:
            return stamping.token(url, manifest)
        except EvidenceError as error:
            self._missing.append(
                f"{verifier.STAMP}: không có dấu thời gian / no time stamp:"
                f" {error.message}"
            )
            return None

    def _record(self, contents: bundle.Contents) -> Result:
        command = ExportEvidence(
            cases=tuple(_exported(contents)),
            parts=bundle.parts(contents),
            openings=len(contents.openings),
            attachments=len(contents.attachments),
            through=self.through,
        )
        if self.operator:
            return self.app.engine.run(command, self.actor.tenant)
        return self.app.engine.execute(command, self.actor)


def _now(item: CaseItem, row: Case) -> CaseItem:
    """A case as its row tells of it at another moment."""
    return replace(item, status=row.status, due_at=row.due_at, closed_at=row.closed_at)


def _exported(contents: bundle.Contents) -> Iterator[Exported]:
    """The cases of a bundle, each up to its last event in it."""
    for one in contents.cases:
        yield Exported(
            case=UUID(one.stream),
            seq=len(one.events),
            leaf=record.leaf_hash(one.events[-1].body).hex(),
        )


def choose(
    app: context.Application,
    actor: Actor,
    procedure: str,
    year: int | None,
    most: int = limits.BUNDLE_CASES,
) -> tuple[CaseItem, ...]:
    """The cases of a procedure, of a year, or both, that an actor may see.

    Where there are more than `most`, at least one more is given.
    """
    found: dict[UUID, CaseItem] = {}
    offset = 0
    while True:
        wanted = CaseFilter(procedure=procedure, limit=_PAGE, offset=offset)
        page = app.queries.cases(actor, wanted)
        # A case that is opened meanwhile moves the others to the next page.
        found |= {
            one.id: one
            for one in page
            if year in (None, iso8601.day(one.opened_at).year)
        }
        if len(page) < _PAGE or len(found) > most:
            return tuple(found.values())
        offset += _PAGE
