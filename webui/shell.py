"""What surrounds every page: agency, navigation, first page, state of health."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

import engine
from engine.domain import organisation, policy
from webui import context, i18n, words

blueprint = flask.Blueprint("shell", __name__)

#: Pages of the navigation: what one needs, where it is, how it is called.
PAGES = (
    (policy.Action.WORKLIST_VIEW, "/viec", "My work"),
    (policy.Action.CASE_LIST, "/ho-so", "Cases"),
    (policy.Action.PAPER_PRINT, "/giay-to", "Papers"),
    (policy.Action.DOSSIER_NOTE, "/ban-giao", "Paper files"),
    (policy.Action.PROCEDURE_LIST, "/quy-trinh", "Procedures"),
    (policy.Action.SUPERVISION_VIEW, "/giam-sat", "Supervision"),
    (policy.Action.MESSAGE_DELIVER, "/trao-doi", "Exchanges"),
    (policy.Action.ORGANISATION_VIEW, "/to-chuc", "Organisation"),
    (policy.Action.CALENDAR_VIEW, "/to-chuc/lich", "Working calendar"),
    (policy.Action.LOG_VIEW, "/kiem-chung", "Evidence"),
    (policy.Action.AUDIT_VIEW, "/kiem-chung/danh-gia", "Internal audits"),
    (policy.Action.FIGURES_VIEW, "/kiem-chung/so-lieu", "Figures"),
    (policy.Action.FIGURES_VIEW, "/bao-cao", "Reports"),
    (policy.Action.ACCESS_VIEW, "/kiem-chung/truy-cap", "Who saw what"),
    (policy.Action.SYSTEM_VIEW, "/he-thong", "System"),
    (policy.Action.PERSONAL_ERASE, "/he-thong/du-lieu-ca-nhan", "Personal data"),
    (policy.Action.NOTICE_MANAGE, "/he-thong/thong-bao", "Delivery of notices"),
    (policy.Action.JOB_VIEW, "/tac-vu", "Jobs"),
)

_HOUSE: Final = "house"
#: The names of tenants, which never change.
_NAMES: Final = "quytrinh-tenants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of the navigation."""

    path: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where and as whom one works, for the head of the page."""

    actor: organisation.Actor | None
    agency: str = "Quytrinh"
    above: str = ""
    position: str = ""
    #: Where the name in the head leads.
    home: str = "/"


def install(app: flask.Flask) -> None:
    """Give templates what the layout asks for."""
    app.jinja_env.globals.update(
        workplace=workplace,
        navigation=navigation,
        may=context.may,
        actions=policy.Action,
        agency_name=context.agency_name,
        now=context.now,
        here=here,
        version=engine.__version__,
    )


def workplace() -> Workplace:
    """The first position held, and its agency; without one, what the account may do."""
    actor, house = context.signed_in(), flask.g.get(_HOUSE, "Quytrinh")
    if actor is None:
        home = flask.url_for("lookups.show") if _HOUSE in flask.g else "/"
        return Workplace(actor=None, agency=house, home=home)
    if not actor.positions:
        roles = sorted(actor.account.roles, key=list(organisation.Role).index)
        named = ", ".join(i18n.translate(words.ROLE[role]) for role in roles)
        return Workplace(actor=actor, agency=house, position=named)
    position = actor.positions[0]
    agencies = context.organisation_now().agencies
    agency = agencies[position.agency]
    return Workplace(
        actor=actor,
        agency=agency.name,
        above=agencies[agency.parent].name if agency.parent else "",
        position=position.name,
    )


def welcome() -> None:
    """Let the page bear the name of the tenant: of nobody's agency, or for everybody.

    Called before the page is made: one that tells of a failing database asks nothing.
    """
    known: dict[UUID, str] = flask.current_app.extensions.setdefault(_NAMES, {})
    tenant = context.tenant()
    if tenant not in known:
        known[tenant] = context.application().directory.name(tenant)
    setattr(flask.g, _HOUSE, known[tenant])


def navigation() -> tuple[Item, ...]:
    """The pages that the actor may open."""
    path = flask.request.path
    around = [one for _, one, _ in PAGES if path == one or path.startswith(f"{one}/")]
    # Of pages inside each other's address the innermost is meant.
    nearest = max(around, key=len, default="")
    return tuple(
        Item(path=address, name=i18n.translate(name), here=address == nearest)
        for action, address, name in PAGES
        if context.may(action)
    )


def here() -> str:
    """The address of this page, to come back to it; a POST comes back to the start."""
    if flask.request.method != "GET":
        return "/"
    return flask.request.full_path.removesuffix("?")


def local(address: str) -> str:
    """An address if it stays on this server, else the start (CWE-601)."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if plain and address.isprintable() else "/"


@blueprint.get("/")
def start() -> Response:
    """Go to the first page of the role."""
    return flask.redirect(navigation()[0].path)


@blueprint.get("/healthz")
def health() -> flask.Response:
    """Answer a load balancer: the server runs and reaches its database."""
    return flask.jsonify(ok=True, tenants=len(context.application().store.tenants()))
