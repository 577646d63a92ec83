"""What a person orders for a whole case: stop it, give it back, let it rest, go on.

Stopping and withdrawing cannot be undone: the page says once more what happens, with
everything that was typed, before it is done.
"""

from collections.abc import Callable
from uuid import UUID

import flask

from engine.commands import reasons
from engine.commands.end_case import StopCase, WithdrawCase
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain import policy
from engine.domain.run import Status
from engine.errors import NotAllowedError, NotReadyError
from engine.forms import answers
from engine.queries import CaseItem
from webui import (
    asking,
    context,
    dossier,
    i18n,
    on_paper,
    sheets,
    submission,
    uploads,
)
from webui.i18n import translate

blueprint = flask.Blueprint("orders", __name__)

#: Sent with what has been looked at a second time.
_CONFIRMED = "confirmed"


@blueprint.route("/ho-so/<uuid:case>/dung-giai-quyet", methods=asking.BOTH)
def stop(case: UUID) -> asking.Page:
    """Stop a case."""
    return _final(case, policy.Action.CASE_STOP, _stopping)


@blueprint.route("/ho-so/<uuid:case>/rut", methods=asking.BOTH)
def withdraw(case: UUID) -> asking.Page:
    """Record that the applicant withdraws the dossier."""
    return _final(case, policy.Action.CASE_WITHDRAW, _withdrawing)


@blueprint.route("/ho-so/<uuid:case>/tam-dung", methods=asking.BOTH)
def suspend(case: UUID) -> asking.Page:
    """Let a case rest."""
    action = policy.Action.CASE_SUSPEND
    item = _open(case, action)
    return asking.page(lambda: _suspending(item), _ordering(action, item))


@blueprint.route("/ho-so/<uuid:case>/tiep-tuc", methods=asking.BOTH)
def go_on(case: UUID) -> asking.Page:
    """Let a suspended case go on."""
    action = policy.Action.CASE_SUSPEND
    item = _open(case, action)
    return asking.page(lambda: _going_on(item), _ordering(action, item))


def offered(found: dossier.Dossier) -> list[tuple[str, str]]:
    """What the reader may order for a case now: address and label."""
    item = found.item
    if item.status is Status.COMPLETED:
        return []
    thing = dossier.thing_of(item)
    rests = found.suspended is not None
    acts = [
        ("orders.go_on", translate("Let it go on"), policy.Action.CASE_SUSPEND, rests),
        (
            "orders.suspend",
            translate("Suspend"),
            policy.Action.CASE_SUSPEND,
            not rests and item.status is Status.OPEN,
        ),
        (
            "orders.withdraw",
            translate("Withdraw the dossier"),
            policy.Action.CASE_WITHDRAW,
            receives(item),
        ),
        ("orders.stop", translate("Stop the case"), policy.Action.CASE_STOP, True),
    ]
    return [
        (flask.url_for(endpoint, case=item.id), label)
        for endpoint, label, action, now in acts
        if now and context.may(action, thing)
    ]


def receives(item: CaseItem) -> bool:
    """Whether the reader holds a position where the dossier came in."""
    came = {item.agencies.receiving, item.agencies.helping}
    return any(
        seat.position.agency in came and seat.serves(item.procedure_id)
        for seat in context.current_actor().seats
    )


def _final(
    case: UUID, action: policy.Action, made: Callable[[CaseItem], sheets.Sheet]
) -> asking.Page:
    """Ask; what was asked is shown again before it is done."""
    item = _open(case, action)
    sheet, around = made(item), asking.of_case(action, case)
    if action is policy.Action.CASE_STOP:
        around = _ordering(action, item)
    paper = around.paper() if around.paper else None
    if flask.request.method == "POST" and _CONFIRMED not in flask.request.form:
        sent = submission.read(sheet.form)
        checked = answers.validate(sheet.form, sent.typed, language=i18n.language())
        if checked.ok and (paper is None or paper.refusal is None):
            return _again(case, sheet, sent, paper)
    return asking.page(lambda: sheet, around)


