"""Conformance by procedure: rates, deviations by class, and the cases behind them.

The rate of a procedure is the share of its closed cases that conform, deviations
counted apart (docs/manual/evidence.md, 4). An auditor sees all agencies, a supervisor
those under supervision.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import flask
from werkzeug.wrappers import Response

from engine.domain import policy
from engine.domain.figures import Ended, Wanted
from engine.judging.ruling import Answer, Kind
from webui import context, measures, opinions, ranges, verdict_words
from webui.opinions import Opinions
from webui.remembered import Opinion

blueprint = flask.Blueprint("conformity", __name__)

#: Name in the address -> which answers are meant, message id, tone of the tag.
ANSWERS: Final[Mapping[str, tuple[frozenset[Answer | None], str, str]]] = {
    "phu-hop": (frozenset({Answer.CONFORMS}), "Conforms", "good"),
    "khac-du-kien": (
        frozenset({Answer.WITH_DEVIATIONS}),
        "Conforms, with deviations",
        "soon",
    ),
    "khong": (frozenset({Answer.DOES_NOT_CONFORM}), "Does not conform", "late"),
    "khong-xet-duoc": (frozenset({None}), "Could not be judged", "wait"),
    # Both kinds that conform; each case is named by its own above.
    "dat": (
        frozenset({Answer.CONFORMS, Answer.WITH_DEVIATIONS}),
        "Conforms, with deviations or without",
        "good",
    ),
}
#: Cases that a list shows.
_LISTED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One procedure."""

    code: str
    name: str
    found: Opinions

    def count(self, answer: str) -> int:
        """How many cases have an answer of the address."""
        return self.found.count(*ANSWERS[answer][0])

    @property
    def conforming(self) -> int:
        """Cases of which no event fails a verdict."""
        return self.count("phu-hop") + self.count("khac-du-kien")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case behind a figure."""

    case: Ended
    opinion: Opinion
    answer: str
    tone: str


@blueprint.get("/kiem-chung/phu-hop")
def show() -> str:
    """Every procedure with its rate and its deviations."""
    context.demand(policy.Action.CONFORMANCE_VIEW)
    asked = ranges.wanted()
    found = _found(asked)
    return flask.render_template(
        "audits/conformity.html",
        asked=asked,
        found=found,
        rates=list(_rates(found)),
        round=opinions.ROUND,
        **_around(asked),
    )


@blueprint.post("/kiem-chung/phu-hop")
def again() -> Response:
    """Judge anew what is remembered, to see what was altered meanwhile."""
    context.demand(policy.Action.CONFORMANCE_VIEW)
    opinions.forget(context.current_actor().tenant, context.settings().data)
    asked = ranges.wanted()
    address = flask.url_for("conformity.show", **ranges.query(asked))
    return flask.redirect(address, 303)


@blueprint.get("/kiem-chung/phu-hop/ho-so")
def listing() -> str:
    """The cases behind a figure, the last closed first."""
    context.demand(policy.Action.CONFORMANCE_VIEW)
    asked, given = ranges.wanted(), flask.request.args
    answer, kind = given.get("ket-luan", ""), _kind(given.get("loai", ""))
    found = _found(asked)
    lines = [one for one in _lines(found) if _meant(one.opinion, answer, kind)]
    return flask.render_template(
        "audits/conforming.html",
        asked=asked,
        found=found,
        lines=lines[:_LISTED],
        more=len(lines) - _LISTED,
        answer=answer if answer in ANSWERS else "",
        kind=kind,
        **_around(asked),
    )


def _around(asked: Wanted) -> dict[str, object]:
    """What both pages show."""
    return {
        "answers": ANSWERS,
        "kinds": verdict_words.KIND,
        "questions": verdict_words.QUESTION,
        "procedures": measures.procedures(),
        "units": ranges.units(),
        "period": ranges.period(),
        "unit": flask.request.args.get("don-vi", ""),
        "query": lambda **more: ranges.query(asked, **more),
    }


def _found(asked: Wanted) -> Opinions:
    tenant = context.current_actor().tenant
    return opinions.of(context.application().figures.ended(tenant, asked))


def _rates(found: Opinions) -> Iterator[Rate]:
    names = dict(measures.procedures())
    by_code: dict[str, list[tuple[Ended, Opinion]]] = {}
    for case, opinion in found.judged:
        by_code.setdefault(case.procedure, []).append((case, opinion))
    for code in sorted(by_code):
        yield Rate(
            code=code,
            name=names.get(code, ""),
            found=Opinions(judged=tuple(by_code[code]), waiting=0),
        )


def _lines(found: Opinions) -> Iterator[Line]:
    for case, opinion in found.judged:
        word, tone = next(
            (word, tone)
            for meant, word, tone in ANSWERS.values()
            if opinion.answer in meant
        )
        yield Line(case=case, opinion=opinion, answer=word, tone=tone)


def _meant(opinion: Opinion, answer: str, kind: Kind | None) -> bool:
    fits = answer not in ANSWERS or opinion.answer in ANSWERS[answer][0]
    return fits and (kind is None or kind in opinion.classes)


def _kind(name: str) -> Kind | None:
    return next((one for one in Kind if one.value == name), None)


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return tuple(word for _, word, _ in ANSWERS.values())
