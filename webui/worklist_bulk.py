"""Several tasks at once: take them, give them back, give them to somebody else.

Each is a command of its own with its own event: what is refused is told by its code and
the others are done.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine import limits
from engine.commands.claim_task import ClaimTask
from engine.commands.reassign_task import REASON_CHARS, ReassignTask
from engine.commands.release_task import ReleaseTask
from engine.domain import policy
from engine.domain.case import ACTIVE
from engine.domain.organisation import Organisation, Position
from engine.domain.run import Json
from engine.errors import EngineError, NotReadyError, TooLargeError
from engine.queries import TaskItem
from webui import attempts, context, errors, shell, worklist
from webui.i18n import translate
from webui.jobs import asking, many

blueprint = flask.Blueprint("worklist_bulk", __name__)

#: Act of the form -> what is said of what was done.
SAID: Final[Mapping[str, str]] = {
    "nhan": "Taken: %(n)s.",
    "tra": "Given back: %(n)s.",
    "chuyen-den": "Given on: %(n)s.",
}
_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A position, or somebody who holds it, to whom work can go."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What names a piece of work in a form."""

    case: UUID
    element: str
    occurrence: int

    @property
    def text(self) -> str:
        """As the form carries it."""
        return f"{self.case}/{self.element}/{self.occurrence}"


@blueprint.post("/viec/nhieu")
def act() -> Response | str | tuple[str, int]:
    """Do one thing with every chosen task.

    Raises:
        NotReadyError: Nothing is chosen, or nobody to give it to.
        TooLargeError: More is chosen than is done at once.
    """
    context.demand(policy.Action.WORKLIST_VIEW)
    form = flask.request.form
    chosen = keys(form.getlist("viec"))
    what = form.get("viec-gi", "")
    if not chosen:
        raise NotReadyError(code="nothing-chosen")
    if len(chosen) > limits.BULK_ROWS:
        raise TooLargeError(code="bulk-rows", limit=limits.BULK_ROWS)
    if what == "chuyen":
        return _ask(chosen)
    wrong = _wrong(form) if what == "chuyen-den" else {}
    if wrong:
        return _ask(chosen, wrong), 422
    make = _maker(what)
    if len(chosen) > limits.BULK_AT_ONCE:
        return asking.ask(many.Many(), _job(what, chosen))
    _tell(what, [(one, attempts.attempt(make(one))) for one in chosen])
    return flask.redirect(shell.local(form.get("next", "/viec")), 303)


def keys(texts: Iterable[str]) -> tuple[Key, ...]:
    """The tasks that a form names, each once; what names none is left out."""
    found: dict[Key, None] = {}
    for text in texts:
        parts = text.split("/")
        if len(parts) == _PARTS and parts[2].isdecimal() and len(parts[2]) < 10:  # noqa: PLR2004 - fits the column
            try:
                case = UUID(parts[0])
            except ValueError:
                continue
            found[Key(case=case, element=parts[1], occurrence=int(parts[2]))] = None
    return tuple(found)


def _maker(what: str) -> Callable[[Key], object]:
    """What makes the command for a task.

    Raises:
        NotReadyError: There is no such act, or nobody to give it to.
    """
    if what == "chuyen-den":
        position, account = _target(flask.request.form.get("den", ""))
        reason = flask.request.form["ly-do"]
        return lambda one: ReassignTask(
            case=one.case,
            element=one.element,
            occurrence=one.occurrence,
            position=position,
            account=account,
            reason=reason,
        )
    kinds = {"nhan": ClaimTask, "tra": ReleaseTask}
    if what not in kinds:
        raise NotReadyError(code="no-such-act")
    kind = kinds[what]
    return lambda one: kind(
        case=one.case, element=one.element, occurrence=one.occurrence
    )


def _job(what: str, chosen: Sequence[Key]) -> dict[str, Json]:
    """What a job is to do, where there is too much to wait for."""
    tasks: list[Json] = [[one.case.hex, one.element, one.occurrence] for one in chosen]
    asked: dict[str, Json] = {"act": what, "tasks": tasks}
    if what == "chuyen-den":
        position, account = _target(flask.request.form.get("den", ""))
        reason = flask.request.form["ly-do"].strip()
        asked |= {"position": position.hex, "reason": reason[:REASON_CHARS]}
        asked["account"] = account.hex if account else ""
    return asked


