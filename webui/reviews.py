"""The management-review pack (ISO 9001:2015, 9.3.2): figures computed from the records.

Each figure says its numerator, its denominator and the question in words, and leads to
the cases or audits that it counts. Nothing is typed in and nothing is kept: the same
period gives the same figures as long as the records are the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import flask

from engine.domain import policy
from engine.domain.figures import Wanted
from engine.domain.iso8601 import day
from engine.domain.procedure import Version
from engine.domain.programme import Audit, Grade
from engine.judging.ruling import Answer
from webui import audit_words, context, opinions, programmes, ranges
from webui.i18n import translate
from webui.opinions import Opinions
from webui.programmes import Nonconformity

blueprint = flask.Blueprint("reviews", __name__)

#: The least of the scores from 1 to 5 that says “satisfied”.
_SATISFIED: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with everything that it takes to make it again."""

    #: Clause of the review input.
    clause: str
    name: str
    part: int
    #: None: a count, no share.
    whole: int | None
    #: The question in words.
    question: str
    #: Where what it counts is listed.
    address: str = ""

    @property
    def percent(self) -> float | None:
        """The share in percent with one decimal; None: a count, or of nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """What the pack is computed from."""

    asked: Wanted
    audits: tuple[Audit, ...]
    findings: tuple[Nonconformity, ...]
    versions: tuple[Version, ...]
    opinions: Opinions


@blueprint.get("/kiem-chung/xem-xet")
def show() -> str:
    """The pack as a page."""
    context.demand(policy.Action.AUDIT_VIEW)
    asked = ranges.wanted()
    records = _records(asked)
    return flask.render_template(
        "audits/review.html",
        asked=asked,
        period=ranges.period(),
        figures=_pack(records),
        found=records.opinions,
        query=lambda **more: ranges.query(asked, **more),
    )


@blueprint.get("/kiem-chung/xem-xet.csv")
def table() -> flask.Response:
    """The pack as a spreadsheet."""
    context.demand(policy.Action.AUDIT_VIEW)
    asked = ranges.wanted()
    return ranges.spreadsheet(
        f"xem-xet-{asked.first}-{asked.last}",
        [translate(one) for one in audit_words.REVIEW_HEADS],
        (
            (one.clause, one.name, one.part, one.whole, one.percent, one.question)
            for one in pack(asked)
        ),
    )


@blueprint.get("/kiem-chung/xem-xet.html")
def paper() -> flask.Response:
    """The pack as one file to keep and to print."""
    context.demand(policy.Action.AUDIT_VIEW)
    asked = ranges.wanted()
    text = flask.render_template(
        "audits/review_paper.html", asked=asked, figures=pack(asked)
    )
    answer = flask.Response(text, mimetype="text/html")
    name = f"xem-xet-{asked.first}-{asked.last}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def pack(asked: Wanted) -> list[Figure]:
    """Every figure of the period."""
    return _pack(_records(asked))


def _pack(records: _Records) -> list[Figure]:
    return [
        *_of_audits(records),
        *_of_findings(records),
        *_of_cases(records),
        *_of_conformance(records),
        *_of_satisfaction(records),
        *_of_versions(records),
    ]


def _records(asked: Wanted) -> _Records:
    app, tenant = context.application(), context.current_actor().tenant
    with app.store.read(tenant) as uow:
        audits = programmes.every(uow)
        versions = tuple(
            version
            for procedure in uow.procedures.all()
            for version in uow.procedures.versions(procedure)
        )
    return _Records(
        asked=asked,
        audits=tuple(one for one in audits if asked.first <= one.last <= asked.last),
        findings=tuple(
            one
            for one in programmes.nonconformities(app, audits)
            if asked.first <= day(one.finding.at) <= asked.last
        ),
        versions=versions,
        opinions=opinions.of(app.figures.ended(tenant, asked)),
    )


def _of_audits(records: _Records) -> Iterator[Figure]:
    audits = records.audits
    yield Figure(
        clause="9.3.2 c",
        name=translate("Audits that were concluded"),
        part=sum(one.concluded_at is not None for one in audits),
        whole=len(audits),
        question=translate(
            "Of the audits whose last day lies in the period, those with a conclusion."
        ),
        address=flask.url_for("audits.listing"),
    )
    yield Figure(
        clause="9.3.2 c",
        name=translate("Cases that were sampled"),
        part=sum(len(one.cases) for one in audits),
        whole=None,
        question=translate("Cases of all samples of these audits, each once an audit."),
        address=flask.url_for("audits.listing"),
    )


def _of_findings(records: _Records) -> Iterator[Figure]:
    found, address = records.findings, flask.url_for("audits.findings")
    names = {
        Grade.MAJOR: translate("Major nonconformities"),
        Grade.MINOR: translate("Minor nonconformities"),
        Grade.OBSERVATION: translate("Observations"),
    }
    for grade, name in names.items():
        yield Figure(
            clause="9.3.2 c",
            name=name,
            part=sum(one.finding.grade is grade for one in found),
            whole=len(found),
            question=translate(
                "Of the findings raised in the period, those so graded."
            ),
            address=address,
        )
    bad = [one for one in found if one.finding.grade is not Grade.OBSERVATION]
    yield Figure(
        clause="10.2",
        name=translate("Nonconformities with a corrective action"),
        part=sum(one.finding.action is not None for one in bad),
        whole=len(bad),
        question=translate(
            "Of the major and minor findings of the period, those with a case of"
            " corrective action."
        ),
        address=address,
    )
    yield Figure(
        clause="10.2",
        name=translate("Corrective actions found effective and closed"),
        part=sum(one.state == "closed" for one in bad),
        whole=len(bad),
        question=translate(
            "Of the same findings, those whose case of corrective action is finished."
        ),
        address=address,
    )
    yield Figure(
        clause="10.2",
        name=translate("Corrective actions without effect at first"),
        part=sum(one.reopened > 0 for one in bad),
        whole=len(bad),
        question=translate(
            "Of the same findings, those whose effect had to be checked more than once."
        ),
        address=address,
    )


def _of_cases(records: _Records) -> Iterator[Figure]:
    asked, tenant = records.asked, context.current_actor().tenant
    source = context.application().figures
    cases, steps = source.cases(tenant, asked), source.steps(tenant, asked)
    yield Figure(
        clause="9.3.2 c",
        name=translate("Cases closed on time"),
        part=sum(one.on_time for one in cases),
        whole=sum(one.due for one in cases),
        question=translate(
            "Of the cases that closed in the period and had a promised date, those"
            " closed by then."
        ),
        address=_behind(asked, "dung-han"),
    )
    done = sum(one.done for one in steps)
    yield Figure(
        clause="9.3.2 c",
        name=translate("Steps done on time"),
        part=sum(one.on_time for one in steps),
        whole=sum(one.due for one in steps),
        question=translate(
            "Of the steps done in the period that had a due time, those done by then."
        ),
        address=_behind(asked, "buoc-tre"),
    )
    yield Figure(
        clause="9.3.2 c",
        name=translate("Steps done again"),
        part=sum(one.again for one in steps),
        whole=done,
        question=translate(
            "Of the steps done in the period, those that the case had done before."
        ),
        address=_behind(asked, "lam-lai"),
    )


def _of_conformance(records: _Records) -> Iterator[Figure]:
    """The verdicts on the cases of the period, as far as they were judged."""
    found, asked = records.opinions, records.asked
    whole, address = (
        len(found.judged),
        flask.url_for("conformity.show", **ranges.query(asked)),
    )
    part = ""
    if found.waiting:
        part = " " + translate(
            "So far %(done)s of %(all)s cases were judged.",
            done=whole,
            all=whole + found.waiting,
        )
    yield Figure(
        clause="9.3.2 c",
        name=translate("Cases that conform to the approved procedure"),
        part=found.count(Answer.CONFORMS, Answer.WITH_DEVIATIONS),
        whole=whole,
        question=translate(
            "Of the cases that closed in the period, those of which no event fails one"
            " of the six verdicts."
        )
        + part,
        address=address,
    )
    yield Figure(
        clause="8.7",
        name=translate("Cases with deviations"),
        part=found.count(Answer.WITH_DEVIATIONS),
        whole=whole,
        question=translate(
            "Of the same cases, those that conform, but with deviations such as"
            " lateness or returns."
        )
        + part,
        address=address,
    )


def _of_satisfaction(records: _Records) -> Iterator[Figure]:
    tenant = context.current_actor().tenant
    source = context.application().figures
    given = source.scores(tenant, records.asked)
    yield Figure(
        clause="9.3.2 c",
        name=translate("Applicants who were satisfied"),
        part=sum(count for score, count in given.items() if score >= _SATISFIED),
        whole=sum(given.values()),
        question=translate(
            "Of the dossiers that their applicants rated in the period, those with"
            " “satisfied” or “very satisfied”."
        ),
        address=_behind(records.asked, "da-dong"),
    )


def _of_versions(records: _Records) -> Iterator[Figure]:
    asked = records.asked
    new: Sequence[Version] = [
        one
        for one in records.versions
        if one.published_at is not None
        and asked.first <= day(one.published_at) <= asked.last
    ]
    yield Figure(
        clause="9.3.2 b",
        name=translate("Versions of procedures put in force"),
        part=len(new),
        whole=None,
        question=translate("Versions that were published in the period."),
        address=flask.url_for("procedures.catalogue"),
    )
    yield Figure(
        clause="9.3.2 b",
        name=translate("Of them, changes of procedures in force before"),
        part=sum(one.number > 1 for one in new),
        whole=len(new),
        question=translate("Of these versions, those that are not the first one."),
        address=flask.url_for("procedures.catalogue"),
    )


def _behind(asked: Wanted, kind: str) -> str:
    return flask.url_for("measures.listing", **ranges.query(asked, loai=kind))
