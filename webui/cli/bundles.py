"""`quytrinh evidence export`, `verifier`: evidence for others, and how to check it."""

import os
from pathlib import Path

import click

from engine.commands.export_evidence import Through
from engine.errors import ConfigurationError
from webui import config, exporting, handouts, sequencing
from webui.cli import common


@click.command()
@click.argument("cases", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; else the code of the case in this folder.",
)
@click.option("--procedure", default="", help="All cases of the procedure CODE.")
@click.option("--year", type=int, help="All cases that were opened in a year.")
@click.option("--with-attachments", is_flag=True, help="With the attached files.")
@click.option("--without-values", is_flag=True, help="Without what people entered.")
@common.viewing
@common.as_json
def export(
    cases: tuple[str, ...],
    output: Path | None,
    login: str | None,
    json_: bool,  # noqa: FBT001
    **more: object,
) -> None:
    """Write the evidence of CASES (ids or codes) to a file that anyone can check.

    Name a sample of cases, or a procedure, a year, or both. What the account of --as
    may see is open in the bundle. That it was handed out is recorded.
    """
    data = config.folder_of(os.environ)
    with common.application() as app, sequencing.signing(data) as signer:
        actor = common.actor_of(app, login)
        items = [common.case_of(app, actor, one) for one in cases]
        procedure, year = str(more["procedure"]), more["year"]
        if not cases and not procedure and year is None:
            message = "Name cases, a procedure (--procedure) or a year (--year)."
            raise ConfigurationError(message)
        if not cases:
            chosen = year if isinstance(year, int) else None
            items = [*exporting.choose(app, actor, procedure, chosen)]
        made = exporting.Export(
            app=app,
            actor=actor,
            operator=login is None,
            through=Through.COMMAND_LINE,
            options=exporting.Options(
                values=not more["without_values"],
                attachments=bool(more["with_attachments"]),
            ),
            sequence=sequencing.Sequencing(app, signer).once,
        ).make(items)
    place = output or Path(made.name)
    place.write_bytes(made.content)
    common.show(
        {
            "file": str(place),
            "bytes": len(made.content),
            "cases": len(items),
            "missing": list(made.missing),
        },
        json_=json_,
    )


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write: verifier.py, or verify.html for browsers.",
)
def verifier(output: Path) -> None:
    """Write the program that checks bundles; it needs nothing of ours."""
    kind = "verify.html" if output.suffix in {".html", ".htm"} else "verifier.py"
    handout = handouts.get(kind)
    output.write_bytes(handout.content)
    click.echo(f"{output}  SHA-256 {handout.digest}")
