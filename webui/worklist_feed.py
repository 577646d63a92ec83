"""Deadlines as a calendar feed (RFC 5545): whoever has the token reads it.

A calendar program signs in nowhere, so the address itself is the secret: 32 random
bytes, stored as their SHA-256, shown once, revocable at any time. The feed names codes
and steps, nobody (docs/manual/clerk.md).
"""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib import parse

import flask
from werkzeug.wrappers import Response

from engine import limits
from engine.domain import iso8601, policy, urgency
from engine.domain.organisation import Actor
from engine.errors import NotFoundError
from engine.queries import Choice, Line, Part, Scope, TaskItem
from webui import context
from webui.i18n import translate

blueprint = flask.Blueprint("worklist_feed", __name__)
_OCTETS: Final = 75
#: How long a deadline shows in the calendar: it ends at the due instant.
_SPAN: Final = timedelta(minutes=30)
_TOKEN_CHARS: Final = 100


@blueprint.get("/viec/lich")
def show() -> str:
    """The page of the feed: whether there is one, and how to get another."""
    context.demand(policy.Action.WORKLIST_VIEW)
    return _page("")


@blueprint.post("/viec/lich")
def renew() -> str:
    """Give a new address; every address before is dead."""
    context.demand(policy.Action.WORKLIST_VIEW)
    actor, token = context.current_actor(), secrets.token_urlsafe(32)
    context.application().kept.open_feed(
        actor.tenant, actor.account.id, _hash(token), context.now()
    )
    return _page(flask.url_for("worklist_feed.read", token=token, _external=True))


@blueprint.post("/viec/lich/thu-hoi")
def revoke() -> Response:
    """Let no address open the feed any more."""
    context.demand(policy.Action.WORKLIST_VIEW)
    actor = context.current_actor()
    context.application().kept.close_feed(actor.tenant, actor.account.id)
    flask.flash(translate("The calendar address is dead."))
    return flask.redirect(flask.url_for("worklist_feed.show"), 303)


@blueprint.get("/lich/<token>.ics")
def read(token: str) -> flask.Response:
    """The deadlines of whoever the token belongs to.

    Raises:
        NotFoundError: The token opens nothing, or its owner may not work any more.
    """
    actor = _owner(token[:_TOKEN_CHARS])
    now = context.now()
    # Nobody is signed in: a programme asks, by the token.
    organisation = context.application().directory.organisation(actor.tenant)
    at = urgency.everywhere(now, context.calendars(), organisation.agencies)
    # What is overdue stays in it until it is done.
    chosen = Choice(scope=Scope.POSITIONS)
    found = context.application().worklists.page(
        actor, chosen, at, Part(limit=limits.FEED_ENTRIES)
    )
    whole = lines(found, now, _address())
    text = "".join(f"{folded}\r\n" for one in whole for folded in fold(one))
    response = flask.make_response(text)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return response


def _address() -> str:
    """Where people reach the pages: as configured, else as this calendar was asked.

    A tenant with a host of its own is asked at that host alone.
    """
    settings, asked = context.settings(), flask.request
    if not settings.address:
        return asked.url_root.rstrip("/")
    if asked.host.partition(":")[0].lower() in settings.tenants:
        return f"{parse.urlsplit(settings.address).scheme}://{asked.host}"
    return settings.address


def lines(found: tuple[Line, ...], now: datetime, address: str) -> Iterator[str]:
    """The content lines of a calendar, unfolded.

    Args:
        found: The work.
        now: When the calendar is made.
        address: Where links lead to, without a slash at the end.
    """
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Quytrinh//Worklist//VI")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    for line in found:
        task, due = line.task, line.task.due_at
        if due is None:
            continue
        name = hashlib.sha256(f"{task.case}/{task.element}".encode()).hexdigest()[:32]
        yield "BEGIN:VEVENT"
        yield f"UID:{name}-{task.occurrence}@quytrinh"
        yield f"DTSTAMP:{_stamp(now)}"
        yield f"DTSTART:{_stamp(due - _SPAN)}"
        yield f"DTEND:{_stamp(due)}"
        yield f"SUMMARY:{escape(f'{task.code}: {task.short_name}')}"
        # RFC 5545, 3.8.4.6: a URI, which escapes nothing but itself.
        yield f"URL:{address}{_path(task)}"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def escape(text: str) -> str:
    """A text value (RFC 5545, 3.3.11)."""
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(mark, written)
    return "".join(one for one in text if one >= " ")


def fold(line: str) -> Iterator[str]:
    """A content line in pieces of at most 75 octets (RFC 5545, 3.1)."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece


def _path(task: TaskItem) -> str:
    """The page of the work, which asks to sign in."""
    element = parse.quote(task.element, safe="~")
    return f"/viec/{task.case}/{element}/{task.occurrence}"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _owner(token: str) -> Actor:
    """Whose feed it is, with what the owner holds today."""
    application, tenant = context.application(), context.tenant()
    owner = application.kept.feed(tenant, _hash(token))
    if owner is None:
        raise NotFoundError
    with application.store.read(tenant) as uow:
        account = uow.accounts.account(owner)
    if account is None:
        raise NotFoundError
    actor = application.directory.organisation(tenant).actor(
        account, iso8601.day(context.now())
    )
    thing = policy.Thing(tenant=tenant)
    if not policy.allowed(actor, policy.Action.WORKLIST_VIEW, thing):
        raise NotFoundError
    return actor


def _page(address: str) -> str:
    actor = context.current_actor()
    return flask.render_template(
        "worklist/feed.html",
        address=address,
        has=context.application().kept.has_feed(actor.tenant, actor.account.id),
    )
