"""Replay as its pages read it: a case moment by moment, what the log says of it.

A history that is not whole is told up to its first wrong event, so this reads the
events itself and asks nothing that only a whole case can answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import jinja2
import markupsafe

from engine.domain import policy, working_time
from engine.domain.events import Sealed
from engine.errors import EvidenceError
from engine.evidence import replay
from engine.package import Package
from engine.queries import CaseItem
from models_bpmn import picture
from webui import (
    comment_lines,
    context,
    dossier,
    erased,
    formats,
    i18n,
    moments,
    timeline,
    uploads,
    verdicts,
)
from webui.i18n import translate

#: More marks than this have no words under them.
WORDED: Final = 16
_FOLDER: Final = Path(__file__).parent / "templates" / "replays"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A case with everything that its replay shows."""

    item: CaseItem
    package: Package
    replay: replay.Replay
    views: tuple[moments.View, ...]
    files: uploads.Notes

    @property
    def broken(self) -> EvidenceError | None:
        """What is wrong with the history."""
        return self.replay.broken

    @property
    def wrong(self) -> int:
        """The number of the first event that is not as it was sealed."""
        return int(str(self.broken.params.get("seq", 0))) if self.broken else 0

    @property
    def deviations(self) -> int:
        """Moments that are not as planned."""
        return sum(one.deviating for one in self.views)

    @property
    def interventions(self) -> int:
        """Moments in which somebody stepped in."""
        return sum(one.intervention for one in self.views)

    @property
    def received(self) -> datetime:
        """When the dossier really came in."""
        return self.views[0].real if self.views else self.item.opened_at

    @property
    def two_clocks(self) -> bool:
        """Whether something was done on paper, so that two clocks are told."""
        return any(one.paper for one in self.views)

    @property
    def commented(self) -> bool:
        """Whether somebody said something beside a step that the reader may see."""
        return any(one.comment for one in self.views)

    @property
    def dense(self) -> bool:
        """Whether the marks stand too close for words."""
        return len(self.views) > WORDED

    def picture(self, number: int, *, whole: bool) -> markupsafe.Markup:
        """The diagram as it stood after a moment, without scripts."""
        shown = marks(self.views[:number])
        if not whole:
            here = str(self.views[number - 1].marks["at"])
            shown = replace(shown, around=here)
        drawn = picture.draw(
            self.package.diagram,
            translate("Diagram of %(name)s", name=self.item.procedure),
            shown,
        )
        # Made here, every text in it escaped.
        return markupsafe.Markup(drawn)  # noqa: S704