def _wrong(form: Mapping[str, str]) -> dict[str, str]:
    """What the page that asks to whom was sent without, by field."""
    asked = {"den": "no-target", "ly-do": "no-reason"}
    return {
        name: translate(errors.TEXTS[code])
        for name, code in asked.items()
        if not form.get(name, "").strip()
    }


def _target(text: str) -> tuple[UUID, UUID | None]:
    """Position and person that a form names.

    Raises:
        NotReadyError: It names nobody.
    """
    position, _, account = text.partition(":")
    try:
        return UUID(position), UUID(account) if account else None
    except ValueError:
        raise NotReadyError(code="no-target") from None


def _tell(what: str, done: Sequence[tuple[Key, object]]) -> None:
    """Say how many were done, and of each that was not why."""
    refused = [(one, why) for one, why in done if isinstance(why, EngineError)]
    if len(done) > len(refused):
        flask.flash(translate(SAID[what], n=len(done) - len(refused)))
    for one, why in refused:
        task = _task(one)
        code = task.code if task else one.element
        flask.flash(f"{code}: {said(task, why)}", "late")


def said(task: TaskItem | None, why: EngineError) -> str:
    """Why a task was not done; of one that somebody else has, who has it since when."""
    taken = worklist.taken(task) if task is not None else ""
    return taken if taken and why.code in worklist.TAKEN else errors.text_of(why)


def _task(key: Key) -> TaskItem | None:
    actor = context.current_actor()
    return context.application().queries.task(
        actor, key.case, key.element, key.occurrence
    )


# To whom.


def _ask(chosen: Sequence[Key], wrong: Mapping[str, str] | None = None) -> str:
    """The page that asks to whom the tasks go, and why."""
    tasks = [one for one in map(_task, chosen) if one is not None]
    return whom(tasks, shell.local(flask.request.form.get("next", "/viec")), wrong)


def whom(
    found: Sequence[TaskItem], onwards: str, wrong: Mapping[str, str] | None = None
) -> str:
    """The page that asks to whom tasks go; those that the reader may not give stay.

    Args:
        found: The tasks.
        onwards: Where the page leads back to.
        wrong: What is wrong with what was sent, by field.

    Raises:
        NotReadyError: None is left.
    """
    tasks = [one for one in found if context.may(_REASSIGN, worklist.thing_of(one))]
    if not tasks:
        raise NotReadyError(code="nothing-chosen")
    return flask.render_template(
        "worklist/reassign.html",
        tasks=tasks,
        keys=[_key(one).text for one in tasks],
        targets=targets(tasks),
        next=onwards,
        sent=flask.request.form,
        wrong=wrong or {},
    )


def targets(tasks: Sequence[TaskItem]) -> list[Target]:
    """Every position that does all of the tasks, and who holds it today."""
    organisation, actor = context.organisation_now(), context.current_actor()
    today = context.today()
    fitting = [
        position
        for position in organisation.positions.values()
        if position.exists_on(today)
        and position.agency in actor.supervised
        and all(_fits(position, task) for task in tasks)
    ]
    holders = {
        (holder.position, holder.account)
        for holder in organisation.holders
        if holder.valid_from <= today <= holder.valid_to
    }
    names = context.application().queries.names(
        actor.tenant, {account for _, account in holders}
    )
    made = []
    for position in sorted(
        fitting, key=lambda one: (_unit(organisation, one), one.name)
    ):
        label = f"{position.name}, {_unit(organisation, position)}"
        made.append(Target(value=str(position.id), label=label))
        people = sorted(
            (names.get(account, "–"), account)
            for held, account in holders
            if held == position.id
        )
        made.extend(
            Target(value=f"{position.id}:{account}", label=f"{label}: {name}")
            for name, account in people
        )
    return made


def _fits(position: Position, task: TaskItem) -> bool:
    places = {*task.agencies.all(), task.agency}
    return (
        position.performs(task.performer)
        and position.agency in places
        and task.status in ACTIVE
    )


def _unit(organisation: Organisation, position: Position) -> str:
    agency = organisation.agencies.get(position.agency)
    return agency.name if agency else "–"


def _key(task: TaskItem) -> Key:
    return Key(case=task.case, element=task.element, occurrence=task.occurrence)


_REASSIGN: Final = policy.Action.TASK_REASSIGN


def messages() -> tuple[str, ...]:
    """Every message id that a table gives, for the test of the catalogues."""
    return tuple(SAID.values())
