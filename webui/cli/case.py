"""`quytrinh case`: dossiers, their history and its proof."""

from typing import IO, Any
from uuid import UUID

import click

from engine.commands.open_case import OpenCase
from engine.commands.rebuild_case import RebuildCase
from engine.commands.rebuild_starts import RebuildStarts
from engine.commands.retry_incident import RetryIncident
from engine.commands.verify_case import VerifyCase
from engine.domain import policy
from engine.domain.case import Agencies
from engine.domain.organisation import Actor
from engine.domain.procedure import VersionStatus
from engine.errors import NotFoundError
from engine.evidence import retrace
from engine.queries import CaseFilter, CaseItem
from webui import bootstrap, placing
from webui.cli import common


@click.group()
def case() -> None:
    """Open, look at, verify and rebuild cases."""


@case.command("open")
@click.argument("code")
@click.option(
    "--data", type=click.File("rb"), required=True, help="JSON file with the answers."
)
@click.option("--key", help="Idempotency key: the same key opens one case.")
@click.option(
    "--process", default="", help="The pool to open it in; else the main one."
)
@click.option("--start", default="", help="Id of the message, signal or timer start.")
@common.acting
@common.as_json
def open_(
    code: str,
    data: IO[bytes],
    login: str,
    json_: bool,  # noqa: FBT001
    **more: str,
) -> None:
    """Open a case of the procedure CODE."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        command = OpenCase(
            procedure=code,
            data=common.read_object(data),
            agencies=_agencies(app, actor, code, more["process"]),
            process=more["process"],
            start=more["start"],
        )
        common.show(
            dict(app.engine.execute(command, actor, key=more["key"])), json_=json_
        )


def _agencies(
    app: bootstrap.Application, actor: Actor, code: str, process: str
) -> Agencies | None:
    """The agencies that have the performers; None lets the command refuse."""
    with app.store.begin(actor.tenant) as uow:
        procedure = uow.procedures.by_code(code)
        known = uow.procedures.versions(procedure.id) if procedure else ()
        force = [one for one in known if one.status is VersionStatus.PUBLISHED]
        if not force or not actor.positions:
            return None
        package = app.packages.published(force[-1], uow.procedures)
        organisation = uow.accounts.organisation()
    performers = placing.performers_of(package.model_of(process))
    return placing.agencies_for(organisation, actor.positions[0].agency, performers)


@case.command("list")
@common.viewing
@click.option("--limit", default=50, show_default=True)
@common.as_json
def list_(login: str | None, limit: int, json_: bool) -> None:  # noqa: FBT001
    """List the cases that an account may see, newest first."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        items = app.queries.cases(actor, CaseFilter(limit=limit))
    if json_:
        common.show([_line(item) for item in items], json_=True)
        return
    for item in items:
        click.echo(f"{item.code}  {item.status.value}  {item.procedure}")


@case.command()
@click.argument("case")
@common.viewing
@common.as_json
def show(case: str, login: str | None, json_: bool) -> None:  # noqa: FBT001
    """Show a case with its open work."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        common.check(actor, policy.Action.CASE_VIEW, found)
        work = app.queries.case_tasks(actor, found.id)
    line = _line(found)
    line["tasks"] = [
        {
            "element": item.element,
            "occurrence": item.occurrence,
            "step": item.step,
            "status": item.status.value,
            "assignee": item.assignee_name or None,
            "due_at": item.due_at.isoformat() if item.due_at else None,
        }
        for item in work
    ]
    common.show(line, json_=json_)


@case.command()
@click.argument("case")
@common.viewing
@common.as_json
def history(case: str, login: str | None, json_: bool) -> None:  # noqa: FBT001
    """List the sealed events of a case."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        common.check(actor, policy.Action.HISTORY_VIEW, found)
        with app.store.begin(actor.tenant) as uow:
            events = uow.history.read(found.id, found.month)
    steps = retrace.opened(events)
    lines = [
        {**step.body, "leaf": sealed.leaf.hex(), "values": dict(step.values)}
        for step, sealed in zip(steps, events, strict=True)
    ]
    if json_:
        common.show(lines, json_=True)
        return
    for line in lines:
        visit = line.get("visit") or ["", ""]
        click.echo(f"{line['seq']}  {line['at']}  {line['type']}  {visit[0]}")


@case.command()
@click.argument("case")
@common.viewing
@common.as_json
def verify(case: str, login: str | None, json_: bool) -> None:  # noqa: FBT001
    """Check the chain, the path and every decision again; exit 1 on a difference."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        result = app.engine.execute(VerifyCase(case=found.id), actor)
    common.show(dict(result), json_=json_)
    if result["differences"]:
        raise click.exceptions.Exit(1)


@case.command()
@click.argument("case")
@click.option("--step", default="", help="Only the incident at this element id.")
@click.option("--visit", default=1, show_default=True, help="Which visit to it.")
@common.acting
@common.as_json
def retry(
    case: str,
    step: str,
    visit: int,
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Let what stopped CASE begin anew; a case that was halted goes on."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        occurrence = visit if step else 0
        command = RetryIncident(case=found.id, element=step, occurrence=occurrence)
        common.show(dict(app.engine.execute(command, actor)), json_=json_)


@case.command()
@click.argument("case", required=False)
@click.option("--all", "all_", is_flag=True, help="Every case.")
@click.option("--repair/--no-repair", default=True, show_default=True)
@common.as_json
def rebuild(
    case: str | None,
    all_: bool,  # noqa: FBT001
    repair: bool,  # noqa: FBT001
    json_: bool,  # noqa: FBT001
) -> None:
    """Follow the record of CASE, or of all cases, and compare what is stored.

    This is the installation's own check: it needs no account, but the database.
    """
    if not case and not all_:
        message = "Name a case or say --all."
        raise click.UsageError(message)
    results: list[dict[str, Any]] = []
    starts: list[dict[str, Any]] = []
    with common.application() as app:
        for tenant in app.store.tenants():
            with app.store.begin(tenant) as uow:
                ids = tuple(uow.cases.all() if all_ else uow.cases.find(case or ""))
            for one in ids:
                command = RebuildCase(case=one, repair=repair)
                results.append(dict(app.engine.run(command, tenant)))
            starts += _starts(app, tenant, repair=repair) if all_ else []
    if not results and not all_:
        message = f"There is no case “{case}”."
        raise NotFoundError(message)
    differing = [one for one in (*results, *starts) if one["differences"]]
    told = {"cases": len(results), "differences": len(differing), "details": differing}
    common.show(told, json_=json_)
    if differing:
        raise click.exceptions.Exit(1)


def _starts(
    app: bootstrap.Application, tenant: UUID, *, repair: bool
) -> list[dict[str, Any]]:
    """Compare the start events of every procedure with its version in force."""
    with app.store.begin(tenant) as uow:
        procedures = uow.procedures.all()
    commands = (RebuildStarts(procedure=one, repair=repair) for one in procedures)
    return [dict(app.engine.run(command, tenant)) for command in commands]


def _line(item: CaseItem) -> dict[str, Any]:
    return {
        "case": item.id.hex,
        "code": item.code,
        "procedure": item.procedure_code,
        "name": item.procedure,
        "version": item.version_number,
        "status": item.status.value,
        "opened_at": item.opened_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
        "closed_at": item.closed_at.isoformat() if item.closed_at else None,
        "acts": item.acts,
    }
