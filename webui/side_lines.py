"""What an event says of side work, as pairs of label and text.

Pure, like `webui.timeline`, which shows them in the history, in replays and bundles.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.domain import iso8601, side_work
from engine.domain.events import EventType
from engine.domain.model import Model
from engine.domain.organisation import Organisation
from engine.domain.side_work import Stance
from engine.evidence.retrace import Step

Texts = tuple[str, str]
_LABELS: Final[Mapping[str, Texts]] = {
    "question": ("Nội dung hỏi", "What is asked"),
    "text": ("Ý kiến", "Opinion"),
    "reason": ("Lý do", "Reason"),
}
_STANCES: Final[Mapping[Stance, Texts]] = {
    Stance.AGREE: ("Đồng ý", "Agrees"),
    Stance.DISAGREE: ("Không đồng ý", "Disagrees"),
    Stance.NONE: ("Ý kiến khác", "Neither agrees nor disagrees"),
}
_WHOM: Final = ("Hỏi", "Asked")
_STANCE: Final = ("Trả lời", "Answer")
_DUE: Final = ("Hạn", "Due")
_QUORUM: Final = ("Số người phải đồng ý", "As many have to agree")
_VETO: Final = ("không ai được phản đối", "nobody may disagree")


def label(name: str, language: str) -> str:
    """What a value of such an act is called."""
    return _LABELS[name][_index(language)] if name in _LABELS else name


def told(
    step: Step, organisation: Organisation, language: str
) -> Iterator[tuple[str, str]]:
    """What an act says besides what was entered."""
    facts, n = step.body["facts"], _index(language)
    if step.type in side_work.ASKED:
        pieces = side_work.pieces_of(step.type, facts)
        whom = (_whom(one.performer, one.agency, organisation) for one in pieces)
        yield _WHOM[n], "; ".join(whom)
        if facts.get("due") is not None:
            yield _DUE[n], _moment(facts["due"])
    if step.type is EventType.COSIGN_ASKED:
        veto = f"; {_VETO[n]}" if facts["veto"] else ""
        yield _QUORUM[n], f"{facts['quorum']}/{len(facts['signers'])}{veto}"
    if step.type in side_work.GIVEN:
        yield _STANCE[n], _STANCES[Stance(facts["stance"])][n]


def names(steps: Sequence[Step], model: Model) -> dict[str, Texts]:
    """The names of all rows of side work, and of the steps they are for, by element."""
    found: dict[str, Texts] = {}
    for step in steps:
        if step.type not in side_work.ASKED:
            continue
        facts = step.body["facts"]
        node = model.nodes.get(facts["element"])
        name = (node.name or node.id) if node else str(facts["element"])
        for one in side_work.pieces_of(step.type, facts):
            found[one.element] = (side_work.name_of(one.element, name), name)
    return found


def opened(step: Step) -> dict[tuple[str, int], tuple[datetime, datetime | None]]:
    """When the rows that an event opens began, and when they are due."""
    if step.type not in side_work.ASKED:
        return {}
    facts = step.body["facts"]
    due = facts.get("due")
    until = None if due is None else datetime.fromisoformat(due)
    pieces = side_work.pieces_of(step.type, facts)
    return {one.key: (step.at, until) for one in pieces}


def _whom(performer: str, agency: str, organisation: Organisation) -> str:
    known = organisation.agencies.get(UUID(agency))
    return f"{performer} ({known.name})" if known else performer


def _moment(text: Any) -> str:
    at = datetime.fromisoformat(str(text)).astimezone(iso8601.VIETNAM)
    return at.strftime("%d/%m/%Y %H:%M")


def _index(language: str) -> int:
    return int(language == "en")
