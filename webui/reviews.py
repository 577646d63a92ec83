"""The management-review pack (ISO 9001:2015, 9.3.2): figures computed from the records.

Each figure says its numerator, its denominator and the question in words, and leads to
the very records that it counts, and they lead to their events. What cannot be computed
is listed as such (`webui.review_gaps`). Nothing is typed in and nothing is kept: the
same period gives the same figures as long as the records are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import flask

from engine.domain import policy
from engine.domain.figures import Wanted
from engine.domain.programme import Audit
from engine.judging.ruling import Answer
from webui import (
    audit_words,
    behind,
    context,
    opinions,
    programmes,
    ranges,
    review_gaps,
    shortlists,
)
from webui.behind import Published
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
    #: Where what it counts is listed, and what that is a part of.
    address: str = ""
    whole_address: str = ""

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
    versions: tuple[Published, ...]
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
        gaps=review_gaps.gaps(),
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
        _lines(asked),
    )


@blueprint.get("/kiem-chung/xem-xet.html")
def paper() -> flask.Response:
    """The pack as one file to keep and to print."""
    context.demand(policy.Action.AUDIT_VIEW)
    asked = ranges.wanted()
    text = flask.render_template(
        "audits/review_paper.html",
        asked=asked,
        figures=pack(asked),
        gaps=review_gaps.gaps(),
    )
    answer = flask.Response(text, mimetype="text/html")
    name = f"xem-xet-{asked.first}-{asked.last}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def pack(asked: Wanted) -> list[Figure]:
    """Every figure of the period."""
    return _pack(_records(asked))


def _lines(asked: Wanted) -> Iterator[tuple[object, ...]]:
    """The spreadsheet: figures, then what is not computed, with the reason."""
    for one in pack(asked):
        yield one.clause, one.name, one.part, one.whole, one.percent, one.question
    none = translate("not computed")
    for gap in review_gaps.gaps():
        yield gap.clause, gap.name, none, None, None, gap.why


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
        versions = behind.published(uow, asked)
    return _Records(
        asked=asked,
        audits=shortlists.audits_of(audits, asked),
        findings=shortlists.findings_of(programmes.nonconformities(app, audits), asked),
        versions=versions,
        opinions=opinions.of(app.figures.ended(tenant, asked)),
    )


def _of_audits(records: _Records) -> Iterator[Figure]:
    audits, period = records.audits, ranges.query(records.asked)
    concluded = shortlists.AUDITS["da-ket-luan"]
    yield Figure(
        clause="9.3.2 c",
        name=translate(concluded.name),
        part=len(concluded.of(audits)),
        whole=len(audits),
        question=translate(
            "Of the audits whose last day lies in the period, those with a conclusion."
        ),
        address=flask.url_for("audits.listing", loai="da-ket-luan", **period),
        whole_address=flask.url_for("audits.listing", **period),
    )
    yield Figure(
        clause="9.3.2 c",
        name=translate("Cases that were sampled"),
        part=len(shortlists.sampled(audits)),
        whole=None,
        question=translate("Cases of all samples of these audits, each once an audit."),
        address=flask.url_for("audits.listing", loai="lay-mau", **period),
    )


#: Clause, name in the address, what it is a part of (empty: all), the question.
_OF_FINDINGS: Final = (
    *(
        ("9.3.2 c", one, "", "Of the findings raised in the period, those so graded.")
        for one in ("nang", "nhe", "luu-y")
    ),
    (
        *("10.2", "co-hanh-dong", "khong-phu-hop"),
        (
            "Of the major and minor findings of the period, those with a case of"
            " corrective action."
        ),
    ),
    (
        *("10.2", "da-dong", "khong-phu-hop"),
        "Of the same findings, those whose case of corrective action is finished.",
    ),
    (
        *("10.2", "chua-hieu-luc", "khong-phu-hop"),
        "Of the same findings, those whose effect had to be checked more than once.",
    ),
)


def _of_findings(records: _Records) -> Iterator[Figure]:
    """Counted by the condition by which the link chooses."""
    period, known = ranges.query(records.asked), shortlists.FINDINGS
    for clause, kind, of, question in _OF_FINDINGS:
        whole = known[of].of(records.findings) if of else records.findings
        more = {**period, "loai": of} if of else period
        yield Figure(
            clause=clause,
            name=translate(known[kind].name),
            part=len(known[kind].of(records.findings)),
            whole=len(whole),
            question=translate(question),
            address=flask.url_for("audits.findings", **{**period, "loai": kind}),
            whole_address=flask.url_for("audits.findings", **more),
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
        whole_address=_behind(asked, "co-hen"),
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
        address=_steps(asked, "dung-han"),
        whole_address=_steps(asked, "co-han"),
    )
    yield Figure(
        clause="9.3.2 c",
        name=translate("Steps done again"),
        part=sum(one.again for one in steps),
        whole=done,
        question=translate(
            "Of the steps done in the period, those that the case had done before."
        ),
        address=_steps(asked, "lam-lai"),
        whole_address=_steps(asked, "da-lam"),
    )


def _of_conformance(records: _Records) -> Iterator[Figure]:
    """The verdicts on the cases of the period, as far as they were judged."""
    found, asked = records.opinions, records.asked
    whole, everything = len(found.judged), _conforming(asked, "")
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
        address=_conforming(asked, "dat"),
        whole_address=everything,
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
        address=_conforming(asked, "khac-du-kien"),
        whole_address=everything,
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
        address=_rated(records.asked, "hai-long"),
        whole_address=_rated(records.asked, "tat-ca"),
    )


def _of_versions(records: _Records) -> Iterator[Figure]:
    new, asked = records.versions, records.asked
    yield Figure(
        clause="9.3.2 b",
        name=translate("Versions of procedures put in force"),
        part=len(new),
        whole=None,
        question=translate("Versions that were published in the period."),
        address=_versions(asked, "ban-hanh"),
    )
    yield Figure(
        clause="9.3.2 b",
        name=translate("Of them, changes of procedures in force before"),
        part=sum(one.version.number > 1 for one in new),
        whole=len(new),
        question=translate("Of these versions, those that are not the first one."),
        address=_versions(asked, "sua-doi"),
        whole_address=_versions(asked, "ban-hanh"),
    )


def _behind(asked: Wanted, kind: str) -> str:
    return flask.url_for("measures.listing", **ranges.query(asked, loai=kind))


def _steps(asked: Wanted, kind: str) -> str:
    return flask.url_for("behind.steps", **ranges.query(asked, loai=kind))


def _rated(asked: Wanted, kind: str) -> str:
    return flask.url_for("behind.ratings", **ranges.query(asked, loai=kind))


def _versions(asked: Wanted, kind: str) -> str:
    return flask.url_for("behind.versions", **ranges.query(asked, loai=kind))


def _conforming(asked: Wanted, answer: str) -> str:
    query = ranges.query(asked, **{"ket-luan": answer})
    return flask.url_for("conformity.listing", **query)


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return tuple(question for *_, question in _OF_FINDINGS)
