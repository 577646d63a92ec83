"""A version of a procedure as its page tells it, and the check of an upload."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import flask
from werkzeug.datastructures import FileStorage

from engine.commands import calling
from engine.commands.transaction import Result
from engine.commands.upload_version import UploadVersion
from engine.domain import policy
from engine.domain.model import Facts
from engine.domain.procedure import (
    Procedure,
    Version,
    VersionKind,
    VersionStatus,
)
from engine.errors import (
    AnswersInvalidError,
    EngineError,
    Finding,
    ModelInvalidError,
    NotAllowedError,
)
from engine.package import Package
from models_bpmn import packages, staffing
from webui import (
    attempts,
    calls,
    changes,
    context,
    decisions,
    drawn_facts,
    errors,
    i18n,
    intake,
    placing,
    questions,
    stages,
    submission,
    upload_words,
    words,
)
from webui.i18n import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What the check says about one place."""

    severity: str
    word: str
    text: str
    #: Name of the element as drawn, its id, and the line in the file.
    name: str
    element: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the life cycle."""

    name: str
    #: `is-now`, `is-next`, or empty for what is past.
    state: str
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that the page of a version shows."""

    version: Version
    procedure: Procedure
    package: Package
    remarks: list[Remark]
    changes: changes.Changes
    #: Name and size of each uploaded file.
    files: list[tuple[str, str]]
    steps: list[stages.Passed]
    facts: list[tuple[str, tuple[str, ...]]]
    decisions: list[decisions.Shown]
    #: What its steps and ends record of a dossier.
    recorded: list[drawn_facts.Recorded]
    life: list[Stage]
    #: The published procedures that it calls, and the callers that did not follow it.
    called: list[calls.Called]
    behind: list[calls.Caller]
    others: tuple[Version, ...]
    may_publish: bool
    may_retire: bool
    #: Why it cannot be published by the reader; empty when it can, or is published.
    reason: str
    #: Performers whose work no position does.
    unstaffed: tuple[str, ...]
    key: str


def upload(
    sent: Iterable[FileStorage],
) -> tuple[Result | EngineError, list[questions.Question]]:
    """Check what was sent and store it as a draft.

    Returns:
        The result or the refusal, and what is still to be decided about the diagram.
    """
    form = flask.request.form
    try:
        given = intake.files(sent)
        files = questions.answered(given, form)
    except EngineError as refusal:
        return refusal, []
    if form.get("keep") == VersionKind.DOCUMENT.value:
        command = UploadVersion(files=given, document=True)
        return attempts.attempt(command, form.get("key")), []
    if questions.mistakes(form):
        return AnswersInvalidError(()), _asked(files, form)
    stored = attempts.attempt(UploadVersion(files=files), form.get("key"))
    refused = isinstance(stored, ModelInvalidError)
    return stored, _asked(files, form) if refused else []


def _asked(
    files: Mapping[str, bytes], form: Mapping[str, str]
) -> list[questions.Question]:
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        find = calling.finder(uow.procedures, application.packages)
        return questions.asked(files, form, find)


def remarks(found: Sequence[Finding]) -> list[Remark]:
    """Findings in words, refusals first."""
    order = {"refusal": 0, "decision": 1, "warning": 2, "note": 3}
    return [
        Remark(
            severity=one.severity,
            word=translate(words.SEVERITY[one.severity]),
            text=packages.describe(one, i18n.language()),
            name=one.name,
            element=one.element,
            line=one.line,
        )
        for one in sorted(found, key=lambda one: order[one.severity])
    ]


def read(identity: UUID) -> View:
    """A version with everything that its page shows.

    Raises:
        NotFoundError: There is none in this tenant.
    """
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        version = uow.procedures.version(identity)
        procedure = uow.procedures.get(version.procedure)
        others = uow.procedures.versions(version.procedure)
        package = application.packages.published(version, uow.procedures)
        files = application.packages.unlinked(uow.procedures.files(version.id))
        called = calls.called(version, package, uow)
        behind = calls.behind(version, uow)
    people = {version.author, version.publisher} - {None}
    names = application.queries.names(actor.tenant, (one for one in people if one))
    reason = _reason(version)
    draft = version.status is VersionStatus.DRAFT
    steps = stages.unmarked(package.model)
    return View(
        version=version,
        procedure=procedure,
        package=package,
        remarks=_behind(called)
        + remarks(
            (
                *changes.others(package.findings),
                *staffing.check(
                    package.model, context.organisation_now(), context.today()
                ),
            )
        ),
        changes=changes.read(package),
        files=[
            (name, upload_words.size(len(content)))
            for name, content in sorted(files.items())
        ],
        steps=steps,
        recorded=drawn_facts.shown(package, steps),
        facts=list(_facts(package.model.facts)),
        decisions=decisions.shown(package.tables),
        life=_life(version, names),
        called=called,
        behind=behind,
        others=tuple(one for one in reversed(others) if one.id != version.id),
        may_publish=draft and not reason,
        may_retire=version.status is VersionStatus.PUBLISHED
        and context.may(policy.Action.PROCEDURE_RETIRE),
        reason=reason if draft else "",
        unstaffed=placing.unstaffed(
            context.organisation_now(), placing.everybody(package)
        ),
        key=submission.new_key(),
    )


