"""What an event says of the legal clock, as pairs of label and text.

Pure, like `webui.timeline`, which shows them in the history, in replays and bundles.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from engine.domain import clock_text, clocked, iso8601
from engine.domain.clock_state import Cause, Change, Kind
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.evidence.retrace import Step

Texts = tuple[str, str]
#: Of what was entered with an act, by its name.
LABELS: Final[Mapping[str, Texts]] = {
    "missing": ("Nội dung cần bổ sung", "What is missing"),
    "reason": ("Lý do", "Reason"),
    "note": ("Ghi chú", "Note"),
    "question": ("Nội dung hỏi", "What is asked"),
    "answer": ("Nội dung trả lời", "What it answers"),
}
#: Events whose values have these labels.
LABELLED: Final = clocked.EVENTS - {
    EventType.CASE_SUSPENDED,
    EventType.SUSPENSION_ENDED,
}
_FACTS: Final[Mapping[str, Texts]] = {
    "agency": ("Cơ quan", "Agency"),
    "letter": ("Văn bản", "Letter"),
    "amount": ("Số tiền (đồng)", "Amount (đồng)"),
    "receipt": ("Số biên lai", "Receipt"),
    "round": ("Lần", "Round"),
}
_CAUSE: Final[Mapping[Cause, Texts]] = {
    Cause.SUPPLEMENT: ("chờ bổ sung", "waiting for a supplement"),
    Cause.PAYMENT: ("chờ nộp phí, nghĩa vụ tài chính", "waiting for payment"),
    Cause.AGENCY: ("chờ cơ quan khác", "waiting for another agency"),
    Cause.SUSPENSION: ("tạm dừng", "suspended"),
    Cause.EXTENSION: ("gia hạn", "extended"),
    Cause.CALENDAR: ("lịch làm việc thay đổi", "another calendar"),
}
_BY: Final = ("Thời gian gia hạn", "More time")
_UNIT: Final[Mapping[str, Texts]] = {
    "hour": ("giờ", "hours"),
    "working-hour": ("giờ làm việc", "working hours"),
    "day": ("ngày", "days"),
    "working-day": ("ngày làm việc", "working days"),
    "month": ("tháng", "months"),
}
_DUE: Final = ("Hẹn trả kết quả", "Result promised")
_STANDS: Final = ("thời hạn dừng", "the clock stands")
_RUNS: Final = ("không đổi", "does not move")


def told(step: Step, language: str) -> Iterator[tuple[str, str]]:
    """What an act about the clock says besides what was entered."""
    facts, n = step.body["facts"], _index(language)
    for name, texts in _FACTS.items():
        # A letter without a number gets it when it is printed first.
        if facts.get(name, "") != "":
            yield texts[n], _fact(facts[name])
    if "by" in facts:
        yield _BY[n], _by(clock_text.by_of(facts["by"]), n)
    documents = facts.get("components", ())
    if documents:
        yield ("Giấy tờ", "Documents")[n], ", ".join(map(str, documents))


def moves(step: Step, language: str) -> Iterator[str]:
    """Old and new promised date with the cause, for each change of the clock."""
    facts, n = step.body["facts"], _index(language)
    for one in map(clock_text.change_of, facts.get("clock", ())):
        yield f"{_DUE[n]}: {_moved(one, n)} ({_CAUSE[one.cause][n]})"


def label(name: str, language: str) -> str:
    """What a value of such an act is called."""
    return LABELS[name][_index(language)] if name in LABELS else name


def _by(by: datetime | TimeLimit, n: int) -> str:
    """By how much, or until when."""
    if isinstance(by, TimeLimit):
        return f"{by.amount} {_UNIT[by.unit][n]}"
    return f"→ {_moment(by, n)}"


def _moved(change: Change, n: int) -> str:
    old, new = change.due
    if change.kept and (old, new) == (None, None):
        return f"{_STANDS[n]}, {_moment(change.kept[0][3], n)}"
    if old == new and change.kind in (Kind.BEGUN, Kind.ENDED):
        return _RUNS[n] if old is not None else _STANDS[n]
    return f"{_moment(old, n)} → {_moment(new, n)}"


def _moment(at: datetime | None, n: int) -> str:
    if at is None:
        return _STANDS[n]
    return at.astimezone(iso8601.VIETNAM).strftime("%d/%m/%Y %H:%M")


def _fact(value: Any) -> str:
    # Vietnamese numbers: a dot between thousands.
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


def _index(language: str) -> int:
    return int(language == "en")
