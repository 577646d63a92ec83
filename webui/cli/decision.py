"""`quytrinh decision`: check decision tables, and try what they decide."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from engine import limits
from engine.decisions import evaluation
from engine.domain.run import Json
from engine.errors import EngineError, ModelInvalidError
from models_bpmn import decisions
from webui.cli import common


@click.group()
def decision() -> None:
    """Check and try decision tables (DMN)."""


@decision.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@common.as_json
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
def check(files: tuple[Path, ...], json_: bool, language: str) -> None:  # noqa: FBT001
    """Check decision files; exit 1 when one is refused."""
    refused = False
    for path in files:
        result = told(path, language)
        refused = refused or not result["ok"]
        if json_:
            common.show(result, json_=True)
        else:
            _print(result)
    if refused:
        raise click.exceptions.Exit(1)


def told(path: Path, language: str) -> dict[str, Any]:
    """What `check` says about one file."""
    began = time.monotonic()
    name = click.format_filename(path)
    result: dict[str, Any] = {"file": name, "ok": False, "decisions": []}
    try:
        loaded = decisions.load(path.name, _content(path))
    except ModelInvalidError as refusal:
        findings = refusal.findings
    except EngineError as refusal:
        findings, result["error"] = (), refusal.message
    else:
        findings = loaded.findings
        names = [one.name for one in loaded.model.decisions]
        result |= {"ok": True, "decisions": names}
    result["findings"] = [
        {
            "code": one.code,
            "severity": one.severity,
            "element": one.element,
            "name": one.name,
            "line": one.line,
            "message": decisions.describe(one, language),
        }
        for one in findings
    ]
    result["ms"] = round((time.monotonic() - began) * 1000)
    return result


def _content(path: Path) -> bytes:
    """The bytes of a file, one more than the limit at most.

    Raises:
        EngineError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limits.UPLOAD_BYTES + 1)
    except (OSError, ValueError) as error:
        # A name with a zero byte is a ValueError.
        reason = getattr(error, "strerror", None) or "not a file"
        message = f"{click.format_filename(path)}: {reason}."
        raise EngineError(message, code="file") from error


def _print(result: Mapping[str, Any]) -> None:
    click.echo(f"{result['file']}: {'ok' if result['ok'] else 'refused'}")
    if "error" in result:
        click.echo(f"  {result['error']}")
    for one in result["findings"]:
        line = f"({one['line']}) " if one["line"] else ""
        click.echo(f"  {one['severity']}: {line}{one['message']}")


@decision.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--decision", "name", required=True, help="Name or id of the decision.")
@click.option("--data", default="{}", help="The data as a JSON object.")
@common.as_json
def evaluate(file: Path, name: str, data: str, json_: bool) -> None:  # noqa: FBT001
    """Make one decision from data; exit 1 when it cannot be made."""
    answer = _evaluate(file, name, data)
    if json_:
        common.show(answer, json_=True)
    elif answer["ok"]:
        click.echo(json.dumps(answer["result"], ensure_ascii=False, indent=2))
        click.echo(f"rules: {', '.join(answer['rules']) or '-'}")
    else:
        click.echo(answer["error"], err=True)
    if not answer["ok"]:
        raise click.exceptions.Exit(1)


def _evaluate(file: Path, name: str, data: str) -> dict[str, Any]:
    answer: dict[str, Json] = {"ok": False, "error": None, "result": None, "rules": []}
    try:
        loaded = decisions.load(file.name, _content(file))
        given = common.parse(data.encode("utf-8", "surrogateescape"))
        wanted = name.encode("utf-8", "replace").decode()
        outcome = evaluation.evaluate(loaded.program, wanted, given)
    except EngineError as refusal:
        return answer | {"error": refusal.message}
    return answer | {"ok": True, "result": outcome.result, "rules": [*outcome.rules]}
