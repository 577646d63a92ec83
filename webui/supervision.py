"""Supervision: what is late or stuck, where, who has too much, and how it goes.

Every number is a link to the work or the cases that it counts. Only supervised agencies
are counted.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final

import flask
from werkzeug.wrappers import Response

from engine.domain import policy, supervision
from engine.domain.figures import PARTS, grouped
from engine.domain.supervision import Behind, Group, Load, Months
from engine.domain.targets import Targets
from engine.errors import NotFoundError
from webui import (
    accesses,
    aims,
    charts,
    context,
    month_upkeep,
    supervision_asking,
    supervision_shares,
    tables,
)
from webui.i18n import translate
from webui.supervision_asking import Asked
from webui.supervision_shares import Shares
from webui.supervision_tables import Tables
from webui.tables import Table

blueprint = flask.Blueprint("supervision", __name__)

#: Rows that the page shows of a table; its own page has all of them.
ROWS: Final = 12
#: Cases that the table of stuck ones lists of each kind.
_STUCK: Final = 100
_SHARES: Final = {f"dung-han-{name}": name for name in supervision_shares.PARTS}
#: Tables that have a page and a file of their own.
TABLES: Final = (
    *("nguoi", "vi-tri", "chua-phan-cong", "buoc", "mac-ket", "xu-huong"),
    *(name for name in _SHARES if not name.endswith("thang")),
)


class Sight:
    """What the pages read of one range, each thing once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._app = context.application()
        self._tenant = context.current_actor().tenant
        organisation, today = context.organisation_now(), context.today()
        self.tables = Tables(asked, organisation, today)
        self.shares = Shares(asked, organisation)

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """Open work by whose it is."""
        source = self._app.supervision
        return source.loads(self._tenant, self.asked.of, self.asked.at)

    @cached_property
    def running(self) -> Mapping[Group, int]:
        """Cases that run."""
        source = self._app.supervision
        return source.running(self._tenant, self.asked.of, self.asked.at)

    @cached_property
    def counted(self) -> Months:
        """When the months were counted."""
        return month_upkeep.look(self._app, self._tenant, self.asked.at.now)

    @cached_property
    def targets(self) -> Targets:
        """The targets of the tenant."""
        return aims.read()

    @property
    def work(self) -> dict[str, int]:
        """Open work together."""
        return {
            "open": sum(one.open for one in self.loads),
            "late": sum(one.late for one in self.loads),
            "soon": sum(one.soon for one in self.loads),
            "free": sum(one.open for one in self.loads if one.account is None),
        }

    def table(self, name: str) -> Table:
        """A table by its name in the address.

        Raises:
            NotFoundError: There is no such table.
        """
        if name in _SHARES:
            return self.share(_SHARES[name])
        made: Callable[[], Table] | None = {
            "nguoi": self._people,
            "vi-tri": lambda: self.tables.positions(self.loads),
            "chua-phan-cong": lambda: self.tables.unassigned(self.loads),
            "buoc": self._steps,
            "mac-ket": self._stuck,
            "xu-huong": lambda: self.trend()[0],
        }.get(name)
        if made is None:
            raise NotFoundError
        return made()

    def share(self, name: str) -> Table:
        """What was on time by a part."""
        self._count()
        part, months = supervision_shares.PARTS[name][0], self.asked.months
        source = self._app.months
        question = (self._tenant, self.asked.of, months, part)
        if part == "step":
            steps = grouped(source.steps(*question), PARTS[part])
            return self.shares.shares(name, steps, self.targets)
        cases = grouped(source.cases(*question), PARTS[part])
        return self.shares.shares(name, cases, self.targets)

    def trend(self) -> tuple[Table, list[charts.Point]]:
        """The months, as a table and as the points of a line."""
        self._count()
        source, months = self._app.months, self.asked.months
        rows = source.cases(self._tenant, self.asked.of, months, "month")
        found = {one.key.month: one for one in grouped(rows, PARTS["month"])}
        points, told = [], []
        for month in months:
            name = f"{month // 100:04d}-{month % 100:02d}"
            one = found.get(name)
            known = one or supervision_shares.nothing(name)
            told.append(known)
            points.append(
                charts.Point(
                    name=f"{month % 100:02d}/{month // 100 % 100:02d}",
                    value=supervision_shares.share_of(known.on_time, known.due),
                    target=self.shares.target("thang", known, self.targets),
                )
            )
        # As many rows as the line has points; none where nothing ended at all.
        return self.shares.shares("thang", told if found else [], self.targets), points

    def _count(self) -> Months:
        """Count what is quick to count before the months are read."""
        return self.counted

    def _people(self) -> Table:
        accounts = {one.account for one in self.loads if one.account is not None}
        names = self._app.queries.names(self._tenant, accounts)
        return self.tables.people(self.loads, names)

    def _steps(self) -> Table:
        found = self._app.supervision.waiting(
            self._tenant, self.asked.of, self.asked.at
        )
        return self.tables.steps(found)

    def _stuck(self) -> Table:
        source, of, at = self._app.supervision, self.asked.of, self.asked.at
        found = {
            group: source.cases(self._tenant, of, Behind(group=group, limit=_STUCK), at)
            if self.running[group]
            else ()
            for group in (Group.INCIDENT, Group.IDLE)
        }
        letters = source.letters(self._tenant, of)
        return self.tables.stuck(found[Group.INCIDENT], found[Group.IDLE], letters)


