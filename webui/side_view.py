"""What was asked beside a step, as its pages show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.domain import iso8601
from engine.domain.case import ACTIVE
from engine.domain.run import Json
from engine.domain.side_work import Asked, Key, Stance
from engine.evidence import sides
from engine.queries import TaskItem
from webui import context, dossier, side_words
from webui.i18n import translate

_TONE = {Stance.AGREE: "good", Stance.DISAGREE: "late", Stance.NONE: "wait"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One who was asked, and what came of it."""

    whom: str
    #: What is shown of its state, and the tone of it.
    state: str
    tone: str
    who: str = ""
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One opinion or one round of co-signatures."""

    n: int
    signs: bool
    #: Empty: it has been erased.
    text: str
    who: str
    at: datetime
    due: datetime | None
    #: How many have agreed, how many have to, and whether one may refuse.
    agreed: int
    quorum: int
    veto: bool
    #: It still waits, or holds the step up.
    open: bool
    holds_up: bool
    withdrawn: bool
    voices: tuple[Voice, ...]
    #: Whether the reader may take it back.
    mine: bool


def beside(found: dossier.Dossier, step: Key, reader: UUID) -> list[Question]:
    """What was asked beside a step, the newest first."""
    record = sides.record_of(found.steps)
    made = [_question(found, one, reader) for one in record.beside(step)]
    return made[::-1]


def of(found: dossier.Dossier, element: str, reader: UUID) -> Question | None:
    """The question that a row belongs to."""
    asked = sides.record_of(found.steps).of(element)
    return None if asked is None else _question(found, asked, reader)


def step_of(found: dossier.Dossier, element: str) -> Key | None:
    """The step beside which a row stands."""
    asked = sides.record_of(found.steps).of(element)
    return None if asked is None else asked.step


def _question(found: dossier.Dossier, asked: Asked, reader: UUID) -> Question:
    rows = {one.element: one for one in found.tasks}
    first = rows.get(asked.pieces[0].element)
    holder = next(
        (
            one.assignee
            for one in found.open_tasks
            if (one.element, one.occurrence) == asked.step
        ),
        None,
    )
    waits = bool(asked.open) or asked.holds_up
    due = next((rows[one.element].due_at for one in asked.open), asked.due)
    return Question(
        n=asked.n,
        signs=asked.signs,
        text=_text(found, asked.seq, "question"),
        who=_name(found, asked.hands),
        at=asked.at,
        due=due if first is not None else asked.due,
        agreed=asked.agreed,
        quorum=asked.quorum,
        veto=asked.veto,
        open=waits,
        holds_up=asked.holds_up,
        withdrawn=bool(asked.withdrawn),
        voices=tuple(_voices(found, asked, rows)),
        mine=waits and (reader.hex in asked.hands or reader == holder),
    )


def _voices(
    found: dossier.Dossier, asked: Asked, rows: dict[str, TaskItem]
) -> Iterator[Voice]:
    for piece in asked.pieces:
        row = rows.get(piece.element)
        said = asked.said.get(piece.element)
        # What was said keeps the name of its day.
        day = context.today() if said is None else iso8601.day(said.at)
        agency = found.organisation.agencies.get(UUID(piece.agency))
        where = f" · {agency.on(day).name}" if agency else ""
        whom = f"{piece.performer}{where}"
        if said is not None:
            yield Voice(
                whom=whom,
                state=translate(side_words.STANCE[said.stance]),
                tone=_TONE[said.stance],
                who=_name(found, said.hands),
                at=said.at,
                text=_text(found, said.seq, "text"),
            )
            continue
        waits = row is not None and row.status in ACTIVE
        yield Voice(
            whom=whom,
            state=translate("Not answered yet") if waits else translate("Not needed"),
            tone="soon" if waits else "wait",
            who=row.assignee_name if row is not None and waits else "",
        )


def _text(found: dossier.Dossier, seq: int, name: str) -> str:
    value: Json = found.steps[seq - 1].values.get(name, "")
    return str(value)


def _name(found: dossier.Dossier, hands: frozenset[str]) -> str:
    names = (found.names.get(UUID(one), "") for one in sorted(hands))
    return ", ".join(filter(None, names))
