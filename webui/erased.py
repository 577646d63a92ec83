"""What stands in the place of an erased value: the rule, the document and the day.

A value that is gone without an order was not erased: it was taken away, and the page
says so (docs/manual/evidence.md, 5).
"""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import flask

from engine.erasure import Order, Remark, Value, orders
from engine.queries import CaseItem, TaskItem
from webui import context, formats
from webui.i18n import translate

#: Where a request keeps what it found out about applicants.
_FOUND: Final = "erased_applicants"


def install(app: flask.Flask) -> None:
    """Let templates say it."""
    app.jinja_env.globals.update(erased=said, applicant=applicant)


def said(order: Order | None) -> str:
    """In words: under which rule, by which document and when a value was erased."""
    if order is None:
        return translate("gone, without an order to erase it")
    return translate(
        "erased under %(basis)s (%(order)s), on %(day)s",
        basis=order.basis,
        order=order.order,
        day=formats.day(order.at),
    )


def prepare(items: Iterable[CaseItem | TaskItem]) -> None:
    """Find out with one question which applicants of a list were erased."""
    nameless = {_case(one) for one in items if not one.applicant} - _known().keys()
    if not nameless:
        return
    with context.application().store.read(context.current_actor().tenant) as uow:
        remarks = uow.eraser.remarks(nameless)
    found = {case: _applicant(case, remarks.get(case, ())) for case in nameless}
    flask.g.setdefault(_FOUND, {}).update(found)


def applicant(item: CaseItem | TaskItem) -> str:
    """The applicant's name; where it was erased, under which order."""
    if item.applicant:
        return item.applicant
    prepare([item])
    order = _known()[_case(item)]
    return said(order) if order else ""


def _known() -> Mapping[UUID, Order | None]:
    found: Mapping[UUID, Order | None] = flask.g.get(_FOUND, {})
    return found


def _case(item: CaseItem | TaskItem) -> UUID:
    return item.id if isinstance(item, CaseItem) else item.case


def _applicant(case: UUID, remarks: Iterable[Remark]) -> Order | None:
    """The order under which the applicant's name was erased; None: none names it."""
    gone = orders(remarks)
    application, actor = context.application(), context.current_actor()
    item = application.queries.case(actor, case.hex) if gone else None
    if item is None:
        return None
    with application.store.read(actor.tenant) as uow:
        version = uow.procedures.version(item.version)
        package = application.packages.published(version, uow.procedures)
    # The name is one of the opening answers, which the first event commits to.
    return gone.get(Value(1, package.pool(item.process).model.facts.applicant))
