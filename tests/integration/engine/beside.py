"""Asking and answering beside a step, for tests of the engine."""

from typing import Any
from uuid import UUID

from engine.commands.answer_beside import (
    Cosign,
    GiveOpinion,
    WithdrawCosign,
    WithdrawOpinion,
)
from engine.commands.ask_beside import AskCosign, AskOpinion
from engine.commands.transaction import Result
from engine.domain.model import TimeLimit
from engine.domain.side_work import Stance
from tests.integration.engine.office import EXAMINER, LEADER, Office

WORK = "tham_tra"
QUESTION = "Vị trí thửa đất có vướng quy hoạch không?"
DAY = TimeLimit(1, "working-day")


def ask(office: Office, case: UUID, by: str = "thamtra", **more: Any) -> Result:
    """The examiner asks the examiner of another commune."""
    command = AskOpinion(
        case=case,
        element=more.pop("element", WORK),
        occurrence=1,
        performer=more.pop("performer", EXAMINER),
        agency=office.agencies[more.pop("agency", "elsewhere")],
        question=more.pop("question", QUESTION),
        limit=more.pop("limit", DAY),
        **more,
    )
    return office.do(by, command)


def say(office: Office, case: UUID, by: str = "xa", **more: Any) -> Result:
    """Whoever is asked agrees."""
    command = GiveOpinion(
        case=case,
        element=more.pop("element", "~y1"),
        stance=more.pop("stance", Stance.AGREE),
        text=more.pop("text", "Không vướng quy hoạch."),
    )
    return office.do(by, command)


def round_(office: Office, case: UUID, by: str = "thamtra", **more: Any) -> Result:
    """The examiner asks a leader and the examiner of another commune to sign."""
    signers = more.pop("signers", ((LEADER, "office"), (EXAMINER, "elsewhere")))
    command = AskCosign(
        case=case,
        element=WORK,
        occurrence=1,
        signers=tuple((who, office.agencies[where]) for who, where in signers),
        quorum=more.pop("quorum", 1),
        veto=more.pop("veto", False),
        question="Đề nghị đồng ký kết quả thẩm tra.",
        limit=more.pop("limit", DAY),
    )
    return office.do(by, command)


def sign(office: Office, case: UUID, by: str, element: str, **more: Any) -> Result:
    """Somebody signs."""
    command = Cosign(
        case=case,
        element=element,
        stance=more.pop("stance", Stance.AGREE),
        text=more.pop("text", ""),
    )
    return office.do(by, command)


def take_back(office: Office, case: UUID, n: int = 1, by: str = "thamtra") -> Result:
    """A question is asked no longer."""
    command = WithdrawOpinion(case=case, n=n, reason="Đã có văn bản trả lời")
    return office.do(by, command)


def end_round(office: Office, case: UUID, n: int = 1, by: str = "thamtra") -> Result:
    """A round is taken back."""
    return office.do(by, WithdrawCosign(case=case, n=n, reason="Sửa lại dự thảo"))
