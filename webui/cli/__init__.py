"""The command line: `quytrinh`, one module per noun."""

import json
import sys
from collections.abc import Mapping

import click

import engine
from engine.errors import AnswersInvalidError, EngineError, ModelInvalidError
from engine.forms.answers import FieldError
from webui.cli import (
    audit,
    bench,
    case,
    decision,
    evidence,
    exchange,
    log,
    personal,
    procedure,
    refusals,
    server,
    signer,
    task,
    verdicts,
)

#: Exit code of a refusal; 2 is click's own for wrong usage.
REFUSED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(engine.__version__, prog_name="quytrinh")
def cli() -> None:
    """Run administrative procedures as BPMN diagrams, with evidence.

    The database is the one that QUYTRINH_DATABASE_URL names, else a SQLite file in
    instance/.
    """


cli.add_command(server.serve)
cli.add_command(server.worker)
cli.add_command(server.init)
cli.add_command(server.grant)
cli.add_command(server.setup_web)
cli.add_command(procedure.procedure)
cli.add_command(decision.decision)
cli.add_command(case.case)
cli.add_command(task.task)
cli.add_command(exchange.outbox)
cli.add_command(exchange.signal)
cli.add_command(evidence.evidence)
cli.add_command(audit.audit)
cli.add_command(personal.personal)
cli.add_command(signer.signer)
cli.add_command(log.log)
cli.add_command(bench.bench)
case.case.add_command(verdicts.verdicts)
evidence.evidence.add_command(verdicts.conformance)


def main() -> None:
    """Run a command; a refusal is one line of JSON on stderr and exit code 1.

    It says what is wrong in Vietnamese (`error`) and in English, with the code.
    """
    try:
        # What raises `click.exceptions.Exit` comes back as its code.
        code = cli.main(standalone_mode=False)
        if code:
            sys.exit(code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except EngineError as refusal:
        click.echo(json.dumps(told(refusal), ensure_ascii=False, default=str), err=True)
        sys.exit(REFUSED)


def told(refusal: EngineError) -> Mapping[str, object]:
    """What a refusal says: Vietnamese, English, code, and what is wrong where."""
    vietnamese, english = refusals.texts(refusal)
    found: dict[str, object] = {"error": vietnamese, "english": english}
    found["code"] = refusal.code
    if "limit" in refusal.params:
        found["limit"] = refusal.params["limit"]
    if isinstance(refusal, ModelInvalidError):
        found["findings"] = [
            {"element": one.element, "line": one.line, "message": one.message}
            for one in refusal.findings
        ]
    if isinstance(refusal, AnswersInvalidError):
        found["fields"] = [
            {"field": one.key, "message": one.message}
            for one in refusal.fields
            if isinstance(one, FieldError)
        ]
    return found
