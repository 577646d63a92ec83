"""The pages "Tác vụ": what runs, how far it is, what failed, and the result."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine import errors as engine_errors
from engine import jobs, limits
from engine.commands.ask_job import CancelJob
from engine.domain import policy
from engine.domain.organisation import Role
from engine.errors import EngineError, NotFoundError
from webui import context, errors, submission, upload_words, uploads
from webui.i18n import translate
from webui.jobs import kind as kinds
from webui.jobs import registry
from webui.jobs.kind import Told

blueprint = flask.Blueprint("jobs", __name__)

_PAGE: Final = 50
_MOST_PAGES: Final = 10_000
#: Failed items that a page lists.
_LISTED: Final = 500
#: Word and tone of each state.
WORDS: Final = {
    jobs.JobState.WAITING: ("Waits for its turn", "wait"),
    jobs.JobState.RUNNING: ("Is running", "wait"),
    jobs.JobState.DONE: ("Finished", "good"),
    jobs.JobState.FAILED: ("Failed", "late"),
    jobs.JobState.CANCELLED: ("Cancelled", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A job as the pages show it."""

    job: jobs.Job
    title: str
    word: str
    tone: str


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return tuple(word for word, _ in WORDS.values())


@blueprint.get("/tac-vu")
def listing() -> str:
    """One's own jobs, the newest first; an administrator sees everybody's."""
    context.demand(policy.Action.JOB_VIEW)
    actor, application = context.current_actor(), context.application()
    everybody = Role.ADMINISTRATOR in actor.account.roles
    page = min(max(flask.request.args.get("trang", 1, type=int), 1), _MOST_PAGES)
    found = application.jobs.jobs(
        actor.tenant,
        None if everybody else actor.account.id,
        _PAGE + 1,
        (page - 1) * _PAGE,
    )
    shown = found[:_PAGE]
    return flask.render_template(
        "jobs/list.html",
        lines=[_line(one) for one in shown],
        everybody=everybody,
        names=application.queries.names(actor.tenant, {one.account for one in shown}),
        page=page,
        more=len(found) > _PAGE,
        page_address=lambda number: flask.url_for("jobs.listing", trang=number),
        days=limits.JOB_DAYS,
    )


@blueprint.get("/tac-vu/<uuid:job>")
def show(job: UUID) -> str:
    """How far a job is, what failed and why, and its result."""
    found = _found(job)
    application, actor = context.application(), context.current_actor()
    failed = application.jobs.items(
        found.tenant, found.id, jobs.ItemState.FAILED, _LISTED
    )
    return flask.render_template(
        "jobs/show.html",
        line=_line(found),
        told=_told(found),
        files=kinds.files(found) if _takes(found) else (),
        size=upload_words.size,
        failed=[(one.label, _why(one.reason)) for one in failed],
        why=_why(found.reason),
        owner=application.queries.names(actor.tenant, {found.account}).get(
            found.account, ""
        ),
        mine=found.account == actor.account.id,
        key=submission.new_key(),
        days=limits.JOB_DAYS,
    )


@blueprint.post("/tac-vu/<uuid:job>/huy")
def cancel(job: UUID) -> Response:
    """End a job after the step on its way."""
    context.demand(policy.Action.JOB_CANCEL, _thing(_found(job)))
    context.application().engine.execute(
        CancelJob(job=job),
        context.current_actor(),
        key=flask.request.form.get("key") or None,
    )
    return flask.redirect(flask.url_for("jobs.show", job=job), 303)


@blueprint.get("/tac-vu/<uuid:job>/tep/<sha>")
def take(job: UUID, sha: str) -> flask.Response:
    """A file of the result, for whoever asked for it and may still ask."""
    found = _found(job)
    context.demand(policy.Action.JOB_TAKE, _thing(found))
    kind = registry.KINDS.get(found.kind)
    file = next((one for one in kinds.files(found) if one.sha256 == sha), None)
    if kind is None or file is None:
        raise NotFoundError
    context.demand(kind.action)
    if not _may_take(kind, found):
        raise NotFoundError
    content = context.application().results.get(found.tenant, found.id, sha)
    answer = uploads.download(file.name, file.type, content)
    answer.headers["Content-Type"] = file.type
    return answer


@blueprint.app_template_global("running_jobs")
def running() -> int:
    """How many jobs of whoever is signed in are not over."""
    actor = context.signed_in()
    if actor is None:
        return 0
    return context.application().jobs.running(actor.tenant, actor.account.id)


def _found(job: UUID) -> jobs.Job:
    """A job that the reader may see.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
    """
    found = context.application().jobs.job(context.current_actor().tenant, job)
    if found is None:
        raise NotFoundError
    context.demand(policy.Action.JOB_VIEW, _thing(found))
    return found


def _thing(job: jobs.Job) -> policy.Thing:
    return policy.Thing(tenant=job.tenant, author=job.account)


def _takes(job: jobs.Job) -> bool:
    kind = registry.KINDS.get(job.kind)
    allowed = context.may(policy.Action.JOB_TAKE, _thing(job))
    if not allowed or kind is None or not context.may(kind.action):
        return False
    return _may_take(kind, job)


def _may_take(kind: kinds.Kind, job: jobs.Job) -> bool:
    """Whether the reader may still see what the files of a job tell of."""
    return kind.may_take(job, context.current_actor(), context.organisation_now())


def _line(job: jobs.Job) -> Line:
    kind = registry.KINDS.get(job.kind)
    word, tone = WORDS[job.state]
    if job.state is jobs.JobState.DONE and job.failed:
        tone = "soon"
    title = job.kind if kind is None else kind.title(job)
    return Line(job=job, title=title, word=translate(word), tone=tone)


def _told(job: jobs.Job) -> Told | None:
    kind = registry.KINDS.get(job.kind)
    done = job.state is jobs.JobState.DONE
    return kind.told(job) if done and kind is not None else None


def _why(reason: jobs.Reason | None) -> str:
    """A reason in the language of the reader."""
    if reason is None:
        return ""
    known: type[EngineError] | None = getattr(engine_errors, reason.error, None)
    if known is None:
        # No refusal but a fault: the log of the server names it.
        return translate("A fault in the program; the log of the server tells more.")
    return errors.text_of(known_of(known, reason))


def known_of(known: type[EngineError], reason: jobs.Reason) -> EngineError:
    """The refusal that a reason was made of."""
    found = EngineError.__new__(known)
    EngineError.__init__(found, reason.message, code=reason.code)
    return found
