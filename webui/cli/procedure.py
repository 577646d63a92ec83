"""`quytrinh procedure`: check, play and publish models."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

import click

from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.decisions import library
from engine.domain.organisation import Actor, Role
from engine.domain.run import Json
from engine.errors import EngineError
from engine.play import Player
from engine.ports import Outside
from models_bpmn import packages
from webui import bootstrap
from webui.cli import checking, common


@click.group()
def procedure() -> None:
    """Check, play and publish procedures."""


@procedure.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@common.as_json
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
@click.option(
    "--answers",
    help="JSON file of decision → choice, also by file name; `default` takes defaults.",
)
def check(
    paths: tuple[Path, ...],
    json_: bool,  # noqa: FBT001
    language: str,
    answers: str | None,
) -> None:
    """Check files and folders: what runs, what documents, what needs decisions.

    Exit 0 when every file was analysed, whatever becomes of it.
    """
    known = checking.Answers.read(answers)
    maker = packages.Maker(bootstrap.tools().services.names())
    for path in checking.walk(paths):
        result = checking.check(maker, path, known, language)
        if json_:
            common.show(result, json_=True)
        else:
            click.echo("\n".join(checking.lines(result, language)))


@procedure.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option("--process", default="", help="Id of the process to run.")
@click.option(
    "--answers", type=click.File("rb"), help="File with commands, instead of stdin."
)
def play(paths: tuple[Path, ...], process: str, answers: IO[bytes] | None) -> None:
    """Run a model in memory: a JSON command per line in, a JSON answer per line out.

    Several files may be given: the first holds the process, the others what it calls
    and the decisions that it asks (.dmn).
    """
    tools = bootstrap.tools()
    diagrams = [one for path in paths for one in packages.diagrams(path)]
    ruled = packages.ruled(paths)
    model = packages.model_of(
        diagrams, tools.services.names(), process, ruled.names or None
    )
    outside = Outside(
        services=tools.services, decisions=library.Library(ruled.programs)
    )
    player = Player(tools.runtime, model, outside)
    lines: Iterable[bytes] = answers or sys.stdin.buffer
    for line in lines:
        if line.strip():
            answer = _play(player, line)
            click.echo(json.dumps(answer, ensure_ascii=False))


def _play(player: Player, line: bytes) -> Mapping[str, Json]:
    try:
        command = common.parse(line)
    except EngineError as error:
        return player.refuse(f"This line is no command: {error.message}")
    return player.command(command)


@procedure.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--document", is_flag=True, help="Keep it as a document; it never runs.")
@click.option("--as", "login", help="Login of the designer; the only one by default.")
@common.as_json
def upload(
    path: Path,
    document: bool,  # noqa: FBT001
    login: str | None,
    json_: bool,  # noqa: FBT001
) -> None:
    """Check a package and store it as a draft, for somebody else to publish."""
    with common.application() as app:
        command = UploadVersion(files=packages.read(path), document=document)
        stored = app.engine.execute(command, _somebody(app, login, Role.DESIGNER))
    common.show(stored, json_=json_)


@procedure.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--author", help="Login of the designer; the only one by default.")
@click.option("--as", "login", help="Login of the approver; the only one by default.")
@common.as_json
def publish(
    path: Path,
    author: str | None,
    login: str | None,
    json_: bool,  # noqa: FBT001
) -> None:
    """Upload a package and put it in force; author and approver are two people."""
    with common.application() as app:
        upload = UploadVersion(files=packages.read(path))
        designer = _somebody(app, author, Role.DESIGNER)
        uploaded = app.engine.execute(upload, designer)
        publication = PublishVersion(version=common.id_of(str(uploaded["version"])))
        approver = _somebody(app, login, Role.APPROVER)
        published = app.engine.execute(publication, approver)
    common.show({**uploaded, **published}, json_=json_)


def _somebody(app: bootstrap.Application, login: str | None, role: Role) -> Actor:
    return common.actor_of(app, login) if login else common.holder_of(app, role)