def _behind(called: Iterable[calls.Called]) -> list[Remark]:
    """Calls of the latest version of a procedure that run an older one."""
    return [
        Remark(
            severity="warning",
            word=translate(words.SEVERITY["warning"]),
            text=translate(
                "It calls %(procedure)s in version %(number)s, while version %(newer)s"
                " is in force. Upload this procedure again.",
                procedure=one.procedure,
                number=one.number,
                newer=one.newer,
            ),
            name=one.step,
            element=one.element,
            line=0,
        )
        for one in called
        if one.newer
    ]


def _reason(version: Version) -> str:
    thing = policy.Thing(tenant=version.tenant, author=version.author)
    try:
        context.demand(policy.Action.PROCEDURE_PUBLISH, thing)
    except NotAllowedError as refusal:
        if refusal.code == "own-document":
            return errors.text_of(refusal)
        return translate("only an approver publishes, never its author")
    return ""


def _life(version: Version, who: Mapping[UUID, str]) -> list[Stage]:
    order = [VersionStatus.DRAFT, VersionStatus.PUBLISHED, VersionStatus.RETIRED]
    reached = order.index(version.status)
    publisher = who.get(version.publisher, "") if version.publisher else ""
    told = [
        ("Drafted and checked", who.get(version.author, ""), version.created_at),
        ("Published", publisher, version.published_at),
        ("No longer in force", "", None),
    ]
    return [
        Stage(name=translate(name), state=_state(number, reached), who=person, at=at)
        for number, (name, person, at) in enumerate(told)
    ]


def _state(number: int, reached: int) -> str:
    if number == reached:
        return "is-now"
    return "" if number < reached else "is-next"


def _facts(facts: Facts) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What the diagram says about the procedure, where it says it."""
    documents = (
        f"{name} ({quantity} {translate(words.DOCUMENT.get(kind, kind))})"
        for name, kind, quantity in facts.documents
    )
    supplement = words.POLICY.get(facts.supplement_policy, "")
    told: tuple[tuple[str, Iterable[str]], ...] = (
        ("Field", [facts.field]),
        ("Level", facts.levels),
        ("Time limit", [words.limit(facts.limit)]),
        ("Limit and supplements", [translate(supplement) if supplement else ""]),
        ("Documents to submit", documents),
        ("Sets", [str(facts.sets) if facts.documents else ""]),
        ("Fees", (f"{name}: {_dong(amount)}" for name, amount in facts.fees)),
        ("Results", facts.results),
        *_offering(facts),
        ("Legal basis", facts.legal_basis),
        ("ISO clauses", [", ".join(facts.clauses)]),
        ("Retention", [facts.retention]),
    )
    for name, values in told:
        shown = tuple(value for value in values if value)
        if shown:
            yield translate(name), shown


def _offering(facts: Facts) -> Iterable[tuple[str, Iterable[str]]]:
    """How it is offered; of a procedure with a code also that nobody has said so.

    An indicator of Decision 766 is empty without it (`engine.domain.scores`).
    """
    said = facts.offering
    unsaid = translate("not said") if facts.code else ""
    online = words.ONLINE[said.online] if said.online else ""
    payment = words.PAID_ONLINE[said.payment] if said.payment else ""
    answer = words.ANSWER[said.answer] if said.answer else ""
    yield "Online service", [translate(online) if online else unsaid]
    if any(amount for _, amount in facts.fees) or payment:
        yield "Online payment", [translate(payment) if payment else unsaid]
    if answer or not facts.results:
        yield "Answered", [translate(answer) if answer else unsaid]


def _dong(amount: int) -> str:
    grouped = f"{amount:,}".replace(",", ".")
    return f"{grouped} đồng" if amount else translate("free of charge")
