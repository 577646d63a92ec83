"""`quytrinh log export`: checked histories for other tools."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from engine import limits
from engine.commands.export_evidence import Exported as Handed
from engine.commands.export_evidence import ExportEvidence, Through
from engine.commands.verify_case import VerifyCase
from engine.domain import policy
from engine.domain.events import EventType, Sealed
from engine.domain.organisation import Actor
from engine.errors import EngineError
from engine.evidence import checkpoint
from engine.evidence.exports import csv, rows, xes
from engine.evidence.exports.rows import Exported, Head
from engine.queries import CaseItem
from webui import bootstrap, config, exporting, sequencing
from webui.cli import common

#: Acts that end a case before the end of its model.
_CUT: Final = frozenset({EventType.CASE_STOPPED.value, EventType.CASE_WITHDRAWN.value})
_FORMATS: Final = ("xes", "csv")


@click.command("export")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@click.option("--procedure", default="", help="Only cases of the procedure CODE.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="xes")
@click.option("--bom", is_flag=True, help="CSV: mark it as Unicode, for Excel.")
@click.option(
    "--comments",
    is_flag=True,
    help="Write what was said beside the steps, where the reader may see it.",
)
@common.viewing
@common.as_json
def export(
    output: Path,
    login: str | None,
    json_: bool,  # noqa: FBT001
    **how: object,
) -> None:
    """Write the checked histories of cases as XES or CSV, and record that.

    Cases whose record does not verify are named and not written; then the exit is 1.
    Names and answers are never written; comments only where they are asked for.
    """
    with (
        common.application() as app,
        sequencing.signing(config.folder_of(os.environ)) as signer,
    ):
        actor = common.actor_of(app, login)
        items = exporting.choose(app, actor, str(how["procedure"]), None)
        if len(items) > limits.BUNDLE_CASES:
            message = f"An export has at most {limits.BUNDLE_CASES} cases."
            raise EngineError(message, code="too-many")
        wrong = [one for one in items if not _holds(app, actor, one)]
        good = [one for one in items if one not in wrong]
        # What was just done is in the head that the export names.
        sequencing.Sequencing(app, signer).once()
        head = _head(app, actor)
        opened = [one for one in good if how["comments"] and _opens(actor, one)]
        cases, handed = _cases(app, actor, good, opened)
        if how["format_"] == "csv":
            content = csv.write(cases, head, bom=bool(how["bom"]))
        else:
            content = xes.write(cases, head)
        digest = hashlib.sha256(content).hexdigest()
        record = ExportEvidence(
            cases=tuple(handed),
            parts={f"log.{how['format_']}": digest},
            openings=sum(done.opened for one in cases for done in one.done),
            attachments=0,
            through=Through.COMMAND_LINE,
        )
        app.engine.execute(record, actor)
    _write(output, content)
    common.show(
        {
            "file": str(output),
            "sha256": digest,
            "bytes": len(content),
            "cases": len(cases),
            "events": sum(len(one.done) for one in cases),
            "comments": sum(bool(done.comment) for one in cases for done in one.done),
            "beside": sum(bool(done.beside) for one in cases for done in one.done),
            "head": head.text(),
            "not_verified": [one.code for one in wrong],
        },
        json_=json_,
    )
    if wrong:
        raise click.exceptions.Exit(1)


def _holds(app: bootstrap.Application, actor: Actor, item: CaseItem) -> bool:
    return not app.engine.execute(VerifyCase(case=item.id), actor)["differences"]


def _opens(actor: Actor, item: CaseItem) -> bool:
    """Whether the reader may see what was entered in a case."""
    thing = policy.Thing(tenant=actor.tenant, agencies=item.agencies.all())
    return policy.allowed(actor, policy.Action.VALUES_OPEN, thing)


def _cases(
    app: bootstrap.Application,
    actor: Actor,
    items: Sequence[CaseItem],
    opened: Sequence[CaseItem],
) -> tuple[list[Exported], list[Handed]]:
    cases: list[Exported] = []
    handed: list[Handed] = []
    with app.store.begin(actor.tenant) as uow:
        for item in items:
            version = uow.procedures.version(item.version)
            package = app.packages.published(version, uow.procedures)
            events = uow.history.read(item.id, item.month)
            model = package.model_of(item.process)
            done = rows.steps(events, model, opens=item in opened)
            cases.append(
                Exported(
                    code=item.code,
                    procedure=item.procedure_code,
                    opened=item.opened_at,
                    due=item.due_at,
                    closed=None if _is_cut(events) else item.closed_at,
                    done=done,
                )
            )
            last = events[-1]
            handed.append(Handed(case=item.id, seq=last.seq, leaf=last.leaf.hex()))
    return cases, handed


def _is_cut(events: Sequence[Sealed]) -> bool:
    """Whether a case was ended by a document, before the end of its model.

    It is no completed one: what would have followed is not missing in it.
    """
    return any(one.type in _CUT for one in events)


def _head(app: bootstrap.Application, actor: Actor) -> Head:
    """The newest signed head of the newest log."""
    for year in reversed(app.log.years(actor.tenant)):
        signed = app.log.newest(actor.tenant, year)
        if signed is not None:
            origin = checkpoint.origin(sequencing.log_name(actor.tenant), year)
            return Head(origin=origin, size=signed.size, root=signed.root.hex())
    return Head()


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        message = f"{path.name}: {error.strerror}."
        raise EngineError(message, code="file") from error
