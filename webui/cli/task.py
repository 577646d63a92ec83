"""`quytrinh task`: the work of people."""

from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

import click

from engine.commands.begin_activity import BeginActivity
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.domain import iso8601
from engine.queries import TaskItem, WorkFilter
from webui.cli import common


@click.group()
def task() -> None:
    """List, claim and complete work."""


@task.command("list")
@common.viewing
@click.option("--mine", is_flag=True, help="Only what the account has claimed.")
@click.option("--limit", default=50, show_default=True)
@common.as_json
def list_(login: str | None, mine: bool, limit: int, json_: bool) -> None:  # noqa: FBT001
    """List the open work of an account's positions, the earliest due first."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        wanted = WorkFilter(mine=mine, everybody=login is None, limit=limit)
        items = app.queries.work(actor, wanted)
        today = iso8601.day(app.clock.now())
        agencies = app.directory.organisation(actor.tenant).on(today).agencies
    if json_:
        names = {key: one.name for key, one in agencies.items()}
        common.show([_line(item, names) for item in items], json_=True)
        return
    for item in items:
        due = common.local(item.due_at) if item.due_at else "-"
        click.echo(f"{item.code}  {item.element}#{item.occurrence}  {item.step}  {due}")


@task.command()
@click.argument("case")
@click.argument("element")
@click.option("--occurrence", default=1, show_default=True, help="Which visit.")
@common.acting
@common.as_json
def claim(
    case: str,
    element: str,
    occurrence: int,
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Claim the work at ELEMENT of CASE (id or dossier code)."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        command = ClaimTask(case=found.id, element=element, occurrence=occurrence)
        common.show(dict(app.engine.execute(command, actor)), json_=json_)


@task.command()
@click.argument("case")
@click.argument("element")
@click.option("--occurrence", default=1, show_default=True, help="Which visit.")
@click.option("--data", type=click.File("rb"), help="JSON file with the answers.")
@click.option("--outcome", default="", help="Name or id of the chosen flow.")
@click.option("--comment", default="", help="What is said beside the answers.")
@click.option("--key", help="Idempotency key: the same key does it once.")
@common.acting
@common.as_json
def complete(  # noqa: PLR0913, PLR0917 - one option each
    case: str,
    element: str,
    occurrence: int,
    data: IO[bytes] | None,
    outcome: str,
    comment: str,
    key: str | None,
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Complete the work at ELEMENT of CASE (id or dossier code)."""
    answers = common.read_object(data) if data else {}
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        command = CompleteTask(
            case=found.id,
            element=element,
            occurrence=occurrence,
            answers=answers,
            outcome=outcome,
            comment=comment,
        )
        result = app.engine.execute(command, actor, key=key)
        common.show(dict(result), json_=json_)


@task.command()
@click.argument("case")
@click.argument("element")
@click.argument("activity")
@click.option("--occurrence", default=1, show_default=True, help="Which visit.")
@click.option("--key", help="Idempotency key: the same key does it once.")
@common.acting
@common.as_json
def begin(  # noqa: PLR0913, PLR0917 - one option each
    case: str,
    element: str,
    activity: str,
    occurrence: int,
    key: str | None,
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Begin ACTIVITY inside the ad-hoc work at ELEMENT of CASE (id or dossier code)."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        command = BeginActivity(
            case=found.id, element=element, occurrence=occurrence, activity=activity
        )
        common.show(dict(app.engine.execute(command, actor, key=key)), json_=json_)


def _line(item: TaskItem, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "case": item.case.hex,
        "code": item.code,
        "element": item.element,
        "occurrence": item.occurrence,
        "step": item.step,
        "performer": item.performer,
        "agency": names.get(item.agency, ""),
        "status": item.status.value,
        "assignee": item.assignee_name or None,
        "opened_at": item.opened_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
    }
