"""The report in a bundle: what happened in each case, as a table and as a picture.

It is made of the same bytes that the bundle proves, with the values that the reader may
see, and stands beside them for reading. A record that does not hold is told as such.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import jinja2

from engine import erasure
from engine.domain.events import Personal, Sealed
from engine.domain.procedure import Version
from engine.errors import EngineError, EvidenceError
from engine.evidence import gathering, record, retrace
from engine.judging import library
from engine.judging.court import Court
from engine.judging.norm import Surroundings
from engine.judging.ruling import Judgement
from engine.package import Package
from engine.ports import UnitOfWork
from engine.queries import CaseItem
from models_bpmn import picture
from webui import (
    annexes,
    context,
    formats,
    i18n,
    judging,
    replaying,
    timeline,
    verdicts,
    words,
)
from webui.documents import typesetting

FORMAT: Final = "quytrinh-report/1"
#: Pictures by the hash of a version and the name of a file.
Pictures = Mapping[str, Mapping[str, bytes]]
#: Cases of which each gets a picture of its own.
_PICTURED: Final = 50
_FAMILY: Final = re.compile("font-family:[^;}]*")
_NOT_JUDGED: Final = "không xét được / not judged"
_NOT_TOLD: Final = "không dựng lại được / cannot be followed"
_TEMPLATES: Final = Path(__file__).parent / "templates" / "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What is there for reading."""

    #: Entry name → bytes.
    entries: Mapping[str, bytes]
    pictures: Pictures
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One case of the report."""

    document: dict[str, Any]
    #: Hash of the version and the picture; empty where it could not be drawn.
    version: str = ""
    picture: str = ""
    #: The replay as a page of its own; empty where there is none.
    replay: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """The report over some cases."""

    app: context.Application
    gathered: gathering.Gathered
    items: tuple[CaseItem, ...]
    #: Whether the reader may see what was entered.
    opens: Mapping[UUID, bool]
    _missing: list[str] = field(default_factory=list)
    _judgements: dict[UUID, Judgement] = field(default_factory=dict)

    def make(self) -> Read:
        """The report in every form, and the pictures."""
        with self.app.store.read(UUID(self.gathered.contents.tenant)) as uow:
            court = self._court(uow)
            cases = [self._told(item, uow, court) for item in self.items]
        document = {"format": FORMAT, "cases": [one.document for one in cases]}
        html = _environment().get_template("report.html")
        return Read(
            entries={
                "report.json": annexes.document_of(document),
                "report.html": html.render(cases=cases, style=picture.STYLE).encode(),
                "report.pdf": self._paper(cases),
                **self._replays(cases),
            },
            pictures=self._pictures(cases),
            missing=tuple(self._missing),
        )

    def _replays(self, cases: Sequence[_Told]) -> Mapping[str, bytes]:
        """Each case moment by moment, as a page that needs nothing else."""
        found = {}
        for one in cases:
            code = annexes.file_name(one.document["code"])
            name = "report.replay" if len(cases) == 1 else f"report.replay.{code}"
            if one.replay:
                found[f"{name}.html"] = one.replay.encode()
        return found

    def _paper(self, cases: Sequence[_Told]) -> bytes:
        """The report as a PDF of pages."""
        told = [_printed(one) for one in cases]
        now = self.app.clock.now()
        return typesetting.pdf("report", {"cases": told}, now)

    def _court(self, uow: UnitOfWork) -> Court | None:
        """Who judges the cases; nobody where the organisation's record is spoiled."""
        tools = self.app.engine.tools
        tenant = UUID(self.gathered.contents.tenant)
        try:
            people = library.people(uow, tenant)
            known = library.calendars(uow, tenant, tools.calendar)
        except EvidenceError as error:
            self._missing.append(f"{_NOT_JUDGED}: {error.message}")
            return None
        norms = library.Library(uow, tools.packages)
        around = Surroundings(norms=norms, services=tools.services, calendars=known)
        return Court(around, people)

    def _judged(self, item: CaseItem, court: Court | None) -> Mapping[str, Any]:
        """Six verdicts on every event of a case; nothing where they cannot be made."""
        if court is None:
            return {}
        # Of the moment of which everything else in the bundle is, not of this one.
        events, head = self.gathered.histories[item.id], self.gathered.ends[item.id]
        try:
            found = court.case(events, head)
        except EngineError as error:
            self._missing.append(f"{item.code}: {_NOT_JUDGED}: {error.message}")
            return {}
        self._judgements[item.id] = found
        told = judging.plain(found)
        if not self.opens[item.id]:
            # What differs may be what somebody entered.
            for event in told["events"]:
                for verdict in event["verdicts"].values():
                    verdict.pop("params", None)
        return told

    def _pictures(self, cases: Sequence[_Told]) -> Pictures:
        found: dict[str, dict[str, bytes]] = {}
        for one in cases:
            if one.picture:
                code = annexes.file_name(one.document["code"])
                name = "diagram" if len(cases) == 1 else code
                content = one.picture.replace(
                    "<g ", f"<style>{picture.STYLE}</style><g ", 1
                )
                found.setdefault(one.version, {})[f"{name}.svg"] = content.encode()
        return found

    def _told(self, item: CaseItem, uow: UnitOfWork, court: Court | None) -> _Told:
        kept = uow.procedures
        judged = self._judged(item, court)
        document: dict[str, Any] = {
            "code": item.code,
            "procedure": {
                "code": item.procedure_code,
                "name": item.procedure,
                "version": item.version_number,
            },
            "opened": _moment(item.opened_at),
            "due": _moment(item.due_at),
            "closed": _moment(item.closed_at),
            "status": item.status.value,
            "values": self.opens[item.id],
            "answer": judged.get("answer", ""),
            "deviations": judged.get("deviations", []),
        }
        try:
            version = kept.version(item.version)
            package = self.app.packages.published(version, kept).pool(item.process)
            told = self._followed(item, document, version, package)
        except EngineError as error:
            self._missing.append(f"{item.code}: {_NOT_TOLD}: {error.message}")
            document |= {"problem": error.message, "steps": []}
            return _Told(document={**document, "verdicts": judged.get("events", [])})
        found = {one["seq"]: one["verdicts"] for one in judged.get("events", ())}
        for step in document["steps"]:
            step["verdicts"] = found.get(step["seq"], {})
        return told

    def _followed(
        self,
        item: CaseItem,
        document: dict[str, Any],
        version: Version,
        package: Package,
    ) -> _Told:
        events = self.gathered.histories[item.id]
        try:
            steps = retrace.opened(_shown(events, opens=self.opens[item.id]))
        except (KeyError, TypeError, ValueError) as error:
            message = f"The record cannot be read: {type(error).__name__}."
            raise EvidenceError(message) from error
        marks = timeline.marks(steps, _open(steps))
        document["steps"] = [*self._steps(item, package, steps)]
        document["path"] = {"done": [*marks.done], "taken": [*marks.taken]}
        if len(self.items) > _PICTURED:
            return _Told(document=document, version=version.hash)
        drawn = picture.draw(
            package.diagram, _label(item, document["steps"]), _marks(marks)
        )
        return _Told(
            document=document,
            version=version.hash,
            picture=drawn,
            replay=self._replay(item, package),
        )

    def _replay(self, item: CaseItem, package: Package) -> str:
        source = replaying.Source(
            app=self.app,
            tenant=UUID(self.gathered.contents.tenant),
            item=item,
            package=package,
            events=self.gathered.histories[item.id],
            opens=self.opens[item.id],
            judged=self._said(item, package),
        )
        return replaying.render_offline(source.tell())

    def _said(
        self, item: CaseItem, package: Package
    ) -> Mapping[int, tuple[verdicts.Said, ...]]:
        """The verdicts in words; a reason may name what somebody entered."""
        found = self._judgements.get(item.id)
        if found is None or not self.opens[item.id]:
            return {}
        tenant = UUID(self.gathered.contents.tenant)
        told = verdicts.in_words(
            found,
            package.model,
            self.app.directory.organisation(tenant),
            self.app.queries.names(tenant, verdicts.accounts(found)),
        )
        return {row.seq: row.said for row in told.rows}

    def _steps(
        self, item: CaseItem, package: Package, steps: Sequence[retrace.Step]
    ) -> Iterator[dict[str, Any]]:
        tenant = UUID(self.gathered.contents.tenant)
        reader = timeline.Reader(
            package=package,
            organisation=self.app.directory.organisation(tenant),
            calendar=context.counted(self.app, tenant, item),
        )
        events = self.gathered.histories[item.id]
        names = self.app.queries.names(tenant, timeline.accounts(steps))
        opens = self.opens[item.id]
        for line, event in zip(timeline.lines(steps, reader), events, strict=True):
            told = _step(line, names, opens=opens)
            told["leaf"] = event.leaf.hex()
            yield told


