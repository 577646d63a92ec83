"""`quytrinh bench`: measure a completion."""

import click

from webui import bench as measuring
from webui.cli import common


@click.command()
@click.option("--database", "url", help="Database to measure; a new SQLite file.")
@click.option("--cases", default=100, show_default=True, help="Cases of each model.")
@click.option("--many", default=2000, show_default=True, help="Cases for growth.")
@common.as_json
def bench(url: str | None, cases: int, many: int, json_: bool) -> None:  # noqa: FBT001
    """Measure completions beside the bare driver and bare SpiffWorkflow."""
    common.show(measuring.run(url, cases, many), json_=json_)
