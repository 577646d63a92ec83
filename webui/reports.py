"""Reports of a period: the quarterly one (table II.06) and Decision 766's indicators.

A supervisor sees the agencies under supervision, an auditor all of them. Figures are
computed when they are asked for, of at most `MOST` dossiers.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import flask

from engine.domain import policy
from engine.domain.indicators import Filed, Period
from engine.errors import NotFoundError, TooLargeError
from engine.evidence import record
from webui import accesses, context, formats, ranges, report_tables, tables
from webui.i18n import translate
from webui.report_tables import Made
from webui.report_words import GROUPS

blueprint = flask.Blueprint("reports", __name__)

#: Dossiers that a report counts while somebody waits for it.
MOST: Final = 20_000
#: Dossiers behind a number that the page lists.
LISTED: Final = 500
_PERIOD: Final = re.compile(r"(20\d\d)(?:-(?:q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_TABLES: Final = {"quy": report_tables.quarterly, "chi-tieu": report_tables.scores}
_BY: Final[Mapping[str, Callable[[Filed], str]]] = {
    "linh-vuc": lambda one: one.field,
    "don-vi": lambda one: one.agency,
    "quy-trinh": lambda one: one.procedure,
}


@blueprint.get("/bao-cao")
def show() -> str:
    """Both tables of a period."""
    context.demand(policy.Action.FIGURES_VIEW)
    made = _made()
    return flask.render_template(
        "reports/show.html",
        made=made,
        tables=[_TABLES[one](made) for one in _TABLES],
        scored=[one for one in made.items() if one.score is not None],
        periods=_periods(context.today()),
        groups=GROUPS,
        units=ranges.units(),
        query=_query(),
        most=MOST,
    )


@blueprint.get("/bao-cao/ho-so")
def listing() -> str:
    """The dossiers behind a number."""
    context.demand(policy.Action.FIGURES_VIEW)
    made = _made()
    found = report_tables.behind(made, flask.request.args)
    return flask.render_template(
        "reports/behind.html",
        made=made,
        count=len(found),
        dossiers=found[:LISTED],
        name=_names("quy-trinh"),
        query=_query(),
    )


@blueprint.get("/bao-cao/<name>.xlsx", defaults={"kind": "xlsx"})
@blueprint.get("/bao-cao/<name>.csv", defaults={"kind": "csv"})
def file(name: str, kind: str) -> flask.Response:
    """A table as a file; that it is taken is recorded.

    Raises:
        NotFoundError: There is no such table.
    """
    context.demand(policy.Action.FIGURES_VIEW)
    if name not in _TABLES:
        raise NotFoundError
    table = _TABLES[name](_made())
    _taken(kind, len(table.rows))
    return tables.file(table, kind, "bao-cao")


@blueprint.get("/bao-cao.json")
def document() -> flask.Response:
    """Both tables for machines; that they are taken is recorded."""
    context.demand(policy.Action.FIGURES_VIEW)
    made, actor = _made(), context.current_actor()
    told = report_tables.plain(made)
    _taken("json", len(told["handling"]) + len(told["indicators"]))
    head = {
        "period": {
            "first": made.period.first.isoformat(),
            "last": made.period.last.isoformat(),
        },
        "madeAt": record.instant(context.now()),
        "madeBy": actor.account.name,
        "log": _head(),
    }
    answer = flask.jsonify(head | told)
    answer.headers["Content-Disposition"] = 'attachment; filename="bao-cao.json"'
    return answer


def _taken(kind: str, rows: int) -> None:
    """Record that a report leaves the house."""
    page = str(flask.request.endpoint)
    facts: dict[str, Any] = {"page": page, "format": kind, "rows": rows}
    query = [[name, value] for name, value in sorted(_query().items())]
    accesses.listed({**facts, "query": query})


def _made() -> Made:
    """What the address asks for.

    Raises:
        TooLargeError: More dossiers have a part in the period than `MOST`.
    """
    asked, actor = _query(), context.current_actor()
    period, group = _period(asked["ky"]), asked["nhom"]
    with context.application().store.read(actor.tenant) as uow:
        rows = uow.dossiers.of_period(period)
    units = frozenset(one.hex for one in ranges.units())
    chosen = {asked["don-vi"]} if "don-vi" in asked else units
    filed = [one for one in rows if one.agency in chosen]
    if len(filed) > MOST:
        raise TooLargeError(code="list-rows", limit=MOST)
    return Made(
        period=period,
        filed=filed,
        by=_BY[group],
        name=_names(group),
        behind=partial(flask.url_for, "reports.listing", **asked),
        about=_about(period),
    )


def _query() -> dict[str, Any]:
    """The parts of the address that make sense; others count as not asked."""
    given, today = flask.request.args, context.today()
    quarter = f"{today.year}-q{(today.month + 2) // 3}"
    chosen, group = given.get("ky", ""), given.get("nhom", "")
    parts = {
        "ky": chosen if _PERIOD.fullmatch(chosen) else quarter,
        "nhom": group if group in _BY else "linh-vuc",
    }
    unit = given.get("don-vi", "")
    known = {one.hex for one in ranges.units()}
    return parts | ({"don-vi": unit} if unit in known else {})


def _period(text: str) -> Period:
    """The days of `2026`, `2026-q4` or `2026-11`; until today where it still runs."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise NotFoundError
    year, quarter, month = (int(part) if part else 0 for part in found.groups())
    first = month or (3 * quarter - 2 if quarter else 1)
    months = 1 if month else 3 if quarter else 12
    after = first + months
    end = date(year + (after > 12), after - 12 if after > 12 else after, 1)  # noqa: PLR2004 - months of a year.
    begin = date(year, first, 1)
    # What is open is not overdue by days that have not come.
    last = min(end - timedelta(days=1), context.today())
    return Period(first=begin, last=max(begin, last))


def _periods(today: date) -> dict[str, str]:
    """Periods to choose from: two years, their quarters and their months."""
    found = {}
    for year in (today.year, today.year - 1):
        found[f"{year}"] = translate("Year %(year)s", year=year)
        for n in range(1, 5):
            words = translate("Quarter %(n)s of %(year)s", n=n, year=year)
            found[f"{year}-q{n}"] = words
        for n in range(1, 13):
            found[f"{year}-{n:02d}"] = f"{n:02d}/{year}"
    return found


def _names(group: str) -> Callable[[str], str]:
    """How lines of a grouping are called."""
    if group == "linh-vuc":
        return str
    if group == "don-vi":
        agencies = context.organisation_now().agencies
        return lambda key: agencies[UUID(key)].name
    items = context.application().queries.procedures(context.current_actor())
    named = {one.code: f"{one.name} ({one.code})" for one in items}
    return lambda key: named.get(key, key)


def _about(period: Period) -> str:
    """Period, when and by whom it was made, and the head of the log."""
    head = _head()
    log = (
        translate("the log is not signed yet")
        if head is None
        else translate("log of %(year)s: %(size)s entries, root %(root)s", **head)
    )
    return translate(
        "From %(first)s to %(last)s; made at %(at)s by %(who)s; %(log)s",
        first=formats.day(period.first),
        last=formats.day(period.last),
        at=formats.moment(context.now()),
        who=context.current_actor().account.name,
        log=log,
    )


def _head() -> dict[str, Any] | None:
    """The newest signed head of the log; None: there is none."""
    log, tenant = context.application().log, context.current_actor().tenant
    for year in reversed(log.years(tenant)):
        found = log.newest(tenant, year)
        if found is not None:
            return {"year": year, "size": found.size, "root": found.root.hex()}
    return None
