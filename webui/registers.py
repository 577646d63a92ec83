"""Papers of a desk: the receipts of a day in one file, and the tracking book.

Whoever works in an agency, or supervises it, prints what came in there.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import flask

from engine import limits
from engine.commands import refuse_reception
from engine.domain import iso8601, policy
from engine.domain.events import StreamKind
from engine.domain.organisation import Agency
from engine.domain.paper_forms import FormSet, Kind, set_for
from engine.errors import NotFoundError, NotReadyError, TooLargeError
from engine.evidence import chained
from engine.evidence.papers import book, desk, offer
from engine.evidence.papers.source import Source
from engine.queries import CaseItem
from webui import accesses, context, days, instants
from webui import papers as pages
from webui.documents import papers

blueprint = flask.Blueprint("registers", __name__)


@blueprint.get("/giay-to")
def show() -> str:
    """What an agency received on a day, and the forms to print it."""
    context.demand(policy.Action.PAPER_PRINT)
    day = _typed("ngay", context.today())
    span = (_typed("tu", date(day.day.year, 1, 1)), _typed("den", day.day))
    return _page(chosen(flask.request.args.get("co-quan", "")), day, span)


@blueprint.post("/giay-to/giay-tiep-nhan")
def receipts() -> flask.Response:
    """The receipts of a day, a page each, in the order in which dossiers came in."""
    context.demand(policy.Action.PAPER_PRINT)
    agency = chosen(flask.request.form.get("co-quan", ""))
    day = _day(flask.request.form.get("ngay") or context.today().isoformat())
    items = _received(agency.id, day, day, limits.PAPERS_AT_ONCE)
    if not items:
        raise NotReadyError(code="nothing-to-print")
    if len(items) > limits.PAPERS_AT_ONCE:
        raise TooLargeError(code="papers-at-once", limit=limits.PAPERS_AT_ONCE)
    for item in items:
        pages.number(item.id, Kind.RECEIPT, 1)
    read, now = pages.sources(items), context.now()
    forms = _one_set(read)
    made = [pages.receipt(one, now) for one in read]
    content = papers.pdf(forms, Kind.RECEIPT, made, now)
    printed = offer.Offer(kind=Kind.RECEIPT, form=forms.forms[Kind.RECEIPT], about=1)
    for item, source in zip(items, read, strict=True):
        pages.record(item.id, source, printed)
    return pages.shown(content, f"giay-tiep-nhan-{day.isoformat()}.pdf")


@blueprint.post("/giay-to/so-theo-doi")
def tracking() -> flask.Response | tuple[str, int]:
    """The tracking book of an agency over some days."""
    context.demand(policy.Action.PAPER_PRINT)
    agency, today = chosen(flask.request.form.get("co-quan", "")), context.today()
    asked = days.span(_typed("tu", today), _typed("den", today))
    if any(one.error for one in asked):
        return _page(agency, _typed("ngay", today), asked), 422
    first, last = (one.day for one in asked)
    items = _received(agency.id, first, last, limits.BOOK_ROWS)
    if len(items) > limits.BOOK_ROWS:
        raise TooLargeError(code="book-rows", limit=limits.BOOK_ROWS)
    now = context.now()
    entries = [book.entry(one, now) for one in pages.sources(items)]
    organisation = context.organisation_now()
    made = book.book(organisation, agency.id, (first, last), entries, context.today())
    forms = set_for(last)
    content = papers.pdf(forms, Kind.BOOK, [made], now)
    accesses.paper(
        {
            "paper": Kind.BOOK.value,
            "set": forms.name,
            "form": forms.forms[Kind.BOOK].number,
            "agency": agency.id.hex,
            "first": first.isoformat(),
            "last": last.isoformat(),
            "rows": len(items),
        }
    )
    return pages.shown(content, f"so-theo-doi-{first}-{last}.pdf")


@blueprint.post("/giay-to/tra-lai/<uuid:agency>/<day>/<int:seq>")
def sent_back(agency: UUID, day: str, seq: int) -> flask.Response:
    """Form 02 or 03 of a dossier that the desk sent back on a day."""
    context.demand(policy.Action.PAPER_PRINT)
    here, on = chosen(agency.hex), _day(day)
    found = [one for one in _returned(here.id, on) if one.step.seq == seq]
    if not found:
        raise NotFoundError
    one, now = found[0], context.now()
    content = papers.pdf(one.forms, one.kind, [one.paper()], now)
    accesses.paper(
        {
            "paper": one.kind.value,
            "set": one.forms.name,
            "form": one.forms.forms[one.kind].number,
            "agency": here.id.hex,
            "day": on.isoformat(),
            "number": str(one.step.body["facts"]["number"]),
        }
    )
    return pages.shown(content, f"{one.kind.value}-{day}-{seq}.pdf")


def _returned(agency: UUID, day: date) -> list[desk.SentBack]:
    """What a desk sent back on a day."""
    application, actor = context.application(), context.current_actor()
    stream = refuse_reception.stream_of(agency, day)
    with application.store.read(actor.tenant) as uow:
        known = uow.history.known(StreamKind.RECEPTION, stream)
        sealed = () if known is None else uow.history.read(stream, known.month)
    if not sealed:
        return []
    steps = chained.opened(sealed)
    procedures = {one.code: one.name for one in application.queries.procedures(actor)}
    names = application.queries.names(actor.tenant, pages.accounts(steps))
    return [
        desk.SentBack(
            step=step,
            procedure=procedures.get(str(step.body["facts"]["procedure"]), ""),
            organisation=context.organisation_now(),
            names=names,
            orders={},
        )
        for step in steps
    ]


def _row(one: desk.SentBack) -> dict[str, Any]:
    """A line of what was sent back."""
    return {
        "seq": one.step.seq,
        "at": one.step.at,
        "number": str(one.step.body["facts"]["number"]),
        "name": one.paper().contact.name,
        "procedure": one.procedure,
        "title": one.forms.forms[one.kind].title,
    }


def mine() -> list[Agency]:
    """The agencies whose papers the reader prints, by name."""
    actor, known = context.current_actor(), context.organisation_now().agencies
    ids = actor.agencies | actor.supervised
    found = (known[one] for one in ids if one in known)
    return sorted(found, key=lambda one: (one.name, one.id))


def chosen(text: str) -> Agency:
    """The chosen agency; without a choice, where the reader works first.

    Raises:
        NotFoundError: The reader does not work there, or nowhere.
    """
    known = {one.id.hex: one for one in mine()}
    if not text:
        own = (one.agency.hex for one in context.current_actor().positions)
        text = next((one for one in own if one in known), "")
    if text not in known:
        raise NotFoundError(code="no-agency")
    return known[text]


def _page(agency: Agency, day: days.Typed, span: tuple[days.Typed, days.Typed]) -> str:
    """What an agency received on a day, and the form of the tracking book."""
    return flask.render_template(
        "papers/desk.html",
        agencies=mine(),
        agency=agency,
        day=day.day,
        typed=day,
        span=span,
        items=_received(agency.id, day.day, day.day, limits.PAPERS_AT_ONCE),
        most=limits.PAPERS_AT_ONCE,
        returned=[_row(one) for one in _returned(agency.id, day.day)],
    )


def _day(text: str) -> date:
    """The day that a page of ours named.

    Raises:
        NotFoundError: It is none.
    """
    try:
        return instants.day(text)
    except ValueError:
        raise NotFoundError from None


def _typed(name: str, otherwise: date) -> days.Typed:
    """A day that was typed, today at the latest."""
    sent = flask.request.values
    return days.typed(name, otherwise, last=context.today(), values=sent)


def _received(agency: UUID, first: date, last: date, most: int) -> tuple[CaseItem, ...]:
    """Cases that came in on some days, at most one more than `most`."""
    tenant = context.current_actor().tenant
    until = last + timedelta(days=1)
    period = (_midnight(first), _midnight(until))
    return context.application().queries.received(tenant, agency, period, most + 1)


def _midnight(day: date) -> datetime:
    local = datetime(day.year, day.month, day.day, tzinfo=iso8601.VIETNAM)
    return local.astimezone(UTC)


def _one_set(read: Sequence[Source]) -> FormSet:
    """The set of dossiers of one day; paper entered later may belong to an older one.

    Raises:
        NotReadyError: They are of several sets (`several-sets`).
    """
    found = {one.forms.name: one.forms for one in read}
    if len(found) > 1:
        raise NotReadyError(code="several-sets")
    return next(iter(found.values()))
