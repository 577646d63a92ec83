"""Worklists: pages and counts of work, from the index `task_active`.

A supervisor's list has twenty thousand rows. Nothing reads them but the index: they are
counted three times in one statement, sorted once for a page, and only the rows of the
page are joined with what is shown of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine import limits
from engine.domain.case import TaskStatus
from engine.domain.organisation import Actor, Role
from engine.domain.urgency import ORDER, Edges, Urgency
from engine.queries import Choice, Facets, Line, Part, Place, Scope
from storage import read, schema, text, types
from storage.database import Database

_TASK: Final = schema.task.c
_CASE: Final = schema.case.c
_WHOLE: Final = sa.literal_column("100", sa.Integer())
_SHARE: Final = sa.literal_column(str(limits.SOON_PERCENT), sa.Integer())
_KEY: Final = ("due_at", "opened_at", "case_id", "element", "occurrence")
_DIMENSIONS: Final = ("procedure", "step", "agency", "status", "channel", "urgency")
_KINDS: Final[Mapping[str, sa.types.TypeEngine[Any]]] = {
    "procedure": types.Id(),
    "step": sa.Text(),
    "agency": types.Id(),
    "status": sa.Text(),
    "channel": sa.Text(),
    "urgency": sa.Integer(),
}
#: Filters that are counted together: few enough cells to tell the rest by adding.
_TOGETHER: Final = (
    ("procedure", "step"),
    ("agency",),
    ("status", "channel", "urgency"),
)
#: The part of the counts that names the procedures.
_NAMES: Final = 99
#: What `urgency_of` gives for work that is due soon.
SOON: Final = sa.literal_column(str(ORDER.index(Urgency.SOON)), sa.Integer())
Condition = sa.ColumnElement[bool]
Wanted = Mapping[str, frozenset[Any]]
Base = sa.CompoundSelect[Any] | sa.Select[Any]


class Worklists:
    """Reads of worklists, each in its own short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facets(self, actor: Actor, chosen: Choice, at: Edges) -> Facets:
        """Counts for every filter, in one statement."""
        wanted = _wanted(chosen)
        base = _base(actor, chosen, at, _DIMENSIONS)
        whole = not chosen.text and not any(wanted.values())
        if base is None:
            parts = []
        elif whole and self._database.engine.dialect.name == "postgresql":
            parts = [_at_once(base)]
        else:
            parts = _counted(_source(base, chosen), wanted)
        for number, scope in enumerate(Scope, start=len(_TOGETHER)):
            if whole and scope is chosen.scope:
                continue  # Its count is that of everything chosen.
            parts.extend(
                _part(number, sa.select(sa.func.count()).where(branch))
                for branch in _branches(actor, scope)
            )
        parts.append(_named(actor.tenant))
        with self._database.read() as connection:
            cells = connection.execute(sa.union_all(*parts)).all()
        found = _facets(cells, wanted)
        if whole and found.total:
            found = replace(found, scopes={**found.scopes, chosen.scope: found.total})
        return found

    def page(
        self, actor: Actor, chosen: Choice, at: Edges, part: Part
    ) -> tuple[Line, ...]:
        """Rows by urgency, then the earliest due, then the oldest."""
        base = _base(actor, chosen, at, (*_DIMENSIONS, *_KEY))
        if base is None:
            return ()
        rows = base.subquery("rows")
        order: list[sa.ColumnElement[Any]] = [
            rows.c[name] for name in ("urgency", *_KEY)
        ]
        question = sa.select(rows).where(*_filters(rows, _wanted(chosen)))
        if part.after is not None:
            question = question.where(sa.tuple_(*order) > _values(part.after, order))
        if part.before is not None:
            question = question.where(sa.tuple_(*order) < _values(part.before, order))
            order = [column.desc() for column in order]
        page = question.order_by(*order).limit(part.limit).subquery("page")
        with self._database.read() as connection:
            found = connection.execute(_shown(page, actor.tenant)).all()
        return tuple(map(_line, found))


def _wanted(chosen: Choice) -> Wanted:
    """What is chosen, by the column that tells it."""
    return {
        "procedure": chosen.procedures,
        "step": chosen.steps,
        "agency": chosen.agencies,
        "status": frozenset(one.value for one in chosen.statuses),
        "channel": chosen.channels,
        "urgency": frozenset(ORDER.index(one) for one in chosen.urgencies),
    }


# Whose work.


