"""`quytrinh personal`: erase what people entered, when the law asks for it."""

import click

from engine.commands.erase_personal import ErasePersonal, HoldCase
from webui import bootstrap, erasures
from webui.cli import common

_ORDER = click.option("--order", required=True, help="The document: number and date.")


@click.group()
def personal() -> None:
    """Erase personal data; hold cases back from it."""


@personal.command()
@click.argument("case")
@click.option("--basis", required=True, help="The rule that asks for it.")
@_ORDER
@click.option("--name", "names", multiple=True, help="Only this value; repeatable.")
@common.acting
@common.as_json
def erase(
    case: str,
    names: tuple[str, ...],
    login: str,
    json_: bool,  # noqa: FBT001
    **words: str,
) -> None:
    """Take away what was entered in CASE; every proof stays valid.

    It cannot be undone, also not by restoring a backup.
    """
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        command = ErasePersonal(case=found.id, names=names, **words)
        common.show(dict(erasures.erase(app, command, actor)), json_=json_)


@personal.command()
@click.argument("case")
@_ORDER
@click.option("--lift", is_flag=True, help="End the hold.")
@common.acting
@common.as_json
def hold(case: str, order: str, login: str, lift: bool, json_: bool) -> None:  # noqa: FBT001
    """Keep CASE from being erased (inspection, complaint, lawsuit)."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        command = HoldCase(case=found.id, order=order, lift=lift)
        common.show(dict(app.engine.execute(command, actor)), json_=json_)


@personal.command()
@common.as_json
def repeat(json_: bool) -> None:  # noqa: FBT001
    """Erase again what a restored database brought back; the server does so, too."""
    with common.application() as app:
        common.show({"erased": erasures.repeat(app)}, json_=json_)


@personal.command()
def purge() -> None:
    """Rewrite the tables on whose pages erased values stood.

    On PostgreSQL each table is locked for that time.
    """
    with common.application() as app:
        bootstrap.purge(app)
