"""`quytrinh bench`: measure a completion, and the evidence."""

import click

from webui import bench as measuring
from webui import bench_due, bench_evidence, bench_worklist
from webui.cli import common

_DATABASE = click.option(
    "--database", "url", help="Database to measure; a new SQLite file."
)


@click.group(invoke_without_command=True)
@_DATABASE
@click.option("--cases", default=100, show_default=True, help="Cases of each model.")
@click.option("--many", default=2000, show_default=True, help="Cases for growth.")
@common.as_json
@click.pass_context
def bench(
    context: click.Context,
    url: str | None,
    cases: int,
    many: int,
    json_: bool,  # noqa: FBT001
) -> None:
    """Measure completions beside the bare driver and bare SpiffWorkflow."""
    if context.invoked_subcommand is None:
        common.show(measuring.run(url, cases, many), json_=json_)


@bench.command()
@click.option("--sums", default=20_000, show_default=True, help="Due dates to count.")
@common.as_json
def due(sums: int, json_: bool) -> None:  # noqa: FBT001
    """Measure what a due date costs, with and without its explanation."""
    common.show(bench_due.run(sums), json_=json_)


@bench.command()
@_DATABASE
@click.option("--events", default=1_000_000, show_default=True, help="Events to check.")
@click.option("--seconds", default=3.0, show_default=True, help="Length of each run.")
@common.as_json
def evidence(url: str | None, events: int, seconds: float, json_: bool) -> None:  # noqa: FBT001
    """Measure appending with and without the log, head age, bundle and check."""
    common.show(bench_evidence.run(url, events, seconds), json_=json_)


@bench.command()
@_DATABASE
@click.option("--tasks", default=100_000, show_default=True, help="Tasks in all.")
@common.as_json
def worklist(url: str | None, tasks: int, json_: bool) -> None:  # noqa: FBT001
    """Measure the pages of a clerk (200 open tasks) and a supervisor (20,000)."""
    common.show(bench_worklist.run(url, tasks), json_=json_)
