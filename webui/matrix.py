"""The clause matrix: which steps give evidence for which clauses, and the gaps.

Each step shows how many records it made in the period, and leads to them: a record is
the event by which the step was done, with what was entered and attached then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import flask

from engine.domain import policy, standard
from engine.domain.figures import Wanted
from engine.domain.standard import Clause, Edition, Matrix, Row
from engine.recorded import Worked
from models_bpmn import standards
from webui import context, i18n, ranges
from webui.i18n import translate

blueprint = flask.Blueprint("matrix", __name__)

#: Heads of the spreadsheet.
HEADS = (
    *("Clause", "Title", "Procedure", "Version", "Step", "Who", "Record"),
    *("Records in the period", "Records ever"),
)
#: Which record the system keeps of a clause by itself.
KEPT = {
    "versions": "The approved versions of procedures, with their history",
    "organisation": "The organisation as dated data",
    "log": "The sealed history of every case",
    "audits": "The audit programme with samples and findings",
    "figures": "The figures computed from the history",
    "review": "The management-review pack",
}
#: Where those records are looked at.
_PLACES: Final = {
    "versions": "procedures.catalogue",
    "organisation": "organisation.show",
    "log": "proving.show",
    "audits": "audits.listing",
    "figures": "measures.show",
    "review": "reviews.show",
}
_NOTHING: Final = Worked(within=0, ever=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The records that steps made: in the period, and ever."""

    asked: Wanted
    counts: Mapping[tuple[str, str], Worked]

    def of(self, step: standard.Step) -> Worked:
        """How many records of a step there are."""
        return self.counts.get((step.procedure, step.element), _NOTHING)

    def never(self, every: Iterable[standard.Step]) -> tuple[standard.Step, ...]:
        """Steps that are to keep a record of a clause, and never made one."""
        return tuple(
            one for one in every if one.clauses and one.record and not self.of(one).ever
        )

    def address(self, step: standard.Step) -> str:
        """Where the records of the period are listed."""
        of_step = replace(self.asked, procedure=step.procedure)
        query = ranges.query(of_step, loai="da-lam", buoc=step.element)
        return flask.url_for("behind.steps", **query)


@blueprint.get("/kiem-chung/ma-tran")
def show() -> str:
    """The matrix of an edition, narrowed to a procedure or a clause."""
    context.demand(policy.Action.AUDIT_VIEW)
    edition = asked()
    every, records = steps(), made()
    return flask.render_template(
        "audits/matrix.html",
        edition=edition,
        editions=standards.editions(),
        matrix=narrowed(standard.matrix(edition, every)),
        procedures=sorted({(one.procedure, one.name) for one in every}),
        procedure=flask.request.args.get("quy-trinh", ""),
        clause=flask.request.args.get("dieu", ""),
        kept=KEPT,
        kept_at=lambda name: flask.url_for(_PLACES[name]),
        title=title,
        made=records,
        never=records.never(every),
        period=ranges.period(),
    )


@blueprint.get("/kiem-chung/ma-tran.csv")
def table() -> flask.Response:
    """The matrix as a spreadsheet."""
    context.demand(policy.Action.AUDIT_VIEW)
    edition = asked()
    return ranges.spreadsheet(
        f"ma-tran-iso-9001-{edition.edition}",
        [translate(one) for one in HEADS],
        _rows(narrowed(standard.matrix(edition, steps())).rows, made()),
    )


def asked() -> Edition:
    """The edition that the address names, else the one in force."""
    name = flask.request.args.get("lan-ban-hanh", "")
    return standards.edition(name) if name else standards.in_force(context.today())


def made() -> Made:
    """The records of the period that the address names, of every procedure."""
    wanted = replace(ranges.wanted(), procedure="")
    tenant = context.current_actor().tenant
    counts = context.application().singles.worked(tenant, wanted)
    return Made(asked=wanted, counts=counts)


def title(clause: Clause) -> str:
    """The short title of a clause in the language of the request."""
    return clause.vi if i18n.language() == "vi" else clause.en


def steps() -> tuple[standard.Step, ...]:
    """The work of every procedure in force."""
    application, actor = context.application(), context.current_actor()
    found: list[standard.Step] = []
    with application.store.read(actor.tenant) as uow:
        for version in uow.procedures.in_force():
            package = application.packages.published(version, uow.procedures)
            code = uow.procedures.get(version.procedure).code
            if package.runs:
                for model in package.processes().values():
                    found.extend(standard.steps(code, model, str(version.number)))
    return tuple(found)


def narrowed(matrix: Matrix) -> Matrix:
    """The rows that the address asks for; gaps stay those of the whole."""
    procedure = flask.request.args.get("quy-trinh", "")
    clause = flask.request.args.get("dieu", "")

    def meant(row: Row) -> bool:
        number = row.clause.number
        inside = not clause or number == clause or number.startswith(f"{clause}.")
        of = row.step is not None and row.step.procedure == procedure
        return inside and (not procedure or of)

    return replace(matrix, rows=tuple(row for row in matrix.rows if meant(row)))


def _rows(rows: tuple[Row, ...], made: Made) -> Iterator[tuple[object, ...]]:
    for row in rows:
        step = row.step
        about: tuple[object, ...] = ("", "", "", "", "", None, None)
        if step is not None:
            named = (step.procedure, step.version, step.step, step.performer)
            count = made.of(step)
            about = (*named, step.record, count.within, count.ever)
        elif row.clause.kept:
            kept = translate(KEPT[row.clause.kept])
            about = ("", "", "", "", kept, None, None)
        yield (row.clause.number, title(row.clause), *about)


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return (*KEPT.values(), *HEADS)
