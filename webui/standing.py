"""Substitutes: who acts for whom; given and ended on pages, shown to who stands in.

docs/manual/people.md, rule 2. Everything that somebody may do for somebody else is said
beside it: in the head of the page, in the worklist and on the page of the task.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import flask

from engine.commands.substitute import EndSubstitution, GiveSubstitution
from engine.domain import policy
from engine.domain.organisation import Account, Substitution
from engine.errors import NotFoundError
from engine.queries import TaskItem
from webui import asking, context, offices, people_words, sheets
from webui.i18n import translate

blueprint = flask.Blueprint("standing", __name__)

_NOBODY: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A substitution in words."""

    id: UUID
    position: str
    agency: str
    absent: str
    substitute: str
    #: Names of the procedures; empty: all.
    procedures: tuple[str, ...]
    span: str
    order: str
    #: It counts today, or will.
    counts: bool
    begun: bool


def install(app: flask.Flask) -> None:
    """Give templates what says for whom one acts."""
    app.jinja_env.globals.update(
        stood_in_for=stood_in_for,
        stands_for=stands_for,
        holder_of=people_words.holder,
    )


def stands_for() -> tuple[str, ...]:
    """Names of those for whom the reader acts today, for the head of every page."""
    actor = context.signed_in()
    if actor is None or not actor.standing:
        return ()
    known = flask.g.get("stands_for")
    if known is None:
        wanted = {one.on_behalf_of for one in actor.standing if one.on_behalf_of}
        names = context.application().queries.names(actor.tenant, wanted)
        known = flask.g.stands_for = {one: names.get(one, _NOBODY) for one in wanted}
    return tuple(sorted(known.values()))


def stood_in_for(task: TaskItem) -> str:
    """The holder for whom the reader would do a task; empty: in an own position."""
    actor = context.current_actor()
    if not actor.standing:
        return ""
    seat = actor.seat_for(task.performer, task.agency, task.procedure_id)
    if seat is None or seat.on_behalf_of is None:
        return ""
    stands_for()
    found = flask.g.stands_for.get(seat.on_behalf_of, _NOBODY)
    return str(found)


@blueprint.get("/to-chuc/thay-the")
def show() -> str:
    """Every substitution, those that count first."""
    context.demand(policy.Action.ORGANISATION_VIEW)
    rows = sorted(_rows(lambda _: True), key=lambda one: not one.counts)
    return flask.render_template("organisation/substitutions.html", rows=rows)


@blueprint.get("/lam-thay")
def mine() -> str:
    """For whom the reader acts, and who acts for the reader."""
    context.demand(policy.Action.STANDING_VIEW)
    me = context.current_actor().account.id
    rows = {
        "others": [*_rows(lambda one: one.substitute == me)],
        "own": [*_rows(lambda one: one.absent == me)],
    }
    counting = {
        name: [one for one in found if one.counts] for name, found in rows.items()
    }
    return flask.render_template("organisation/standing.html", **counting)


@blueprint.route(
    "/to-chuc/vi-tri/<uuid:position>/<uuid:account>/lam-thay", methods=asking.BOTH
)
def give(position: UUID, account: UUID) -> asking.Page:
    """Have somebody act for the holder of a position."""
    return _page(lambda: _giving(position, account))


@blueprint.route("/to-chuc/thay-the/<uuid:substitution>/thoi", methods=asking.BOTH)
def end(substitution: UUID) -> asking.Page:
    """End a substitution."""
    return _page(lambda: _ending(substitution))


def _page(made: Callable[[], sheets.Sheet]) -> asking.Page:
    around = asking.Asking(
        action=policy.Action.ORGANISATION_CHANGE,
        onwards="standing.show",
        name=translate("Substitutes"),
    )
    return asking.page(made, around)


