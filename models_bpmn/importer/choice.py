"""Which process of which file a case runs, and which others it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from lxml.etree import _Element as Element

from engine.domain.model import Node, NodeKind
from models_bpmn.importer import calling, dialect, parse, published, reader, values
from models_bpmn.importer.calling import Calls
from models_bpmn.importer.draft import Draft
from models_bpmn.importer.events import Events
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Place, Report
from models_bpmn.importer.vocabulary import BPMN, QT

_BINDING: Final = f"{{{QT}}}binding"


@dataclass(slots=True)
class Chosen:
    """The main process, the other pools, and every process that these call, read."""

    main: str
    #: What is called of published procedures.
    calls: Calls
    #: The other pools that run.
    pools: tuple[str, ...] = ()
    drafts: dict[str, Draft] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def used(self, order: Sequence[str]) -> Mapping[str, bytes]:
        """The files that hold the processes of `order`, each once."""
        names = dict.fromkeys(self.drafts[process].place.file for process in order)
        return MappingProxyType({name: self.contents[name] for name in names})


@dataclass(frozen=True, slots=True)
class _Found:
    source: Source
    element: Element


def choose(
    sources: Sequence[Source],
    process: str,
    report: Report,
    calls: Calls,
) -> Chosen | None:
    """Read the processes that will run; None when none can be found."""
    found = _processes(sources, report)
    main = _main(found, sources, process, report)
    if main is None:
        return None
    pools = _pools(main, found)
    if pools:
        place = found[main].source.place(found[main].element)
        told = ", ".join(pools)[:300]
        report.add("process-pools", place, pools=told)
    contents = {source.name: source.content for source in sources}
    chosen = Chosen(main, calls, pools, contents=contents)
    _read_called(chosen, found, report)
    calling.look_at(chosen.calls, chosen.drafts[main], report)
    return chosen


def read(files: Sequence[tuple[str, bytes]], report: Report) -> list[Source]:
    """Every file that can be read, with the reasons for the others in `report`."""
    if not files:
        report.add("file-none", Place())
    seen: set[str] = set()
    sources = []
    for name, content in files:
        if name in seen:
            report.add("file-twice", Place(file=name))
        seen.add(name)
        source = reader.read(name, content, report)
        if source is not None:
            sources.append(source)
    return sources


def _processes(sources: Sequence[Source], report: Report) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for source in sources:
        for identity, element in parse.processes(source).items():
            if identity in found:
                report.add(
                    "process-twice",
                    source.place(element),
                    file=found[identity].source.name,
                    other=source.name,
                )
            found.setdefault(identity, _Found(source, element))
    return found


def _main(
    found: Mapping[str, _Found],
    sources: Sequence[Source],
    wanted: str,
    report: Report,
) -> str | None:
    first = Place(file=sources[0].name)
    if wanted:
        if wanted in found:
            return wanted
        report.add(
            "process-unknown", first, process=wanted, known=", ".join(found) or "–"
        )
        return None
    own = [one for one in found if found[one].source is sources[0]]
    if not own:
        report.add("no-process", first)
        return None
    return _first(own, found, report)


def _first(own: Sequence[str], found: Mapping[str, _Found], report: Report) -> str:
    """The first executable process; a plain diagram need not say that it is one."""
    says = {one: _says(found[one]) for one in own}
    running = [one for one in own if says[one]]
    silent = [one for one in own if says[one] is None]
    main = (running or silent or list(own))[0]
    place = found[main].source.place(found[main].element)
    if says[main] is False:
        report.add("process-not-executable", place)
    told = {main, *_pools(main, found)}
    told |= {call for one in own for call in _calls(found[one].element)}
    others = [one for one in running or silent or own if one not in told]
    if others:
        report.add("process-others", place, others=", ".join(others))
    return main


def _says(process: _Found) -> bool | None:
    return values.flag(process.element, "isExecutable", default=None)


def _pools(main: str, found: Mapping[str, _Found]) -> tuple[str, ...]:
    """The other pools of the collaboration that say they run, as the main one does."""
    root = found[main].source.root
    pools = [
        [one.get("processRef", "") for one in reader.children(drawn, "participant")]
        for drawn in reader.children(root, "collaboration")
    ]
    named = dict.fromkeys(one for drawn in pools if main in drawn for one in drawn)
    beside = [one for one in named if one in found and one != main]
    called = {call for one in found.values() for call in _calls(one.element)}
    accepted = {True, _says(found[main])}
    return tuple(
        one for one in beside if one not in called and _says(found[one]) in accepted
    )


def _calls(process: Element) -> set[str]:
    tag = NodeKind.CALL_ACTIVITY.value
    calls = process.iter(f"{{{BPMN}}}{tag}")
    return {call.get("calledElement", "").strip() for call in calls}


def _read_called(chosen: Chosen, found: Mapping[str, _Found], report: Report) -> None:
    events: dict[str, Events] = {}
    waiting = [chosen.main, *chosen.pools]
    while waiting:
        identity = waiting.pop(0)
        if identity in chosen.drafts or identity not in found:
            continue
        source, element = found[identity].source, found[identity].element
        if source.name not in events:
            events[source.name] = Events(source, report)
        dialect.check(source, element, report)
        draft = parse.read(source, element, events[source.name], report)
        chosen.drafts[identity] = draft
        for node in list(draft.nodes.values()):
            if node.kind is NodeKind.CALL_ACTIVITY:
                waiting.append(node.body)
                own = node.body in found
                latest = _latest(source.by_id.get(node.id))
                if own and latest:
                    report.add("call-latest", draft.places[node.id])
                if node.body and not own:
                    _link(chosen, draft, node, latest=latest)


def _latest(call: Element | None) -> bool:
    return call is not None and call.get(_BINDING, "").strip() == published.LATEST


def _link(chosen: Chosen, draft: Draft, node: Node, *, latest: bool) -> None:
    """Take in the published procedure that a call means."""
    for made in chosen.calls.link(draft, node, latest=latest):
        chosen.drafts[made.id] = made
        chosen.contents[made.place.file] = chosen.calls.content(made)
