"""Reports of a period: the quarterly one (table II.06) and Decision 766's indicators.

A supervisor sees the agencies under supervision, an auditor all of them. Figures are
computed when they are asked for; of more dossiers than `limits.REPORT_DOSSIERS` a job
makes the same report (`webui.jobs.report`).
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import flask
from werkzeug.wrappers import Response

from engine import limits
from engine.domain import policy
from engine.domain.indicators import Filed, Period
from engine.dossiers import Part
from engine.errors import NotFoundError, TooLargeError
from webui import (
    accesses,
    context,
    ranges,
    report_making,
    report_tables,
    submission,
    tables,
)
from webui.i18n import translate
from webui.jobs import asking
from webui.jobs.report import Report
from webui.report_making import Maker
from webui.report_tables import Made
from webui.report_words import GROUPS

blueprint = flask.Blueprint("reports", __name__)

#: Dossiers behind a number that the page lists.
LISTED: Final = 500
_PERIOD: Final = re.compile(r"(20\d\d)(?:-(?:q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@blueprint.get("/bao-cao")
def show() -> str:
    """Both tables of a period; a way to a job where they are of too many dossiers."""
    context.demand(policy.Action.FIGURES_VIEW)
    maker = _maker()
    filed = _gathered(maker)
    few = len(filed) <= limits.REPORT_DOSSIERS
    made = _made(maker, filed if few else ())
    return flask.render_template(
        "reports/show.html",
        made=made,
        tables=[one(made) for one in report_making.TABLES.values()] if few else [],
        scored=[one for one in made.items if one.score is not None],
        periods=_periods(context.today()),
        groups=GROUPS,
        units=ranges.units(),
        query=_query(),
        most=limits.REPORT_DOSSIERS,
        key=submission.new_key(),
    )


@blueprint.post("/bao-cao/tac-vu")
def work() -> Response:
    """Ask for the report as a job."""
    context.demand(policy.Action.FIGURES_VIEW)
    maker = _maker()
    asked = {"group": maker.group, "unit": maker.unit}
    return asking.ask(Report(), asked | report_making.period_text(maker.period))


@blueprint.get("/bao-cao/ho-so")
def listing() -> str:
    """The dossiers behind a number."""
    context.demand(policy.Action.FIGURES_VIEW)
    maker = _maker()
    filed = _few(maker)
    counted = report_tables.Counted(
        period=maker.period,
        by=report_making.BY[maker.group],
        asked=flask.request.args,
    )
    found = [one for one in filed if counted.holds(one)]
    return flask.render_template(
        "reports/behind.html",
        made=_made(maker, ()),
        count=len(found),
        dossiers=found[:LISTED],
        name=Maker(
            app=maker.app, actor=maker.actor, period=maker.period, group="quy-trinh"
        ).names(),
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
    if name not in report_making.TABLES:
        raise NotFoundError
    maker = _maker()
    table = report_making.TABLES[name](_made(maker, _few(maker)))
    _taken(kind, len(table.rows))
    return tables.file(table, kind, "bao-cao")


@blueprint.get("/bao-cao.json")
def document() -> flask.Response:
    """Both tables for machines; that they are taken is recorded."""
    context.demand(policy.Action.FIGURES_VIEW)
    maker = _maker()
    told = maker.document(_made(maker, _few(maker)))
    _taken("json", len(told["handling"]) + len(told["indicators"]))
    answer = flask.jsonify(told)
    answer.headers["Content-Disposition"] = 'attachment; filename="bao-cao.json"'
    return answer


def _taken(kind: str, rows: int) -> None:
    """Record that a report leaves the house."""
    page = str(flask.request.endpoint)
    facts: dict[str, Any] = {"page": page, "format": kind, "rows": rows}
    query = [[name, value] for name, value in sorted(_query().items())]
    accesses.listed({**facts, "query": query})


def _maker() -> Maker:
    """What makes the report that the address asks for."""
    asked = _query()
    return Maker(
        app=context.application(),
        actor=context.current_actor(),
        period=_period(asked["ky"]),
        group=asked["nhom"],
        unit=asked.get("don-vi", ""),
    )


def _gathered(maker: Maker) -> tuple[Filed, ...]:
    """The dossiers, and one more than a page counts if there are more."""
    most = limits.REPORT_DOSSIERS + 1
    return maker.gather(Part(agencies=maker.agencies(), most=most))


def _few(maker: Maker) -> tuple[Filed, ...]:
    """The dossiers.

    Raises:
        TooLargeError: There are more than a page counts.
    """
    filed = _gathered(maker)
    if len(filed) > limits.REPORT_DOSSIERS:
        raise TooLargeError(code="list-rows", limit=limits.REPORT_DOSSIERS)
    return filed


def _made(maker: Maker, filed: tuple[Filed, ...]) -> Made:
    """The report, its numbers links to what stands behind them."""
    behind = partial(flask.url_for, "reports.listing", **_query())
    return replace(maker.report(filed), behind=behind)


def _query() -> dict[str, Any]:
    """The parts of the address that make sense; others count as not asked."""
    given, today = flask.request.values, context.today()
    quarter = f"{today.year}-q{(today.month + 2) // 3}"
    chosen, group = given.get("ky", ""), given.get("nhom", "")
    parts = {
        "ky": chosen if _PERIOD.fullmatch(chosen) else quarter,
        "nhom": group if group in report_making.BY else "linh-vuc",
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
    years, after = divmod(first - 1 + months, 12)
    end = date(year + years, after + 1, 1)
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
