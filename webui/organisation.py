"""The organisation: agencies, positions, who holds them, accounts; and their changes.

Administrators change it, auditors look. Every change is a command and an event.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import flask

from engine.commands.transaction import Result
from engine.domain import policy
from engine.domain.organisation import Account, Agency, Holder, Position
from engine.errors import NotFoundError
from webui import asking, context, offices, sheets, staffing
from webui.i18n import translate

blueprint = flask.Blueprint("organisation", __name__)

_CHANGES: Final = 20
_PAGE: Final = 50


@blueprint.get("/to-chuc")
def show() -> str:
    """The tree of agencies, and what was changed last."""
    context.demand(policy.Action.ORGANISATION_VIEW)
    directory, tenant = context.application().directory, context.current_actor().tenant
    organisation = context.organisation_now()
    people = {one.id: one for one in directory.accounts(tenant)}
    bodies = directory.changes(tenant, _CHANGES)
    return flask.render_template(
        "organisation/tree.html",
        branches=offices.branches(organisation, people),
        changes=offices.changes(bodies, organisation, people),
        today=context.today(),
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


@blueprint.route("/to-chuc/co-quan/them", methods=asking.BOTH)
@blueprint.route("/to-chuc/co-quan/<uuid:agency>/them", methods=asking.BOTH)
def add_agency(agency: UUID | None = None) -> asking.Page:
    """Add an agency, on top or under another."""
    return _page(lambda: staffing.agency(_agency(agency) if agency else None))


@blueprint.route("/to-chuc/co-quan/<uuid:agency>/lien-he", methods=asking.BOTH)
def reach(agency: UUID) -> asking.Page:
    """Say where an agency is, and its telephone, from a day on."""
    return _page(lambda: staffing.reaching(_agency(agency)))


@blueprint.route("/to-chuc/co-quan/<uuid:agency>/vi-tri", methods=asking.BOTH)
def add_position(agency: UUID) -> asking.Page:
    """Add a position to an agency."""
    return _page(lambda: staffing.position(_agency(agency)))


@blueprint.route("/to-chuc/vi-tri/<uuid:position>/giao", methods=asking.BOTH)
def give(position: UUID) -> asking.Page:
    """Give a position to an account."""
    return _page(lambda: staffing.holding(_position(position)))


@blueprint.route(
    "/to-chuc/vi-tri/<uuid:position>/<uuid:account>/<since>/thoi-giu",
    methods=asking.BOTH,
)
def end(position: UUID, account: UUID, since: str) -> asking.Page:
    """Take a position back."""
    context.demand(policy.Action.ORGANISATION_CHANGE)
    held, post = _holder(position, account, since), _position(position)
    name = _account(account).name
    return _page(
        lambda: staffing.ending(held, post, name),
        after=lambda _: staffing.hand_back(held, post, name),
    )


@blueprint.route("/to-chuc/tai-khoan/them", methods=asking.BOTH)
def add_account() -> asking.Page:
    """Add an account."""
    return _page(staffing.account, "organisation.accounts")


@blueprint.route("/to-chuc/tai-khoan/<uuid:account>/khoa", methods=asking.BOTH)
def close(account: UUID) -> asking.Page:
    """Close an account; what it did stays its own."""
    return _page(lambda: staffing.closing(_account(account)), "organisation.accounts")


@blueprint.route("/to-chuc/tai-khoan/<uuid:account>/mat-khau", methods=asking.BOTH)
def reset_password(account: UUID) -> asking.Page:
    """Give an account a first password again."""
    return _page(lambda: staffing.resetting(_account(account)), "organisation.accounts")


def _page(
    made: Callable[[], sheets.Sheet],
    onwards: str = "organisation.show",
    after: Callable[[Result], None] | None = None,
) -> asking.Page:
    """Show a form, or carry out what it says."""
    around = asking.Asking(
        action=policy.Action.ORGANISATION_CHANGE,
        onwards=onwards,
        name=translate("Organisation"),
        after=after,
    )
    return asking.page(made, around)


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
