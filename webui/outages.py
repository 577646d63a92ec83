"""Outages: declared by who administers, told on every page while one goes on.

docs/manual/clock.md, rule 2: what is done on paper during a declared outage needs no
reason of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import flask

from engine.commands.declare_outage import DeclareOutage, EndOutage
from engine.domain import policy
from engine.domain.outages import Outage
from engine.errors import EngineError, NotFoundError
from webui import asking, context, formats, instants, sheets
from webui.i18n import translate

blueprint = flask.Blueprint("outages", __name__)

_TEXT: Final = 500
_NUMBER: Final = 100
#: For how long every page trusts what one has read; another process may change it.
_TRUSTED: Final = timedelta(seconds=5)
_READ: Final = "quytrinh-outages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An outage with the names of who declared and who ended it."""

    outage: Outage
    declared_by: str
    ended_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was found in force, and when."""

    at: datetime
    outage: Outage | None


@blueprint.app_template_global("outage_in_force")
def in_force() -> Outage | None:
    """The outage that goes on now, for whoever does work in this tenant."""
    actor = context.signed_in()
    if actor is None or not context.may(policy.Action.WORKLIST_VIEW):
        return None
    read, now = _reads(), context.now()
    known = read.get(actor.tenant)
    if known is None or not timedelta() <= now - known.at < _TRUSTED:
        known = read[actor.tenant] = Read(at=now, outage=covering(now))
    return known.outage


def covering(at: datetime) -> Outage | None:
    """The declared outage in which an instant lies."""
    tenant = context.current_actor().tenant
    with context.application().store.read(tenant) as uow:
        return uow.outages.in_force(at)


def _reads() -> dict[UUID, Read]:
    """What the pages of this process have read, by tenant."""
    known: dict[UUID, Read] = flask.current_app.extensions.setdefault(_READ, {})
    return known


@blueprint.get("/to-chuc/su-co")
def show() -> str:
    """Every outage, the newest first."""
    context.demand(policy.Action.ORGANISATION_VIEW)
    actor = context.current_actor()
    with context.application().store.read(actor.tenant) as uow:
        found = uow.outages.listed()
    people = {by for one in found for by in (one.declared_by, one.ended_by) if by}
    names = context.application().queries.names(actor.tenant, people)
    return flask.render_template(
        "organisation/outages.html", rows=[_row(one, names) for one in found]
    )


@blueprint.route("/to-chuc/su-co/khai-bao", methods=asking.BOTH)
def declare() -> asking.Page:
    """Declare an outage."""
    return _page(_declaring)


@blueprint.route("/to-chuc/su-co/<uuid:outage>/ket-thuc", methods=asking.BOTH)
def end(outage: UUID) -> asking.Page:
    """Say when an outage was over."""
    return _page(lambda: _ending(outage))


def _page(made: asking.Made) -> asking.Page:
    around = asking.Asking(
        action=policy.Action.OUTAGE_DECLARE,
        onwards="outages.show",
        name=translate("Outages"),
        # Whoever changed it sees it changed on the next page.
        after=lambda _: _reads().clear(),
    )
    return asking.page(made, around)


def _declaring() -> sheets.Sheet:
    def make(values: sheets.Values, _: UUID) -> object:
        begins = _instant(values, "since")
        if isinstance(begins, EngineError):
            return begins
        over = any(values.get(name) for name in ("until_day", "until_time"))
        ends = _instant(values, "until") if over else None
        if isinstance(ends, EngineError):
            return ends
        return DeclareOutage(
            begins=begins,
            ends=ends,
            reason=str(values["reason"]),
            document=str(values["document"]),
        )

    day, time = instants.written(context.now())
    return sheets.Sheet(
        title=translate("Declare an outage"),
        about=translate("From when work is done on paper, and until when"),
        submit=translate("Declare the outage"),
        done=translate("The outage was declared. Everybody at work reads it now."),
        form=sheets.form(
            sheets.date_field("since_day", translate("Begins: day")),
            _time("since_time", translate("Begins: time")),
            sheets.date_field(
                "until_day",
                translate("Ends: day"),
                required=False,
                hint=translate("Leave day and time empty while it goes on."),
            ),
            _time("until_time", translate("Ends: time"), required=False),
            sheets.text("reason", translate("What has happened"), longest=_TEXT),
            sheets.text(
                "document",
                translate("Number of the document"),
                longest=_NUMBER,
                hint=translate("The notice or record, for example 12/TB-UBND"),
            ),
        ),
        known={"since_day": _iso(day), "since_time": time},
        make=make,
    )


def _ending(identity: UUID) -> sheets.Sheet:
    tenant = context.current_actor().tenant
    with context.application().store.read(tenant) as uow:
        outage = uow.outages.get(identity)
    if outage.ends is not None and flask.request.method == "GET":
        raise NotFoundError(code="no-outage")

    def make(values: sheets.Values, _: UUID) -> object:
        ends = _instant(values, "until")
        if isinstance(ends, EngineError):
            return ends
        return EndOutage(id=identity, ends=ends)

    day, time = instants.written(context.now())
    since = translate("since %(at)s", at=formats.moment(outage.begins))
    return sheets.Sheet(
        title=translate("End the outage"),
        about=f"{outage.reason} · {since}",
        submit=translate("End the outage"),
        done=translate("The outage is over. What was done on paper can be entered."),
        form=sheets.form(
            sheets.date_field("until_day", translate("Ended: day")),
            _time("until_time", translate("Ended: time")),
        ),
        known={"until_day": _iso(day), "until_time": time},
        make=make,
    )


def _time(key: str, label: str, *, required: bool = True) -> Mapping[str, object]:
    made = sheets.text(key, label, longest=5, hint=translate("For example 09:10"))
    return {**made, "validate": {"maxLength": 5, "required": required}}


def _instant(values: sheets.Values, name: str) -> datetime | EngineError:
    """Day and time of day together, or what is wrong with them."""
    day, time = (str(values.get(f"{name}_{one}") or "") for one in ("day", "time"))
    if not day:
        return sheets.wrong(f"{name}_day", translate("Enter the day, too."))
    if not instants.is_time(time):
        said = translate("Hours and minutes, for example 09:10.")
        return sheets.wrong(f"{name}_time", said)
    return instants.parse(day, time)


def _iso(day: str) -> str:
    return "-".join(reversed(day.split("/")))


def _row(one: Outage, names: Mapping[UUID, str]) -> Row:
    def name(account: UUID | None) -> str:
        return names.get(account, "") if account else ""

    return Row(
        outage=one, declared_by=name(one.declared_by), ended_by=name(one.ended_by)
    )
