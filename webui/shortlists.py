"""Which audits and findings an address asks for: all, or those that a figure counts.

The management review counts by the same conditions as its links choose by, so that a
link opens exactly what was counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

import flask

from engine.domain.figures import Wanted
from engine.domain.iso8601 import day
from engine.domain.programme import Audit, Grade
from webui import ranges
from webui.programmes import Nonconformity

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Short(Generic[Thing]):
    """A list of some of the things: its message id, and which of them."""

    name: str
    meant: Callable[[Thing], bool]

    def of(self, things: Iterable[Thing]) -> tuple[Thing, ...]:
        """Those that are meant."""
        return tuple(one for one in things if self.meant(one))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """A case that was sampled, once for an audit."""

    audit: Audit
    case: UUID
    code: str


def _bad(one: Nonconformity) -> bool:
    return one.finding.grade is not Grade.OBSERVATION


#: Name in the address -> which findings.
FINDINGS: Final[Mapping[str, Short[Nonconformity]]] = {
    "nang": Short(
        "Major nonconformities", lambda one: one.finding.grade is Grade.MAJOR
    ),
    "nhe": Short("Minor nonconformities", lambda one: one.finding.grade is Grade.MINOR),
    "luu-y": Short("Observations", lambda one: one.finding.grade is Grade.OBSERVATION),
    "khong-phu-hop": Short("Major and minor nonconformities", _bad),
    "co-hanh-dong": Short(
        "Nonconformities with a corrective action",
        lambda one: _bad(one) and one.finding.action is not None,
    ),
    "da-dong": Short(
        "Corrective actions found effective and closed",
        lambda one: _bad(one) and one.state == "closed",
    ),
    "chua-hieu-luc": Short(
        "Corrective actions without effect at first",
        lambda one: _bad(one) and one.reopened > 0,
    ),
}
#: Name in the address -> which audits.
AUDITS: Final[Mapping[str, Short[Audit]]] = {
    "da-ket-luan": Short(
        "Audits that were concluded", lambda one: one.concluded_at is not None
    ),
    "lay-mau": Short("Cases that were sampled", lambda one: bool(one.cases)),
}


def asked() -> Wanted | None:
    """The period that the address names; None: it names none, and all are meant."""
    given = flask.request.args
    return ranges.wanted() if "tu" in given or "den" in given else None


def chosen(known: Mapping[str, Short[Thing]]) -> Short[Thing] | None:
    """The list that the address names; None: all."""
    return known.get(flask.request.args.get("loai", ""))


def findings_of(
    found: Iterable[Nonconformity], period: Wanted | None
) -> tuple[Nonconformity, ...]:
    """The findings that were raised in a period."""
    return tuple(
        one
        for one in found
        if period is None or period.first <= day(one.finding.at) <= period.last
    )


def audits_of(found: Iterable[Audit], period: Wanted | None) -> tuple[Audit, ...]:
    """The audits whose last day lies in a period."""
    return tuple(
        one
        for one in found
        if period is None or period.first <= one.last <= period.last
    )


def sampled(audits: Iterable[Audit]) -> list[Sampled]:
    """The cases of all samples, each once an audit."""
    return [
        Sampled(audit=audit, case=case, code=code)
        for audit in audits
        for case, code in sorted(
            {
                one.case: one.code
                for drawn in audit.samples
                for one in drawn.sample.chosen
            }.items(),
            key=lambda pair: pair[1],
        )
    ]


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    findings = (one.name for one in FINDINGS.values())
    return (*findings, *(one.name for one in AUDITS.values()))
