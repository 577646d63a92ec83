"""Remarks on a case: what somebody notes at any time, without completing anything."""

from dataclasses import replace
from typing import Final
from uuid import UUID

import flask

from engine.commands.remark_case import RemarkCase
from engine.domain import comments, policy
from engine.queries import CaseItem
from webui import (
    asking,
    context,
    desk,
    dossier,
    dossier_forms,
    fields,
    i18n,
    mentioning,
    sheets,
)
from webui.i18n import translate

blueprint = flask.Blueprint("remarking", __name__)
_REMARK: Final = policy.Action.CASE_REMARK
_TEXT: Final = "text"


@blueprint.route("/ho-so/<uuid:case>/ghi-chu", methods=asking.BOTH)
def of_case(case: UUID) -> asking.Page:
    """Note something on the page of a case."""
    return _page(dossier.find(case), asking.of_case(_REMARK, case))


@blueprint.route(
    "/viec/<uuid:case>/<element>/<int:occurrence>/ghi-chu", methods=asking.BOTH
)
def of_step(case: UUID, element: str, occurrence: int) -> asking.Page:
    """Note something on the page of a step, which follows."""
    found = desk.read(case, element, occurrence)
    around = asking.Asking(
        action=_REMARK,
        onwards="tasks.show",
        name=found.task.step,
        to={"case": case, "element": element, "occurrence": occurrence},
    )
    return _page(found.dossier.item, around)


def offered(item: CaseItem) -> list[tuple[str, str]]:
    """Where the reader may note something in a case: address and label."""
    if not may(item):
        return []
    address = flask.url_for("remarking.of_case", case=item.id)
    return [(address, translate("Remark on the dossier"))]


def may(item: CaseItem) -> bool:
    """Whether the reader may note something in a case."""
    return context.may(_REMARK, dossier.thing_of(item))


def _page(item: CaseItem, around: asking.Asking) -> asking.Page:
    context.demand(_REMARK, dossier.thing_of(item))

    def after(_: object) -> None:
        mentioning.warn(item.id, flask.request.form.get(f"{fields.PREFIX}{_TEXT}", ""))

    return asking.page(lambda: _sheet(item), replace(around, after=after))


def _sheet(item: CaseItem) -> sheets.Sheet:
    hint = translate(
        "It completes no step and moves no due date. Whoever sees the case reads it;"
        " whom you name as @login or @name is told."
    )
    rules = {"maxLength": comments.CHARS, "required": True}
    label = translate("What is to be noted")
    text = dict(sheets.text(_TEXT, label, longest=comments.CHARS, hint=hint))
    return dossier_forms.sheet(
        item,
        translate("Remark on the dossier"),
        ({**text, "type": "textarea", "validate": rules},),
        lambda values: RemarkCase(
            case=item.id, text=str(values[_TEXT]), language=i18n.language()
        ),
    )
