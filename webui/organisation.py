"""The organisation: agencies, positions, who holds them, accounts; and their changes.

Administrators change it, auditors look. Every change is a command and an event.
"""

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.domain import policy
from engine.domain.organisation import Account, Agency, Holder, Position
from engine.errors import (
    AnswersInvalidError,
    EngineError,
    ExistsError,
    NotFoundError,
)
from engine.forms import answers
from engine.forms.answers import FieldError
from webui import attempts, context, errors, i18n, offices, sheets, staffing, submission

blueprint = flask.Blueprint("organisation", __name__)

_CHANGES: Final = 20
_PAGE: Final = 50
_HEX: Final = re.compile("[0-9a-f]{32}")
_BOTH: Final = ["GET", "POST"]
Page = str | tuple[str, int] | Response


@blueprint.get("/to-chuc")
def show() -> str:
    """The tree of agencies, and what was changed last."""
    context.demand(policy.Action.ORGANISATION_VIEW)
    directory, tenant = context.application().directory, context.current_actor().tenant
    organisation = directory.organisation(tenant)
    people = {one.id: one for one in directory.accounts(tenant)}
    bodies = directory.changes(tenant, _CHANGES)
    return flask.render_template(
        "organisation/tree.html",
        branches=offices.branches(organisation, people),
        changes=offices.changes(bodies, organisation, people),
    )


@blueprint.get("/to-chuc/tai-khoan")
def accounts() -> str:
    """Every account, a page at a time."""
    context.demand(policy.Action.ORGANISATION_VIEW)
    wanted = flask.request.args.get("tim", "")[:100].strip()
    page = max(1, flask.request.args.get("trang", 1, type=int))
    found = [one for one in _accounts() if _named(one, wanted.casefold())]
    return flask.render_template(
        "organisation/accounts.html",
        text=wanted,
        accounts=found[(page - 1) * _PAGE : page * _PAGE],
        page=page,
        more=len(found) > page * _PAGE,
        today=context.today(),
    )


@blueprint.route("/to-chuc/co-quan/them", methods=_BOTH)
@blueprint.route("/to-chuc/co-quan/<uuid:agency>/them", methods=_BOTH)
def add_agency(agency: UUID | None = None) -> Page:
    """Add an agency, on top or under another."""
    return _page(lambda: staffing.agency(_agency(agency) if agency else None))


@blueprint.route("/to-chuc/co-quan/<uuid:agency>/vi-tri", methods=_BOTH)
def add_position(agency: UUID) -> Page:
    """Add a position to an agency."""
    return _page(lambda: staffing.position(_agency(agency)))


@blueprint.route("/to-chuc/vi-tri/<uuid:position>/giao", methods=_BOTH)
def give(position: UUID) -> Page:
    """Give a position to an account."""
    return _page(lambda: staffing.holding(_position(position)))


@blueprint.route(
    "/to-chuc/vi-tri/<uuid:position>/<uuid:account>/<since>/thoi-giu", methods=_BOTH
)
def end(position: UUID, account: UUID, since: str) -> Page:
    """Take a position back."""
    return _page(
        lambda: staffing.ending(
            _holder(position, account, since),
            _position(position),
            _account(account).name,
        )
    )


@blueprint.route("/to-chuc/tai-khoan/them", methods=_BOTH)
def add_account() -> Page:
    """Add an account."""
    return _page(staffing.account, "organisation.accounts")


@blueprint.route("/to-chuc/tai-khoan/<uuid:account>/khoa", methods=_BOTH)
def close(account: UUID) -> Page:
    """Close an account; what it did stays its own."""
    return _page(lambda: staffing.closing(_account(account)), "organisation.accounts")


@blueprint.route("/to-chuc/tai-khoan/<uuid:account>/mat-khau", methods=_BOTH)
def reset_password(account: UUID) -> Page:
    """Give an account a first password again."""
    return _page(lambda: staffing.resetting(_account(account)), "organisation.accounts")


def _page(made: Callable[[], sheets.Sheet], onwards: str = "organisation.show") -> Page:
    """Show a form, or carry out what it says."""
    context.demand(policy.Action.ORGANISATION_CHANGE)
    sheet = made()
    if flask.request.method == "GET":
        return _shown(sheet, submission.fresh(sheet.form, sheet.known), onwards)
    sent = submission.read(sheet.form)
    done = _send(sheet, sent)
    if isinstance(done, EngineError):
        again = submission.again(sent, done, {})
        return _shown(sheet, again, onwards, done)
    flask.flash(sheet.done)
    return flask.redirect(flask.url_for(onwards), 303)


def _send(sheet: sheets.Sheet, sent: submission.Submission) -> EngineError | object:
    """Check the answers, make the command and execute it."""
    checked = answers.validate(sheet.form, sent.typed, language=i18n.language())
    if not checked.ok:
        return AnswersInvalidError(checked.errors)
    key = _key(sent.key)
    command = sheet.make(checked.values, key)
    if isinstance(command, EngineError):
        return command
    done = attempts.attempt(command, key.hex)
    field, message = sheet.clash
    if isinstance(done, ExistsError) and field:
        return AnswersInvalidError((FieldError(field, done.code, {}, message),))
    return done


def _shown(
    sheet: sheets.Sheet,
    shown: submission.Shown,
    onwards: str,
    refusal: EngineError | None = None,
) -> tuple[str, int]:
    text = flask.render_template(
        "organisation/form.html",
        sheet=sheet,
        rows=shown.rows,
        attached={},
        summary=shown.summary,
        failed=refusal is not None,
        refusal="" if refusal is None else errors.text_of(refusal),
        back=flask.url_for(onwards),
        key=context.application().engine.tools.ids.uuid().hex,
    )
    return text, 200 if refusal is None else errors.status_of(refusal)


def _key(text: str) -> UUID:
    """The form's key: sent twice, it makes one record, whose id it is."""
    if _HEX.fullmatch(text):
        return UUID(text)
    return context.application().engine.tools.ids.uuid()


def _accounts() -> tuple[Account, ...]:
    tenant = context.current_actor().tenant
    return context.application().directory.accounts(tenant)


def _named(account: Account, text: str) -> bool:
    return text in account.login or text in account.name.casefold()


def _account(identity: UUID) -> Account:
    for one in _accounts():
        if one.id == identity:
            return one
    raise NotFoundError


def _agency(identity: UUID) -> Agency:
    found = context.organisation_now().agencies.get(identity)
    if found is None:
        raise NotFoundError
    return found


def _position(identity: UUID) -> Position:
    found = context.organisation_now().positions.get(identity)
    if found is None:
        raise NotFoundError
    return found


def _holder(position: UUID, account: UUID, since: str) -> Holder:
    for one in context.organisation_now().holders:
        if (one.position, one.account) == (position, account) and (
            one.valid_from.isoformat() == since
        ):
            return one
    raise NotFoundError
