"""`quytrinh signer`: the process that keeps the keys of the log."""

from pathlib import Path

import click

from engine.evidence.keeper import Keeper
from webui import signer as signing

_FOLDER = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("instance/signer"),
    show_default=True,
    help="Folder of the keys; only the signer's user may read it.",
)


@click.group()
def signer() -> None:
    """Keep the keys that sign the heads of the log, apart from the server."""


@signer.command()
@_FOLDER
@click.option(
    "--socket",
    "path",
    type=click.Path(path_type=Path),
    help="Where to listen; else `socket` in the folder.",
)
def run(folder: Path, path: Path | None) -> None:
    """Sign what grew from the last signed head, until stopped."""
    signing.serve(Keeper(folder), path or signing.socket_of(folder))


@signer.command("make-key")
@click.argument("log")
@click.option("--name", default="1", show_default=True, help="Name of the key.")
@_FOLDER
def make_key(log: str, name: str, folder: Path) -> None:
    """Make a key for a log and print its verifier key.

    A second key beside the first rotates: both sign until the file of the first is
    removed.
    """
    click.echo(Keeper(folder).make_key(log, name))


@signer.command()
@click.argument("log")
@_FOLDER
def keys(log: str, folder: Path) -> None:
    """Print the verifier keys of a log, for those who will check bundles."""
    for line in Keeper(folder).keys(log):
        click.echo(line)
