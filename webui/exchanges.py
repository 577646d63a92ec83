"""Exchanges: cases that wait for a message from outside, and what was sent outside.

For the integrator, who connects other systems: a message can be handed in by hand,
with the form that the model names, else as names and values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.receive_message import ReceiveMessage
from engine.domain import policy
from engine.domain.run import Json, Status, Wait
from engine.errors import AnswersInvalidError, EngineError, NotReadyError
from engine.forms import answers
from engine.forms.form import Form
from engine.queries import CaseFilter, CaseItem
from webui import attempts, context, dossier, errors, fields, i18n, submission
from webui.i18n import translate

blueprint = flask.Blueprint("exchanges", __name__)

_PAGE: Final = 20
#: Rows for names and values where no form is named.
_ROWS: Final = 6
_NAME: Final = "name"
_VALUE: Final = "value"
#: Whole numbers that the sealed record can hold (below 2**53).
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A message that a case waits for."""

    item: CaseItem
    wait: Wait
    step: str
    partner: str
    since: datetime | None
    form: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that a case sent."""

    item: CaseItem
    at: datetime
    name: str
    partner: str
    payload: Mapping[str, Json]


@blueprint.get("/trao-doi")
def listing() -> str:
    """What is awaited and what was sent."""
    context.demand(policy.Action.MESSAGE_DELIVER)
    wanted = CaseFilter(text=flask.request.args.get("tim", "")[:100], limit=_PAGE)
    actor = context.current_actor()
    found = [
        dossier.read(item)
        for item in context.application().queries.cases(actor, wanted)
    ]
    return flask.render_template(
        "exchanges/list.html",
        text=wanted.text,
        awaited=[one for each in found for one in awaited(each)],
        sent=sorted(
            (one for each in found for one in sent(each)),
            key=lambda one: one.at,
            reverse=True,
        ),
    )


@blueprint.get("/trao-doi/<uuid:case>/<element>/<int:occurrence>")
def form(case: UUID, element: str, occurrence: int) -> tuple[str, int]:
    """The form that hands in one message."""
    return _page(_one(case, element, occurrence))


@blueprint.post("/trao-doi/<uuid:case>/<element>/<int:occurrence>")
def deliver(case: UUID, element: str, occurrence: int) -> tuple[str, int] | Response:
    """Hand the message to the case."""
    one = _one(case, element, occurrence)
    payload = _payload(one)
    done = (
        payload
        if isinstance(payload, EngineError)
        else attempts.attempt(
            ReceiveMessage(
                case=case,
                name=one.wait.name,
                payload=payload,
                correlation=one.wait.keys,
            ),
            flask.request.form.get("key"),
        )
    )
    if isinstance(done, EngineError):
        return _page(one, done)
    flask.flash(translate("Case %(code)s took the message.", code=one.item.code))
    return flask.redirect(flask.url_for("exchanges.listing"), 303)


def awaited(of: dossier.Dossier) -> list[Awaited]:
    """The messages that a case waits for."""
    if of.item.status is Status.COMPLETED:
        return []
    found = []
    for wait in of.picture.waiting:
        if wait.kind != "message":
            continue
        node = of.package.model.nodes[wait.element]
        found.append(
            Awaited(
                item=of.item,
                wait=wait,
                step=node.name or node.id,
                partner=node.event.partner,
                since=dossier.since(of.steps, wait.element, wait.occurrence),
                form=of.package.forms.get(node.event.form),
            )
        )
    return found


def sent(of: dossier.Dossier) -> list[Sent]:
    """The messages that a case sent, as its events tell."""
    found = []
    for step in of.steps:
        for kind, element, occurrence, name, partner in step.body.get("effect", {}).get(
            "thrown", ()
        ):
            payload: Any = step.values.get(f"payload:{element}:{occurrence}")
            if kind == "message":
                found.append(
                    Sent(
                        item=of.item,
                        at=step.at,
                        name=name,
                        partner=partner,
                        payload=payload if isinstance(payload, dict) else {},
                    )
                )
    return found


def _one(case: UUID, element: str, occurrence: int) -> Awaited:
    found = dossier.read(dossier.find(case, policy.Action.MESSAGE_DELIVER))
    for one in awaited(found):
        if (one.wait.element, one.wait.occurrence) == (element, occurrence):
            return one
    raise NotReadyError


def _payload(one: Awaited) -> Mapping[str, Json] | EngineError:
    """What the page sent: the answers of the form, else names and values."""
    request = flask.request.form
    if one.form is None:
        pairs = zip(request.getlist(_NAME), request.getlist(_VALUE), strict=False)
        return {name.strip(): _plain(value) for name, value in pairs if name.strip()}
    checked = answers.validate(one.form, fields.sent(request), language=i18n.language())
    return checked.values if checked.ok else AnswersInvalidError(checked.errors)


def _plain(typed: str) -> Json:
    """A value as typed; digits without a leading zero are a number, as in JSON."""
    text = typed.strip()
    return int(text) if _WHOLE.fullmatch(text) else text


def _page(one: Awaited, refusal: EngineError | None = None) -> tuple[str, int]:
    request = flask.request.form
    shown = None
    if one.form is not None:
        shown = (
            submission.fresh(one.form, {})
            if refusal is None
            else submission.again(submission.read(one.form), refusal, {})
        )
    pairs = list(zip(request.getlist(_NAME), request.getlist(_VALUE), strict=False))
    text = flask.render_template(
        "exchanges/message.html",
        one=one,
        shown=shown,
        rows=shown.rows if shown else (),
        attached={},
        pairs=[*pairs, *[("", "")] * (_ROWS - len(pairs))],
        failed=refusal is not None,
        refusal="" if refusal is None else errors.text_of(refusal),
        key=submission.new_key(),
    )
    return text, 200 if refusal is None else errors.status_of(refusal)
