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

from engine import expressions
from engine.commands.deliver_message import DeliverMessage
from engine.commands.receive_message import ReceiveMessage
from engine.commands.retry_delivery import RetryDelivery
from engine.domain import policy
from engine.domain.events import EventType
from engine.domain.model import Model
from engine.domain.run import Json, Status, Wait
from engine.errors import (
    AnswersInvalidError,
    EngineError,
    NotFoundError,
    NotReadyError,
)
from engine.forms import answers, plain
from engine.forms.form import Form, show
from engine.package import Package
from engine.queries import CaseFilter, CaseItem
from webui import attempts, context, dossier, errors, i18n, letters, submission
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
    #: What belongs to the case: label and value.
    keys: tuple[tuple[str, str], ...]
    #: Names that the procedure reads and that only a message can bring.
    expected: tuple[str, ...]
    #: The ways that depend on them: name and condition.
    branches: tuple[tuple[str, str], ...]
    #: What the diagram says about this step.
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that a case sent."""

    item: CaseItem
    at: datetime
    #: Name of the step that sent it.
    step: str
    name: str
    partner: str
    #: Label and value of everything that was sent.
    content: tuple[tuple[str, str], ...]
    #: What became of it; None: that is not known any more.
    letter: letters.Told | None


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
        undelivered=letters.undelivered(),
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


@blueprint.post("/trao-doi/thu/<uuid:stream>/<int:seq>/<int:n>")
def letter(stream: UUID, seq: int, n: int) -> Response:
    """Try a letter again, or give it to the case that a person names."""
    context.demand(policy.Action.MESSAGE_DELIVER)
    ref = flask.request.form.get("case", "").strip()[:100]
    if not ref or "again" in flask.request.form:
        done = attempts.attempt(RetryDelivery(stream=stream, seq=seq, n=n))
        said = translate("It is tried again in a moment.")
    else:
        case = _case(ref)
        done = attempts.attempt(
            DeliverMessage(stream=stream, seq=seq, n=n, case=case.id)
        )
        said = translate("Case %(code)s took the message.", code=case.code)
    if isinstance(done, EngineError):
        said = errors.text_of(done)
    elif not done.get("delivered", True):
        said = translate("It has arrived already.")
    flask.flash(said)
    return flask.redirect(flask.url_for("exchanges.listing"), 303)


def _case(ref: str) -> CaseItem:
    actor = context.current_actor()
    found = context.application().queries.case(actor, ref)
    if found is None:
        raise NotFoundError
    context.demand(policy.Action.MESSAGE_DELIVER, dossier.thing_of(found))
    return found


def awaited(of: dossier.Dossier) -> list[Awaited]:
    """The messages that a case waits for."""
    if of.item.status is Status.COMPLETED:
        return []
    found = []
    expected = _expected(of)
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
                keys=_labelled(of.package, wait.keys),
                expected=expected,
                branches=_branches(of.package.model, expected),
                about=node.work.documentation,
            )
        )
    return found


def sent(of: dossier.Dossier) -> list[Sent]:
    """The messages that a case sent, as its events tell."""
    found = []
    known = letters.sent_by(of.item.id)
    for step in of.steps:
        thrown = step.body.get("effect", {}).get("thrown", ())
        for n, (kind, element, occurrence, name, partner) in enumerate(thrown):
            payload: Any = step.values.get(f"payload:{element}:{occurrence}")
            if kind == "message":
                found.append(
                    Sent(
                        item=of.item,
                        at=step.at,
                        step=of.package.model.nodes[element].name,
                        name=name,
                        partner=partner,
                        content=_labelled(
                            of.package, payload if isinstance(payload, dict) else {}
                        ),
                        letter=known.get((step.seq, n)),
                    )
                )
    return found


def _labelled(
    package: Package, values: Mapping[str, Json]
) -> tuple[tuple[str, str], ...]:
    """Values as people read them, under the labels of the fields that ask for them."""
    known = {one.key: one for form in package.forms.values() for one in form.fields}
    language = i18n.language()
    return tuple(
        (known[name].name(language), show(known[name], value, language))
        if name in known
        else (name, "" if value is None else str(value))
        for name, value in values.items()
    )


def _expected(of: dossier.Dossier) -> tuple[str, ...]:
    """Names that the procedure reads and that no form of it asks for.

    A person who hands in a message by hand would otherwise have to guess them.
    """
    model = of.package.model
    read = [flow.condition for flow in model.flows.values() if flow.condition]
    for node in model.nodes.values():
        read += node.event.payload.values()
    asked = {key for form in of.package.forms.values() for key in form.keys}
    brought = {
        name
        for step in of.steps
        if step.type is EventType.MESSAGE_RECEIVED
        for name in step.values
    }
    names = {name for text in read for name in expressions.compile(text).names}
    known = of.picture.data.keys() - brought
    return tuple(sorted((names | {*model.facts.public}) - asked - known))


def _branches(model: Model, expected: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The ways that depend on what is expected: name of the flow and its condition."""
    return tuple(
        (flow.name or flow.id, flow.condition)
        for flow in model.flows.values()
        if flow.condition and expressions.compile(flow.condition).names & {*expected}
    )


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
        named = {
            name.strip(): _plain(value)
            for name, value in pairs
            if name.strip() and value.strip()
        }
        try:
            return plain.check(named)
        except EngineError as refusal:
            return refusal
    # Files count only as uploads: a hash that is typed could be of another case.
    typed = submission.read(one.form).typed
    checked = answers.validate(one.form, typed, language=i18n.language())
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
    if not pairs:
        pairs = [(name, "") for name in one.expected]
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
