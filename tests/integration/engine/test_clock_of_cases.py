"""The legal clock of running cases: acts, drawings, rebuilds, verdicts, alarms.

Friday 20/11/2026, 09:05; Tuesday 24/11 is Vietnam Culture Day. Due instants are worked
out by hand.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from engine.commands import ask_outside as ask
from engine.commands import extend_deadline as extend
from engine.commands.sound_alarms import SoundAlarms
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain import clock_text
from engine.domain.model import TimeLimit
from engine.errors import (
    EngineError,
    NotAllowedError,
    NotReadyError,
    StaleError,
    TooLargeError,
)
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, kinds, wrong

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")
STEP: Final = ext('<qt:work><qt:limit amount="16" unit="working-hour"/></qt:work>')
TEXTS: Final = {"missing": "Giấy chứng nhận kết hôn", "reason": "Bà Hoa chưa nộp"}


def procedure(
    code: str, policies: str = "", body: str = "", flow: str = "", desk: str = "tra"
) -> bytes:
    """A case of five working days with a step of sixteen working hours."""
    body = body or f"task xem 'Xem xét' {STEP}; task tra 'Trả'"
    return bpmn.definitions(
        bpmn.process(
            f"start s; {body}; end e",
            flow or "s > xem > tra > e",
            identity=f"p_{code.replace('.', '_')}",
            more=lanes(examiner="xem", desk=desk)
            + ext(
                f'<qt:procedure code="{code}" {policies}>'
                '<qt:limit amount="5" unit="working-day"/></qt:procedure>'
            ),
        )
    )


@scene
def case(office: Office) -> UUID:
    office.publish(thoi_han=procedure("7.001"))
    return office.open("7.001")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def go(office: Office, text: str) -> None:
    office.clock.at = at(text).astimezone(UTC)


def due(office: Office, case: UUID) -> datetime | None:
    return office.case(case).due_at


def told(office: Office, case: UUID) -> list[Any]:
    facts = json.loads(office.events(case)[-1].body)["facts"]
    found: list[Any] = facts.get("clock", [])
    return found


def sound(office: Office, case: UUID) -> None:
    """The rows are what the record says, and the record is lawful."""
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    assert wrong(judged(office, case)) == []


def refused(office: Office, kind: type[EngineError], act: Callable[[], Any]) -> str:
    before = office.digest()
    with pytest.raises(kind) as error:
        act()
    assert office.digest() == before
    return error.value.code


def request(office: Office, case: UUID, login: str = "thamtra", **more: Any) -> None:
    office.do(login, ask.RequestSupplement(case=case, **{**TEXTS, **more}))


def test_a_supplement_stops_the_clock_and_what_was_left_is_left_afterwards(
    office: Office, case: UUID
) -> None:
    assert due(office, case) == at("2026-11-30 09:05")
    assert office.work(case)["xem", 1].due_at == at("2026-11-25 09:05")
    go(office, "2026-11-23 09:05")
    request(office, case, components=("Giấy chứng nhận kết hôn",))
    assert due(office, case) is None
    assert office.work(case)["xem", 1].due_at is None
    sealed = office.events(case)[-1]
    assert "Bà Hoa".encode() not in sealed.body
    assert told(office, case)[0]["left"] == 4 * 480
    sound(office, case)
    # Tuesday is off: Wednesday to Friday are two working days later.
    go(office, "2026-11-26 09:05")
    office.do("thamtra", ask.ReceiveSupplement(case=case, note="Đã nộp đủ"))
    assert due(office, case) == at("2026-12-02 09:05")
    assert office.work(case)["xem", 1].due_at == at("2026-11-27 09:05")
    sound(office, case)
    assert kinds(judged(office, case)) == []


def test_a_second_supplement_and_an_extension_are_deviations(
    office: Office, case: UUID
) -> None:
    for _ in range(2):
        request(office, case)
        office.do("thamtra", ask.ReceiveSupplement(case=case))
    three = TimeLimit(3, "working-day")
    command = extend.ExtendDeadline(
        case=case, by=three, reason="Hồ sơ phức tạp", letter="12/PXL"
    )
    office.do("giamsat", command)
    assert due(office, case) == at("2026-12-03 09:05")
    sound(office, case)
    found = judged(office, case)
    assert kinds(found) == [(4, "asked-again", ""), (6, "extended", "")]
    assert found.deviations[1].approver == office.accounts["giamsat"].id.hex
    assert found.deviations[1].cause == "Hồ sơ phức tạp"


def test_a_restart_counts_anew_and_steps_go_on(office: Office) -> None:
    office.publish(moi=procedure("7.002", 'supplement="RESTART"'))
    case = office.open("7.002")
    go(office, "2026-11-23 09:05")
    request(office, case)
    go(office, "2026-11-26 10:00")
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    assert due(office, case) == at("2026-12-03 10:00")
    assert office.work(case)["xem", 1].due_at == at("2026-11-27 10:00")
    sound(office, case)


def test_two_waits_at_once_are_their_union_and_an_agency_lets_time_run(
    office: Office, case: UUID
) -> None:
    before = due(office, case)
    question = ask.ConsultAgency(
        case=case,
        agency="Sở Tư pháp",
        letter="15/UBND",
        question="Bà Hoa có đủ điều kiện không?",
        limit=TimeLimit(2, "working-day"),
    )
    office.do("thamtra", question)
    assert due(office, case) == before
    facts = json.loads(office.events(case)[-1].body)["facts"]
    assert facts["answer_due"].startswith("2026-11-25T02:05")
    pay = ask.RequestPayment(case=case, amount=150_000, reason="Phí thẩm định")
    office.do("thamtra", pay)
    go(office, "2026-11-20 10:05")
    request(office, case)
    go(office, "2026-11-20 11:05")
    paid = ask.ReceivePayment(
        case=case, amount=150_000, channel="npsp", receipt="BL 0012"
    )
    office.do("thamtra", paid)
    assert due(office, case) is None
    go(office, "2026-11-23 09:05")
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    assert due(office, case) == at("2026-12-01 09:05")
    answer = ask.ReceiveAnswer(case=case, letter="99/STP", answer="Đủ")
    office.do("thamtra", answer)
    sound(office, case)
    again = ask.ReceiveAnswer(case=case, letter="99/STP", answer="Đủ")
    wanted = refused(office, NotReadyError, lambda: office.do("thamtra", again))
    assert wanted == "no-wait"


def test_work_that_opens_while_the_clock_stands_waits_with_its_limit(
    office: Office,
) -> None:
    body = f"task xem 'Xem xét'; task tra 'Trả' {STEP}"
    office.publish(cho=procedure("7.003", body=body))
    case = office.open("7.003")
    request(office, case)
    office.complete("thamtra", case, "xem")
    assert office.work(case)["tra", 1].due_at is None
    go(office, "2026-11-23 09:05")
    office.do("motcua", ask.ReceiveSupplement(case=case))
    assert office.work(case)["tra", 1].due_at == at("2026-11-26 09:05")
    sound(office, case)
    office.complete("motcua", case, "tra")
    sound(office, case)


def test_the_drawing_begins_and_ends_waits(office: Office) -> None:
    body = f"task xem 'Xem xét' {STEP}; task cho 'Chờ nộp thuế' qt:clock='payment'; "
    body += "catch bao 'Chờ báo' qt:clock='agency' " + bpmn.timer("PT1H")
    body += "; task tra 'Trả'"
    flow = "s > xem > cho > bao > tra > e"
    drawn = procedure("7.004", 'consultation="SUSPEND"', body, flow, "cho tra")
    office.publish(ve=drawn)
    case = office.open("7.004")
    office.complete("thamtra", case, "xem")
    assert [one["change"] for one in told(office, case)] == ["wait-begun"]
    assert due(office, case) is None
    sound(office, case)
    go(office, "2026-11-20 10:05")
    office.complete("motcua", case, "cho")
    assert [one["cause"] for one in told(office, case)] == ["payment", "agency"]
    assert due(office, case) is None
    go(office, "2026-11-20 11:05")
    office.wake(case)
    assert due(office, case) == at("2026-11-30 11:05")
    sound(office, case)
    office.complete("motcua", case, "tra")
    assert kinds(judged(office, case)) == []
    sound(office, case)


def test_a_case_that_ends_while_it_waits_has_a_due_instant_again(
    office: Office, case: UUID
) -> None:
    request(office, case)
    go(office, "2026-11-23 09:05")
    office.complete("thamtra", case, "xem")
    office.complete("motcua", case, "tra")
    assert due(office, case) == at("2026-12-01 09:05")
    assert not clock_text.load(office.case(case).clock).open_waits  # type: ignore[union-attr]
    sound(office, case)


def test_a_suspension_stops_the_clock(office: Office, case: UUID) -> None:
    rest = SuspendCase(case=case, reason="Chờ toà", basis="Điều 9", document="12/QĐ")
    office.do("giamsat", rest)
    assert due(office, case) is None
    go(office, "2026-11-23 09:05")
    office.do("giamsat", EndSuspension(case=case, reason="Đã xong"))
    assert due(office, case) == at("2026-12-01 09:05")
    sound(office, case)


def test_a_clerk_asks_for_more_time_and_somebody_else_grants_it(
    office: Office, case: UUID
) -> None:
    until = at("2026-12-10 16:00").astimezone(UTC)
    asked = extend.AskExtension(case=case, by=until, reason="Hồ sơ phức tạp")
    office.do("thamtra", asked)
    assert due(office, case) == at("2026-11-30 09:05")
    grant = extend.ExtendDeadline(case=case, by=until, reason="Đồng ý", letter="1/PXL")
    assert refused(office, NotAllowedError, lambda: office.do("thamtra", grant))
    office.do("giamsat", grant)
    assert due(office, case) == until
    facts = json.loads(office.events(case)[-1].body)["facts"]
    assert (facts["asked"], facts["letter"]) == (2, "1/PXL")
    sound(office, case)
    office.do(
        "thamtra", asked.__class__(case=case, by=TimeLimit(1, "month"), reason="x")
    )
    office.do("giamsat", extend.RefuseExtension(case=case, reason="Đủ rồi"))
    assert due(office, case) == until
    sound(office, case)
    none = extend.RefuseExtension(case=case, reason="Đủ rồi")
    assert refused(office, NotReadyError, lambda: office.do("giamsat", none))


@pytest.mark.parametrize(
    ("login", "refusal", "more"),
    [
        ("xa", (EngineError, "not-found"), {}),
        ("kiemtoan", (NotAllowedError, "not-allowed"), {}),
        ("giamsat", (NotAllowedError, "not-allowed"), {}),
        ("thamtra", (NotReadyError, "no-why"), {"reason": "  "}),
        ("thamtra", (TooLargeError, "reason-chars"), {"missing": "x" * 1_001}),
        ("thamtra", (StaleError, "stale"), {"version": 7}),
    ],
)
def test_what_is_not_allowed_or_lacks_something_is_refused(
    office: Office, case: UUID, login: str, refusal: Any, more: dict[str, Any]
) -> None:
    kind, code = refusal
    found = refused(office, kind, lambda: request(office, case, login, **more))
    assert found == code


def test_one_supplement_at_a_time_and_none_of_a_closed_case(
    office: Office, case: UUID
) -> None:
    none = ask.ReceiveSupplement(case=case)
    wanted = refused(office, NotReadyError, lambda: office.do("thamtra", none))
    assert wanted == "no-wait"
    request(office, case)
    assert refused(office, NotReadyError, lambda: request(office, case)) == (
        "waits-already"
    )
    office.complete("thamtra", case, "xem")
    office.complete("motcua", case, "tra")
    closed = refused(office, NotReadyError, lambda: request(office, case, "motcua"))
    assert closed == "case-closed"


def forged(office: Office, case: UUID, seq: int, change: Any) -> list[str]:
    events = forging.forge(office.events(case), seq, change)
    return [one[-1] for one in wrong(judged(office, case, events))]


def _due(body: Body, _: dict[str, Any]) -> None:
    body["facts"]["clock"][0]["due"][1] = "2026-12-09T02:05:00.000000Z"


def _policy(body: Body, _: dict[str, Any]) -> None:
    body["facts"]["clock"][0]["policy"] = "CONTINUE"


def _silent(body: Body, _: dict[str, Any]) -> None:
    del body["facts"]["clock"]


@pytest.mark.parametrize(("seq", "change"), [(2, _policy), (3, _due), (3, _silent)])
def test_a_clock_that_was_moved_otherwise_does_not_hold(
    office: Office, case: UUID, seq: int, change: Any
) -> None:
    request(office, case)
    go(office, "2026-11-26 09:05")
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    assert "other-clock" in forged(office, case, seq, change)


def test_who_asked_for_more_time_did_not_grant_it(office: Office, case: UUID) -> None:
    three = TimeLimit(3, "working-day")
    office.do("thamtra", extend.AskExtension(case=case, by=three, reason="Khó"))
    grant = extend.ExtendDeadline(case=case, by=three, reason="Được", letter="1/PXL")
    office.do("giamsat", grant)

    def own(body: Body, _: dict[str, Any]) -> None:
        body["doer"]["account"] = office.accounts["giamsat"].id.hex

    assert "own-request" in forged(office, case, 2, own)


# Alarms.


def ring(office: Office) -> tuple[Any, Any]:
    found = office.app.engine.run(SoundAlarms(), office.tenant)
    return found["raised"], found["overdue"]


def test_each_alarm_is_raised_once_for_a_due_instant(
    office: Office, case: UUID
) -> None:
    assert ring(office) == (0, 0)
    # 80 % of sixteen hours from Friday 09:05, Tuesday being off: on Monday at 15:23.
    go(office, "2026-11-23 15:22")
    assert ring(office) == (0, 0)
    go(office, "2026-11-23 15:23")
    assert ring(office) == (1, 0)
    assert ring(office) == (0, 0)
    go(office, "2026-11-25 09:05")
    assert ring(office) == (1, 1)
    # Another due instant warns again.
    request(office, case)
    assert ring(office) == (0, 0)
    go(office, "2026-11-27 09:05")
    office.do("thamtra", ask.ReceiveSupplement(case=case))
    assert ring(office) == (1, 1)
    assert office.rebuild(case) == []
    assert ring(office) == (0, 0)
    # The case itself, due on 2/12; what is overdue is not said to be due soon.
    go(office, "2026-12-05 09:05")
    assert ring(office) == (1, 1)
    office.complete("thamtra", case, "xem")
    office.complete("motcua", case, "tra")
    assert ring(office) == (0, 0)
    with office.app.store.begin(office.tenant) as uow:
        waiting = uow.alarms.waiting(10)
        assert [one.kind.value for one in waiting].count("overdue") == 3
        uow.alarms.delivered(waiting[0], office.clock.now())
        assert len(uow.alarms.waiting(10)) == len(waiting) - 1


def test_a_sweep_that_is_killed_raises_the_same_next_time(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-25 09:05")
    with office.app.store.begin(office.tenant) as uow:
        assert len(uow.alarms.ring(office.clock.now(), 10)) == 1
    assert due(office, case) == at("2026-11-30 09:05")
    assert ring(office) == (1, 1)
    assert ring(office) == (0, 0)
