"""Make a report: gather dossiers, count them at once or part by part, name its lines.

A page and a job make it of the same functions, so their figures are the same. Nothing
here asks who is signed in: a job has no request.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from engine.domain import indicators, iso8601, scores
from engine.domain.indicators import Filed, Handling, Period
from engine.domain.model import Facts
from engine.domain.organisation import Actor
from engine.domain.run import Json
from engine.dossiers import Part
from engine.errors import ConfigurationError, NotFoundError
from engine.evidence import record
from engine.ports import UnitOfWork
from webui import context, formats, ranges, report_tables, report_words
from webui.i18n import translate
from webui.report_tables import Made
from webui.tables import Table

BY: Final[Mapping[str, Callable[[Filed], str]]] = {
    "linh-vuc": lambda one: one.field,
    "don-vi": lambda one: one.agency,
    "quy-trinh": lambda one: one.procedure,
}
#: Names of the tables in addresses and files.
TABLES: Final[Mapping[str, Callable[[Made], Table]]] = {
    "quy": report_tables.quarterly,
    "chi-tieu": report_tables.points,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Makes reports of a period for somebody."""

    app: context.Application
    actor: Actor
    period: Period
    #: A key of `BY`.
    group: str
    #: The agency that was asked for, hex; empty: all that the actor may see.
    unit: str = ""

    def agencies(self) -> frozenset[UUID]:
        """The agencies that count: never one that the actor may not see."""
        organisation = self.app.directory.organisation(self.actor.tenant)
        today = iso8601.day(self.app.clock.now())
        seen = frozenset(ranges.units_of(self.actor, organisation.on(today)))
        return frozenset(one for one in seen if self.unit in {"", one.hex})

    def gather(self, part: Part) -> tuple[Filed, ...]:
        """Some dossiers, with what their versions say of the procedure."""
        with self.app.store.read(self.actor.tenant) as uow:
            found = uow.dossiers.of_period(self.period, part)
            said = _Said(app=self.app, uow=uow, known={})
            return tuple(one.stated(said.of(one)) for one in found)

    def lines(self, filed: Iterable[Filed]) -> dict[str, Handling]:
        """The lines of the quarterly report."""
        return indicators.handling(filed, self.period, BY[self.group])

    def report(self, filed: Sequence[Filed]) -> Made:
        """The report over these dossiers."""
        counted = scores.tally(filed, self.period)
        return self.made(self.lines(filed), counted)

    def made(self, lines: Mapping[str, Handling], counted: scores.Tally) -> Made:
        """The report with these figures."""
        return Made(
            period=self.period,
            lines=lines,
            items=scores.indicators(counted),
            name=self.names(),
            about=self._about(),
            by=report_words.GROUPS.get(self.group, "Line"),
        )

    def names(self) -> Callable[[str], str]:
        """How lines are called."""
        if self.group == "linh-vuc":
            return str
        if self.group == "don-vi":
            organisation = self.app.directory.organisation(self.actor.tenant)
            agencies = organisation.on(iso8601.day(self.app.clock.now())).agencies
            return lambda key: agencies[UUID(key)].name
        items = self.app.queries.procedures(self.actor)
        named = {one.code: f"{one.name} ({one.code})" for one in items}
        return lambda key: named.get(key, key)

    def document(self, made: Made) -> dict[str, Any]:
        """The report for machines."""
        return {
            "period": {
                "first": made.period.first.isoformat(),
                "last": made.period.last.isoformat(),
            },
            "madeAt": record.instant(self.app.clock.now()),
            "madeBy": self.actor.account.name,
            "log": self._head(),
        } | report_tables.plain(made)

    def _about(self) -> str:
        """Period, when and by whom it was made, and the head of the log."""
        head = self._head()
        log = (
            translate("the log is not signed yet")
            if head is None
            else translate("log of %(year)s: %(size)s entries, root %(root)s", **head)
        )
        return translate(
            "From %(first)s to %(last)s; made at %(at)s by %(who)s; %(log)s",
            first=formats.day(self.period.first),
            last=formats.day(self.period.last),
            at=formats.moment(self.app.clock.now()),
            who=self.actor.account.name,
            log=log,
        )

    def _head(self) -> dict[str, Any] | None:
        """The newest signed head of the log; None: there is none."""
        log, tenant = self.app.log, self.actor.tenant
        for year in reversed(log.years(tenant)):
            found = log.newest(tenant, year)
            if found is not None:
                return {"year": year, "size": found.size, "root": found.root.hex()}
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What versions say; each is read once."""

    app: context.Application
    uow: UnitOfWork
    known: dict[tuple[UUID, str], Facts]

    def of(self, one: Filed) -> Facts:
        """What the version of a dossier says of its procedure."""
        assert one.version is not None  # noqa: S101 - it is stored with one.
        key = (one.version, one.process)
        if key not in self.known:
            self.known[key] = self._read(*key)
        return self.known[key]

    def _read(self, version: UUID, process: str) -> Facts:
        kept = self.uow.procedures
        try:
            package = self.app.packages.published(kept.version(version), kept)
            return package.model_of(process).facts
        except (ConfigurationError, NotFoundError):
            # What this release cannot read says nothing; the report names it.
            return Facts()


def period_text(period: Period) -> dict[str, Json]:
    """A period as plain values."""
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def period_of(asked: Mapping[str, Json]) -> Period:
    """A period out of plain values."""
    first, last = (date.fromisoformat(str(asked[one])) for one in ("first", "last"))
    return Period(first=first, last=last)


# Figures of a part, as plain values that a job keeps with its item.

_SETS: Final = ("above", "below", "silent")
_COLUMNS: Final = (
    *("online", "other", "carried", "early", "on_time", "late", "in_time", "overdue"),
)
_COUNTS: Final = ("numerator", "denominator", "known")


def dump(lines: Mapping[str, Handling], counted: scores.Tally) -> dict[str, Json]:
    """Figures as plain values."""
    told: dict[str, Json] = {
        key: [getattr(line, one) for one in _COLUMNS] for key, line in lines.items()
    }
    tally: dict[str, Json] = {
        code: {
            **{one: getattr(count, one) for one in _COUNTS},
            **{one: sorted(getattr(count, one)) for one in _SETS},
        }
        for code, count in counted.items()
    }
    return {"lines": told, "tally": tally}


def load(plain: Mapping[str, Json]) -> tuple[dict[str, Handling], scores.Tally]:
    """Figures out of plain values."""
    told = cast("Mapping[str, list[int]]", plain["lines"])
    tally = cast("dict[str, dict[str, Any]]", plain["tally"])
    lines = {
        key: Handling(**dict(zip(_COLUMNS, line, strict=True)))
        for key, line in told.items()
    }
    counted = {
        code: scores.Count(**(count | {one: set(count[one]) for one in _SETS}))
        for code, count in tally.items()
    }
    return lines, counted
