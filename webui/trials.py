"""Old cases on another version: what a draft would have made of last year's work."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import flask

from engine.domain import policy
from engine.domain.model import Model
from engine.domain.procedure import Procedure, VersionKind
from engine.domain.procedure import Version as Edition
from engine.errors import NotFoundError
from engine.evidence import whatif
from engine.evidence.whatif import Tried, Verdict
from engine.package import Package
from engine.queries import CaseItem
from webui import context
from webui.i18n import translate

blueprint = flask.Blueprint("trials", __name__)

#: How far back cases are taken, and how many at most.
YEAR: Final = timedelta(days=365)
MOST: Final = 200
#: Word and tone of what came out.
WORDS: Final = {
    Verdict.SAME: ("The same way", "good"),
    Verdict.OTHER_WORK: ("Goes on differently", "late"),
    Verdict.STEP_GONE: ("The step is not open", "late"),
    Verdict.OUTCOME_GONE: ("The outcome is not offered", "late"),
    Verdict.STOPS: ("Stops", "late"),
    Verdict.ERASED: ("Cannot be said: data erased", "wait"),
    Verdict.UNREADABLE: ("Cannot be followed", "wait"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case and what became of it."""

    item: CaseItem
    verdict: Verdict
    seq: int
    #: The step after which it differs.
    step: str
    recorded: tuple[str, ...]
    found: tuple[str, ...]
    #: Whether the reader may open the case.
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """All cases on a version."""

    version: Edition
    procedure: Procedure
    rows: Sequence[Row]
    #: There are more cases than were tried.
    more: bool

    @property
    def counts(self) -> Sequence[tuple[Verdict, int]]:
        """How many cases came to what, in the order of the words."""
        found = Counter(row.verdict for row in self.rows)
        return [(one, found[one]) for one in WORDS if found[one]]

    @property
    def steps(self) -> Sequence[tuple[str, int]]:
        """The steps after which cases differ first, the commonest first."""
        return Counter(row.step for row in self.rows if row.step).most_common()

    @property
    def different(self) -> Sequence[Row]:
        """The cases that differ or of which nothing can be said."""
        return [row for row in self.rows if row.verdict is not Verdict.SAME]


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return tuple(word for word, _ in WORDS.values())


@blueprint.get("/quy-trinh/phien-ban/<uuid:version>/chay-thu")
def show(version: UUID) -> str:
    """Last year's closed cases of the procedure on this version."""
    context.demand(policy.Action.PROCEDURE_TRY)
    return flask.render_template(
        "replays/trial.html", trial=read(version), words_of=WORDS, most=MOST
    )


def read(identity: UUID) -> Trial:
    """Drive the newest closed cases of a procedure through one of its versions.

    Raises:
        NotFoundError: There is no such version, or it is kept as a document.
    """
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        version = uow.procedures.version(identity)
        if version.kind is VersionKind.DOCUMENT:
            raise NotFoundError
        procedure = uow.procedures.get(version.procedure)
        package = application.packages.published(version, uow.procedures)
    since = context.now() - YEAR
    items = application.queries.ended(actor.tenant, procedure.id, since, MOST + 1)
    return Trial(
        version=version,
        procedure=procedure,
        rows=[_row(item, package) for item in items[:MOST]],
        more=len(items) > MOST,
    )


def _row(item: CaseItem, draft: Package) -> Row:
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        events = uow.history.read(item.id, item.month)
        old = application.packages.published(
            uow.procedures.version(item.version), uow.procedures
        )
    tools = application.engine.tools
    before, after = (
        whatif.Version(model=one.model, outside=one.outside(tools.services))
        for one in (old, draft)
    )
    tried = whatif.drive(tools.game, events, before, after)
    thing = policy.Thing(tenant=actor.tenant, agencies=item.agencies.all())
    return Row(
        item=item,
        verdict=tried.verdict,
        seq=tried.seq,
        step=_step(old.model, tried),
        recorded=_names(old.model, tried.recorded),
        found=_names(draft.model, tried.found),
        visible=context.may(policy.Action.HISTORY_VIEW, thing),
    )


def _step(model: Model, tried: Tried) -> str:
    if not tried.seq:
        return ""
    if not tried.element:
        return (
            translate("Dossier received") if tried.seq == 1 else translate("an event")
        )
    return _names(model, (tried.element,))[0]


def _names(model: Model, elements: Sequence[str]) -> tuple[str, ...]:
    nodes: Mapping[str, object] = model.nodes
    return tuple(
        model.nodes[one].name or one if one in nodes else one for one in elements
    )
