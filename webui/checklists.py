"""The checklist of a sampled case: what to ask at which step, and what there is to see.

Questions come from the clauses that the steps of the case give evidence for, by the
version that the case ran on; auditors add their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.domain import standard
from engine.domain.events import EventType, Sealed
from engine.domain.model import Model
from engine.domain.programme import Audit, Checked, Finding
from engine.errors import EvidenceError
from engine.evidence import retrace
from engine.queries import CaseItem
from models_bpmn import standards
from webui import context, i18n, words
from webui.i18n import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A line of the checklist."""

    id: str
    clause: str
    step: str
    text: str
    given: Checked | None
    #: The step that it is about; empty for an auditor's own.
    element: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An event of the case that a finding may be attached to."""

    seq: int
    at: datetime
    what: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything about one case of a sample."""

    item: CaseItem
    questions: tuple[Question, ...]
    #: Of steps that the case did not come to; there is nothing to answer.
    unreached: tuple[Question, ...]
    moments: tuple[Moment, ...]
    findings: tuple[Finding, ...]
    #: The first event that is not as it was sealed; 0: all are.
    wrong: int = 0


def sheet(audit: Audit, item: CaseItem) -> Sheet:
    """The checklist of a case.

    Raises:
        NotFoundError: The case is gone.
    """
    application, tenant = context.application(), context.current_actor().tenant
    with application.store.read(tenant) as uow:
        version = uow.procedures.version(item.version)
        package = application.packages.published(version, uow.procedures)
        sealed = uow.history.read(item.id, item.month)
    model = package.pool(item.process).model
    bodies, wrong = _held(sealed)
    moments = (*_moments(bodies, model), *_spoiled(sealed, wrong))
    asked, reached = tuple(_asked(audit, item, model)), _reached(bodies)
    # What was answered once stays, whatever the record says now.
    met = [one for one in asked if one.element in reached or one.given]
    return Sheet(
        item=item,
        questions=(*met, *_own(audit, item.id)),
        unreached=tuple(one for one in asked if one not in met),
        moments=moments,
        findings=tuple(one for one in audit.findings if one.evidence.case == item.id),
        wrong=wrong,
    )


def _held(sealed: Sequence[Sealed]) -> tuple[list[Mapping[str, Any]], int]:
    """The events up to the first that is not as it was sealed, and its number."""
    try:
        return [step.body for step in retrace.opened(sealed)], 0
    except EvidenceError as error:
        wrong = int(str(error.params.get("seq", 1)))
    return [step.body for step in retrace.opened(sealed[: wrong - 1])], wrong


def _spoiled(sealed: Sequence[Sealed], wrong: int) -> Iterator[Moment]:
    """The event that is not as it was sealed: a finding may be about it."""
    for one in sealed:
        if one.seq == wrong:
            what = translate("Not as it was sealed")
            yield Moment(seq=wrong, at=one.at, what=what, step="")


def next_own(audit: Audit, case: UUID) -> str:
    """The id of the auditor's next own question about a case."""
    own = [one for of, one in audit.answers if of == case and one.startswith("free:")]
    return f"free:{len(own) + 1}"


def _asked(audit: Audit, item: CaseItem, model: Model) -> Iterator[Question]:
    """A question for each clause of each step."""
    edition = standards.edition(audit.edition)
    for step in standard.steps(item.procedure_code, model, ""):
        for named in step.clauses:
            for clause in edition.meant(named):
                yield Question(
                    id=f"{clause.number}@{step.element}",
                    clause=clause.number,
                    step=step.step,
                    element=step.element,
                    text=_text(clause, step.record),
                    given=audit.answers.get(
                        (item.id, f"{clause.number}@{step.element}")
                    ),
                )


def _reached(bodies: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The elements that the case came to: work was opened there, or it was passed."""
    found: set[str] = set()
    for body in bodies:
        effect = body.get("effect", {})
        found.update(effect.get("completed", ()))
        found.update(one[0] for one in effect.get("opened", ()))
        found.update(body.get("visit", ())[:1])
    return frozenset(found)


def _text(clause: standard.Clause, kept: str) -> str:
    title = clause.vi if i18n.language() == "vi" else clause.en
    if not kept:
        return title
    return translate(
        "%(title)s: is the record “%(record)s” there, whole and in time?",
        title=title,
        record=kept,
    )


def _own(audit: Audit, case: UUID) -> Iterator[Question]:
    for (of, name), given in sorted(audit.answers.items(), key=lambda one: one[1].at):
        if of == case and name.startswith("free:"):
            yield Question(id=name, clause="", step="", text=given.text, given=given)


def _moments(bodies: Sequence[Mapping[str, object]], model: Model) -> Iterator[Moment]:
    for body in bodies:
        visit = body.get("visit")
        node = model.nodes.get(str(visit[0])) if isinstance(visit, list) else None
        kind = EventType(str(body["type"]))
        yield Moment(
            seq=int(str(body["seq"])),
            at=datetime.fromisoformat(str(body["at"])),
            what=translate(words.EVENT[kind]) if kind in words.EVENT else kind.value,
            step=(node.name or node.id) if node is not None else "",
        )
