"""Who saw what: recorded before it is shown, and told to auditors alone.

Personal values are shown on the pages of a case, in downloads and on papers; each view
is an event in the access stream of the day, as is every refused attempt. Looking at the
same page of the same case again within ten minutes counts as one view.
"""

from collections import OrderedDict
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import flask
import structlog

from engine.commands.access import NoteAccess, stream_of
from engine.domain import iso8601, policy
from engine.domain.events import EventType, StreamKind
from engine.errors import EngineError, NotAllowedError, NotFoundError
from engine.evidence import record
from webui import context, days, formats, words
from webui.i18n import translate

blueprint = flask.Blueprint("accesses", __name__)

_AGAIN: Final = timedelta(minutes=10)
_KEPT: Final = 10_000
_SEEN: Final = "quytrinh-seen"
#: Pages and lists in words; of others the record names what was asked for.
PAGES: Final = {
    "cases.show": "Steps of the dossier",
    "cases.history": "History of the dossier",
    "tasks.show": "Work on the dossier",
    "replays.show": "Replay of the dossier",
    "replays.beside": "Comparison of dossiers",
    "papers.show": "Papers of the dossier",
    "dossier_pages.show": "Facts of the dossier",
    "beside.ask_opinion": "Asking for an opinion",
    "beside.ask_cosign": "Asking for a co-signature",
    "beside.answer": "Answer to a question",
    "case_lists.file": "List of cases",
    "worklist_files.csv": "List of tasks",
    "worklist_files.xlsx": "List of tasks",
    "reports.file": "Reports",
    "reports.document": "Reports",
    "supervision.file": "Tables of supervision",
    "replay": "Replay of the dossier",
}
#: What a check of everything found.
_FOUND: Final = {True: "The record is whole", False: "The record is NOT whole"}
_SAID: Final = frozenset({*PAGES, *_FOUND.values()})
#: Accesses that a page shows.
PAGE: Final = 100
_log = structlog.get_logger(__name__)


def viewed(case: UUID) -> None:
    """Record that the reader sees this page of a case."""
    page = str(flask.request.endpoint)
    actor, now = context.current_actor(), context.application().clock.now()
    if flask.request.method == "GET" and _is_new((actor.account.id, case, page), now):
        _note(EventType.CASE_VIEWED, {"case": case.hex, "page": page})


def taken(case: UUID, sha256: str) -> None:
    """Record that the reader takes a file of a case away."""
    _note(EventType.FILE_TAKEN, {"case": case.hex, "file": sha256})


def listed(facts: dict[str, Any]) -> None:
    """Record that the reader takes a list away; what it is narrowed by, no words."""
    _note(EventType.FILE_TAKEN, facts)


def printed(case: UUID, paper: str) -> None:
    """Record that the reader prints a paper of a case."""
    _note(EventType.PAPER_PRINTED, {"case": case.hex, "paper": paper})


def paper(facts: dict[str, Any]) -> None:
    """Record that the reader prints a form: which, of which set, with which number."""
    _note(EventType.PAPER_PRINTED, facts)


def checked(facts: dict[str, Any]) -> None:
    """Record that the reader had everything checked, and what came out."""
    _note(EventType.EVIDENCE_CHECKED, facts)


def refused(error: EngineError) -> None:
    """Record a refused attempt of somebody who is signed in."""
    case = (flask.request.view_args or {}).get("case")
    # What one may not know of is answered as if it were not there.
    meant = isinstance(error, NotAllowedError) or (
        isinstance(error, NotFoundError) and isinstance(case, UUID)
    )
    if not meant or context.signed_in() is None:
        return
    facts = {
        "code": error.code,
        "method": flask.request.method,
        "page": str(flask.request.endpoint),
    }
    try:
        _note(
            EventType.ACCESS_REFUSED,
            {**facts, "case": case.hex} if isinstance(case, UUID) else dict(facts),
        )
    except EngineError as failure:
        # The refusal itself is answered whatever happens; the operator learns of it.
        _log.error("refusal not recorded", code=failure.code)


def _note(kind: EventType, facts: dict[str, Any]) -> None:
    application = context.application()
    command = NoteAccess(kind=kind, facts=facts)
    application.engine.execute(command, context.current_actor())


def _is_new(key: tuple[UUID, UUID, str], now: datetime) -> bool:
    seen: OrderedDict[tuple[UUID, UUID, str], datetime]
    seen = flask.current_app.extensions.setdefault(_SEEN, OrderedDict())
    last = seen.get(key)
    if last is not None and now - last < _AGAIN:
        return False
    seen[key] = now
    seen.move_to_end(key)
    if len(seen) > _KEPT:
        seen.popitem(last=False)
    return True


@blueprint.get("/kiem-chung/truy-cap")
def listing() -> str:
    """Who saw what on a day, the newest first, page after page."""
    context.demand(policy.Action.ACCESS_VIEW)
    application, actor = context.application(), context.current_actor()
    today = iso8601.day(application.clock.now())
    typed = days.typed("ngay", today, last=today)
    day = typed.day
    total, bodies = _bodies(day, flask.request.args.get("truoc", 0, type=int))
    accounts = {UUID(body["doer"]["account"]) for body in bodies if body["doer"]}
    cases = {str(body["facts"]["case"]) for body in bodies if "case" in body["facts"]}
    found = (application.queries.case(actor, case) for case in cases)
    return flask.render_template(
        "evidence/access.html",
        day=day,
        typed=typed,
        rows=[_row(body) for body in bodies],
        first=bodies[0]["seq"] if bodies else 0,
        last=bodies[-1]["seq"] if bodies else 0,
        total=total,
        names=application.queries.names(actor.tenant, accounts),
        codes={one.id: one.code for one in found if one is not None},
    )


def _bodies(day: date, before: int) -> tuple[int, list[dict[str, Any]]]:
    """How many accesses a day has, and a page of those before a number; 0: the last."""
    tenant = context.current_actor().tenant
    stream = stream_of(tenant, day)
    with context.application().store.read(tenant) as uow:
        known = uow.history.known(StreamKind.ACCESS, stream)
        total = known.seq if known else 0
        end = before if 1 < before <= total else total + 1
        found = uow.auditing.accesses(stream, end, PAGE)
    return total, [record.parse(body) for body in found]


def _row(body: dict[str, Any]) -> dict[str, Any]:
    facts = body["facts"]
    more = str(facts.get("paper") or facts.get("code") or facts.get("page") or "")
    if "ok" in facts:
        more = _FOUND[bool(facts["ok"])]
    return {
        "at": formats.moment(datetime.fromisoformat(body["at"])),
        "account": UUID(body["doer"]["account"]) if body["doer"] else None,
        "what": translate(words.EVENT.get(EventType(body["type"]), body["type"])),
        "case": UUID(facts["case"]) if "case" in facts else None,
        "more": translate(PAGES.get(more, more)) if more in _SAID else more,
    }
