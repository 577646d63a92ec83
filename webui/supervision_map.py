"""The diagram of a procedure as a heat map: how much work lies where, or how long.

Colour is never alone: the number stands on the element, the legend names the ranges,
and the table under it says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import flask
import markupsafe

from engine.domain import policy
from engine.domain.figures import PARTS, Steps, grouped
from engine.domain.supervision import Waiting
from engine.errors import NotFoundError
from engine.package import Package
from models_bpmn import picture
from webui import context, formats, heat, month_upkeep, supervision_asking
from webui.i18n import translate
from webui.supervision_asking import Asked
from webui.supervision_cells import Maker
from webui.tables import Cell, Table, numbers, words

blueprint = flask.Blueprint("supervision_map", __name__)

#: Name in the address -> what colours and flags count.
MEASURES: Final[Mapping[str, str]] = {
    "so-viec": "Open work",
    "thoi-gian": "Working time, on average",
}
_MINUTES_OF_HOUR: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What there is to say of one step."""

    element: str
    name: str
    drawn: bool
    open: int = 0
    late: int = 0
    done: int = 0
    minutes: int = 0

    @property
    def mean(self) -> int:
        """Working minutes on average."""
        return self.minutes // self.done if self.done else 0


@blueprint.get("/giam-sat/so-do")
def show() -> str:
    """The diagram of the version in force, with what lies where.

    Raises:
        NotFoundError: The address names no procedure with a version in force.
    """
    context.demand(policy.Action.SUPERVISION_VIEW)
    asked = supervision_asking.asked()
    if asked.of.procedure is None:
        raise NotFoundError
    package = _package(asked.of.procedure)
    measure = flask.request.args.get("theo", "")
    measure = measure if measure in MEASURES else "so-viec"
    rows = _rows(asked, package)
    values = {
        one.element: one.open if measure == "so-viec" else one.mean
        for one in rows
        if one.drawn
    }
    scale = heat.Scale(max(values.values(), default=0))
    return flask.render_template(
        "supervision/map.html",
        asked=asked,
        name=asked.procedures[asked.of.procedure][1],
        measures=MEASURES,
        measure=measure,
        picture=_picture(package, values, scale, measure),
        ranges=[
            (shade, _value(first, measure), _value(last, measure))
            for shade, first, last in scale.ranges
        ],
        table=_table(asked, rows),
    )


def _package(procedure: UUID) -> Package:
    tenant = context.current_actor().tenant
    app = context.application()
    with app.store.read(tenant) as uow:
        found = [one for one in uow.procedures.in_force() if one.procedure == procedure]
        if not found:
            raise NotFoundError
        return app.packages.published(found[-1], uow.procedures)


def _rows(asked: Asked, package: Package) -> list[Row]:
    """Every step that work lies in or was done in, in the order of the diagram."""
    app, tenant = context.application(), context.current_actor().tenant
    month_upkeep.look(app, tenant, asked.at.now)
    waiting = {
        one.element: one for one in app.supervision.waiting(tenant, asked.of, asked.at)
    }
    read = app.months.steps(tenant, asked.of, asked.months, "step")
    done = {one.key.element: one for one in grouped(read, PARTS["step"])}
    drawn = picture.elements(package.diagram)
    order = {name: n for n, name in enumerate(package.model.nodes)}
    named = sorted({*waiting, *done}, key=lambda one: (order.get(one, len(order)), one))
    return [_row(one, waiting.get(one), done.get(one), one in drawn) for one in named]


def _row(element: str, open_: Waiting | None, done: Steps | None, drawn: bool) -> Row:  # noqa: FBT001 - told by the diagram
    name = open_.step if open_ else done.key.step if done else element
    return Row(
        element=element,
        name=name or element,
        drawn=drawn,
        open=open_.open if open_ else 0,
        late=open_.late if open_ else 0,
        done=done.done if done else 0,
        minutes=done.minutes if done else 0,
    )


def _picture(
    package: Package, values: Mapping[str, int], scale: heat.Scale, measure: str
) -> markupsafe.Markup:
    told = {one: value for one, value in values.items() if value}
    marks = picture.Marks(
        classes={one: (f"heat-{scale.level(value)}",) for one, value in told.items()},
        flags={one: (("heat", _value(value, measure)),) for one, value in told.items()},
    )
    label = translate(
        "Diagram of %(name)s with numbers at its steps; the table below has them, too",
        name=package.model.name,
    )
    # Made by us, every text in it escaped.
    return markupsafe.Markup(  # noqa: S704
        picture.draw(package.diagram, label, marks)
    )


def _value(value: int, measure: str) -> str:
    if measure == "so-viec":
        return formats.number(value)
    return formats.words(value, context.calendar())


def _table(asked: Asked, rows: list[Row]) -> Table:
    maker = Maker(asked, context.organisation_now())
    made = []
    for one in rows:
        link = {"buoc": one.element}
        name = one.name
        if not one.drawn:
            name = translate("%(name)s (in another version)", name=name)
        made.append(
            (
                Cell(value=name),
                maker.work(one.open, one.name, link),
                maker.work(one.late, one.name, {**link, "han": "qua-han"}, tone=True),
                maker.cases(one.done, one.name, {**link, "ket-thuc": "da-xong"}),
                Cell(value=formats.words(one.mean, context.calendar())),
            )
        )
    heads = (translate("Open work"), translate("Overdue"), translate("Steps done"))
    return Table(
        key="so-do",
        title=translate("The same in numbers"),
        columns=(
            *words(translate("Step")),
            *numbers(*heads),
            *words(translate("Working time, on average")),
        ),
        rows=tuple(made),
        empty=translate("No work lies here, and none was done in 12 months."),
        about=maker.about,
    )


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return tuple(MEASURES.values())