def _branches(actor: Actor, scope: Scope) -> list[Condition]:
    """The work of a scope, each part a range of an index."""
    roles = actor.account.roles
    if scope is Scope.SUPERVISED:
        if Role.SUPERVISOR not in roles or not actor.supervised:
            return []
        own = _TASK.tenant_id == actor.tenant
        under = _TASK.agency.in_(sorted(actor.supervised))
        return [sa.and_(own, under, schema.ACTIVE, sa.or_(schema.OPEN, schema.CLAIMED))]
    if Role.CLERK not in roles:
        return []
    mine, *free = read.branches(actor, mine=False)
    return {
        Scope.MINE: [mine],
        Scope.POSITIONS: [mine, *free],
        Scope.FREE: free,
    }[scope]


def _base(actor: Actor, chosen: Choice, at: Edges, names: Iterable[str]) -> Base | None:
    """The rows of a scope that the words fit; None: there can be none."""
    branches = _branches(actor, chosen.scope)
    if not branches:
        return None
    columns = [
        urgency_of(at).label(name) if name == "urgency" else _TASK[name]
        for name in names
    ]
    selects = [
        sa.select(*columns).where(branch, *_found(actor.tenant, chosen.text))
        for branch in branches
    ]
    return selects[0] if len(selects) == 1 else sa.union_all(*selects)


def urgency_of(at: Edges) -> sa.ColumnElement[int]:
    """`engine.domain.urgency.of`, by its place in the order."""
    due, now = _TASK.due_at, sa.literal(at.now, types.Instant())
    serious = _edge(at.serious, {one: own.serious for one, own in at.own.items()})
    soon = _edge(at.soon, {one: own.soon for one, own in at.own.items()})
    used = _span(now, _TASK.opened_at) * _WHOLE
    used_up = used >= _span(due, _TASK.opened_at) * _SHARE
    place: Mapping[Urgency, sa.ColumnElement[int]] = {
        one: sa.literal_column(str(n), sa.Integer()) for n, one in enumerate(ORDER)
    }
    missing = due == sa.literal(None, types.Due())
    return sa.case(
        (sa.and_(missing, _TASK.paused), place[Urgency.PAUSED]),
        (missing, place[Urgency.NONE]),
        (due < serious, place[Urgency.SERIOUS]),
        (due < at.now, place[Urgency.LATE]),
        (sa.or_(due < soon, used_up), place[Urgency.SOON]),
        else_=place[Urgency.LATER],
    )


def _edge(
    everybody: datetime, own: Mapping[UUID, datetime]
) -> sa.ColumnElement[datetime]:
    """An instant between two urgencies, another one where an agency has its own."""
    agencies: dict[datetime, list[UUID]] = {}
    for agency, instant in own.items():
        agencies.setdefault(instant, []).append(agency)
    otherwise = sa.literal(everybody, types.Due())
    if not agencies:
        return otherwise
    return sa.case(
        *(
            (_TASK.agency.in_(sorted(some)), sa.literal(instant, types.Due()))
            for instant, some in sorted(agencies.items())
        ),
        else_=otherwise,
    )


def _span(end: Any, start: Any) -> sa.ColumnElement[int]:
    """The time between two instants: microseconds, or an interval of PostgreSQL."""
    return sa.type_coerce(end - start, sa.BigInteger())


def _found(tenant: UUID, words: str) -> list[Condition]:
    """The condition that the case is searched by these words."""
    patterns = [text.pattern(word) for word in words.split()]
    if not patterns:
        return []
    of_task = (_CASE.tenant_id == tenant, _CASE.id == _TASK.case_id)
    fits = (_CASE.folded.like(one, escape="\\") for one in patterns)
    return [sa.exists().where(*of_task, *fits).correlate(schema.task)]


# Which of it.


def _filters(
    rows: sa.FromClause, wanted: Wanted, but: Iterable[str] = ()
) -> list[Condition]:
    """What is chosen, except by some filters."""
    return [
        rows.c[name].in_(_coded(values) if name == "procedure" else sorted(values))
        for name, values in wanted.items()
        if values and name not in but
    ]


def _coded(codes: Iterable[str]) -> sa.Select[tuple[UUID]]:
    """The procedures of these codes, in whichever tenant: rows are of one alone."""
    row = schema.procedure.c
    return sa.select(row.id).where(row.code.in_(sorted(codes)))


def _named(tenant: UUID) -> sa.Select[Any]:
    """Codes and names of procedures, as one more part."""
    row = schema.procedure.c
    columns = (
        row.id.label("procedure"),
        row.code.label("step"),
        row.name.label("channel"),
    )
    count = sa.literal_column("0", sa.Integer()).label("count")
    return _part(_NAMES, sa.select(*columns, count).where(row.tenant_id == tenant))


def _source(base: Base, chosen: Choice) -> sa.FromClause:
    """What is counted three times: found once where that is dear."""
    if isinstance(base, sa.Select) and not chosen.text:
        # Counting on the index is cheaper than keeping what was read from it.
        return base.subquery("base")
    return base.cte("base")


