"""The clause matrix: which steps give evidence for which clauses, and the gaps."""

from collections.abc import Iterator
from dataclasses import replace

import flask

from engine.domain import policy, standard
from engine.domain.standard import Clause, Edition, Matrix, Row
from models_bpmn import standards
from webui import context, i18n, ranges
from webui.i18n import translate

blueprint = flask.Blueprint("matrix", __name__)

#: Heads of the spreadsheet.
HEADS = ("Clause", "Title", "Procedure", "Version", "Step", "Who", "Record")
#: Which record the system keeps of a clause by itself.
KEPT = {
    "versions": "The approved versions of procedures, with their history",
    "organisation": "The organisation as dated data",
    "log": "The sealed history of every case",
    "audits": "The audit programme with samples and findings",
    "figures": "The figures computed from the history",
    "review": "The management-review pack",
}


@blueprint.get("/kiem-chung/ma-tran")
def show() -> str:
    """The matrix of an edition, narrowed to a procedure or a clause."""
    context.demand(policy.Action.AUDIT_VIEW)
    edition = asked()
    every = steps()
    return flask.render_template(
        "audits/matrix.html",
        edition=edition,
        editions=standards.editions(),
        matrix=narrowed(standard.matrix(edition, every)),
        procedures=sorted({(one.procedure, one.name) for one in every}),
        procedure=flask.request.args.get("quy-trinh", ""),
        clause=flask.request.args.get("dieu", ""),
        kept=KEPT,
        title=title,
    )


@blueprint.get("/kiem-chung/ma-tran.csv")
def table() -> flask.Response:
    """The matrix as a spreadsheet."""
    context.demand(policy.Action.AUDIT_VIEW)
    edition = asked()
    return ranges.spreadsheet(
        f"ma-tran-iso-9001-{edition.edition}",
        [translate(one) for one in HEADS],
        _rows(narrowed(standard.matrix(edition, steps())).rows),
    )


def asked() -> Edition:
    """The edition that the address names, else the one in force."""
    name = flask.request.args.get("lan-ban-hanh", "")
    return standards.edition(name) if name else standards.in_force(context.today())


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


def _rows(rows: tuple[Row, ...]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        step = row.step
        about = (
            (step.procedure, step.version, step.step, step.performer, step.record)
            if step
            else ("", "", "", "", translate(KEPT[row.clause.kept]))
            if row.clause.kept
            else ("", "", "", "", "")
        )
        yield (row.clause.number, title(row.clause), *about)


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return (*KEPT.values(), *HEADS)