def _giving(position: UUID, absent: UUID) -> sheets.Sheet:
    organisation, people = context.organisation_now(), _people()
    post, holder = organisation.positions.get(position), people.get(absent)
    held = any(
        (one.position, one.account) == (position, absent)
        and one.valid_to >= context.today()
        for one in organisation.holders
    )
    if post is None or holder is None or not held:
        raise NotFoundError
    offered = _procedures()

    def make(values: sheets.Values, identity: UUID) -> object:
        login = str(values["login"]).lower()
        tenant = context.current_actor().tenant
        found = context.application().sign_in.by_login(tenant, login)
        if found is None or not found.account.active:
            return sheets.wrong(
                "login", translate("There is no open account of this name.")
            )
        first, last = sheets.day(values["since"]), sheets.day(values["until"])
        if last < first:
            return sheets.wrong("until", translate("The last day is before the first."))
        chosen = values.get("procedures") or []
        assert isinstance(chosen, list | tuple)  # noqa: S101 - a checklist gives a list.
        return GiveSubstitution(
            substitution=Substitution(
                id=identity,
                position=position,
                absent=absent,
                substitute=found.account.id,
                procedures=frozenset(UUID(str(one)) for one in chosen),
                valid_from=first,
                valid_to=last,
                order=str(values["order"]),
            )
        )

    only = sheets.choice(
        "checklist",
        "procedures",
        translate("Only for these procedures"),
        offered,
        required=False,
    )
    only = {**only, "description": translate("None ticked: all of them.")}
    return sheets.Sheet(
        title=translate("Appoint a substitute"),
        about=f"{post.name} · {holder.name}",
        submit=translate("Appoint the substitute"),
        done=translate("The substitute was appointed."),
        form=sheets.form(
            sheets.text(
                "login",
                translate("Account of the substitute"),
                longest=64,
                hint=translate("Type a part of the name or position, and choose."),
            ),
            sheets.date_field("since", translate("First day")),
            sheets.date_field("until", translate("Last day")),
            sheets.text(
                "order",
                translate("Number of the order"),
                longest=100,
                hint=translate("For example 12/QĐ-VP"),
            ),
            *([only] if offered else []),
        ),
        known={"since": context.today().isoformat()},
        make=make,
        offered={"login": people_words.choices()},
        clash=("login", translate("This account stands in for the holder then.")),
    )


def _ending(identity: UUID) -> sheets.Sheet:
    row = next(iter(_rows(lambda one: one.id == identity)), None)
    if row is None or not row.counts:
        raise NotFoundError

    def make(values: sheets.Values, _: UUID) -> object:
        last = sheets.day(values["since"]) - timedelta(days=1)
        return EndSubstitution(substitution=identity, valid_to=last)

    return sheets.Sheet(
        title=translate("End the substitution"),
        about=translate(
            "%(who)s for %(whom)s · %(position)s",
            who=row.substitute,
            whom=row.absent,
            position=row.position,
        ),
        submit=translate("End the substitution"),
        done=translate("The substitution was ended."),
        form=sheets.form(
            sheets.date_field(
                "since",
                translate("Stands in no longer from"),
                hint=translate("From today: the rights end with the next page."),
            )
        ),
        known={"since": context.today().isoformat()},
        make=make,
    )


def _rows(wanted: Callable[[Substitution], bool]) -> Iterable[Row]:
    organisation, people = context.organisation_now(), _people()
    names, today = _procedures(), context.today()

    def name(account: UUID) -> str:
        return people[account].name if account in people else _NOBODY

    for one in sorted(organisation.substitutions, key=lambda each: each.valid_from):
        if not wanted(one):
            continue
        post = organisation.positions[one.position]
        yield Row(
            id=one.id,
            position=post.name,
            agency=organisation.agencies[post.agency].name,
            absent=name(one.absent),
            substitute=name(one.substitute),
            procedures=tuple(names.get(each.hex, _NOBODY) for each in one.procedures),
            span=offices.span(one.valid_from, one.valid_to),
            order=one.order,
            counts=one.valid_to >= max(today, one.valid_from),
            begun=one.valid_from <= today,
        )


def _people() -> Mapping[UUID, Account]:
    tenant = context.current_actor().tenant
    return {one.id: one for one in context.application().directory.accounts(tenant)}


def _procedures() -> Mapping[str, str]:
    found = context.application().queries.procedures(context.current_actor())
    return {one.id.hex: f"{one.name} ({one.code})" for one in found}