def find(case: UUID) -> CaseItem:
    """A case whose history the reader may see.

    Raises:
        NotFoundError: There is none, or the reader may not know of it.
        NotAllowedError: The reader's role sees no histories.
    """
    item = dossier.find(case)
    context.demand(policy.Action.HISTORY_VIEW, dossier.thing_of(item))
    return item


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a replay is made of."""

    app: context.Application
    tenant: UUID
    item: CaseItem
    package: Package
    events: Sequence[Sealed]
    #: Whether the reader may see what was entered.
    opens: bool = True
    #: Number and leaf hash of the last event, by the row of the case.
    last: tuple[int, bytes] | None = None
    #: Names of attached files.
    files: uploads.Notes = field(default_factory=dict)
    #: Verdicts in words, by number of the event.
    judged: Mapping[int, tuple[verdicts.Said, ...]] = field(default_factory=dict)

    def tell(self) -> Told:
        """The replay."""
        tools = self.app.engine.tools
        ground = replay.Ground(
            runtime=tools.game,
            model=self.package.model,
            outside=self.package.outside(tools.services),
            calendar=self._calendar(),
        )
        told = replay.replay(self.events, ground, self._covered())
        return Told(
            item=self.item,
            package=self.package,
            replay=told,
            views=self._views(told),
            files=self.files,
        )

    def _calendar(self) -> working_time.Calendar:
        """What the time between two moments is counted on."""
        return context.counted(self.app, self.tenant, self.item)

    def _covered(self) -> replay.Covered:
        log, tenant = self.app.log, self.tenant
        places = log.places(tenant, self.item.id, self.item.month)
        years = {place.year for place in places.values()}
        found = ((year, log.newest(tenant, year)) for year in years)
        heads = {year: head for year, head in found if head is not None}
        return replay.Covered(places=places, heads=heads, last=self.last)

    def _views(self, told: replay.Replay) -> tuple[moments.View, ...]:
        organisation = self.app.directory.organisation(self.tenant)
        reader = timeline.Reader(
            package=self.package,
            organisation=organisation,
            calendar=self._calendar(),
            language=i18n.language(),
        )
        behalf = (one.doer.on_behalf_of for one in told.moments)
        people = {*timeline.accounts(told.steps), *(one for one in behalf if one)}
        teller = moments.Teller(
            model=self.package.model,
            calendar=reader.calendar,
            names=self.app.queries.names(self.tenant, people),
            drawn=picture.elements(self.package.diagram),
            judged=self.judged,
            comments=comment_lines.told(told.steps, self.package, reader.language),
            opens=self.opens,
        )
        return teller.views(told.moments, timeline.lines(told.steps, reader))


def read(item: CaseItem) -> Told:
    """The replay of a case that `find` gave."""
    application, tenant = context.application(), context.current_actor().tenant
    with application.store.read(tenant) as uow:
        case = uow.cases.get(item.id)
        sealed = uow.history.read(item.id, item.month)
        package = application.packages.published(
            uow.procedures.version(item.version), uow.procedures
        ).pool(item.process)
    found = verdicts.of_case(item)
    return Source(
        app=application,
        tenant=tenant,
        item=item,
        package=package,
        events=sealed,
        last=(case.seq, case.head),
        files=uploads.of_case(item.id),
        judged={row.seq: row.said for row in found.rows} if found else {},
    ).tell()


def marks(views: Sequence[moments.View]) -> picture.Marks:
    """What a picture shows after the last of some moments."""
    if not views:
        return picture.Marks()
    done = {one for view in views for one in _ids(view.marks["done"])}
    taken = {one for view in views for one in _ids(view.marks["taken"])}
    last = views[-1].marks
    here, deviating = str(last["at"]), last["deviating"] is True
    classes: dict[str, tuple[str, ...]] = {
        **dict.fromkeys(done, ("is-done",)),
        **dict.fromkeys(taken, ("is-taken",)),
    }
    flags: dict[str, list[tuple[str, str]]] = {}
    if here:
        classes[here] = ("is-current", *(["is-deviating"] if deviating else []))
        kind = "deviating" if deviating else "current"
        flags[here] = [(kind, flag_words()[kind])]
    for kind in ("ready", "waiting", "stopped"):
        for one in _ids(last[kind]):
            flags.setdefault(one, []).append((kind, flag_words()[kind]))
    return picture.Marks(classes=classes, flags=flags)


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value))


def flag_words() -> Mapping[str, str]:
    """The words above an element."""
    return {
        "current": translate("This moment"),
        "deviating": translate("This moment: deviates"),
        "ready": translate("To be done"),
        "waiting": translate("Waits"),
        "stopped": translate("Stopped"),
    }


def render_offline(told: Told) -> str:
    """The replay as one page that needs neither a server nor anything else.

    For bundles: the picture, the moments and a small script stand in it.
    """
    drawn = picture.draw(
        told.package.diagram,
        translate("Diagram of %(name)s", name=told.item.procedure),
    )
    return (
        _environment()
        .get_template("replays/offline.html")
        .render(
            told=told,
            flags=flag_words(),
            picture=markupsafe.Markup(drawn),  # noqa: S704 - made here, escaped
            style=markupsafe.Markup(_file("offline.css") + picture.STYLE),  # noqa: S704
            script=markupsafe.Markup(_file("player.js")),  # noqa: S704
        )
    )


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    """Templates without a request: bundles are also made on the command line."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(_=translate, language=i18n.language, erased=erased.said)
    made.filters.update(
        moment=formats.moment, short_day=formats.short_day, clock=formats.clock
    )
    return made


def _file(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
