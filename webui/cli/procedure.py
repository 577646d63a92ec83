"""`quytrinh procedure`: check, play and publish models."""

import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import click

from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Actor, Role
from engine.domain.run import Json
from engine.errors import EngineError, ModelInvalidError
from engine.package import Packages
from engine.play import Player
from models_bpmn import packages
from webui import bootstrap
from webui.cli import common

SUFFIXES = (".bpmn", ".bpmn20.xml", ".bpmn2")


@click.group()
def procedure() -> None:
    """Check, play and publish procedures."""


@procedure.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@common.as_json
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
def check(paths: tuple[Path, ...], json_: bool, language: str) -> None:  # noqa: FBT001
    """Check files and folders; exit 1 when a file is refused."""
    maker = bootstrap.tools().packages
    refused = False
    for path in _walk(paths):
        result = _check(maker, path, language)
        refused = refused or result["outcome"] == "refused"
        if json_:
            common.show(result, json_=True)
        else:
            _print(result)
    if refused:
        raise click.exceptions.Exit(1)


def _walk(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Packages (a folder with process.bpmn) and files, folders searched through."""
    for path in paths:
        if path.is_dir() and not packages.is_package(path):
            inside = sorted(
                one for one in path.rglob("*") if one.name.endswith(SUFFIXES)
            )
            yield from inside
        else:
            yield path


def _check(maker: Packages, path: Path, language: str) -> dict[str, Any]:
    began = time.monotonic()
    result: dict[str, Any] = {"file": str(path), "sha256": None}
    try:
        files = packages.read(path)
        content = b"".join(files[name] for name in sorted(files))
        result["sha256"] = hashlib.sha256(content).hexdigest()
        package = maker.check(files)
        findings = package.findings
        result |= {"outcome": "runs", "nodes": len(package.model.nodes)}
    except ModelInvalidError as refusal:
        findings = refusal.findings
        result |= {"outcome": "refused"}
    result["findings"] = [
        {
            "code": one.code,
            "severity": one.severity,
            "element": one.element,
            "name": one.name,
            "line": one.line,
            "message": packages.describe(one, language),
        }
        for one in findings
    ]
    result["ms"] = round((time.monotonic() - began) * 1000)
    return result


def _print(result: Mapping[str, Any]) -> None:
    click.echo(f"{result['file']}: {result['outcome']}")
    for one in result["findings"]:
        place = f"{one['element']} " if one["element"] else ""
        line = f"({one['line']}) " if one["line"] else ""
        click.echo(f"  {one['severity']}: {place}{line}{one['message']}")


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

    Several files may be given: the first holds the process, the others what it calls.
    """
    tools = bootstrap.tools()
    diagrams = [one for path in paths for one in packages.diagrams(path)]
    model = packages.model_of(diagrams, tools.services.names(), process)
    player = Player(tools.runtime, model, tools.services)
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
