"""Letters for suspended cases: they arrive when the suspension ends."""

from uuid import UUID

import pytest

from engine import limits
from engine.commands.deliver_message import DeliverMessage
from engine.commands.send_signal import SendSignal
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain.run import Status
from engine.errors import NotReadyError
from tests.integration.engine.office import Office
from tests.integration.engine.test_exchange import (
    ANSWERING,
    ASKING,
    HEARING,
    cases,
    letters,
    sound,
    sweep,
)


def order(office: Office, case: UUID) -> None:
    """Let a case rest."""
    command = SuspendCase(case=case, reason="Chờ", basis="Điều 9", document="12/QĐ")
    office.do("giamsat", command)


def test_a_letter_waits_for_the_end_of_a_suspension(office: Office) -> None:
    office.publish(hoi=ASKING)
    office.publish(dap=ANSWERING)
    asking = office.open("hoi_dap", so="7", noi_dung="Phí?")
    office.complete("motcua", asking, "lam")
    sweep(office)
    (answering,) = set(cases(office)) - {asking}
    order(office, asking)
    office.complete("thamtra", answering, "xem", {"tra_loi": "5000"})
    for _ in range(limits.DELIVERY_ATTEMPTS + 2):
        sweep(office)
        office.clock.move(minutes=11)
    letter = letters(office)[-1]
    assert (letter.tried.reason, letter.tried.attempts) == ("suspended", 0)
    assert office.case(asking).status is Status.OPEN
    office.do("giamsat", EndSuspension(case=asking, reason="Đã rõ"))
    assert sweep(office) == 1
    assert office.case(asking).status is Status.COMPLETED
    sound(office)


def test_a_signal_waits_as_well(office: Office) -> None:
    office.publish(nghe=HEARING)
    case = office.open("nghe_bao")
    order(office, case)
    office.do("lienthong", SendSignal(name="bao", payload={"muc": 1}))
    for _ in range(limits.DELIVERY_ATTEMPTS + 2):
        sweep(office)
        office.clock.move(minutes=11)
    (letter,) = letters(office)
    (parcel,) = letter.parcels
    assert (parcel.tried.reason, parcel.tried.attempts) == ("suspended", 0)
    office.do("giamsat", EndSuspension(case=case, reason="Đã rõ"))
    sweep(office)
    assert [one.type for one in office.events(case)] == [
        "case.opened",
        "case.suspended",
        "suspension.ended",
        "signal.received",
    ]
    sound(office)


def test_nobody_hands_a_letter_to_a_suspended_case(office: Office) -> None:
    office.publish(hoi=ASKING)
    office.publish(dap=ANSWERING)
    asking = office.open("hoi_dap", so="7", noi_dung="Phí?")
    office.complete("motcua", asking, "lam")
    sweep(office)
    (answering,) = set(cases(office)) - {asking}
    order(office, asking)
    office.complete("thamtra", answering, "xem", {"tra_loi": "5000"})
    ref = letters(office)[-1].sent.ref
    command = DeliverMessage(stream=ref.stream, seq=ref.seq, n=ref.n, case=asking)
    with pytest.raises(NotReadyError):
        office.do("lienthong", command)