def _again(
    case: UUID,
    sheet: sheets.Sheet,
    sent: submission.Submission,
    paper: on_paper.Panel | None,
) -> tuple[str, int]:
    text = flask.render_template(
        "cases/confirm.html",
        item=dossier.find(case),
        sheet=sheet,
        fields=[
            (part.name(i18n.language()), sent.typed.get(part.key, [""])[0], part.key)
            for part in sheet.form.fields
        ],
        told=paper.told if paper else [],
        carried=[*paper.carried()] if paper else [],
        key=sent.key,
    )
    return text, 200


def _open(case: UUID, action: policy.Action) -> CaseItem:
    """A case that is not over, for whoever may order this."""
    # Whoever may order nothing of the kind learns nothing of the case either.
    context.demand(action)
    item = dossier.find(case)
    context.demand(action, dossier.thing_of(item))
    if action is policy.Action.CASE_WITHDRAW and not receives(item):
        raise NotAllowedError(code="not-receiving")
    if item.status is Status.COMPLETED:
        raise NotReadyError(code="case-over")
    return item


def _ordering(action: policy.Action, item: CaseItem) -> asking.Asking:
    """What surrounds an order that may have been given on paper."""
    near, held = item.agencies.all(), uploads.of_case(item.id)
    around = asking.of_case(action, item.id)
    return asking.on_sheets(around, item, held, lambda: on_paper.overseers(*near))


def _making(
    command: type[StopCase | WithdrawCase | SuspendCase], item: CaseItem
) -> sheets.Make:
    """Make an order out of what each names: why, by which rule and which document."""

    def make(values: sheets.Values, _: UUID) -> object:
        return command(
            case=item.id,
            reason=str(values["reason"]),
            basis=str(values["basis"]),
            document=str(values["document"]),
        )

    return make


def _stopping(item: CaseItem) -> sheets.Sheet:
    return sheets.Sheet(
        title=translate("Stop the case"),
        about=translate(
            "Case %(code)s ends where it stands. Open work is taken from everybody,"
            " nothing is sent, and it cannot be taken up again.",
            code=item.code,
        ),
        submit=translate("Stop it for good"),
        done=translate("Case %(code)s was stopped.", code=item.code),
        form=sheets.form(_reason(), *_order(translate("Decision"))),
        make=_making(StopCase, item),
    )


def _withdrawing(item: CaseItem) -> sheets.Sheet:
    return sheets.Sheet(
        title=translate("Withdraw the dossier"),
        about=translate(
            "The applicant wants dossier %(code)s back. The case ends where it stands,"
            " and it cannot be taken up again: a new dossier would have to be handed"
            " in.",
            code=item.code,
        ),
        submit=translate("Withdraw it for good"),
        done=translate("Dossier %(code)s was withdrawn.", code=item.code),
        form=sheets.form(_reason(), *_order(translate("Request of the applicant"))),
        make=_making(WithdrawCase, item),
    )


def _suspending(item: CaseItem) -> sheets.Sheet:
    return sheets.Sheet(
        title=translate("Suspend"),
        about=translate(
            "Nobody works on case %(code)s until it goes on, and the promised date"
            " moves by as much working time.",
            code=item.code,
        ),
        submit=translate("Suspend"),
        done=translate("Case %(code)s is suspended.", code=item.code),
        form=sheets.form(_reason(), *_order(translate("Decision"))),
        make=_making(SuspendCase, item),
    )


def _going_on(item: CaseItem) -> sheets.Sheet:
    return sheets.Sheet(
        title=translate("Let it go on"),
        about=translate(
            "Work on case %(code)s goes on; what was due meanwhile happens now.",
            code=item.code,
        ),
        submit=translate("Let it go on"),
        done=translate("Case %(code)s goes on.", code=item.code),
        form=sheets.form(_reason()),
        make=lambda values, _: EndSuspension(
            case=item.id, reason=str(values["reason"])
        ),
    )


def _reason() -> dict[str, object]:
    return {
        **sheets.text("reason", translate("Reason"), longest=reasons.REASON_CHARS),
        "type": "textarea",
    }


def _order(document: str) -> tuple[dict[str, object], ...]:
    """The rule and the document."""
    return (
        dict(
            sheets.text(
                "basis",
                translate("Legal basis"),
                longest=reasons.NAME_CHARS,
                hint=translate("The article of the law or decree"),
            )
        ),
        dict(
            sheets.text(
                "document",
                document,
                longest=reasons.NAME_CHARS,
                hint=translate("Number and date"),
            )
        ),
    )
