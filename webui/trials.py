"""Old cases on another version: what a draft would have made of the work of a period.

The cases are driven by a job (`webui.jobs.trial`); here it is asked for and read.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, cast
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine import jobs, limits
from engine.domain import iso8601, policy
from engine.domain.procedure import Procedure, VersionKind
from engine.domain.procedure import Version as Edition
from engine.domain.run import Json
from engine.errors import NotFoundError
from engine.evidence.whatif import Verdict
from webui import context, days, submission
from webui.i18n import translate
from webui.jobs import asking, registry, trial

blueprint = flask.Blueprint("trials", __name__)

#: The first and the last day of a period, as they were typed.
Period = tuple[days.Typed, days.Typed]
_ONE: Final = "/quy-trinh/phien-ban/<uuid:version>/chay-thu"
#: How far back cases are taken unless somebody says otherwise.
YEAR: Final = timedelta(days=365)
#: Cases that differ which one page shows.
SHOWN: Final = 200
#: Word and tone of what came out.
WORDS: Final = {
    Verdict.SAME: ("The same way", "good"),
    Verdict.OTHER_WORK: ("Goes on differently", "late"),
    Verdict.STEP_GONE: ("The step is not open", "late"),
    Verdict.OUTCOME_GONE: ("The outcome is not offered", "late"),
    Verdict.STOPS: ("Stops", "late"),
    Verdict.ERASED: ("Cannot be said: data erased", "wait"),
    Verdict.UNREADABLE: ("Cannot be followed", "wait"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case and what became of it."""

    case: UUID
    code: str
    #: Number of the version that it ran on.
    number: int
    verdict: Verdict
    seq: int
    #: The step after which it differs.
    step: str
    recorded: Sequence[str]
    found: Sequence[str]


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return tuple(word for word, _ in WORDS.values())


@blueprint.get(_ONE)
def show(version: UUID) -> str:
    """Which cases are to be run."""
    context.demand(policy.Action.PROCEDURE_TRY)
    return _page(version, _asked(flask.request.args))


def _page(version: UUID, period: Period) -> str:
    edition, procedure = _edition(version)
    first, last = (one.day for one in period)
    application, actor = context.application(), context.current_actor()
    found = application.queries.ended(
        actor.tenant, procedure.id, _instants(first, last), limits.JOB_ITEMS + 1
    )
    return flask.render_template(
        "replays/try.html",
        edition=edition,
        period=period,
        count=len(found),
        most=limits.JOB_ITEMS,
        key=submission.new_key(),
    )


@blueprint.post(_ONE)
def ask(version: UUID) -> Response | tuple[str, int]:
    """Ask for the job."""
    context.demand(policy.Action.PROCEDURE_TRY)
    edition, procedure = _edition(version)
    period = _asked(flask.request.form)
    if any(one.error for one in period):
        return _page(version, period), 422
    since, until = _instants(*(one.day for one in period))
    return asking.ask(
        registry.KINDS[trial.Trial.name],
        {
            "version": edition.id.hex,
            "code": procedure.code,
            "number": edition.number,
            "since": since.isoformat(),
            "until": until.isoformat(),
        },
    )


@blueprint.get(f"{_ONE}/<uuid:job>")
def result(version: UUID, job: UUID) -> str:
    """What became of the cases, those that differ one by one.

    Raises:
        NotFoundError: There is no such job, or it is somebody else's, or not done.
    """
    context.demand(policy.Action.PROCEDURE_TRY)
    edition, _ = _edition(version)
    tried = _tried(edition, job)
    tenant = context.current_actor().tenant
    rows = [
        _row(one)
        for one in context.application().jobs.items(tenant, tried.id)
        if isinstance(one.answer, dict)
    ]
    different = [one for one in rows if one.verdict is not Verdict.SAME]
    counts = Counter(one.verdict for one in rows)
    shown = different[:SHOWN]
    return flask.render_template(
        "replays/trial.html",
        edition=edition,
        job=tried,
        period=_days(tried.asked),
        total=len(rows),
        different=len(different),
        rows=shown,
        visible=_visible(shown),
        counts=[(one, counts[one]) for one in WORDS if counts[one]],
        steps=Counter(one.step for one in rows if one.step).most_common(),
        words_of=WORDS,
    )


_PERIOD: Final = ("since", "until")


def _edition(identity: UUID) -> tuple[Edition, Procedure]:
    """A version that runs, with its procedure.

    Raises:
        NotFoundError: There is no such version, or it is kept as a document.
    """
    with context.application().store.read(context.current_actor().tenant) as uow:
        version = uow.procedures.version(identity)
        if version.kind is VersionKind.DOCUMENT:
            raise NotFoundError
        return version, uow.procedures.get(version.procedure)


def _tried(edition: Edition, job: UUID) -> jobs.Job:
    actor = context.current_actor()
    found = context.application().jobs.job(actor.tenant, job)
    if found is None:
        raise NotFoundError
    thing = policy.Thing(tenant=found.tenant, author=found.account)
    context.demand(policy.Action.JOB_VIEW, thing)
    mine = found.kind == trial.Trial.name
    if not mine or found.asked["version"] != edition.id.hex:
        raise NotFoundError
    return found


def _asked(values: Mapping[str, str]) -> Period:
    """The first and the last day of the period, local."""
    today = context.today()
    first = days.typed("tu", today - YEAR, values=values)
    return days.span(first, days.typed("den", today, values=values))


def _days(asked: Mapping[str, Json]) -> tuple[date, date]:
    """The first and the last day of the period of a job."""
    since, until = (datetime.fromisoformat(str(asked[one])) for one in _PERIOD)
    return iso8601.day(since), iso8601.day(until) - timedelta(days=1)


def _instants(first: date, last: date) -> tuple[datetime, datetime]:
    """A period of local days as instants; the second is not in it."""
    return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), iso8601.VIETNAM).astimezone(UTC)


def _row(item: jobs.Item) -> Row:
    case, _, _, number = cast("list[Any]", item.subject)
    answer = cast("Mapping[str, Any]", item.answer)
    step = answer["step"]
    if answer["kind"] and not step:
        opened = answer["kind"] == trial.OPENED
        step = translate("Dossier received") if opened else translate("an event")
    return Row(
        case=UUID(case),
        code=item.label,
        number=number,
        verdict=Verdict(answer["verdict"]),
        seq=answer["seq"],
        step=step,
        recorded=answer["recorded"],
        found=answer["found"],
    )


def _visible(rows: Sequence[Row]) -> frozenset[UUID]:
    """The cases of a page that the reader may open."""
    actor, queries = context.current_actor(), context.application().queries
    seen = set()
    for row in rows:
        item = queries.case(actor, row.case.hex)
        if item is not None:
            thing = policy.Thing(tenant=actor.tenant, agencies=item.agencies.all())
            if context.may(policy.Action.HISTORY_VIEW, thing):
                seen.add(row.case)
    return frozenset(seen)
