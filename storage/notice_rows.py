"""What rows of notices say, as records of the engine, and back."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.domain.notices import (
    DEFAULTS,
    About,
    Choice,
    Kind,
    Text,
    Way,
    What,
    changed,
)
from engine.notices import Delivery, Hook, Notice, Try, Wording


def about_text(about: About) -> str:
    """What a notice is about, as JSON text; empty parts are left out."""
    parts = {
        "case": about.case.hex if about.case else None,
        "element": about.element,
        "occurrence": about.occurrence,
        "code": about.code,
        "step": about.step,
        "due": about.due.isoformat() if about.due else None,
        "agency": about.agency.hex if about.agency else None,
        "what": about.what.value if about.what else None,
        "counts": dict(about.counts),
    }
    kept = {name: value for name, value in parts.items() if value}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def about(text: str) -> About:
    """What a notice is about."""
    parts = json.loads(text)
    due = parts.get("due")
    return About(
        case=_id(parts.get("case")),
        element=parts.get("element", ""),
        occurrence=parts.get("occurrence", 0),
        code=parts.get("code", ""),
        step=parts.get("step", ""),
        due=datetime.fromisoformat(due) if due else None,
        agency=_id(parts.get("agency")),
        what=What(parts["what"]) if "what" in parts else None,
        counts=parts.get("counts", {}),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def ids_text(ids: tuple[UUID, ...]) -> str:
    """Ids as JSON text."""
    return json.dumps([one.hex for one in ids])


def ways_text(chosen: Choice) -> str:
    """What is told by which ways, as JSON text."""
    kept = {
        kind.value: sorted(way.value for way in ways)
        for kind, ways in chosen.ways.items()
    }
    return json.dumps(kept, sort_keys=True)


def choice(row: sa.Row[Any]) -> Choice:
    """What an account chose. Kinds that came later have their defaults."""
    stored: Mapping[str, list[str]] = json.loads(row.ways)
    pairs = ((kind, way) for kind, ways in stored.items() for way in ways)
    known = {
        kind: ways for kind, ways in changed(pairs).items() if kind.value in stored
    }
    return Choice(
        account=row.account,
        mail=row.mail,
        ways={**DEFAULTS, **known},
        digest_hour=row.digest_hour,
    )


def notice(row: sa.Row[Any]) -> Notice:
    """A line of one's notices."""
    return Notice(
        id=row.id,
        kind=Kind(row.kind),
        at=row.at,
        about=about(row.about),
        read_at=row.read_at,
    )


def delivery(row: sa.Row[Any]) -> Delivery:
    """One notice on its way."""
    return Delivery(
        id=row.id,
        way=Way(row.way),
        kind=Kind(row.kind),
        account=row.account,
        hook=row.hook,
        at=row.at,
        about=about(row.about),
        accounts=tuple(UUID(one) for one in json.loads(row.accounts)),
        attempts=row.attempts,
        next_try=row.next_try,
        delivered_at=row.delivered_at,
    )


def attempt(row: sa.Row[Any]) -> Try:
    """One attempt."""
    return Try(
        number=row.number,
        at=row.at,
        to=row.target,
        reason=row.reason,
        answer=row.answer,
        next_try=row.next_try,
    )


def hook(row: sa.Row[Any]) -> Hook:
    """A system that is told."""
    return Hook(
        id=row.id,
        agency=row.agency,
        url=row.url,
        kinds=frozenset(Kind(one) for one in row.kinds.split()),
        active=row.active,
        generation=row.generation,
    )


def wording(row: sa.Row[Any]) -> Wording:
    """A version of a text."""
    return Wording(
        agency=row.agency,
        kind=Kind(row.kind),
        language=row.language,
        text=Text(subject=row.subject, body=row.body),
        author=row.author,
        at=row.at,
        number=row.number,
    )
