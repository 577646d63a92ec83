"""Figures: on time, rework, hand-overs, queues and ways through procedures.

Each by procedure, unit, step and month. A supervisor sees the agencies under
supervision, an auditor all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import flask

from engine.domain import figures, policy
from engine.domain.figures import Key, Wanted
from webui import context, ranges
from webui.i18n import translate

blueprint = flask.Blueprint("measures", __name__)

#: Name in the address -> grouping, message id.
GROUPS: Final = {
    "quy-trinh": ("procedure", "Procedure"),
    "don-vi": ("unit", "Unit"),
    "buoc": ("step", "Step"),
    "thang": ("month", "Month"),
}
#: Name in the address -> kind of list, message id.
LISTS: Final = {
    "da-dong": ("closed", "Closed cases"),
    "co-hen": ("promised", "Closed cases with a promised date"),
    "dung-han": ("on-time", "Cases closed on time"),
    "tre-han": ("late", "Cases closed late"),
    "lam-lai": ("rework", "Cases in which a step was done again"),
    "buoc-tre": ("late-step", "Cases in which a step was done late"),
}
#: Heads of the spreadsheet.
HEADS: Final = (
    *("Procedure", "Unit", "Step", "Month", "Done", "With a due time", "On time"),
    *("Done again", "Handed over"),
)
_CHARS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a chart: a share with its numbers."""

    name: str
    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """The share in percent with one decimal; None: of nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None

    @property
    def short(self) -> str:
        """The name as far as there is room beside the bar."""
        if len(self.name) <= _CHARS:
            return self.name
        return f"{self.name[: _CHARS - 1]}…"


@blueprint.get("/kiem-chung/so-lieu")
def show() -> str:
    """Everything on one page, grouped as the address says."""
    context.demand(policy.Action.FIGURES_VIEW)
    asked, group = ranges.wanted(), _group()
    part = figures.PARTS[GROUPS[group][0]]
    source, tenant = context.application().figures, context.current_actor().tenant
    cases = figures.grouped(source.cases(tenant, asked), part)
    steps = figures.grouped(source.steps(tenant, asked), part)
    return flask.render_template(
        "audits/figures.html",
        asked=asked,
        period=ranges.period(),
        group=group,
        groups=GROUPS,
        lists=LISTS,
        units=ranges.units(),
        unit=flask.request.args.get("don-vi", ""),
        procedures=procedures(),
        cases=cases,
        steps=steps,
        queue=figures.grouped(source.queue(tenant, asked, context.now()), part),
        variants=figures.variants(source.paths(tenant, asked)),
        bars=_bars(cases, steps),
        name=Naming(),
        query=lambda **more: ranges.query(asked, **more),
    )


@blueprint.get("/kiem-chung/so-lieu.csv")
def table() -> flask.Response:
    """The rows that the page adds up, as a spreadsheet."""
    context.demand(policy.Action.FIGURES_VIEW)
    asked = ranges.wanted()
    return ranges.spreadsheet(
        f"so-lieu-{asked.first}-{asked.last}",
        [translate(one) for one in HEADS],
        _rows(asked),
    )


@blueprint.get("/kiem-chung/so-lieu/ho-so")
def listing() -> str:
    """The cases behind a figure."""
    context.demand(policy.Action.FIGURES_VIEW)
    asked = ranges.wanted()
    kind, name = LISTS.get(flask.request.args.get("loai", ""), LISTS["da-dong"])
    tenant = context.current_actor().tenant
    return flask.render_template(
        "audits/behind.html",
        asked=asked,
        name=name,
        cases=context.application().figures.listed(tenant, asked, kind),
        query=lambda **more: ranges.query(asked, **more),
    )


def procedures() -> list[tuple[str, str]]:
    """Code and name of every procedure, for filters."""
    items = context.application().queries.procedures(context.current_actor())
    return [(one.code, one.name) for one in items]


class Naming:
    """How the key of a row is called in the page's grouping."""

    def __init__(self) -> None:
        self._agencies = context.organisation_now().agencies
        self._procedures = dict(procedures())

    def __call__(self, key: Key) -> str:
        """The name of what a row is about."""
        if key.step:
            return f"{key.step} ({key.procedure})"
        if key.procedure:
            return f"{self._procedures.get(key.procedure, '')} ({key.procedure})"
        if key.agency is not None:
            known = self._agencies.get(key.agency)
            return known.name if known else key.agency.hex
        year, _, month = key.month.partition("-")
        return f"{month}/{year}"


def _group() -> str:
    asked = flask.request.args.get("nhom", "")
    return asked if asked in GROUPS else "quy-trinh"


def _bars(cases: Sequence[figures.Cases], steps: Sequence[figures.Steps]) -> list[Bar]:
    """The share on time: of cases, and of steps where the grouping is by step."""
    name = Naming()
    rows: Sequence[figures.Cases | figures.Steps] = (
        steps if any(one.key.step for one in steps) else cases
    )
    return [Bar(name=name(one.key), part=one.on_time, whole=one.due) for one in rows]


def _rows(asked: Wanted) -> Iterator[tuple[object, ...]]:
    tenant = context.current_actor().tenant
    agencies = context.organisation_now().agencies
    for row in context.application().figures.steps(tenant, asked):
        key = row.key
        unit = agencies[key.agency].name if key.agency in agencies else ""
        yield (
            *(key.procedure, unit, key.step, key.month),
            *(row.done, row.due, row.on_time, row.again, row.handed),
        )


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    named = (*GROUPS.values(), *LISTS.values())
    return (*(name for _, name in named), *HEADS)
