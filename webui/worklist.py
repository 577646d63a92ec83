"""The worklist: what is late, what comes next, how much there is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

import flask
from werkzeug.datastructures import MultiDict

from engine.domain import policy
from engine.domain.case import TaskStatus
from engine.queries import TaskItem, Urgency, WorkFilter
from webui import context, erased, formats, words
from webui.i18n import translate

blueprint = flask.Blueprint("worklist", __name__)
blueprint.record_once(lambda state: words.install(state.app))

MINE: Final = "cua-toi"
POSITIONS: Final = "vi-tri"
_PAGE: Final = 50
_MOST_PAGES: Final = 10_000
#: Groups in their order: tones of the tag that belong to it, name, class of the row.
GROUPS: Final = (
    ("late", ("late",), "Overdue"),
    ("soon", ("soon",), "Due today"),
    ("later", ("", "calm"), "Not due yet"),
    ("none", (), "Without due date"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a piece of work, and what the reader may do with it."""

    task: TaskItem
    left: formats.Left | None
    mine: bool
    claimable: bool
    #: Why taking it failed just now.
    refusal: str = ""

    @property
    def words(self) -> str:
        """The time left; that it is working time stands above the column."""
        if self.left is None:
            return translate("no due date")
        span = formats.words(abs(self.left.minutes), context.calendar())
        if self.left.tone == "late":
            return translate("Overdue by %(span)s", span=span)
        return translate("%(span)s left", span=span)

    @property
    def address(self) -> dict[str, Any]:
        """Where it is, for `url_for`."""
        task = self.task
        return {
            "case": task.case,
            "element": task.element,
            "occurrence": task.occurrence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of the same urgency."""

    key: str
    name: str
    rows: tuple[Row, ...]
    #: How many there are on all pages.
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address asks for."""

    group: str
    text: str
    procedure: str
    page: int

    def address(self, **changed: Any) -> str:
        """The address of the same list with something changed."""
        asked: dict[str, Any] = {
            "nhom": self.group if self.group == MINE else None,
            "tim": self.text or None,
            "quy-trinh": self.procedure or None,
            "trang": self.page if self.page > 1 else None,
        }
        return flask.url_for("worklist.show", **{**asked, **changed})

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text or self.procedure or self.group == MINE)


def wanted(arguments: MultiDict[str, str]) -> Wanted:
    """Read the address; what makes no sense counts as not asked."""
    page = arguments.get("trang", 1, type=int)
    return Wanted(
        group=MINE if arguments.get("nhom") == MINE else POSITIONS,
        text=arguments.get("tim", "").strip()[:100],
        procedure=arguments.get("quy-trinh", "")[:100],
        page=min(max(page, 1), _MOST_PAGES),
    )


def row_of(task: TaskItem, refusal: str = "") -> Row:
    """A piece of work as the reader sees it."""
    actor = context.current_actor()
    due = task.due_at
    return Row(
        task=task,
        left=None
        if due is None
        else formats.left(context.now(), due, context.calendar()),
        mine=task.assignee == actor.account.id,
        claimable=task.status is TaskStatus.OPEN
        and policy.allowed(actor, policy.Action.TASK_CLAIM, thing_of(task)),
        refusal=refusal,
    )


def thing_of(task: TaskItem) -> policy.Thing:
    """A piece of work as policy asks about it."""
    return policy.Thing(
        tenant=context.current_actor().tenant,
        agencies=task.agencies.all(),
        procedure=task.procedure_id,
        performer=task.performer,
        agency=task.agency,
        assignee=task.assignee,
    )


def grouped(rows: Sequence[Row], counts: Urgency) -> Iterator[Group]:
    """The groups that are not empty on this page, the most urgent first."""
    for key, tones, name in GROUPS:
        of_group = tuple(row for row in rows if _belongs(row, tones))
        if of_group:
            # The page was read a moment before it was counted.
            count = max(getattr(counts, key), len(of_group))
            yield Group(key=key, name=translate(name), rows=of_group, count=count)


def _belongs(row: Row, tones: tuple[str, ...]) -> bool:
    return row.left is None if not tones else bool(row.left and row.left.tone in tones)


@blueprint.get("/viec")
def show() -> str:
    """The work of the reader, by urgency."""
    context.demand(policy.Action.WORKLIST_VIEW)
    application, actor = context.application(), context.current_actor()
    asked = wanted(flask.request.args)
    found = application.queries.work(actor, _filter(asked))
    erased.prepare(found[:_PAGE])
    rows = [row_of(task) for task in found[:_PAGE]]
    return flask.render_template(
        "worklist/list.html",
        asked=asked,
        groups=list(grouped(rows, _urgency(asked))),
        shown=(asked.page - 1) * _PAGE + len(rows),
        more=len(found) > _PAGE,
        counts=application.queries.work_counts(actor, context.now()),
        procedures=application.queries.procedures(actor),
    )


def _urgency(asked: Wanted) -> Urgency:
    """How much is due when, on all pages of the list."""
    now = context.now()
    local = context.calendar().local(now)
    midnight = datetime.combine(local.date() + timedelta(days=1), time())
    # The wall time is in whole minutes.
    tomorrow = now.replace(second=0, microsecond=0) + (midnight - local)
    return context.application().queries.urgency(
        context.current_actor(), _filter(asked), now, tomorrow
    )


def _filter(asked: Wanted) -> WorkFilter:
    return WorkFilter(
        mine=asked.group == MINE,
        text=asked.text,
        procedure=asked.procedure,
        limit=_PAGE + 1,
        offset=(asked.page - 1) * _PAGE,
    )
