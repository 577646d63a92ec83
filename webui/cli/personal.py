"""`quytrinh personal`: erase what people entered, when the law asks for it."""

from typing import Final

import click

from engine.commands.erase_personal import ErasePersonal, HoldCase
from engine.erasure import Remains
from webui import bootstrap, erasures
from webui.cli import common

_ORDER = click.option("--order", required=True, help="The document: number and date.")
#: What an administrator of PostgreSQL does about what a purge had to leave.
_TO_DO: Final = {
    Remains.SWITCH: "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO the role of the"
    " program, and purge again; or SELECT pg_switch_wal(); CHECKPOINT; twice.",
    Remains.CHECKPOINT: "GRANT pg_checkpoint TO the role of the program (PostgreSQL 15)"
    " and purge again; or CHECKPOINT; twice.",
    Remains.RECYCLED: "ALTER SYSTEM SET wal_recycle = off; SELECT pg_reload_conf(); and"
    " purge again: segments of the log are reused with old bytes in them.",
    Remains.ARCHIVED: "The write-ahead log is archived: old bytes stay in the archive"
    " until its retention ends.",
    Remains.REPLICATED: "A replication slot keeps segments of the log until the standby"
    " has read them.",
}


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
@common.as_json
def purge(json_: bool) -> None:  # noqa: FBT001
    """Rewrite the tables on whose pages erased values stood.

    On PostgreSQL each table is locked for that time, and old bytes may remain in its
    write-ahead log: what an administrator of the database must do is told. Exit 1:
    something remains to be done.
    """
    with common.application() as app:
        remains = bootstrap.purge(app)
    told = {one.value: _TO_DO[one] for one in remains}
    common.show({"done": not remains, "remains": told}, json_=json_)
    if remains:
        raise click.exceptions.Exit(1)
