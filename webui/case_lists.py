"""The list of cases as it is narrowed, and the same list as a file.

The state on the national portal stands beside ours: it is ours that a case moves by
(docs/manual/dossiers.md, rule 8).
"""

from collections.abc import Iterator
from typing import Any, Final

import flask

from engine import limits
from engine.domain import policy
from engine.domain.portal import PortalState
from engine.domain.run import Status
from engine.errors import TooLargeError
from engine.queries import CaseFilter, CaseItem
from webui import accesses, context, erased, formats, lookups, tables, words
from webui.i18n import translate
from webui.tables import Cell, Table

blueprint = flask.Blueprint("case_lists", __name__)

STATUS: Final = {
    "dang-xu-ly": Status.OPEN,
    "da-xong": Status.COMPLETED,
    "su-co": Status.INCIDENT,
}
#: The portal's states as an official reads them, by code; an applicant is told by
#: `webui.lookups`. What is not received is no case.
PORTAL: Final = {
    state.value: words_
    for state, (words_, _) in (
        lookups.STATE
        | {PortalState.WITHDRAWAL_ASKED: ("The applicant asked to withdraw", "")}
    ).items()
    if state is not PortalState.NOT_RECEIVED
}
_HEADS: Final = (
    *("Case", "Applicant", "Procedure", "State", "State on the portal"),
    *("Received", "Result promised", "Provisional", "Finished"),
    *("By the minute", "By the day"),
)


def wanted(limit: int, offset: int) -> CaseFilter:
    """What the address asks for; parts that make no sense count as not asked."""
    asked = flask.request.args
    portal = asked.get("cong", 0, type=int)
    return CaseFilter(
        text=asked.get("tim", "").strip()[:100],
        status=STATUS.get(asked.get("tinh-trang", "")),
        procedure=asked.get("quy-trinh", "")[:100],
        portal=portal if portal in PORTAL else 0,
        limit=limit,
        offset=offset,
    )


def query() -> dict[str, str]:
    """The parts of the address that narrow the list."""
    names = ("tim", "quy-trinh", "tinh-trang", "cong")
    given = ((name, flask.request.args.get(name, "")) for name in names)
    return {name: value for name, value in given if value}


@blueprint.get("/ho-so.xlsx", defaults={"kind": "xlsx"})
@blueprint.get("/ho-so.csv", defaults={"kind": "csv"})
def file(kind: str) -> flask.Response:
    """The list as a file; that it is taken is recorded.

    Raises:
        TooLargeError: There are more rows than a file takes.
    """
    context.demand(policy.Action.CASE_LIST)
    most = limits.WORKLIST_FILE_ROWS
    asked = wanted(most + 1, 0)
    found = context.application().queries.cases(context.current_actor(), asked)
    if len(found) > most:
        raise TooLargeError(code="list-rows", limit=most)
    erased.prepare(found)
    table = Table(
        key="danh-sach",
        title=translate("Cases"),
        columns=tables.words(*(translate(one) for one in _HEADS)),
        rows=tuple(tuple(_cells(one)) for one in found),
        about=formats.moment(context.now()),
    )
    facts: dict[str, Any] = {
        "page": str(flask.request.endpoint),
        "format": kind,
        "rows": len(found),
        # Words may be a name; that there were some is enough.
        "query": [[name, one] for name, one in query().items() if name != "tim"],
    }
    accesses.listed(facts)
    return tables.file(table, kind, "ho-so")


def _cells(one: CaseItem) -> Iterator[Cell]:
    told = PORTAL.get(one.portal, "")
    portal = f"{one.portal} · {translate(told)}" if told else ""
    for value in (
        *(one.code, erased.applicant(one), one.procedure),
        *(translate(words.CASE[one.status][0]), portal),
        *(formats.moment(one.opened_at), formats.moment(one.due_at)),
        formats.provisional(
            None if one.closed_at else one.due_at, one.agencies.handling
        ),
        formats.moment(one.closed_at),
        *_classes(one),
    ):
        yield Cell(value=value)


def _classes(one: CaseItem) -> tuple[str, str]:
    """How it ended by both measures (docs/manual/clock.md, rule 11)."""
    closed, due = one.closed_at, one.due_at
    if closed is None or due is None:
        return "", ""
    return formats.by_minute(closed, due), formats.by_day(closed, due)


def messages() -> tuple[str, ...]:
    """Every message id that a table gives, for the test of the catalogues."""
    return (*_HEADS, *PORTAL.values())
