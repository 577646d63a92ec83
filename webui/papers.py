"""Papers: what a case has to print, each day's receipts, the tracking book.

Everything that is printed is a view of the record (`engine.evidence.papers`). A paper
gets its number when it is printed first, and keeps it; each print is recorded in the
access stream of the day, with form, set and number.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import flask

from engine.commands.number_paper import NumberPaper
from engine.domain import lookup, on_paper, policy
from engine.domain.model import Model
from engine.domain.paper_forms import SETS, Form, Kind
from engine.errors import NotFoundError
from engine.evidence import chained
from engine.evidence.papers import letters, offer, slip
from engine.evidence.papers.source import Source, real
from engine.ports import UnitOfWork
from engine.queries import CaseItem
from webui import accesses, context, counter, dossier, sequencing, stages
from webui.documents import papers

blueprint = flask.Blueprint("papers", __name__)

#: Why a paper cannot be printed, as message ids.
WHY_NOT: Final = {
    "no-form": "The forms that apply to this dossier have no such paper.",
    "nothing-asked": "No supplement has been asked for.",
    "not-refused": "The dossier was not refused.",
    "not-extended": "The promised date has not been extended.",
    "not-stopped": "The case was neither stopped nor withdrawn.",
}
_MAKE: Final[Mapping[Kind, Callable[[Source, int, datetime], papers.Paper]]] = {
    Kind.RECEIPT: lambda source, _, now: letters.receipt(source, now),
    Kind.SUPPLEMENT: letters.supplement,
    Kind.REFUSAL: letters.refusal,
    Kind.APOLOGY: letters.apology,
    Kind.STOP: letters.stop,
    Kind.SLIP: lambda source, _, now: slip.slip(source, now),
}


@blueprint.get("/ho-so/<uuid:case>/giay-to")
def show(case: UUID) -> str:
    """The papers of a case: which can be printed now, and why not the others."""
    item = _find(case)
    found = dossier.read(item)
    source = _read(item)
    accesses.viewed(case)
    return flask.render_template(
        "papers/case.html",
        item=item,
        dossier=found,
        whereabouts=stages.here(found),
        forms=source.forms,
        offers=[
            (one, _title(one), _about(source, one)) for one in offer.offers(source)
        ],
        why_not=WHY_NOT,
        lookup=counter.once(case.hex),
    )


@blueprint.post("/ho-so/<uuid:case>/giay-to/<kind>/<int:about>")
def printing(case: UUID, kind: str, about: int) -> flask.Response:
    """A paper as PDF; printed for the first time, it gets its number.

    A draft gets none, nor does a paper whose number was typed with its act.
    """
    item, wanted = _find(case), _kind(kind)
    found = offer.find(_read(item), wanted, about)
    if found is None or found.form is None:
        raise NotFoundError
    if found.form.symbol and not found.draft and not found.typed:
        number(item.id, wanted, about)
    source, now = _read(item), context.now()
    made = _MAKE[wanted](source, about, now)
    if isinstance(made, letters.Receipt):
        made = replace(made, lookup=_lookup(item))
        counter.once(item.id.hex)
    content = papers.pdf(source.forms, wanted, [made], now)
    record(item.id, source, found)
    return shown(content, f"{wanted.value}-{item.code}.pdf")


def number(case: UUID, kind: Kind, about: int) -> None:
    """Give a paper its number; one that has a number keeps it."""
    command = NumberPaper(case=case, kind=kind, about=about)
    context.application().engine.execute(command, context.current_actor())


def record(case: UUID, source: Source, paper: offer.Offer) -> None:
    """Record that a paper was printed: form, set and number; that it was a draft."""
    given = source.numbered(paper.kind, paper.about)
    facts: dict[str, Any] = {
        "case": case.hex,
        "paper": paper.kind.value,
        "set": source.forms.name,
        "form": source.forms.forms[paper.kind].number,
        "about": paper.about,
    }
    if given is not None:
        facts |= {"number": given.number, "year": given.year}
    if paper.typed:
        facts["letter"] = paper.typed
    if paper.draft:
        facts["draft"] = True
    accesses.paper(facts)


def receipt(source: Source, now: datetime) -> papers.Paper:
    """The receipt of a dossier, for a file of several."""
    return _MAKE[Kind.RECEIPT](source, 1, now)


def sources(items: Sequence[CaseItem]) -> list[Source]:
    """The records of some cases, read in one transaction.

    Raises:
        EvidenceError: A record does not verify.
    """
    application, tenant = context.application(), context.current_actor().tenant
    with application.store.read(tenant) as uow:
        read = [
            (item, uow.history.read(item.id, item.month), _model(uow, item))
            for item in items
        ]
    opened = [chained.opened(sealed) for _, sealed, __ in read]
    people = {one for steps in opened for one in accounts(steps)}
    names = application.queries.names(tenant, people)
    organisation = application.directory.organisation(tenant)
    register = application.directory.calendars(
        tenant, application.engine.tools.calendar
    )
    return [
        Source(
            first=sealed[0],
            steps=steps,
            model=model,
            procedure=(item.procedure_code, item.procedure),
            organisation=organisation,
            names=names,
            log=sequencing.log_name(tenant),
            base=look_up(),
            register=register,
        )
        for (item, sealed, model), steps in zip(read, opened, strict=True)
    ]


def shown(content: bytes, name: str) -> flask.Response:
    """A PDF that the browser shows, to be printed from there."""
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers.set("Content-Disposition", "inline", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def look_up() -> str:
    """The address that the QR code opens; empty where no public one is known.

    Several tenants have hosts of their own, of which one address tells nothing.
    """
    known = context.settings()
    if not known.address or known.tenants:
        return ""
    return f"{known.address}{flask.url_for('lookups.show')}"


def _find(case: UUID) -> CaseItem:
    return dossier.find(case, policy.Action.PAPER_PRINT)


def _lookup(item: CaseItem) -> str:
    """The look-up code that the page of a new dossier sends along, if it is the one."""
    sent = lookup.tidy(flask.request.form.get("ma-tra-cuu", ""))
    if not lookup.valid(sent):
        return ""
    application, tenant = context.application(), context.current_actor().tenant
    with application.store.read(tenant) as uow:
        kept = uow.cases.get(item.id).lookup
    return sent if lookup.fits(sent, kept) else ""


def _kind(text: str) -> Kind:
    for one in _MAKE:
        if one.value == text:
            return one
    raise NotFoundError


def _read(item: CaseItem) -> Source:
    return sources([item])[0]


def _model(uow: UnitOfWork, item: CaseItem) -> Model:
    packages, kept = context.application().packages, uow.procedures
    return packages.published(kept.version(item.version), kept).pool(item.process).model


def accounts(steps: Sequence[chained.Step]) -> Iterator[UUID]:
    """Everybody whom the papers may name."""
    for step in steps:
        doer, facts = step.body["doer"], step.body["facts"]
        told = (doer.get("account"), doer.get("on_behalf_of"), facts.get("to"))
        hand = facts.get(on_paper.FACT, {}).get("by")
        yield from (UUID(one) for one in (*told, hand) if one)


def _title(one: offer.Offer) -> str:
    """What a paper is called; one that the set has not, by the newest set."""
    form: Form = one.form or SETS[0].forms[one.kind]
    return form.title


def _about(source: Source, one: offer.Offer) -> datetime | None:
    """When happened what a paper is about; nothing of the whole case."""
    if one.about <= 1:
        return None
    return real(source.steps[one.about - 1])
