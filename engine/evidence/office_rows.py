"""The rows of the organisation, calendars and procedures as their events tell them.

Values stand as events write them: ids in hex, days and instants as text. Beside each
value is the event that says it, so that a finding can name it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from engine.domain.events import EventType
from engine.domain.run import Json

Body = Mapping[str, Any]
#: The primary key of a row without its tenant, as text.
Key = tuple[str, ...]
#: A column of a row, and the event that says what stands in it.
Said = tuple[Json, str]

#: Table → the columns of its key, without the tenant.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "tenant": (),
    "agency": ("id",),
    "agency_naming": ("agency", "since"),
    "agency_reach": ("agency", "since"),
    "position": ("id",),
    "position_successor": ("position",),
    "account": ("id",),
    "holder": ("position", "account", "valid_from"),
    "substitution": ("id",),
    "outage": ("id",),
    "calendar_edition": ("id",),
    "procedure": ("id",),
    "procedure_version": ("id",),
}
#: Columns whose values no finding shows: they may tell something about a person, or
#: tell a reader nothing.
HIDDEN: Final = frozenset(
    {"applicant", "folded", "state", "told", "login", "name", "content"}
)
#: What an account is called stands in no event, only its commitment.
COMMITTED: Final = ("login", "name")


@dataclass(slots=True)
class Rows:
    """Rows as events told them so far."""

    tables: dict[str, dict[Key, dict[str, Said]]] = field(
        default_factory=lambda: {table: {} for table in KEYS}
    )
    #: The event on its way.
    event: str = ""

    def tell(self, table: str, key: Key, **columns: Json) -> None:
        """An event says what stands in some columns of a row.

        Raises:
            TypeError: It names the row by what is no text.
        """
        if not all(isinstance(one, str) for one in key):
            raise TypeError(key)
        row = self.tables[table].setdefault(key, {})
        if not row:
            named = zip(KEYS[table], key, strict=True)
            row.update((name, (value, self.event)) for name, value in named)
        row.update((name, (value, self.event)) for name, value in columns.items())

    def value(self, table: str, key: Key, column: str) -> Json:
        """What a column was told to be; None: nothing was."""
        return self.tables[table].get(key, {}).get(column, (None, ""))[0]

    def take(self, event: str, body: Body, opened: Mapping[str, Json]) -> None:
        """Follow one event.

        Args:
            event: How it is called.
            body: What it says.
            opened: What its commitments open to, as far as that is stored.

        Raises:
            LookupError, TypeError, ValueError: It lacks what such an event says.
        """
        self.event = event
        follow = _FOLLOWED.get(body["type"])
        if follow is not None:
            follow(self, body, body["facts"])
        if body["type"] == EventType.ACCOUNT_CREATED.value:
            named = {name: opened[name] for name in COMMITTED if name in opened}
            self.tell("account", (body["facts"]["account"],), **named)


def _founded(rows: Rows, _: Body, facts: Body) -> None:
    rows.tell("tenant", (), name=facts["name"])


def _agency(rows: Rows, _: Body, facts: Body) -> None:
    more = {name: facts[name] for name in ("calendar", "colour") if name in facts}
    rows.tell(
        "agency",
        (facts["agency"],),
        **_named(facts),
        **_days(facts),
        successors=[],
        **more,
    )


def _renamed(rows: Rows, _: Body, facts: Body) -> None:
    key = (facts["agency"], facts["from"])
    rows.tell("agency_naming", key, **_named(facts), reference=facts["document"])


def _described(rows: Rows, _: Body, facts: Body) -> None:
    key = (facts["agency"], facts["from"])
    told = {name: facts[name] for name in ("address", "phone")}
    rows.tell("agency_reach", key, **told)


def _reorganised(rows: Rows, _: Body, facts: Body) -> None:
    """Docs/manual/people.md, rule 10."""
    last = (date.fromisoformat(facts["from"]) - timedelta(days=1)).isoformat()
    successors: dict[str, list[Json]] = {}
    for old, new in facts["moves"]:
        successors.setdefault(old, []).append(new)
    for old, following in successors.items():
        rows.tell("agency", (old,), valid_to=last, successors=following)
    followed = dict(facts["positions"])
    for key, row in list(rows.tables["position"].items()):
        if row["agency"][0] in successors and str(row["valid_to"][0]) > last:
            rows.tell("position", key, valid_to=last)
            if key[0] in followed:
                rows.tell("position_successor", key, successor=followed[key[0]])
    for child, parent in facts["parents"]:
        called = _called(rows, child, facts["from"]) | {"parent": parent}
        key = (child, facts["from"])
        rows.tell("agency_naming", key, **called, reference=facts["document"])


def _called(rows: Rows, agency: str, day: str) -> dict[str, Json]:
    """What an agency is called on a day."""
    names = rows.tables["agency_naming"]
    since = [key for key in names if key[0] == agency and key[1] <= day]
    row = names[max(since)] if since else rows.tables["agency"][(agency,)]
    return {name: row[name][0] for name in ("name", "codes", "level")}


def _position(rows: Rows, _: Body, facts: Body) -> None:
    told = {name: facts[name] for name in ("agency", "name", "performers")}
    rows.tell("position", (facts["position"],), **told, **_days(facts))


def _held(rows: Rows, _: Body, facts: Body) -> None:
    key = (facts["position"], facts["account"], facts["from"])
    rows.tell("holder", key, valid_to=facts["to"])


def _substituted(rows: Rows, _: Body, facts: Body) -> None:
    named = ("position", "absent", "substitute")
    ids = rows.tables["procedure"].items()
    codes = {row["code"][0]: key[0] for key, row in ids if "code" in row}
    procedures: list[Json] = [*sorted(codes[one] for one in facts["procedures"])]
    rows.tell(
        "substitution",
        (facts["substitution"],),
        **{name: facts[name] for name in named},
        **_days(facts),
        procedures=procedures,
        reference=facts["order"],
    )


def _substitution_ended(rows: Rows, _: Body, facts: Body) -> None:
    rows.tell("substitution", (facts["substitution"],), valid_to=facts["to"])


def _outage(rows: Rows, body: Body, facts: Body) -> None:
    over = {"ended_by": None, "ended_at": None}
    rows.tell(
        "outage",
        (facts["outage"],),
        begins=facts["begins"],
        ends=facts["ends"],
        reason=facts["reason"],
        reference=facts["document"],
        declared_by=body["doer"].get("account"),
        declared_at=body["at"],
        **over,
    )


def _outage_ended(rows: Rows, body: Body, facts: Body) -> None:
    by = body["doer"].get("account")
    over = {"ends": facts["ends"], "ended_by": by, "ended_at": body["at"]}
    rows.tell("outage", (facts["outage"],), **over)


def _account(rows: Rows, _: Body, facts: Body) -> None:
    roles = " ".join(sorted(facts["roles"]))
    told = {"roles": roles, "active": True, "valid_to": facts["to"]}
    rows.tell("account", (facts["account"],), **told)


def _account_closed(rows: Rows, _: Body, facts: Body) -> None:
    rows.tell("account", (facts["account"],), active=False)


def _calendar(rows: Rows, body: Body, facts: Body) -> None:
    before = facts["replaces"]
    authors = rows.value("calendar_edition", (before,), "authors") if before else []
    if before:
        rows.tell("calendar_edition", (before,), status="replaced")
    names = [*authors] if isinstance(authors, list) else []
    account = body["doer"].get("account")
    if account is not None and account not in names:
        names.append(account)
    rows.tell(
        "calendar_edition",
        (facts["edition"],),
        agency=facts["of"],
        content=facts["content"],
        source=facts["source"],
        authors=names,
        proposed_at=body["at"],
        status="draft",
        document="",
        document_date=None,
        confirmed_by=None,
        confirmed_at=None,
    )


def _calendar_confirmed(rows: Rows, body: Body, facts: Body) -> None:
    rows.tell(
        "calendar_edition",
        (facts["edition"],),
        status="confirmed",
        document=facts["document"],
        document_date=facts["dated"],
        confirmed_by=body["doer"]["account"],
        confirmed_at=body["at"],
    )


def _uploaded(rows: Rows, body: Body, facts: Body) -> None:
    procedure = body["stream"].partition(":")[2]
    known = (procedure,)
    if "procedure" in facts:
        rows.tell("procedure", known, code=facts["procedure"])
    rows.tell(
        "procedure_version",
        (facts["version"],),
        procedure=procedure,
        number=facts["number"],
        hash=facts["hash"],
        author=facts.get("author", body["doer"].get("account")),
        created_at=body["at"],
        kind=facts.get("kind", "procedure"),
        status="draft",
        publisher=None,
        published_at=None,
    )


def _published(rows: Rows, body: Body, facts: Body) -> None:
    by = body["doer"].get("account")
    told = {"status": "published", "publisher": by, "published_at": body["at"]}
    rows.tell("procedure_version", (facts["version"],), **told)


def _retired(rows: Rows, _: Body, facts: Body) -> None:
    rows.tell("procedure_version", (facts["version"],), status="retired")


def _named(facts: Body) -> dict[str, Json]:
    return {name: facts[name] for name in ("name", "codes", "level", "parent")}


def _days(facts: Body) -> dict[str, Json]:
    return {"valid_from": facts["from"], "valid_to": facts["to"]}


_FOLLOWED: Final[Mapping[str, Callable[[Rows, Body, Body], None]]] = {
    EventType.TENANT_FOUNDED.value: _founded,
    EventType.AGENCY_CREATED.value: _agency,
    EventType.AGENCY_RENAMED.value: _renamed,
    EventType.AGENCY_DESCRIBED.value: _described,
    EventType.AGENCIES_REORGANISED.value: _reorganised,
    EventType.POSITION_CREATED.value: _position,
    EventType.POSITION_HELD.value: _held,
    EventType.HOLDING_ENDED.value: _held,
    EventType.SUBSTITUTION_GIVEN.value: _substituted,
    EventType.SUBSTITUTION_ENDED.value: _substitution_ended,
    EventType.OUTAGE_DECLARED.value: _outage,
    EventType.OUTAGE_ENDED.value: _outage_ended,
    EventType.ACCOUNT_CREATED.value: _account,
    EventType.ACCOUNT_CLOSED.value: _account_closed,
    EventType.CALENDAR_PROPOSED.value: _calendar,
    EventType.CALENDAR_CONFIRMED.value: _calendar_confirmed,
    EventType.VERSION_UPLOADED.value: _uploaded,
    EventType.VERSION_PUBLISHED.value: _published,
    EventType.VERSION_RETIRED.value: _retired,
}
