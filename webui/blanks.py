"""Blank forms, to work on paper while the program cannot be worked with.

Each is the form of its circular with the head of the agency and places to write; what
is written on it is entered later (docs/manual/clock.md, rule 2). It is of no case, so
it gets no number; that it was printed is recorded like every other paper.
"""

from typing import Any, Final

import flask

from engine.domain import policy
from engine.domain.organisation import Agency
from engine.domain.paper_forms import SETS, FormSet, Kind
from engine.errors import NotFoundError
from engine.evidence.papers import source
from webui import accesses, context, papers, registers
from webui.documents import blanks

blueprint = flask.Blueprint("blanks", __name__)

#: What work on paper needs, in the order in which a dossier needs it.
KINDS: Final = (
    Kind.RECEIPT,
    Kind.SUPPLEMENT,
    Kind.APOLOGY,
    Kind.STOP,
    Kind.SLIP,
)


@blueprint.get("/giay-to/mau-trong")
def show() -> str:
    """The blank forms, the set for dossiers of today first."""
    context.demand(policy.Action.PAPER_PRINT)
    agency = registers.chosen(flask.request.args.get("co-quan", ""))
    sets: list[dict[str, Any]] = [
        {
            "name": one.name,
            "circular": one.circular,
            "source": one.source,
            "forms": [(kind.value, one.forms[kind]) for kind in kinds_of(one)],
            "stops": Kind.STOP in one.forms,
        }
        for one in SETS
    ]
    return flask.render_template(
        "papers/blanks.html", agencies=registers.mine(), agency=agency, sets=sets
    )


@blueprint.post("/giay-to/mau-trong/<forms>/<kind>")
def printing(forms: str, kind: str) -> flask.Response:
    """A blank form as PDF."""
    context.demand(policy.Action.PAPER_PRINT)
    agency = registers.chosen(flask.request.form.get("co-quan", ""))
    chosen = _set(forms)
    wanted = _kind(chosen, kind)
    content = blanks.pdf(chosen, wanted, _office(agency), context.now())
    accesses.paper(
        {
            "paper": wanted.value,
            "set": chosen.name,
            "form": chosen.forms[wanted].number,
            "agency": agency.id.hex,
            "blank": True,
        }
    )
    return papers.shown(content, f"mau-trong-{wanted.value}.pdf")


def kinds_of(forms: FormSet) -> list[Kind]:
    """The blank forms of a set: the set of 2018 has no notice of stopping."""
    return [kind for kind in KINDS if kind in forms.forms]


def _office(agency: Agency) -> blanks.Office:
    organisation = context.organisation_now()
    head = source.head(organisation, agency.id, "", context.today())
    return blanks.Office(
        above=head.above,
        office=head.office,
        place=head.place,
        address=head.address,
        phone=head.phone,
    )


def _set(name: str) -> FormSet:
    for one in SETS:
        if one.name == name:
            return one
    raise NotFoundError


def _kind(forms: FormSet, name: str) -> Kind:
    for one in kinds_of(forms):
        if one.value == name:
            return one
    raise NotFoundError
