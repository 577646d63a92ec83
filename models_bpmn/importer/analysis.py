"""What becomes of a set of files: it runs, documents, waits for answers, is refused.

The strict steps (choose, parse, link, lint) stay strict. What they refuse and a person
can settle becomes a question; its answer, or its default while there is none, is
carried out on the sheet, and the strict steps look again, until nothing is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from engine.domain.model import Model
from engine.errors import Finding
from engine.forms.form import Form
from models_bpmn.importer import (
    assembly,
    balance,
    choice,
    dialects,
    lint,
    parse,
    published,
    remedies,
    repairs,
    values,
)
from models_bpmn.importer.assembly import Assembled
from models_bpmn.importer.balance import Listed
from models_bpmn.importer.calling import Calls
from models_bpmn.importer.desk import Decision, Desk
from models_bpmn.importer.link import Graph
from models_bpmn.importer.lint.look import Look, compiled
from models_bpmn.importer.published import Call, Find
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Place, Remark, Report
from models_bpmn.importer.sheet import Sheet

#: More rounds of answering than any drawing needs; each settles all that is known.
_ROUNDS: Final = 25
#: Elements looked at in all rounds together, so that a huge drawing cannot keep the
#: import busy; a few rounds are always made.
_LOOKS: Final = 12_000
_FEWEST: Final = 3
#: The question whether a drawing that says it is no executable one runs all the same.
INTENT: Final = "process-not-executable"


class Outcome(Enum):
    """What becomes of a file."""

    RUNS = "runs"
    DOCUMENTATION = "documentation"
    DECISIONS = "decisions"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an import is told besides the files."""

    #: Id of the process that a case runs; empty: the first executable one.
    process: str = ""
    #: Form documents of the package; None: not at hand and not checked.
    forms: Mapping[str, bytes] | None = None
    #: Names of the functions that service tasks may call.
    services: frozenset[str] = frozenset()
    #: Ids of the decisions of the package; None: not at hand and not checked.
    decisions: frozenset[str] | None = None
    #: Answers by decision.
    answers: Mapping[str, str] = field(default_factory=dict)
    #: Whether every default counts as an answer.
    defaults: bool = False
    #: Whether a drawing that says it is not executable stays a document.
    intent: bool = True
    #: Finds the published procedures that no file of the drawing holds.
    find: Find = published.nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The outcome with everything that was found."""

    outcome: Outcome
    dialect: str = ""
    nodes: int = 0
    executable: int = 0
    listed: tuple[Listed, ...] = ()
    #: The questions that nobody has answered.
    decisions: tuple[Decision, ...] = ()
    #: Every question that was asked, answered or not.
    asked: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    #: What a strict import refuses: the first round with a question left open.
    refusals: tuple[Finding, ...] = ()
    #: The model; it stands on defaults while decisions are open. Of a document it is
    #: what an outline shows. None: there is none.
    model: Model | None = None
    #: The other pools that run, as cases of their own: process id → model.
    pools: Mapping[str, Model] = field(default_factory=dict)
    #: The files the model is made of, by name, in link order.
    files: Mapping[str, bytes] = field(default_factory=dict)
    #: Forms that foreign extensions were translated to.
    forms: Mapping[str, bytes] = field(default_factory=dict)
    #: The calls of published procedures.
    calls: tuple[Call, ...] = ()


@dataclass(slots=True)
class _Work:
    """The import in progress."""

    settings: Settings
    base: Report
    desk: Desk
    sheets: dict[str, Sheet] = field(default_factory=dict)
    dialect: str = ""
    tried: set[tuple[str, str, str]] = field(default_factory=set)
    accepted: set[tuple[str, str, str]] = field(default_factory=set)
    #: Remarks about what was asked, and the first round with an open question.
    remarks: list[Remark] = field(default_factory=list)
    first: tuple[Finding, ...] = ()
    #: The forms of the package, compiled.
    compiled: Mapping[str, Form] = field(default_factory=dict)

    @property
    def sources(self) -> list[Source]:
        return [sheet.source for sheet in self.sheets.values()]


def analyse(files: Sequence[tuple[str, bytes]], settings: Settings) -> Analysis:
    """Read the files of a procedure and tell what becomes of them."""
    report = Report()
    work = _Work(settings, report, Desk(settings.answers, defaults=settings.defaults))
    work.compiled = compiled(settings.forms)
    sources = choice.read(files, report)
    if len(sources) < len(files) or not files or report.refused:
        # What a refused file holds is unknown; guessing would tell untrue things.
        return Analysis(
            outcome=Outcome.REFUSED,
            findings=report.findings,
            refusals=report.findings,
        )
    for source in sources:
        _prepare(source, work)
    if _documents(work):
        return _document(work)
    return _run(work)


def _document(work: _Work) -> Analysis:
    """A document: nothing of it runs, but it is outlined as if it did."""
    work.first = work.base.findings
    made = _finished(Outcome.DOCUMENTATION, work, Report(), None)
    if not any(parse.processes(source) for source in work.sources):
        return made
    return replace(made, model=_run(work).model)


def _prepare(source: Source, work: _Work) -> None:
    sheet = Sheet(source, dict(source.by_id))
    source = sheet.source = replace(source, by_id=sheet.by_id)
    repairs.first(sheet, work.base)
    balance.census(sheet)
    dialect = dialects.translate(sheet)
    if work.dialect in {"", "plain"}:
        work.dialect = dialect
    work.sheets[source.name] = sheet


def _documents(work: _Work) -> bool:
    """Whether the drawing is a document by intent (BPMN 2.0.2, 10.1: isExecutable)."""
    first = work.sources[0]
    found = [one for source in work.sources for one in parse.processes(source).values()]
    if not parse.processes(first):
        if not work.settings.process:
            work.base.add("no-process", Place(file=first.name))
        return not found or not work.settings.process
    says = [values.flag(one, "isExecutable", default=None) for one in found]
    if work.settings.process or not work.settings.intent:
        return False
    if not all(one is False for one in says):
        return False
    place = first.place(found[0])
    question = Decision(
        id=f"{INTENT}:{place.element}",
        code=INTENT,
        place=place,
        choices=("documentation", "run"),
        params={"it": place.label},
    )
    return work.desk.decide(question) == "documentation"


def _run(work: _Work) -> Analysis:
    size = sum(len(sheet.by_id) for sheet in work.sheets.values())
    for _ in range(max(_FEWEST, min(_ROUNDS, _LOOKS // max(1, size)))):
        for sheet in work.sheets.values():
            repairs.again(sheet)
        report = Report()
        if not work.tried:
            report.extend(work.base.findings)
        made = _strict(work, report)
        refused = [one for one in report.refusals if _counts(one, work)]
        if not refused and made is not None:
            # Only what hangs together can be walked through.
            for graph in made.graphs:
                lint.walk(_look(graph, report, work))
            refused = [one for one in report.refusals if _counts(one, work)]
        if not refused:
            return _finished(Outcome.RUNS, work, report, made)
        if not _settle(refused, report, work):
            break
    work.first = work.first or report.findings
    # Only what nobody can settle is left: it is kept as a document, nothing of it runs.
    return _finished(_hopeless(refused), work, report, None)


def _hopeless(refused: Sequence[Remark]) -> Outcome:
    asked = {"process-unknown", "process-twice", "id-clash"}
    return (
        Outcome.REFUSED
        if any(one.code in asked for one in refused)
        else Outcome.DOCUMENTATION
    )


def _counts(one: Remark, work: _Work) -> bool:
    return (one.code, one.file, one.element) not in work.accepted


def _strict(work: _Work, report: Report) -> Assembled | None:
    settings = work.settings
    calls = Calls(find=settings.find, answers=settings.answers)
    made = assembly.assemble(work.sources, settings.process, report, calls)
    if made is None:
        return None
    for graph in made.graphs:
        lint.check(_look(graph, report, work))
    for name in work.sheets:
        if name not in made.files:
            report.add("file-unused", Place(file=name))
    return made


def _look(graph: Graph, report: Report, work: _Work) -> Look:
    settings = work.settings
    made = [name for sheet in work.sheets.values() for name in sheet.forms]
    forms = None if settings.forms is None else frozenset({*settings.forms, *made})
    return Look(
        graph=graph,
        report=report,
        forms=forms,
        compiled=work.compiled,
        services=settings.services,
        decisions=settings.decisions,
        drawn=frozenset(one for sheet in work.sheets.values() for one in sheet.drawn),
    )


def _settle(refused: Sequence[Remark], report: Report, work: _Work) -> bool:
    """Ask about everything refused and carry the answers out; False: nothing helped."""
    cases = _cases(refused, work)
    acted: set[tuple[str, str]] = set()
    opened = False
    for key, case, remedy in cases:
        _, file, identity = key
        gone = case.sheet.by_id.get(identity) is not case.element
        if gone or case.stale or (file, identity) in acted:
            continue
        acted.add((file, identity))
        work.tried.add(key)
        opened = _ask(key, case, remedy, work) or opened
    if opened and not work.first:
        work.first = report.findings
    return bool(acted)


def _cases(
    refused: Sequence[Remark], work: _Work
) -> list[tuple[tuple[str, str, str], remedies.Case, remedies.Remedy]]:
    """What is to be asked: the outermost elements first, then in order of the table."""
    found: dict[tuple[str, str, str], tuple[remedies.Case, remedies.Remedy]] = {}
    for remark in refused:
        sheet = work.sheets.get(remark.file)
        element = None if sheet is None else sheet.find(remark.element)
        remedy = remedies.REMEDIES.get(remark.code)
        if sheet is None or element is None or remedy is None:
            continue
        element = remedy.subject(sheet, element)
        key = (remark.code, remark.file, element.get("id", ""))
        if key in work.tried:
            key = (f"{remark.code}/2", *key[1:])
            remedy = remedies.LAST
        if key in work.tried:
            continue
        made = remedies.Case(
            sheet=sheet,
            element=element,
            services=work.settings.services,
            decisions=work.settings.decisions,
        )
        found.setdefault(key, (made, remedy))[0].found.append(remark)
    order = {code: number for number, code in enumerate(remedies.REMEDIES)}
    rows = [(key, *pair) for key, pair in found.items()]
    return sorted(
        rows,
        key=lambda row: (
            sum(1 for _ in row[1].element.iterancestors()),
            order.get(row[1].code, 0),
        ),
    )


def _ask(
    key: tuple[str, str, str],
    case: remedies.Case,
    remedy: remedies.Remedy,
    work: _Work,
) -> bool:
    """Ask one question and carry out its answer; True when nobody has answered it."""
    code, file, identity = key
    place = replace(case.sheet.place(case.element), element=identity)
    several = len(work.sheets) > 1
    what = {
        **case.found[0].params,
        "it": place.label,
        "binding": case.sheet.bindings.get(identity, ""),
    }
    decision = Decision(
        id=f"{code}:{file}:{identity}" if several else f"{code}:{identity}",
        code=case.code,
        place=place,
        choices=tuple(dict.fromkeys(remedy.choices(case))),
        params=what,
    )
    answer = work.desk.decide(decision)
    is_open = not work.desk.answered(decision)
    if is_open:
        work.remarks += [replace(one, severity="decision") for one in case.found]
    else:
        report = Report()
        report.add("decided", place, about=case.code, answer=answer)
        work.remarks += report.findings
    if answer == remedies.ACCEPT:
        work.accepted.update((one.code, one.file, one.element) for one in case.found)
    remedy.act(case, answer)
    return is_open


def _finished(
    outcome: Outcome, work: _Work, report: Report, made: Assembled | None
) -> Analysis:
    opened = work.desk.open if outcome is Outcome.RUNS else ()
    if outcome is Outcome.RUNS and opened:
        outcome = Outcome.DECISIONS
    running = set() if made is None else made.running
    elsewhere = outcome.value if made is None else "other-process"
    missing = balance.listed(work.sheets, running, opened, elsewhere)
    nodes = balance.drawn(work.sheets)
    answers = {one: work.settings.answers.get(one) for one in work.desk.asked}
    models = () if made is None else made.models(answers)
    forms = {
        name: text for one in work.sheets.values() for name, text in one.forms.items()
    }
    return Analysis(
        outcome=outcome,
        dialect=work.dialect,
        nodes=nodes,
        executable=nodes - len(missing),
        listed=missing,
        decisions=opened,
        asked=tuple(work.desk.asked.values()),
        findings=_findings(outcome, work, report),
        refusals=work.first,
        model=models[0] if models else None,
        pools={one.id: one for one in models[1:]},
        files={} if made is None else made.files,
        forms=forms,
        calls=() if made is None else tuple(made.chosen.calls.made),
    )


def _findings(outcome: Outcome, work: _Work, report: Report) -> tuple[Remark, ...]:
    told = Report()
    for sheet in work.sheets.values():
        for code, place, said in sheet.changes:
            told.add(code, place, **said)
    told.extend(work.remarks)
    refused = outcome is Outcome.REFUSED
    for one in (*work.base.findings, *report.findings):
        if one.severity != "refusal" or refused:
            told.extend([one])
        elif outcome is Outcome.DOCUMENTATION:
            # Why nothing of it runs; that is no fault of a document.
            told.extend([replace(one, severity="note")])
    return told.findings
