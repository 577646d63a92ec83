"""The evidence of several cases in a file: a sample, a procedure, a year."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, cast
from uuid import UUID

from engine import jobs, limits
from engine.commands.export_evidence import Through
from engine.domain import policy
from engine.domain.organisation import Actor, Organisation
from engine.domain.run import Json
from engine.errors import NotFoundError, StaleError
from engine.queries import CaseItem
from webui import exporting, programmes
from webui.i18n import translate
from webui.jobs.kind import Done, Kind, Told, Work

MEDIA: Final = "application/vnd.etsi.asic-e+zip"
#: Seconds to wait for the signed head; nobody sits before it.
_PATIENCE: Final = 30.0


class Bundle(Kind):
    """Makes bundles, each of as many cases as one takes."""

    name: ClassVar[str] = "bundle"
    action: ClassVar[policy.Action] = policy.Action.EVIDENCE_EXPORT

    def title(self, job: jobs.NewJob) -> str:
        """Of which cases."""
        asked = job.asked
        if "audit" in asked:
            return translate(
                "Evidence of sample %(n)s of audit %(code)s",
                n=asked["sample"],
                code=asked["code"],
            )
        if not asked["procedure"]:
            return translate("Evidence of the cases of %(year)s", year=asked["year"])
        if asked["year"] is None:
            return translate(
                "Evidence of the cases of %(code)s", code=asked["procedure"]
            )
        return translate(
            "Evidence of the cases of %(code)s of %(year)s",
            code=asked["procedure"],
            year=asked["year"],
        )

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """The bundles, with the cases of each, as far as whoever asked may see them.

        Raises:
            NotFoundError: There are no such cases.
        """
        items = [*chosen(work)]
        if not items:
            raise NotFoundError(code="no-cases")
        most = limits.BUNDLE_CASES
        return [
            jobs.NewItem(
                subject=[one.id.hex for one in part],
                label=f"{part[0].code} … {part[-1].code}"
                if len(part) > 1
                else part[0].code,
            )
            for part in (items[at : at + most] for at in range(0, len(items), most))
        ]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """One bundle; that it is handed out is recorded before it is kept here.

        Raises:
            NotFoundError: There is no such case any more.
            StaleError: Something of it was erased while it was made.
        """
        subject = cast("list[str]", item.subject)
        items = []
        for number, case in enumerate(subject):
            work.beat(number, len(subject))
            found = work.app.queries.case(work.actor, case)
            if found is None:
                raise NotFoundError(code="no-case")
            items.append(found)
        asked = work.job.asked
        export = exporting.Export(
            app=work.app,
            actor=work.actor,
            patience=_PATIENCE,
            through=Through.PAGE,
            options=exporting.Options(
                values=bool(asked["values"]), attachments=bool(asked["attachments"])
            ),
        )
        made = export.make(items)
        name = made.name
        if work.job.total > 1:
            name = f"{item.number}-{name}"
        kept = work.keep(name, MEDIA, made.content)
        try:
            export.check(made)
        except StaleError:
            # Who erased may have looked for the files of jobs before it was here.
            work.app.results.forget(work.actor.tenant, work.job.id)
            raise
        lying = sorted({_lying(one) for one in items})
        return Done(
            answer={
                "file": kept,
                "missing": [*made.missing],
                "agencies": [[*one] for one in lying],
            }
        )

    def finish(self, work: Work) -> Mapping[str, Json]:
        """The files, and what could not be put in."""
        items = work.app.jobs.items(work.actor.tenant, work.job.id)
        answers = [one.answer for one in items if isinstance(one.answer, dict)]
        missing = (
            each for one in answers for each in cast("list[str]", one["missing"])
        )
        return {
            "files": [one["file"] for one in answers],
            "missing": [*dict.fromkeys(missing)],
            "agencies": [[*each] for one in answers for each in _agencies(one)],
        }

    def may_take(self, job: jobs.Job, actor: Actor, organisation: Organisation) -> bool:
        """Whether the cases are still among those whose evidence the actor takes."""
        del organisation
        places = _agencies(job.result)
        things = (
            policy.Thing(tenant=job.tenant, agencies=frozenset(map(UUID, one)))
            for one in places
        )
        return bool(places) and all(
            policy.allowed(actor, self.action, one) for one in things
        )

    def told(self, job: jobs.Job) -> Told:
        """That the files are there, and what is missing in them."""
        missing = cast("Sequence[str]", job.result.get("missing", ()))
        words = translate(
            "Whoever has the file checks it with the verifier, without network."
        )
        if missing:
            left = "; ".join(missing)
            words += " " + translate("Not in it: %(what)s", what=left)
        return Told(words=words)


def _lying(item: CaseItem) -> tuple[str, ...]:
    """The agencies of a case: with them whoever may see it is told from others."""
    return tuple(sorted(one.hex for one in item.agencies.all()))


def _agencies(told: Mapping[str, Json]) -> list[list[str]]:
    """The agencies of cases, each combination once or more often."""
    return cast("list[list[str]]", told.get("agencies", []))


def chosen(work: Work) -> Sequence[CaseItem]:
    """The cases that were asked for, as far as whoever asked may see them now."""
    asked, actor = work.job.asked, work.actor
    if "audit" not in asked:
        year = asked["year"]
        return exporting.choose(
            work.app,
            actor,
            str(asked["procedure"]),
            year if isinstance(year, int) else None,
            most=limits.JOB_ITEMS,
        )
    with work.app.store.read(actor.tenant) as uow:
        audit = programmes.one(uow, UUID(str(asked["audit"])))
    drawn = next(one for one in audit.samples if one.number == asked["sample"])
    found = (work.app.queries.case(actor, one.case.hex) for one in drawn.sample.chosen)
    return [one for one in found if one is not None]