@blueprint.get("/giam-sat")
def show() -> str:
    """Everything at a glance."""
    context.demand(policy.Action.SUPERVISION_VIEW)
    sight = Sight(supervision_asking.asked())
    chosen = flask.request.args.get("nhom", "")
    part = chosen if chosen in supervision_shares.PARTS else "quy-trinh"
    trend, points = sight.trend()
    # The month that runs stands last; what it reached is said on top.
    this = points[-1]
    return flask.render_template(
        "supervision/show.html",
        asked=sight.asked,
        units=supervision_asking.units(),
        running={one.value: sight.running[one] for one in Group},
        groups=supervision_asking.GROUPS,
        work=sight.work,
        this=this,
        steps=sight.table("buoc"),
        people=sight.table("nguoi"),
        positions=sight.table("vi-tri"),
        unassigned=sight.table("chua-phan-cong"),
        stuck=sight.table("mac-ket"),
        trend=trend,
        chart=charts.percentages(
            "xu-huong", translate("Share of cases on time, by month"), points
        ),
        share=trend if part == "thang" else sight.share(part),
        part=part,
        parts_of=supervision_shares.PARTS,
        counted=sight.counted,
        missing=len(sight.asked.months) - len(sight.counted.counted),
        rows=ROWS,
    )


@blueprint.get("/giam-sat/bang/<name>")
def table(name: str) -> str:
    """A table with all of its rows."""
    context.demand(policy.Action.SUPERVISION_VIEW)
    sight = Sight(supervision_asking.asked())
    return flask.render_template(
        "supervision/table.html", asked=sight.asked, table=sight.table(name)
    )


@blueprint.get("/giam-sat/bang/<name>.xlsx", defaults={"kind": "xlsx"})
@blueprint.get("/giam-sat/bang/<name>.csv", defaults={"kind": "csv"})
def file(name: str, kind: str) -> flask.Response:
    """A table as a file; that it is taken is recorded."""
    context.demand(policy.Action.SUPERVISION_VIEW)
    sight = Sight(supervision_asking.asked())
    made = sight.table(name)
    query = sorted(sight.asked.query().items())
    accesses.listed(
        {
            "page": str(flask.request.endpoint),
            "format": kind,
            "rows": len(made.rows),
            "query": [["bang", made.key], *map(list, query)],
        }
    )
    return tables.file(made, kind)


@blueprint.post("/giam-sat/tinh-lai")
def recount() -> Response:
    """Count the month that runs and the one before anew, now."""
    context.demand(policy.Action.SUPERVISION_VIEW)
    app, now = context.application(), context.now()
    recent = supervision.months_until(supervision.month_of(now), 2)
    month_upkeep.count(app, context.current_actor().tenant, list(recent))
    flask.flash(translate("The figures were counted anew."))
    query = supervision_asking.asked(flask.request.form).query()
    return flask.redirect(flask.url_for(".show", **query), 303)
