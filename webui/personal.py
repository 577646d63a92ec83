"""Personal data whose time is over: what is due, erasing, holding back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

import flask

from engine import erasure
from engine.commands.erase_personal import ErasePersonal, HoldCase
from engine.domain import policy, retention
from engine.errors import NotFoundError
from engine.queries import CaseItem
from webui import asking, context, erasures, sheets
from webui.i18n import translate

blueprint = flask.Blueprint("personal", __name__)

_SHOWN: Final = 200
#: The longest words of a basis or an order.
_WORDS: Final = 300
#: Nothing is due sooner: cases that closed later are not looked at.
_SOONEST: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A closed case whose record need not be kept any longer."""

    case: UUID
    code: str
    closed_at: datetime
    procedure: str
    kept: str


@blueprint.get("/he-thong/du-lieu-ca-nhan")
def listing() -> str:
    """What is due for erasure, and the way to any other case."""
    context.demand(policy.Action.PERSONAL_ERASE)
    wanted = flask.request.args.get("tim", "").strip()[:100]
    found = None
    if wanted:
        queries = context.application().queries
        found = queries.case(context.current_actor(), wanted)
    due = list(_due())
    shown = {one.case for one in due[:_SHOWN]} | ({found.id} if found else set())
    with context.application().store.read(context.current_actor().tenant) as uow:
        remarks = uow.eraser.remarks(shown)
    return flask.render_template(
        "personal.html",
        due=due[:_SHOWN],
        holds={case: erasure.hold(told) for case, told in remarks.items()},
        orders=_orders(remarks.get(found.id, ())) if found else (),
        more=len(due) > _SHOWN,
        wanted=wanted,
        found=found,
    )


@blueprint.route("/he-thong/du-lieu-ca-nhan/<uuid:case>/xoa", methods=asking.BOTH)
def erase(case: UUID) -> asking.Page:
    """Erase what was entered in a case."""
    return asking.page(lambda: _erasing(_case(case)), _around(forgets=True))


@blueprint.route("/he-thong/du-lieu-ca-nhan/<uuid:case>/giu", methods=asking.BOTH)
def hold(case: UUID) -> asking.Page:
    """Keep a case from being erased."""
    return asking.page(lambda: _holding(_case(case)), _around())


@blueprint.route("/he-thong/du-lieu-ca-nhan/<uuid:case>/thoi-giu", methods=asking.BOTH)
def lift(case: UUID) -> asking.Page:
    """End a hold."""
    return asking.page(lambda: _holding(_case(case), lift=True), _around())


def _orders(told: Iterable[erasure.Remark]) -> tuple[erasure.Order, ...]:
    """The orders under which something of a case was erased, the oldest first."""
    found = dict.fromkeys(erasure.orders(told).values())
    return tuple(sorted(found, key=lambda one: one.at))


def _around(*, forgets: bool = False) -> asking.Asking:
    application = cast("erasures.Keeps", context.application())
    tenant = context.current_actor().tenant
    return asking.Asking(
        action=policy.Action.PERSONAL_ERASE,
        onwards="personal.listing",
        name=translate("Personal data"),
        after=(lambda done: erasures.forget(application, tenant, done))
        if forgets
        else None,
    )


def _case(case: UUID) -> CaseItem:
    found = context.application().queries.case(context.current_actor(), str(case))
    if found is None:
        raise NotFoundError
    return found


def _erasing(item: CaseItem) -> sheets.Sheet:
    return sheets.Sheet(
        title=translate("Erase personal data"),
        about=translate(
            "Dossier %(code)s. It cannot be undone, also not from a backup; every proof"
            " stays valid.",
            code=item.code,
        ),
        submit=translate("Erase for good"),
        done=translate("The personal data of %(code)s were erased.", code=item.code),
        form=sheets.form(
            sheets.text(
                "basis",
                translate("Legal basis"),
                longest=_WORDS,
                hint=translate("For example Luật 91/2025/QH15, Điều 14"),
            ),
            _order(),
        ),
        make=lambda values, _: ErasePersonal(
            case=item.id, basis=str(values["basis"]), order=str(values["order"])
        ),
    )


def _holding(item: CaseItem, *, lift: bool = False) -> sheets.Sheet:
    title = translate("End the hold") if lift else translate("Keep from erasure")
    return sheets.Sheet(
        title=title,
        about=translate("Dossier %(code)s", code=item.code),
        submit=title,
        done=translate("It was recorded."),
        form=sheets.form(_order()),
        make=lambda values, _: HoldCase(
            case=item.id, order=str(values["order"]), lift=lift
        ),
    )


def _order() -> "dict[str, object]":
    return dict(
        sheets.text(
            "order",
            translate("Document that orders it"),
            longest=_WORDS,
            hint=translate("Number and date"),
        )
    )


def _due() -> Iterator[Due]:
    """Closed cases whose retention is over, by procedure, the oldest first."""
    application, tenant = context.application(), context.current_actor().tenant
    now = application.clock.now()
    with application.store.read(tenant) as uow:
        for item in application.queries.procedures(context.current_actor()):
            for version in uow.procedures.versions(item.id):
                package = application.packages.published(version, uow.procedures)
                facts = package.model.facts
                kept = retention.read(facts.retention)
                if not kept.period:
                    continue
                closed = uow.eraser.closed(version.id, now - _SOONEST)
                yield from (
                    Due(
                        case=one.case,
                        code=one.code,
                        closed_at=one.closed_at,
                        procedure=item.name,
                        kept=facts.retention,
                    )
                    for one in closed
                    if kept.over(one.closed_at, now)
                )
