"""The closed cases of a period on a version: what a draft would have made of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, cast
from uuid import UUID

import flask

from engine import jobs, limits
from engine.domain import policy
from engine.domain.procedure import VersionKind
from engine.domain.run import Json
from engine.errors import NotFoundError
from engine.evidence import whatif
from engine.evidence.whatif import Tried, Verdict
from engine.package import Package
from engine.ports import UnitOfWork
from webui.i18n import translate
from webui.jobs.kind import Done, Kind, Told, Work

#: What happened before a difference where no step did.
EVENT: Final = "event"
OPENED: Final = "opened"


class Trial(Kind):
    """Drives each case through the version; changes nothing."""

    name: ClassVar[str] = "trial"
    action: ClassVar[policy.Action] = policy.Action.PROCEDURE_TRY

    def title(self, job: jobs.NewJob) -> str:
        """Which version, and which cases."""
        return translate(
            "Old cases of %(code)s on version %(n)s",
            code=job.asked["code"],
            n=job.asked["number"],
        )

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """The closed cases of the procedure in the period, the last closed first.

        Raises:
            NotFoundError: There is no such version, or it is kept as a document.
        """
        asked, tenant = work.job.asked, work.actor.tenant
        with work.app.store.read(tenant) as uow:
            version = uow.procedures.version(UUID(str(asked["version"])))
        if version.kind is VersionKind.DOCUMENT:
            raise NotFoundError
        period = (
            datetime.fromisoformat(str(asked["since"])),
            datetime.fromisoformat(str(asked["until"])),
        )
        # One more than a job takes, so that too many are refused and not cut off.
        most = limits.JOB_ITEMS + 1
        items = work.app.queries.ended(tenant, version.procedure, period, most)
        return [
            jobs.NewItem(
                subject=[one.id.hex, one.month, one.version.hex, one.version_number],
                label=one.code,
            )
            for one in items
        ]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """What became of one case."""
        case, month, version, _ = cast("list[Any]", item.subject)
        draft = UUID(str(work.job.asked["version"]))
        with work.app.store.read(work.actor.tenant) as uow:
            events = uow.history.read(UUID(case), month)
            old, new = (_package(work, uow, one) for one in (UUID(version), draft))
        tools = work.app.engine.tools
        before, after = (
            whatif.Version(model=one.model, outside=one.outside(tools.services))
            for one in (old, new)
        )
        return Done(
            answer=_answer(whatif.drive(tools.game, events, before, after), old, new)
        )

    def finish(self, work: Work) -> Mapping[str, Json]:
        """How many cases came to what."""
        items = work.app.jobs.items(work.actor.tenant, work.job.id)
        answers = (one.answer for one in items if isinstance(one.answer, dict))
        return {"counts": dict(Counter(str(one["verdict"]) for one in answers))}

    def told(self, job: jobs.Job) -> Told:
        """How many cases go elsewhere, and where they are listed."""
        counts = cast("Mapping[str, int]", job.result.get("counts", {}))
        same = counts.get(Verdict.SAME.value, 0)
        total = sum(counts.values())
        words = translate("No case of this procedure was closed in this period.")
        if total and total == same:
            words = translate("All %(total)s cases would go the same way", total=total)
        elif total:
            words = translate(
                "%(n)s of %(total)s cases would go differently",
                n=total - same,
                total=total,
            )
        return Told(
            words=words,
            address=flask.url_for(
                "trials.result", version=UUID(str(job.asked["version"])), job=job.id
            ),
            name=translate("See the cases"),
        )


def _package(work: Work, uow: UnitOfWork, version: UUID) -> Package:
    return work.app.packages.published(uow.procedures.version(version), uow.procedures)


def _answer(tried: Tried, old: Package, new: Package) -> dict[str, Json]:
    """What came out, in names that stand in the drawings."""
    step = ""
    if tried.seq:
        step = OPENED if tried.seq == 1 else EVENT
    return {
        "verdict": tried.verdict.value,
        "seq": tried.seq,
        # What happened before the difference: a named step, else the kind of event.
        "step": _names(old, (tried.element,))[0] if tried.element else "",
        "kind": step,
        "recorded": [*_names(old, tried.recorded)],
        "found": [*_names(new, tried.found)],
    }


def _names(package: Package, elements: Sequence[str]) -> Sequence[str]:
    nodes = package.model.nodes
    return [nodes[one].name or one if one in nodes else one for one in elements]