def readme() -> bytes:
    """How to check a bundle, in both languages."""
    return _environment().get_template("readme.html").render().encode()


def _step(
    line: timeline.Line, names: Mapping[UUID, str], *, opens: bool
) -> dict[str, Any]:
    """One act as a row."""
    what = words.EVENT[line.type]
    told: dict[str, Any] = {
        "seq": line.seq,
        "at": _moment(line.at),
        "type": line.type.value,
        "what_vi": i18n.translations("vi").ugettext(what),
        "what_en": what,
        "element": line.element,
        "step": line.name,
        "outcome": line.outcome,
        "who": names.get(line.account, "") if line.account else "",
        "position": line.position,
        "agency": line.agency,
        "due": _moment(line.due),
        "late": line.late,
        "minutes": line.spent,
        "rules": [f"{one.table}: {one.row}" for one in line.rules],
    }
    if opens:
        told["answers"] = [
            {"label": one.label, "text": one.text, "erased": one.erased}
            | ({"under": _under(one.order)} if one.order else {})
            | ({"files": [*one.files]} if one.files else {})
            for one in line.answers
        ]
    return told


def _under(order: erasure.Order) -> dict[str, str]:
    """The order under which a value was erased."""
    return {
        "basis": order.basis,
        "order": order.order,
        "at": record.instant(order.at),
        "day": formats.day(order.at),
    }


