"""Agencies that change: other names, and who follows whom; nothing is done unseen.

An order is first shown with what it would do: the open cases that move, the positions
that follow each other, and the work that would find nobody. Then it is confirmed, and a
job has the open cases taken over (docs/manual/people.md, rules 9 to 11).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.commands.rename_agency import RenameAgency
from engine.commands.reorganise_agencies import ReorganiseAgencies
from engine.directory import Unclaimed
from engine.domain import iso8601, policy, reorganising
from engine.domain.organisation import Agency, Naming, Organisation
from engine.domain.reorganising import Plan
from engine.errors import EngineError, NotFoundError, NotReadyError
from webui import (
    asking,
    attempts,
    context,
    errors,
    instants,
    pairing,
    sheets,
    staffing,
)
from webui.i18n import translate
from webui.jobs import asking as jobs
from webui.jobs import registry
from webui.jobs.transfer import Transfer, closed

blueprint = flask.Blueprint("reorganising", __name__)

_KIND: Final = registry.KINDS[Transfer.name]
#: What an order says.
_FIELDS: Final = frozenset({"dong", "ke-tiep", "tu-ngay", "van-ban"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody:
    """Open work that no position does where it goes."""

    agency: str
    performer: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an order would do."""

    plan: Plan
    cases: int
    #: Names: agency, who follows.
    moves: Sequence[tuple[str, str]]
    #: Which position takes the place of which, to be chosen.
    pairs: Sequence[pairing.Pair]
    nobody: Sequence[Nobody]
    #: Agencies that come under another.
    children: Sequence[tuple[str, str]]


@blueprint.get("/to-chuc/sap-xep")
def show() -> tuple[str, int]:
    """Ask for an order; with one in the address, show what it would do."""
    context.demand(policy.Action.ORGANISATION_CHANGE)
    asked = flask.request.args
    if not asked.keys() & _FIELDS:
        return _page()
    wrong = _wrong(asked)
    if wrong:
        return _page(wrong=wrong)
    try:
        return _page(_preview(_plan(asked)))
    except EngineError as error:
        return _page(refusal=error)


@blueprint.post("/to-chuc/sap-xep")
def reorganise() -> Response | tuple[str, int]:
    """Carry an order out, and ask for the job that moves the open cases."""
    context.demand(policy.Action.ORGANISATION_CHANGE)
    wrong = _wrong(flask.request.form)
    if wrong:
        return _page(wrong=wrong)
    try:
        plan = _plan(flask.request.form)
        if "xem" in flask.request.form:
            # Other pairs were chosen: once more what they would do, nothing else.
            return _page(_preview(plan))
    except EngineError as error:
        return _page(refusal=error)
    key = flask.request.form.get("lenh", "")
    done = attempts.attempt(ReorganiseAgencies(plan=plan), key or None)
    if isinstance(done, EngineError):
        return _page(refusal=done)
    flask.flash(translate("The order was recorded."))
    if plan.since > context.today():
        return flask.redirect(flask.url_for("reorganising.show"), 303)
    return jobs.ask(_KIND, {"document": plan.document})


@blueprint.post("/to-chuc/sap-xep/chuyen")
def transfer() -> Response:
    """Go on moving the open cases of closed agencies."""
    return jobs.ask(_KIND, {"document": ""})


@blueprint.route("/to-chuc/co-quan/<uuid:agency>/doi-ten", methods=asking.BOTH)
def rename(agency: UUID) -> asking.Page:
    """Call an agency otherwise from a day on."""
    around = asking.Asking(
        action=policy.Action.ORGANISATION_CHANGE,
        onwards="organisation.show",
        name=translate("Organisation"),
    )
    return asking.page(lambda: _renaming(agency), around)


def _renaming(identity: UUID) -> sheets.Sheet:
    known = context.organisation_now().agencies
    if identity not in known:
        raise NotFoundError
    of = known[identity]
    above = {one.id.hex: one.name for one in _open() if one.id != identity}

    def make(values: sheets.Values, _: UUID) -> object:
        codes = str(values["codes"] or "").split()
        parent = str(values["parent"] or "")
        return RenameAgency(
            agency=identity,
            naming=Naming(
                since=sheets.day(values["since"]),
                name=str(values["name"]),
                codes=tuple(codes),
                level=str(values["level"]),
                parent=UUID(parent) if parent else None,
                document=str(values["document"]),
            ),
        )

    return sheets.Sheet(
        title=translate("Rename the agency"),
        about=of.name,
        submit=translate("Record the new name"),
        done=translate("The new name was recorded."),
        form=sheets.form(
            *staffing.name_and_level(),
            sheets.text("codes", translate("Codes, a space between"), pattern="^.*$"),
            sheets.choice(
                "select", "parent", translate("Stands under"), above, required=False
            ),
            sheets.date_field("since", translate("Valid from")),
            sheets.text("document", translate("Number of the document"), longest=200),
        ),
        known={
            "name": of.name,
            "level": of.level,
            "codes": " ".join(of.codes),
            "parent": of.parent.hex if of.parent else "",
            "since": context.today().isoformat(),
        },
        make=make,
    )


