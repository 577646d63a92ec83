"""`quytrinh audit`: the audit programme, samples that can be drawn again, findings."""

from datetime import date, datetime
from typing import Any

import click

from engine.commands import change_organisation as change
from engine.commands.audits import DrawSample, PlanAudit
from engine.domain import iso8601
from engine.domain.organisation import Account, Role
from engine.domain.programme import Audit, Drawn, Scope
from engine.domain.sampling import Basis, Plan, Query, Risk
from engine.errors import EngineError, NotFoundError
from engine.evidence import redraw as redraws
from webui import passwords, programmes
from webui.cli import common

_DAY = click.DateTime(formats=["%Y-%m-%d"])
#: Bytes of a seed and of a password that nobody chose.
_SEED_BYTES = 8
_PASSWORD_BYTES = 12


@click.group()
def audit() -> None:
    """Plan audits, draw samples, draw them again."""


@audit.command("list")
@common.as_json
def list_(json_: bool) -> None:  # noqa: FBT001
    """Show every audit with its samples and findings."""
    with common.application() as app, app.store.read(common.tenant_of(app)) as uow:
        common.show([_audit(one) for one in programmes.every(uow)], json_=json_)


@audit.command()
@click.argument("title")
@click.option("--from", "first", type=_DAY, required=True, help="First day audited.")
@click.option("--to", "last", type=_DAY, required=True, help="Last day audited.")
@click.option("--procedure", "procedures", multiple=True, help="Code; else all.")
@common.acting
@common.as_json
def plan(  # noqa: PLR0913, PLR0917 - one parameter an option
    title: str,
    first: datetime,
    last: datetime,
    procedures: tuple[str, ...],
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Put an audit on the programme; whoever acts leads it, today."""
    with common.application() as app:
        actor, today = common.actor_of(app, login), iso8601.day(app.clock.now())
        command = PlanAudit(
            title=title,
            scope=Scope(procedures=procedures, first=first.date(), last=last.date()),
            first=today,
            last=today,
            lead=actor.account.id,
        )
        common.show(app.engine.execute(command, actor), json_=json_)


@audit.command()
@click.argument("code")
@click.option("--by", type=click.Choice([one.value for one in Basis]), default="closed")
@click.option("--from", "first", type=_DAY, help="Else the first day audited.")
@click.option("--to", "last", type=_DAY, help="Else the last day audited.")
@click.option("--seed", default="", help="Any text; without it, one is made.")
@click.option("--size", type=int, required=True)
@click.option("--weight", "weights", multiple=True, help="RISK=N, for example late=3.")
@click.option("--value", default="", help="NAME=AMOUNT: from which a value is high.")
@common.acting
@common.as_json
def sample(  # noqa: PLR0913, PLR0917 - one parameter an option
    code: str,
    by: str,
    first: datetime | None,
    last: datetime | None,
    seed: str,
    size: int,
    weights: tuple[str, ...],
    value: str,
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Draw a sample for an audit and record how it was drawn.

    Risks: late, late-step, rework, cancelled, value.
    """
    with common.application() as app:
        actor = common.actor_of(app, login)
        with app.store.read(actor.tenant) as uow:
            found = programmes.coded(uow, code)
        name, amount = _pair(value) if value else ("", 0)
        query = Query(
            basis=Basis(by),
            first=_day(first, found.scope.first),
            last=_day(last, found.scope.last),
            as_of=app.clock.now(),
            procedures=found.scope.procedures,
            agencies=found.scope.agencies,
            value=name,
            amount=amount,
        )
        made = Plan(
            query=query,
            seed=seed or app.ids.random(_SEED_BYTES).hex(),
            size=size,
            weights={_risk(risk): of for risk, of in map(_pair, weights)},
        )
        done = app.engine.execute(DrawSample(audit=found.id, plan=made), actor)
        common.show(done, json_=json_)


@audit.command()
@click.argument("code")
@click.option("--sample", "number", type=int, default=1, help="Which of its samples.")
@common.as_json
def redraw(code: str, number: int, json_: bool) -> None:  # noqa: FBT001
    """Draw a recorded sample again; exit 1 when it does not prove."""
    with common.application() as app, app.store.read(common.tenant_of(app)) as uow:
        found = programmes.coded(uow, code)
        drawn = next((one for one in found.samples if one.number == number), None)
        if drawn is None:
            raise NotFoundError(f"Audit {code} has no sample {number}.")
        again = redraws.redraw(drawn, uow)
        told = {
            **_drawn(drawn),
            "population_now": again.now.population,
            "digest_now": again.now.digest,
            "same_population": again.same_population,
            "same_cases": again.same_cases,
        }
        common.show(told, json_=json_)
    if not (again.same_population and again.same_cases):
        raise click.exceptions.Exit(1)


@audit.command("add-auditor")
@click.argument("new")
@click.argument("name")
@click.option("--until", type=_DAY, required=True, help="The last day of the account.")
@common.acting
@common.as_json
def add_auditor(
    new: str,
    name: str,
    until: datetime,
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Give somebody from outside an account that reads until a day.

    NEW is its login. The first password is printed once, and must be changed after the
    first sign-in.
    """
    with common.application() as app:
        actor = common.actor_of(app, login)
        if until.date() < iso8601.day(app.clock.now()):
            raise EngineError("The last day has passed already.", code="until")
        password = app.ids.random(_PASSWORD_BYTES).hex()
        account = Account(
            tenant=actor.tenant,
            id=app.ids.uuid(),
            login=new.lower(),
            name=name,
            roles=frozenset({Role.AUDITOR}),
            valid_to=until.date(),
        )
        command = change.CreateAccount(
            account=account,
            password_hash=passwords.hash_password(password),
            must_change=True,
        )
        told = app.engine.execute(command, actor)
        common.show({**told, "login": account.login, "password": password}, json_=json_)


def _pair(text: str) -> tuple[str, int]:
    """What `NAME=NUMBER` says.

    Raises:
        EngineError: It is something else.
    """
    name, _, number = text.partition("=")
    if not name or not number.isdecimal():
        raise EngineError(f"“{text}” is not NAME=NUMBER.", code="pair")
    return name, int(number)


def _risk(name: str) -> Risk:
    known = {one.value: one for one in Risk}
    if name not in known:
        raise EngineError(f"Risks are {', '.join(known)}; not “{name}”.", code="risk")
    return known[name]


def _day(given: datetime | None, otherwise: date) -> date:
    return otherwise if given is None else given.date()


def _audit(found: Audit) -> dict[str, Any]:
    return {
        "code": found.code,
        "title": found.title,
        "first": found.first,
        "last": found.last,
        "concluded": found.concluded_at is not None,
        "samples": [_drawn(one) for one in found.samples],
        "findings": [
            {
                "n": one.number,
                "grade": one.grade.value,
                "clause": one.clause,
                "case": one.evidence.code,
                "seq": one.evidence.seq,
                "text": one.text,
                "action": one.action_code or None,
            }
            for one in found.findings
        ],
    }


def _drawn(one: Drawn) -> dict[str, Any]:
    return {
        "sample": one.number,
        "seed": one.plan.seed,
        "population": one.sample.population,
        "digest": one.sample.digest,
        "cases": [each.code for each in one.sample.chosen],
    }
