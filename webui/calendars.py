"""Working calendars: what is in force, drafts, and the confirmation of a draft.

Everybody looks; an administrator drafts, an approver who did not write confirms, after
seeing which open cases are then due at another time.
"""

import calendar as months
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.calendars import ConfirmCalendar, ProposeCalendar, RecountDue
from engine.domain import calendar_content, policy
from engine.domain.calendars import Edition, EditionStatus
from engine.domain.office_hours import Calendar, SpecialDay
from engine.errors import EngineError, NotFoundError
from models_bpmn.calendars import proposal
from webui import (
    asking,
    attempts,
    calendar_sheets,
    context,
    errors,
    instants,
    moves,
    sheets,
    submission,
)
from webui.i18n import translate
from webui.jobs import asking as job_asking
from webui.jobs.recount import Recount

blueprint = flask.Blueprint("calendars", __name__)

_ROOT: Final = "/to-chuc/lich"
_ONE: Final = f"{_ROOT}/<uuid:edition>"
#: Cases that the page lists, and those that are moved while one waits.
_SHOWN: Final = 50
_AT_ONCE: Final = 20
_MONTHS: Final = 12
_YEARS: Final = range(1900, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day of the year view."""

    day: date
    special: SpecialDay | None
    works: bool
    confirmed: bool


@blueprint.get(_ROOT)
def show() -> str:
    """The calendar in force, of everybody or of an agency, a year at a time."""
    context.demand(policy.Action.CALENDAR_VIEW)
    agency = flask.request.args.get("co-quan", type=UUID)
    agencies = context.organisation_now().agencies
    if agency is not None and agency not in agencies:
        raise NotFoundError(code="no-agency")
    with context.application().store.read(context.current_actor().tenant) as uow:
        editions = uow.calendars.editions(agency)
        own = uow.calendars.agencies()
    known = context.calendar(agency)
    return flask.render_template(
        "calendars/show.html",
        calendar=known,
        current=context.calendars().current(agency, context.now()),
        agency=None if agency is None else agencies[agency],
        agencies=sorted(agencies.values(), key=lambda one: one.name),
        own=own,
        editions=editions,
        draft=_draft(editions),
        **_year(known),
    )


@blueprint.post(f"{_ROOT}/lap")
def propose() -> Response:
    """Begin a draft: of what is in force, or of what the product knows."""
    context.demand(policy.Action.CALENDAR_PROPOSE)
    agency = flask.request.form.get("co-quan", type=UUID)
    current = context.calendars().current(agency, context.now())
    content, source = _begin(agency, current)
    command = ProposeCalendar(agency=agency, content=content, source=source)
    done = context.application().engine.execute(command, context.current_actor())
    made = UUID(str(done["edition"]))
    return flask.redirect(flask.url_for(".edition", edition=made), 303)


def _begin(
    agency: UUID | None, current: Edition | None
) -> tuple[calendar_content.Content, str]:
    if current is not None:
        source = translate("the edition in force (%(n)s)", n=current.document)
        return current.content, source
    year = context.today().year
    if agency is None:
        return proposal.proposed(year - 2, year + 1), proposal.source()
    name = context.organisation_now().agencies[agency].name
    last = date(year, _MONTHS, 31)
    content = calendar_content.Content(name=name, first=date(year, 1, 1), last=last)
    return content, translate("the agency itself")


@blueprint.get(_ONE)
def edition(edition: UUID) -> str:
    """An edition: its days, its documents, and what it changes."""
    context.demand(policy.Action.CALENDAR_VIEW)
    found = _get(edition)
    now = context.now()
    register = context.calendars()
    if found.confirmed_at is None:
        register = register.expecting(found, now)
    shown = register.in_force(found.agency, found.confirmed_at or now)
    before = register.before(found, found.confirmed_at or now)
    agencies = context.organisation_now().agencies
    return flask.render_template(
        "calendars/edition.html",
        edition=found,
        content=found.content,
        calendar=shown,
        agency=None if found.agency is None else agencies[found.agency],
        changes=calendar_content.differences(before, found.content),
        is_draft=found.status is EditionStatus.DRAFT,
        own=context.current_actor().account.id in found.authors,
        written=calendar_sheets.written,
        weekdays=calendar_sheets.WEEKDAYS,
        **_year(shown),
    )


@blueprint.route(f"{_ONE}/ngay", methods=asking.BOTH)
def add_day(edition: UUID) -> asking.Page:
    """Put a special day into a draft."""
    known = flask.request.args.get("ngay", type=date.fromisoformat)
    return _edit(edition, lambda draft: calendar_sheets.day(draft, known))


@blueprint.route(f"{_ONE}/bo-ngay/<day>", methods=asking.BOTH)
def remove_day(edition: UUID, day: str) -> asking.Page:
    """Take a special day out of a draft."""

    def sheet(draft: Edition) -> sheets.Sheet:
        known = {one.isoformat(): one for one in draft.content.special}.get(day)
        if known is None:
            raise NotFoundError
        return calendar_sheets.without(draft, known)

    return _edit(edition, sheet)


@blueprint.route(f"{_ONE}/tuan", methods=asking.BOTH)
def week(edition: UUID) -> asking.Page:
    """Change the weekly hours of a draft."""
    return _edit(edition, calendar_sheets.week)


@blueprint.route(f"{_ONE}/ky", methods=asking.BOTH)
def head(edition: UUID) -> asking.Page:
    """Change name, period and cut-off hour of a draft."""
    return _edit(edition, calendar_sheets.head)


def _edit(edition: UUID, sheet: Callable[[Edition], sheets.Sheet]) -> asking.Page:
    """Show a form about a draft, or carry out what it says; back to the calendar."""
    context.demand(policy.Action.CALENDAR_PROPOSE)
    draft = _get(edition)
    around = asking.Asking(
        action=policy.Action.CALENDAR_PROPOSE,
        onwards="calendars.show",
        name=translate("Working calendar"),
        to={} if draft.agency is None else {"co-quan": draft.agency},
    )
    return asking.page(lambda: sheet(draft), around)


@blueprint.get(f"{_ONE}/xac-nhan")
def confirming(edition: UUID) -> tuple[str, int]:
    """What a confirmation would move, and the question."""
    context.demand(policy.Action.CALENDAR_CONFIRM)
    return _confirmation(_get(edition))


@blueprint.post(f"{_ONE}/xac-nhan")
def confirm(edition: UUID) -> asking.Page:
    """Confirm a draft, and move what is due at another time."""
    context.demand(policy.Action.CALENDAR_CONFIRM)
    found, form = _get(edition), flask.request.form
    wrong = _wrong(form)
    if wrong:
        return _confirmation(found, wrong=wrong)
    command = ConfirmCalendar(
        edition=found.id,
        document=form["document"],
        dated=instants.day(form["dated"]),
    )
    done = attempts.attempt(command)
    if isinstance(done, EngineError):
        return _confirmation(found, done)
    flask.flash(translate("The calendar is in force."))
    return _recounted(command.document)


@blueprint.post(f"{_ROOT}/dem-lai")
def recount() -> Response:
    """Move what is not due yet as the calendars in force say, once more."""
    context.demand(policy.Action.CALENDAR_CONFIRM)
    current = context.calendars().current(None, context.now())
    return _recounted("" if current is None else current.document)


def _recounted(document: str) -> Response:
    """Move a few cases at once, many as a job."""
    application, actor = context.application(), context.current_actor()
    moved = moves.found(application, actor.tenant)
    if len(moved) > _AT_ONCE:
        return job_asking.ask(Recount(), {"document": document})
    for one in moved:
        application.engine.execute(RecountDue(case=one.case), actor)
    flask.flash(translate("%(n)s open cases are due at another time.", n=len(moved)))
    return flask.redirect(flask.url_for(".show"), 303)


def _wrong(form: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the document that confirms, by field."""
    wrong = {}
    if not form.get("document", "").strip():
        wrong["document"] = translate("Enter the number and the issuer.")
    dated = form.get("dated", "")
    if not instants.is_day(dated):
        wrong["dated"] = translate("Enter the day as 20/11/2026.")
    elif instants.day(dated) > context.today():
        wrong["dated"] = translate(errors.TEXTS["calendar-document-day"])
    return wrong


def _confirmation(
    found: Edition,
    refusal: EngineError | None = None,
    wrong: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    application, actor = context.application(), context.current_actor()
    if found.status is not EditionStatus.DRAFT:
        raise NotFoundError
    moved = moves.found(application, actor.tenant, found)
    text = flask.render_template(
        "calendars/confirm.html",
        edition=found,
        moved=moved[:_SHOWN],
        count=len(moved),
        refusal="" if refusal is None else errors.text_of(refusal),
        own=actor.account.id in found.authors,
        sent=flask.request.form,
        wrong=wrong or {},
        key=submission.new_key(),
    )
    if wrong:
        return text, 422
    return text, 200 if refusal is None else errors.status_of(refusal)


def _get(edition: UUID) -> Edition:
    with context.application().store.read(context.current_actor().tenant) as uow:
        return uow.calendars.get(edition)


def _draft(editions: tuple[Edition, ...]) -> Edition | None:
    drafts = (one for one in editions if one.status is EditionStatus.DRAFT)
    return next(drafts, None)


def _year(known: Calendar) -> dict[str, Any]:
    """What the year view shows: weeks of each month, and the special days."""
    wanted = flask.request.args.get("nam", 0, type=int)
    year = wanted if wanted in _YEARS else context.today().year
    rows = months.Calendar()
    return {
        "year": year,
        "months": [
            (
                month,
                [
                    [_cell(known, one, month) for one in week]
                    for week in rows.monthdatescalendar(year, month)
                ],
            )
            for month in range(1, _MONTHS + 1)
        ],
        "days": [
            (day, one) for day, one in sorted(known.special.items()) if day.year == year
        ],
        "covered": known.covers(date(year, 1, 1))
        and known.covers(date(year, _MONTHS, 31)),
    }


def _cell(known: Calendar, day: date, month: int) -> Cell | None:
    if day.month != month:
        return None
    return Cell(
        day=day,
        special=known.special.get(day),
        works=bool(known.hours(day)),
        confirmed=known.covers(day),
    )