def _page(
    preview: Preview | None = None,
    *,
    refusal: EngineError | None = None,
    wrong: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    tenant = context.current_actor().tenant
    with context.application().store.read(tenant) as uow:
        organisation = uow.accounts.organisation()
        gone = closed(organisation, context.today())
        waiting = uow.accounts.moving.count(gone) if gone else 0
        lost = [*_nobody(organisation, uow.accounts.moving.work(_everywhere()))]
    text = flask.render_template(
        "organisation/reorganise.html",
        agencies=_open(),
        preview=preview,
        asked=flask.request.values,
        chosen={
            name: flask.request.values.getlist(name) for name in ("dong", "ke-tiep")
        },
        waiting=waiting,
        lost=lost,
        refusal="" if refusal is None else errors.text_of(refusal),
        wrong=wrong or {},
        key=_key(),
        order_key=_key(),
    )
    if wrong:
        return text, 422
    return text, 200 if refusal is None else errors.status_of(refusal)


def _key() -> str:
    """Makes one act of a form that is sent twice."""
    return context.application().engine.tools.ids.uuid().hex


def _everywhere() -> frozenset[UUID]:
    return frozenset(context.organisation_now().agencies)


def _open() -> list[Agency]:
    """The agencies that are open today, by name."""
    known = context.organisation_now().agencies.values()
    now = [one for one in known if one.valid_from <= context.today() <= one.valid_to]
    return sorted(now, key=lambda one: one.name)


def _wrong(asked: MultiDict[str, str]) -> dict[str, str]:
    """What is missing in an order, or cannot be read, by field."""
    wrong = {}
    if not asked.get("dong"):
        wrong["dong"] = translate("Choose the agencies that are closed.")
    if not asked.get("ke-tiep"):
        wrong["ke-tiep"] = translate("Choose the agencies that follow.")
    since = asked.get("tu-ngay", "")
    if not instants.is_day(since):
        wrong["tu-ngay"] = translate("Enter the day as 20/11/2026.")
    elif instants.day(since) < context.today():
        wrong["tu-ngay"] = translate("Enter today or a later day.")
    if not asked.get("van-ban", "").strip():
        wrong["van-ban"] = translate("Enter the number of the document.")
    return wrong


def _plan(asked: MultiDict[str, str]) -> Plan:
    """The order as it was asked for, with nothing missing.

    Raises:
        NotReadyError: What should be an id is none.
        NotFoundError: What should be a position is none.
    """
    try:
        old, new = (
            [UUID(one) for one in asked.getlist(name)] for name in ("dong", "ke-tiep")
        )
    except ValueError as error:
        raise NotReadyError(code="no-moves") from error
    plan = Plan(
        since=instants.day(asked["tu-ngay"]),
        document=asked["van-ban"].strip(),
        moves=tuple((before, after) for before in old for after in new),
    )
    chosen = asked.to_dict(flat=False)
    return pairing.with_positions(context.organisation_now(), plan, chosen)


def _preview(plan: Plan) -> Preview:
    """What an order would do, without doing it."""
    tenant = context.current_actor().tenant
    with context.application().store.read(tenant) as uow:
        organisation = uow.accounts.organisation()
        expected = reorganising.expected(organisation, plan)
        old = frozenset(plan.successors)
        cases = uow.accounts.moving.count(old)
        work = uow.accounts.moving.work(old)
    names = {key: one.name for key, one in organisation.on(plan.since).agencies.items()}
    return Preview(
        plan=plan,
        cases=cases,
        moves=[(names.get(a, "–"), names.get(b, "–")) for a, b in plan.moves],
        pairs=pairing.pairs(organisation, plan),
        nobody=[*_nobody(expected, work, plan.since)],
        children=[
            (one.name, names[parent])
            for one, parent in reorganising.children(organisation, plan)
        ],
    )


def _nobody(
    organisation: Organisation, work: Sequence[Unclaimed], day: date | None = None
) -> Iterator[Nobody]:
    """Work that nobody would hold a position for on a day."""
    when = day or iso8601.day(context.now())
    held = {
        one.position
        for one in organisation.holders
        if one.valid_from <= when <= one.valid_to
    }
    for one in work:
        agency = reorganising.successor_for(
            organisation,
            one.agency,
            (one.performer,),
            when,
        )
        does = any(
            post.agency == agency
            and post.exists_on(when)
            and post.performs(one.performer)
            and post.id in held
            for post in organisation.positions.values()
        )
        if not does:
            yield Nobody(
                agency=organisation.on(when).agencies[agency].name,
                performer=one.performer or "–",
                count=one.count,
            )
