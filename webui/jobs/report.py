"""A report over more dossiers than a page counts: part by part, kept as files."""

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast
from uuid import UUID

from engine import jobs, limits
from engine.commands.access import NoteAccess
from engine.domain import indicators, policy, scores
from engine.domain.events import EventType
from engine.domain.indicators import Handling
from engine.domain.organisation import Actor, Organisation
from engine.domain.run import Json
from engine.dossiers import Part
from webui import formats, ranges, report_making, tables
from webui.i18n import translate
from webui.jobs.kind import Done, Kind, Told, Work
from webui.report_making import Maker
from webui.report_tables import Made


class Report(Kind):
    """Counts the dossiers of a period as the page does, and keeps every table."""

    name: ClassVar[str] = "report"
    action: ClassVar[policy.Action] = policy.Action.FIGURES_VIEW

    def title(self, job: jobs.NewJob) -> str:
        """Of which period."""
        period = report_making.period_of(job.asked)
        return translate(
            "Report from %(first)s to %(last)s",
            first=formats.day(period.first),
            last=formats.day(period.last),
        )

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """The dossiers in parts, of the agencies that whoever asked may see now."""
        maker = _maker(work)
        agencies = maker.agencies()
        with work.app.store.read(work.actor.tenant) as uow:
            cases = uow.dossiers.cases_of(maker.period, Part(agencies=agencies))
        size = limits.REPORT_PART
        parts = (cases[at : at + size] for at in range(0, len(cases), size))
        return [
            jobs.NewItem(
                subject=[part[0].hex, part[-1].hex],
                label=f"{at * size + 1}–{at * size + len(part)}",
            )
            for at, part in enumerate(parts)
        ]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """Count one part."""
        maker = _maker(work)
        first, last = (UUID(str(one)) for one in cast("list[Json]", item.subject))
        part = Part(agencies=maker.agencies(), first=first, last=last)
        filed = maker.gather(part)
        work.beat(1, 2)
        counted = scores.tally(filed, maker.period)
        told = report_making.dump(maker.lines(filed), counted)
        agencies: list[Json] = [*sorted({one.agency for one in filed})]
        return Done(answer={**told, "agencies": agencies})

    def finish(self, work: Work) -> Mapping[str, Json]:
        """The tables as files; none where a part could not be counted."""
        items = work.app.jobs.items(work.actor.tenant, work.job.id)
        if any(one.state is not jobs.ItemState.DONE for one in items):
            return {"whole": False}
        maker = _maker(work)
        made = maker.made(*_together(items))
        document = json.dumps(maker.document(made), ensure_ascii=False, indent=1)
        kept = [*_tables(work, made)]
        name = f"{_stem(made)}.json"
        kept.append(work.keep(name, "application/json", document.encode()))
        facts = {"page": "jobs.report", "format": "xlsx, csv, json", **work.job.asked}
        note = NoteAccess(kind=EventType.FILE_TAKEN, facts=facts)
        work.app.engine.execute(note, work.actor)
        total = indicators.total(made.lines)
        return {
            "whole": True,
            "files": [*kept],
            "received": total.received,
            "agencies": _agencies(items),
        }

    def may_take(self, job: jobs.Job, actor: Actor, organisation: Organisation) -> bool:
        """Whether the actor may still see the figures of every agency in it."""
        counted = cast("list[str]", job.result.get("agencies", [""]))
        seen = ranges.units_of(actor, organisation)
        return {*counted} <= {one.hex for one in seen}

    def told(self, job: jobs.Job) -> Told:
        """Of how many dossiers it is."""
        if not job.result.get("whole"):
            return Told(
                words=translate(
                    "There is no report, because a part could not be counted; ask"
                    " for it again."
                )
            )
        return Told(
            words=translate(
                "The report counts %(n)s dossiers received.", n=job.result["received"]
            )
        )


def _maker(work: Work) -> Maker:
    asked = work.job.asked
    return Maker(
        app=work.app,
        actor=work.actor,
        period=report_making.period_of(asked),
        group=str(asked["group"]),
        unit=str(asked["unit"]),
    )


def _together(
    items: Sequence[jobs.Item],
) -> tuple[Mapping[str, Handling], scores.Tally]:
    """The figures of all parts together."""
    lines: dict[str, Handling] = {}
    tallies = []
    for one in items:
        part, counted = report_making.load(cast("Mapping[str, Json]", one.answer))
        tallies.append(counted)
        for key, line in part.items():
            lines[key] = lines.get(key, Handling()).plus(line)
    return dict(sorted(lines.items())), scores.added(tallies)


def _agencies(items: Sequence[jobs.Item]) -> list[Json]:
    """The agencies whose dossiers were counted."""
    found: set[str] = set()
    for one in items:
        answer = cast("Mapping[str, Json]", one.answer)
        found.update(cast("list[str]", answer["agencies"]))
    return [*sorted(found)]


def _tables(work: Work, made: Made) -> Sequence[dict[str, Json]]:
    kept = []
    for key, table in report_making.TABLES.items():
        for kind, media in tables.KINDS.items():
            content = tables.content(table(made), kind, "bao-cao")
            kept.append(work.keep(f"{_stem(made)}-{key}.{kind}", media, content))
    return kept


def _stem(made: Made) -> str:
    return f"bao-cao-{made.period.first.isoformat()}-{made.period.last.isoformat()}"
