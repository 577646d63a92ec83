"""Procedures: the catalogue, a version, its upload and publication, opening a case."""

import io
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.retire_version import RetireVersion
from engine.domain import policy
from engine.errors import EngineError, ModelInvalidError, NotFoundError
from models_bpmn.importer import layout
from webui import (
    calls,
    context,
    counter,
    dossier,
    errors,
    i18n,
    questions,
    reception,
    submission,
    versions,
)
from webui.i18n import translate

blueprint = flask.Blueprint("procedures", __name__)

_DIAGRAM: Final = "application/xml; charset=utf-8"
Page = str | tuple[str, int] | Response


@blueprint.get("/quy-trinh")
def catalogue() -> str:
    """Every procedure, its version in force, and how many cases run."""
    context.demand(policy.Action.PROCEDURE_LIST)
    found = context.application().queries.procedures(context.current_actor())
    return flask.render_template("procedures/catalogue.html", procedures=found)


@blueprint.get("/quy-trinh/tai-len")
def upload_form() -> str:
    """Ask for a file."""
    context.demand(policy.Action.PROCEDURE_UPLOAD)
    return flask.render_template(
        "procedures/upload.html",
        findings=(),
        questions=(),
        refusal="",
        key=submission.new_key(),
    )


@blueprint.post("/quy-trinh/tai-len")
def upload() -> Page:
    """Check a package and store it as a draft, or say element by element why not."""
    context.demand(policy.Action.PROCEDURE_UPLOAD)
    stored, asked = versions.upload(flask.request.files.getlist("package"))
    if isinstance(stored, EngineError):
        return _refused(stored, asked)
    flask.flash(translate("The file was checked and stored as a draft."))
    version = UUID(str(stored["version"]))
    return flask.redirect(flask.url_for("procedures.version", version=version), 303)


def _refused(
    refusal: EngineError, asked: Sequence[questions.Question]
) -> tuple[str, int]:
    found = refusal.findings if isinstance(refusal, ModelInvalidError) else ()
    text = flask.render_template(
        "procedures/upload.html",
        findings=versions.remarks(found),
        questions=asked,
        refusal=errors.text_of(refusal),
        key=submission.new_key(),
    )
    return text, errors.status_of(refusal)


@blueprint.get("/quy-trinh/phien-ban/<uuid:version>")
def version(version: UUID) -> str:
    """One version: its diagram, findings, steps, facts and life cycle."""
    context.demand(policy.Action.PROCEDURE_VIEW)
    return flask.render_template("procedures/version.html", view=versions.read(version))


@blueprint.get("/quy-trinh/phien-ban/<uuid:version>/so-do.bpmn")
def diagram(version: UUID) -> flask.Response:
    """The diagram for display: what the upload does not draw is drawn."""
    context.demand(policy.Action.PROCEDURE_VIEW)
    _, package = dossier.edition(version)
    return flask.Response(layout.drawn(package.diagram), content_type=_DIAGRAM)


@blueprint.get("/quy-trinh/phien-ban/<uuid:version>/tep/<path:name>")
def file(version: UUID, name: str) -> Response:
    """One of the uploaded files, its bytes as they came."""
    context.demand(policy.Action.PROCEDURE_VIEW)
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        files = uow.procedures.files(version)
    if name not in files:
        raise NotFoundError
    return _download(files[name], PurePosixPath(name).name, "application/octet-stream")


@blueprint.get("/quy-trinh/phien-ban/<uuid:version>/mo-hinh.json")
def normalised(version: UUID) -> Response:
    """What the version runs as, beside what was uploaded."""
    context.demand(policy.Action.PROCEDURE_VIEW)
    found, package = dossier.edition(version)
    name = f"mo-hinh-{found.number}.json"
    return _download(package.normalised, name, "application/json")


def _download(content: bytes, name: str, kind: str) -> Response:
    return flask.send_file(
        io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name
    )


@blueprint.post("/quy-trinh/phien-ban/<uuid:version>/cong-bo")
def publish(version: UUID) -> Response:
    """Put a draft in force."""
    key = flask.request.form.get("key") or None
    published = context.application().engine.execute(
        PublishVersion(version=version), context.current_actor(), key=key
    )
    if published.get("kind") == "document":
        flask.flash(translate("The document is in force. No case can be opened on it."))
    else:
        told = "The version is in force. New cases run on it from now on."
        flask.flash(translate(told))
    calls.tell(published)
    return flask.redirect(flask.url_for("procedures.version", version=version), 303)


@blueprint.post("/quy-trinh/phien-ban/<uuid:version>/thoi-ap-dung")
def retire(version: UUID) -> Response:
    """Take a version out of force; the procedure has none then."""
    key = flask.request.form.get("key") or None
    context.application().engine.execute(
        RetireVersion(version=version), context.current_actor(), key=key
    )
    flask.flash(
        translate("The version is no longer in force. Cases that run on it go on.")
    )
    return flask.redirect(flask.url_for("procedures.version", version=version), 303)


@blueprint.get("/quy-trinh/<code>/mo")
def open_form(code: str) -> Page:
    """The form that opens a case."""
    desk = reception.read(code)
    return reception.page(desk, submission.fresh(desk.form, {}))


@blueprint.post("/quy-trinh/<code>/mo")
def open_case(code: str) -> Page:
    """Open a case; a refusal shows the form again with everything typed."""
    desk = reception.read(code)
    sent = submission.read(desk.form)
    kind = counter.wanted()
    if kind is not None:
        return reception.refuse(desk, kind, sent)
    if counter.marks_all():
        return reception.marked(desk, sent)
    asked = counter.read(desk.package.model.facts)
    paper = reception.paper(desk)
    unfit = sent.refusal() if asked.errors else None
    opened = (
        paper.refusal
        or unfit
        or sent.send(
            OpenCase(
                procedure=code,
                data=sent.answers,
                agencies=reception.agencies(desk),
                channel=reception.channel(),
                components=asked.components,
                sets=asked.count,
                submitter=asked.submitter,
                collect=asked.collect,
                fees=asked.due,
                fees_why=asked.fees_why,
                contact=asked.contact,
                lookup=counter.code(sent.key) if sent.key else "",
                language=i18n.language(),
                paper=paper.act,
            )
        )
    )
    if isinstance(opened, EngineError):
        return reception.refused(desk, sent, opened)
    return flask.redirect(reception.onwards(UUID(str(opened["case"])), desk, sent), 303)
