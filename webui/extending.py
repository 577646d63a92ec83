"""More time for a case: ask for it, give it, refuse it (rule 8 of the clock)."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import flask

from engine.commands import extend_deadline as extend
from engine.commands import reasons
from engine.domain import policy
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.errors import AnswersInvalidError, NotReadyError
from webui import (
    asking,
    context,
    dossier,
    errors,
    formats,
    new_days,
    on_paper,
    sheets,
    words,
)
from webui.i18n import translate

blueprint = flask.Blueprint("extending", __name__)
_ASK = policy.Action.DEADLINE_ASK
_GIVE = policy.Action.DEADLINE_EXTEND


@blueprint.route("/ho-so/<uuid:case>/xin-gia-han", methods=asking.BOTH)
def ask(case: UUID) -> asking.Page:
    """Ask for more time."""
    return _page(case, _ASK, _asking)


@blueprint.route("/ho-so/<uuid:case>/gia-han", methods=asking.BOTH)
def give(case: UUID) -> asking.Page:
    """Give more time."""
    return _page(case, _GIVE, _giving)


@blueprint.route("/ho-so/<uuid:case>/khong-gia-han", methods=asking.BOTH)
def refuse(case: UUID) -> asking.Page:
    """Refuse it."""
    return _page(case, _GIVE, _refusing)


def offered(found: dossier.Dossier) -> list[tuple[str, str]]:
    """What the reader may do about the promised date: address and label.

    To answer a request is not among it: that is told by `decision`.
    """
    if not _promised(found):
        return []
    thing = dossier.thing_of(found.item)
    acts = [
        ("extending.ask", translate("Ask for more time"), context.may(_ASK, thing)),
        (
            "extending.give",
            translate("Extend"),
            found.more_time is None and context.may(_GIVE, thing),
        ),
    ]
    return [
        (flask.url_for(endpoint, case=found.item.id), label)
        for endpoint, label, now in acts
        if now
    ]


def decision(found: dossier.Dossier) -> tuple[str, list[tuple[str, str]]] | None:
    """The request that the reader may answer, in words, and the two ways to do so.

    None: there is none, or the reader has a hand in it or may not.
    """
    item, asked = found.item, found.more_time
    if asked is None or not _promised(found):
        return None
    mine = context.current_actor().account.id in asked.hands
    if mine or not context.may(_GIVE, dossier.thing_of(item)):
        return None
    who = found.names.get(asked.account, "–")
    told = translate("%(who)s asks for more time: %(span)s.", who=who, span=_by(asked))
    return told, [
        (flask.url_for("extending.give", case=item.id), translate("Extend")),
        (
            flask.url_for("extending.refuse", case=item.id),
            translate("Refuse more time"),
        ),
    ]


def _promised(found: dossier.Dossier) -> bool:
    """Whether there is a promise that could move."""
    limit = found.package.model.facts.limit
    return found.item.closed_at is None and limit is not None


def granted(found: dossier.Dossier) -> Iterator[list[str]]:
    """Who gave more time each time, and why, as far as the reader may know it.

    The reason is free text and may tell of somebody: it is for who reads the history.
    """
    reads = context.may(policy.Action.HISTORY_VIEW, dossier.thing_of(found.item))
    for step in found.steps:
        if step.type is not EventType.DEADLINE_EXTENDED:
            continue
        who = found.names.get(UUID(hex=step.body["facts"]["approver"]), "–")
        notes = [translate("given by %(who)s", who=who)]
        reason = step.values.get("reason")
        if reads and reason:
            notes.append(translate("reason: %(reason)s", reason=reason))
        yield notes


def _page(
    case: UUID, action: policy.Action, make: Callable[[dossier.Dossier], sheets.Sheet]
) -> asking.Page:
    context.demand(action)
    item = dossier.find(case)
    context.demand(action, dossier.thing_of(item))
    if item.closed_at is not None:
        raise NotReadyError(code="case-closed")
    found, near = dossier.read(item), item.agencies.all()

    def hands() -> tuple[on_paper.Hand, ...]:
        if action is _GIVE:
            return on_paper.overseers(*near)
        return on_paper.doers("", *near, holders=True)

    around = asking.of_case(action, case)
    return asking.page(
        lambda: make(found), asking.on_sheets(around, item, found.files, hands)
    )


def _asking(found: dossier.Dossier) -> sheets.Sheet:
    item = found.item

    def made(values: sheets.Values, _: UUID) -> object:
        by = new_days.read(found, values)
        if isinstance(by, AnswersInvalidError):
            return by
        return extend.AskExtension(
            case=item.id,
            by=by,
            reason=str(values["reason"]),
            letter=str(values.get("letter") or ""),
        )

    return sheets.Sheet(
        title=translate("Ask for more time"),
        about=_about(found),
        submit=translate("Ask for it"),
        done=translate("More time is asked for in case %(code)s.", code=item.code),
        form=sheets.form(*_fields(found)),
        make=made,
        clash=_clash(),
    )


def _giving(found: dossier.Dossier) -> sheets.Sheet:
    item, asked = found.item, found.more_time

    def made(values: sheets.Values, _: UUID) -> object:
        by = new_days.read(found, values)
        if isinstance(by, AnswersInvalidError):
            return by
        return extend.ExtendDeadline(
            case=item.id,
            by=by,
            reason=str(values["reason"]),
            letter=str(values.get("letter") or ""),
        )

    return sheets.Sheet(
        title=translate("Extend"),
        about=_about(found),
        submit=translate("Extend"),
        done=translate("Case %(code)s has more time.", code=item.code),
        form=sheets.form(*_fields(found)),
        make=made,
        clash=_clash(),
        known={**_known(asked), **_given(found, asked)},
    )


def _refusing(found: dossier.Dossier) -> sheets.Sheet:
    item = found.item
    if found.more_time is None:
        raise NotReadyError(code="not-asked")
    return sheets.Sheet(
        title=translate("Refuse more time"),
        about=_about(found),
        submit=translate("Refuse it"),
        done=translate("Case %(code)s keeps its promised date.", code=item.code),
        form=sheets.form(_reason()),
        make=lambda values, _: extend.RefuseExtension(
            case=item.id, reason=str(values["reason"])
        ),
    )


def _fields(found: dossier.Dossier) -> tuple[dict[str, Any], ...]:
    number = dict(
        sheets.text(
            "letter",
            translate("Number of the letter of apology"),
            longest=reasons.NAME_CHARS,
            hint=translate("The letter bears it. Empty: given when it is printed."),
        )
    )
    rules = {"maxLength": reasons.NAME_CHARS, "required": False}
    return (
        *new_days.fields(found),
        _reason(),
        {**number, "validate": rules},
    )


def _clash() -> tuple[str, str]:
    """The field that is told, and what, when its number is that of another letter."""
    said = translate(errors.TEXTS["number-given"])
    again = translate("Write the number of this letter, or leave it empty.")
    return "letter", f"{said} {again}"


def _known(asked: extend.Request | None) -> dict[str, Any]:
    """What was asked for stands in the fields."""
    if asked is None:
        return {}
    known: dict[str, Any] = {"letter": asked.letter}
    if isinstance(asked.by, TimeLimit):
        return {**known, "span": asked.by.amount, "unit": asked.by.unit}
    return {**known, "until": formats.day(asked.by)}


def _given(found: dossier.Dossier, asked: extend.Request | None) -> dict[str, Any]:
    """The reason of whoever asked, to be kept or put in other words."""
    if asked is None:
        return {}
    reason = found.steps[asked.seq - 1].values.get("reason")
    return {} if reason is None else {"reason": reason}


def _about(found: dossier.Dossier) -> str:
    """What was promised, and what is asked for."""
    item, asked = found.item, found.more_time
    due = formats.moment(item.due_at) or translate("the clock stands still")
    told = translate("Case %(code)s: promised %(due)s.", code=item.code, due=due)
    if asked is None:
        return told
    who, span = found.names.get(asked.account, "–"), _by(asked)
    return f"{told} {translate('%(who)s asks for: %(span)s.', who=who, span=span)}"


def _by(asked: extend.Request) -> str:
    """How much longer, or until when."""
    by = asked.by
    return words.limit(by) if isinstance(by, TimeLimit) else formats.moment(by)


def _reason() -> dict[str, Any]:
    made = dict(
        sheets.text("reason", translate("Reason"), longest=reasons.REASON_CHARS)
    )
    return {**made, "type": "textarea"}
