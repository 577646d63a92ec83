"""What the record tells of a dossier, and its state on the portal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from engine.domain import portal
from engine.domain.dossier_record import Component, Dossier, Ending, Paid, take
from engine.domain.portal import PortalState

AT: Final = datetime(2026, 11, 20, 2, tzinfo=UTC)
DAY: Final = date(2026, 11, 20)
OPENED: Final[dict[str, Any]] = {
    "channel": "direct",
    "due": "2026-11-27T02:00:00Z",
    "components": [{"name": "Đơn", "kind": "original", "quantity": 1}],
    "fees": [{"name": "Lệ phí", "amount": 20000}],
}
Told = tuple[str, dict[str, Any]]


def told(*events: Told, ends: bool = False) -> Dossier:
    """A dossier received and then told of, an event an hour."""
    dossier = take(Dossier(), "case.opened", AT, OPENED)
    for hour, (kind, facts) in enumerate(events, start=1):
        last = ends and hour == len(events)
        dossier = take(dossier, kind, AT + timedelta(hours=hour), facts, ends=last)
    return dossier


def clock(change: str, cause: str, due: str | None) -> dict[str, Any]:
    wait = f"{cause}:1"
    return {
        "clock": [{"change": change, "cause": cause, "wait": wait, "due": [None, due]}]
    }


ASKED: Final = ("supplement.requested", clock("wait-begun", "supplement", None))
BROUGHT: Final = (
    "supplement.received",
    clock("wait-ended", "supplement", "2026-12-01T02:00:00Z"),
)
TO_PAY: Final = ("payment.requested", clock("wait-begun", "payment", None))
ISSUED: Final = ("result.issued", {"number": "12/GP", "date": "2026-11-25"})
RETURNED: Final = ("result.returned", {"how": "direct"})
DONE: Final[Told] = ("task.completed", {})


def test_a_receipt_tells_what_came_in_and_what_is_to_be_paid() -> None:
    dossier = told()
    assert dossier.components == (Component(name="Đơn"),)
    assert dossier.received_at == AT
    assert dossier.due_at == datetime(2026, 11, 27, 2, tzinfo=UTC)
    assert dossier.paid is Paid.DUE
    assert not dossier.handled


def test_a_dossier_received_on_paper_came_in_when_it_really_did() -> None:
    facts = OPENED | {"paper": {"at": "2026-11-19T01:00:00Z"}}
    received = take(Dossier(), "case.opened", AT, facts).received_at
    assert received == datetime(2026, 11, 19, 1, tzinfo=UTC)


def test_payment_is_told_by_its_sum() -> None:
    half: Told = ("fee.paid", {"name": "Lệ phí", "amount": 5000, "channel": "counter"})
    rest: Told = ("payment.received", {"amount": 15000, "channel": "npsp"})
    assert told(half).paid is Paid.PART
    assert told(half, rest).paid is Paid.PAID
    free = take(Dossier(), "case.opened", AT, OPENED | {"fees": []})
    assert free.paid is Paid.NONE


def test_the_clock_stands_while_a_supplement_is_awaited() -> None:
    waiting, on = told(ASKED), told(ASKED, BROUGHT)
    assert waiting.due_at is None
    assert waiting.waits_for("supplement")
    assert on.due_at == datetime(2026, 12, 1, 2, tzinfo=UTC)
    (asked,) = on.supplements
    assert asked.began == AT + timedelta(hours=1)
    assert asked.ended == AT + timedelta(hours=2)
    assert not on.waits


@pytest.mark.parametrize(
    ("events", "ends", "state"),
    [
        ((), False, PortalState.RECEIVED),
        ((("task.claimed", {}),), False, PortalState.RECEIVED),
        ((DONE,), False, PortalState.IN_PROCESS),
        ((DONE, ASKED), False, PortalState.SUPPLEMENT_ASKED),
        ((DONE, ASKED, BROUGHT), False, PortalState.IN_PROCESS),
        ((TO_PAY,), False, PortalState.PAYMENT_ASKED),
        ((TO_PAY, ASKED), False, PortalState.SUPPLEMENT_ASKED),
        ((ASKED, ("withdrawal.asked", {})), False, PortalState.WITHDRAWAL_ASKED),
        ((("withdrawal.asked", {}), ISSUED), False, PortalState.DONE),
        ((ISSUED,), False, PortalState.DONE),
        ((DONE,), True, PortalState.DONE),
        ((ISSUED, RETURNED), False, PortalState.RETURNED),
        ((ISSUED, RETURNED, DONE), True, PortalState.RETURNED),
        ((("case.stopped", {}),), True, PortalState.STOPPED),
        ((("case.withdrawn", {}),), True, PortalState.STOPPED),
    ],
)
def test_the_portal_sees_the_first_state_that_fits(
    events: tuple[Told, ...],
    ends: bool,  # noqa: FBT001 - a row of the table above
    state: PortalState,
) -> None:
    assert portal.state(told(*events, ends=ends), DAY) is state


def test_what_was_never_received_is_only_registered() -> None:
    assert portal.state(Dossier(), DAY) is PortalState.REGISTERED


def test_an_ending_that_is_drawn_counts_more_than_the_kind_of_the_act() -> None:
    refused: Told = ("task.completed", {"ending": "refused"})
    assert told(refused, ends=True).ending is Ending.REFUSED
    assert told(DONE, ends=True).ending is Ending.DONE
    assert told(("case.withdrawn", {}), ends=True).ending is Ending.WITHDRAWN