def _printed(told: _Told) -> dict[str, Any]:
    """A case as its template sets it: instants as people read them, nothing missing."""
    case = told.document
    steps = [
        {**step, "at": _local(step["at"]), "due": _local(step["due"])}
        | {"answers": step.get("answers", []), "verdicts": step.get("verdicts", {})}
        for step in case["steps"]
    ]
    drawn = told.picture.replace("<g ", f"<style>{picture.STYLE}</style><g ", 1)
    return {
        **case,
        **{name: _local(case[name]) for name in ("opened", "due", "closed")},
        "problem": case.get("problem", ""),
        "steps": steps,
        # The typesetter knows its own fonts alone.
        "picture": _FAMILY.sub("font-family:'Libertinus Serif'", drawn),
        "way": " → ".join(step["step"] for step in steps if step["step"]) or "–",
    }


def _shown(events: Sequence[Sealed], *, opens: bool) -> Sequence[Sealed]:
    """The events with what the reader may see."""
    if opens:
        return events
    return [
        replace(
            event,
            personal=tuple(
                Personal(name=one.name, value=None, salt=None) for one in event.personal
            ),
        )
        for event in events
    ]


def _open(steps: Sequence[retrace.Step]) -> list[str]:
    """Elements with work that was opened and not closed."""
    there: dict[tuple[str, int], None] = {}
    for step in steps:
        effect = step.body.get("effect", {})
        for element, occurrence, *_ in effect.get("closed", ()):
            there.pop((element, occurrence), None)
        for element, occurrence, *_ in effect.get("opened", ()):
            there[element, occurrence] = None
    return [element for element, _ in there]


def _marks(marks: timeline.Marks) -> picture.Marks:
    classes: dict[str, Sequence[str]] = dict.fromkeys(marks.taken, ("is-taken",))
    classes |= dict.fromkeys(marks.done, ("is-done",))
    classes |= dict.fromkeys(marks.current, ("is-current",))
    return picture.Marks(classes=classes)


def _label(item: CaseItem, steps: Sequence[Mapping[str, Any]]) -> str:
    """The picture in words: the steps in their order."""
    way = " → ".join(one["step"] for one in steps if one["step"])
    return f"{item.procedure}, hồ sơ {item.code}. Đường đã đi: {way}"


def _moment(at: datetime | None) -> str | None:
    return None if at is None else record.instant(at)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = _local
    return made


def _local(text: str | None) -> str:
    """A sealed instant by the clock of Vietnam."""
    return formats.moment(datetime.fromisoformat(text)) if text else ""