def _counted(base: sa.FromClause, wanted: Wanted) -> list[sa.Select[Any]]:
    """The cells of each group of filters, of what the other filters choose."""
    return [
        _part(
            number,
            sa.select(*(base.c[name] for name in names), sa.func.count())
            .where(*_filters(base, wanted, names))
            .group_by(*(base.c[name] for name in names)),
        )
        for number, names in enumerate(_TOGETHER)
    ]


def _at_once(base: Base) -> sa.Select[Any]:
    """The cells of every group where nothing is chosen, in one pass over the rows.

    SQLite knows no grouping sets (SQL:1999, F.T431).
    """
    rows = base.subquery("base").c
    sets = (sa.tuple_(*(rows[name] for name in names)) for names in _TOGETHER)
    number = sa.case(
        *(
            (sa.func.grouping(rows[names[0]]) == 0, sa.literal_column(str(number)))
            for number, names in enumerate(_TOGETHER)
        )
    )
    return sa.select(
        number.label("part"),
        *(rows[name] for name in _KINDS),
        sa.func.count().label("n"),
    ).group_by(sa.func.grouping_sets(*sets))


def _part(number: int, question: sa.Select[Any]) -> sa.Select[Any]:
    """A question with the columns of all of them, and its number."""
    *given, count = question.selected_columns
    known = {column.name: column for column in given}
    columns = (
        known.get(name, sa.cast(sa.null(), kind)).label(name)
        for name, kind in _KINDS.items()
    )
    return question.with_only_columns(
        sa.literal_column(str(number), sa.Integer()).label("part"),
        *columns,
        count.label("n"),
        maintain_column_froms=True,
    )


def _facets(cells: Iterable[sa.Row[Any]], wanted: Wanted) -> Facets:
    """Add the cells up: each filter by what the others of its group choose."""
    cells = list(cells)
    names = {
        one.procedure: (one.step, one.channel) for one in cells if one.part == _NAMES
    }
    codes = wanted["procedure"]
    chosen = frozenset(one for one, (code, _) in names.items() if code in codes)
    # A code that nobody has chooses nothing.
    wanted = {**wanted, "procedure": chosen or codes}
    counts: dict[str, Counter[Any]] = {name: Counter() for name in _DIMENSIONS}
    scopes: Counter[Scope] = Counter()
    total = 0
    for cell in cells:
        if cell.part == _NAMES:
            continue
        if cell.part >= len(_TOGETHER):
            scopes[[*Scope][cell.part - len(_TOGETHER)]] += cell.n
            continue
        group = _TOGETHER[cell.part]
        misses = [
            name
            for name in group
            if wanted[name] and getattr(cell, name) not in wanted[name]
        ]
        for name in group:
            if not [one for one in misses if one != name]:
                counts[name][getattr(cell, name)] += cell.n
        if cell.part == len(_TOGETHER) - 1 and not misses:
            total += cell.n
    return Facets(
        scopes=scopes,
        total=total,
        procedures=counts["procedure"],
        steps=counts["step"],
        urgencies={ORDER[place]: n for place, n in counts["urgency"].items()},
        statuses={TaskStatus(one): n for one, n in counts["status"].items()},
        agencies=counts["agency"],
        channels=counts["channel"],
        names=names,
    )


# What is shown of it.


def _values(place: Place, order: list[sa.ColumnElement[Any]]) -> sa.Tuple:
    """A place as the order compares it."""
    given = (
        *(ORDER.index(place.urgency), place.due_at, place.opened_at),
        *(place.case, place.element, place.occurrence),
    )
    pairs = zip(given, order, strict=True)
    return sa.tuple_(*(sa.literal(value, column.type) for value, column in pairs))


def _shown(page: sa.Subquery, tenant: UUID) -> sa.Select[Any]:
    """The rows of a page with everything that is shown, in its order."""
    keys = (_TASK.case_id, _TASK.element, _TASK.occurrence)
    same = reduce(sa.and_, (page.c[column.name] == column for column in keys))
    return (
        read.TASK_ITEM.add_columns(
            page.c.urgency,
            _TASK.channel,
            _CASE.opened_at.label("received_at"),
        )
        .join(page, sa.and_(same, _TASK.tenant_id == tenant))
        .order_by(page.c.urgency, *(page.c[name] for name in _KEY))
    )


def _line(row: sa.Row[Any]) -> Line:
    return Line(
        task=read.task_item(row),
        urgency=ORDER[row.urgency],
        channel=row.channel,
        received_at=row.received_at,
    )
