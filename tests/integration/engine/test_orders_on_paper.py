"""What is ordered for a case on paper: stopping, suspending, more time.

Friday 20/11/2026; the case was received at 09:05 and is promised for Monday 30/11 at
09:05. What was ordered in the morning is entered at 16:00. Due instants are worked out
by hand.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import ask_outside as ask
from engine.commands import change_organisation as change
from engine.commands import extend_deadline as extend
from engine.commands.dossier_acts import PayFee
from engine.commands.end_case import StopCase
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain.case import TaskStatus
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Role
from engine.domain.run import Status
from engine.errors import NotAllowedError, NotReadyError
from engine.evidence.papers import letters, slip
from tests.integration.engine import forging, reorganised
from tests.integration.engine import test_substitution as substitution
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import at, due, go, procedure
from tests.integration.engine.test_on_paper import WHY, refused, sheet
from tests.integration.engine.test_papers import source_of
from tests.integration.engine.test_verdicts import judged, kinds, wrong

ORDER: Final[dict[str, Any]] = {
    "reason": "Chờ bản án",
    "basis": "Điều 9",
    "document": "5/QĐ",
}
#: A second supervisor of the province.
CHIEF: Final = "truongban"
AFTERNOON: Final = "2026-11-20T16:00"
ONE_DAY: Final = TimeLimit(1, "working-day")


@scene
def case(office: Office) -> UUID:
    """Received at 09:05, entered on the screen."""
    reorganised.add_person(office, CHIEF, Role.SUPERVISOR, "province", "Giám sát")
    office.publish(giay=procedure("8.001"))
    return office.open("8.001")


def chief(office: Office, hour: str, **more: Any) -> OnPaper:
    """A sheet of the second supervisor."""
    return sheet(office, CHIEF, f"2026-11-20T{hour}", **more)


def enter(office: Office, command: object, login: str = "giamsat") -> None:
    """Enter it at 16:00."""
    go(office, AFTERNOON)
    office.do(login, command)


def sound(office: Office, case: UUID) -> list[str]:
    """The record holds and gives back what is stored; the deviations."""
    found = judged(office, case)
    assert wrong(found) == []
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    return [kind for _, kind, _ in kinds(found)]


def last(office: Office, case: UUID) -> Body:
    body: Body = json.loads(office.events(case)[-1].body)
    return body


def forged(office: Office, case: UUID, seq: int, change_: forging.Change) -> list[Any]:
    """What the court says of a record with one event forged."""
    events = forging.forge(office.events(case), seq, change_)
    return wrong(judged(office, case, events))


def told(**facts: Any) -> forging.Change:
    return lambda body, _: body["facts"]["paper"].update(facts)


# Stopping.


def test_a_case_stopped_on_paper_ended_when_it_really_was(
    office: Office, case: UUID
) -> None:
    enter(office, StopCase(case=case, **ORDER, paper=chief(office, "10:00")))
    ended = at("2026-11-20T10:00")
    row = office.case(case)
    assert (row.status, row.closed_at) == (Status.COMPLETED, ended)
    work = office.work(case)["xem", 1]
    assert (work.status, work.closed_at) == (TaskStatus.CANCELLED, ended)
    with office.app.store.read(office.tenant) as uow:
        dossier = uow.dossiers.get(case)
    assert dossier is not None
    assert dossier.dossier.ended_at == ended
    assert sound(office, case) == ["stopped by a person", "on-paper"]
    # Who decided is who did it on paper; the notice bears that name and instant.
    assert judged(office, case).deviations[0].approver == office.accounts[CHIEF].id.hex
    view = letters.stop(source_of(office, case), 2, office.clock.now())
    assert (view.stopped, view.official.person) == (ended, f"Người {CHIEF}")
    assert view.official.position == "Giám sát"
    assert slip.slip(source_of(office, case), office.clock.at).ended == ended


@pytest.mark.parametrize("command", [StopCase, SuspendCase])
def test_after_an_order_nothing_was_done_any_more(
    office: Office, case: UUID, command: Any
) -> None:
    go(office, "2026-11-20T10:30")
    office.complete("thamtra", case, "xem")
    go(office, AFTERNOON)
    early = command(case=case, **ORDER, paper=chief(office, "10:29"))
    before = office.digest()
    refused(lambda: office.do("giamsat", early), NotReadyError, "paper-order")
    assert office.digest() == before
    # A sheet tells the minute.
    office.do("giamsat", replace(early, paper=chief(office, "10:30")))
    sound(office, case)
    earlier = told(at="2026-11-20T03:29:00.000000Z")
    assert (3, "time", "paper-instant") in forged(office, case, 3, earlier)


def test_what_was_said_beside_a_step_comes_before_an_order_too(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T10:30")
    office.do("thamtra", ask.RequestSupplement(case=case, missing="Giấy", reason="Vì"))
    go(office, AFTERNOON)
    early = StopCase(case=case, **ORDER, paper=chief(office, "10:00"))
    refused(lambda: office.do("giamsat", early), NotReadyError, "paper-order")


def test_an_order_is_given_by_who_held_a_position_over_the_case(
    office: Office, case: UUID
) -> None:
    """By nobody else: no clerk, no substitute, no supervisor of another place."""
    reorganised.add_person(office, "noikhac", Role.SUPERVISOR, "elsewhere", "Giám sát")
    substitution.give(office, CHIEF, "noikhac")
    go(office, AFTERNOON)
    over = office.actor(CHIEF).positions[0].id
    sheets = [
        sheet(office, "thamtra"),
        sheet(office, "noikhac"),
        sheet(office, "noikhac", position=over),
        sheet(office, CHIEF, position=office.actor("noikhac").positions[0].id),
    ]
    for command in (StopCase, SuspendCase):
        for paper in sheets:
            refused(
                lambda make=command, told=paper: office.do(  # type: ignore[misc]
                    "giamsat", make(case=case, **ORDER, paper=told)
                ),
                NotAllowedError,
                "paper-holder",
            )
    suspended = SuspendCase(case=case, **ORDER, paper=chief(office, "10:00"))
    office.do("giamsat", suspended)
    sound(office, case)
    for paper in sheets:
        put = told(by=paper.by.hex, position=paper.position.hex)
        found = forged(office, case, 2, put)
        assert [one[:2] for one in found] == [(2, "authority")]


def test_who_enters_an_order_supervises_the_case_now(
    office: Office, case: UUID
) -> None:
    go(office, AFTERNOON)
    command = StopCase(case=case, **ORDER, paper=chief(office, "10:00"))
    refused(lambda: office.do("thamtra", command), NotAllowedError, "not-allowed")


# Suspending.


def test_a_suspension_on_paper_moves_the_promise_by_its_real_time(
    office: Office, case: UUID
) -> None:
    enter(office, SuspendCase(case=case, **ORDER, paper=chief(office, "10:00")))
    assert office.case(case).suspended_at == at("2026-11-20T10:00")
    assert due(office, case) is None
    sound(office, case)
    on = EndSuspension(case=case, reason="Đã rõ", paper=chief(office, "11:00"))
    office.do("giamsat", on)
    assert office.case(case).suspended_at is None
    # An hour later than promised, and so is the step of sixteen hours.
    assert due(office, case) == at("2026-11-30T10:05")
    assert office.work(case)["xem", 1].due_at == at("2026-11-25T10:05")
    assert sound(office, case) == ["suspended", "on-paper", "on-paper"]


def test_a_suspension_ends_on_paper_after_it_began(office: Office, case: UUID) -> None:
    go(office, "2026-11-20T10:00")
    office.do("giamsat", SuspendCase(case=case, **ORDER))
    go(office, AFTERNOON)
    early = EndSuspension(case=case, reason="Rõ", paper=chief(office, "09:59"))
    refused(lambda: office.do("giamsat", early), NotReadyError, "paper-clock")
    office.do("giamsat", replace(early, paper=chief(office, "10:00")))
    sound(office, case)
    earlier = told(at="2026-11-20T02:59:00.000000Z")
    assert (3, "time", "paper-instant") in forged(office, case, 3, earlier)


def test_a_suspended_case_is_stopped_and_paid_for_on_paper_and_nothing_else(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T10:00")
    office.do("giamsat", SuspendCase(case=case, **ORDER))
    go(office, AFTERNOON)
    desk = sheet(office, "motcua", "2026-11-20T11:00")
    office.do("motcua", fee(case, desk))
    for command, login in (
        (extend.AskExtension(case=case, by=ONE_DAY, reason="Vì", paper=desk), "motcua"),
        (
            extend.ExtendDeadline(
                case=case, by=ONE_DAY, reason="Vì", paper=chief(office, "11:00")
            ),
            "giamsat",
        ),
    ):
        refused(
            lambda who=login, made=command: office.do(who, made),  # type: ignore[misc]
            NotReadyError,
            "suspended",
        )
    office.do("giamsat", StopCase(case=case, **ORDER, paper=chief(office, "11:30")))
    assert office.case(case).closed_at == at("2026-11-20T11:30")
    sound(office, case)


def test_what_waits_stands_still_until_the_case_was_stopped_on_paper(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T10:00")
    office.do("thamtra", ask.RequestSupplement(case=case, missing="Giấy", reason="Vì"))
    enter(office, StopCase(case=case, **ORDER, paper=chief(office, "11:00")))
    assert due(office, case) == at("2026-11-30T10:05")
    sound(office, case)


# More time.


def both(office: Office, case: UUID) -> None:
    """Asked on paper at 10:00, granted on paper at 10:30."""
    asked = extend.AskExtension(
        case=case,
        by=ONE_DAY,
        reason="Hồ sơ phức tạp",
        paper=sheet(office, "thamtra", "2026-11-20T10:00"),
    )
    enter(office, asked, "thamtra2")
    granted = extend.ExtendDeadline(
        case=case, by=ONE_DAY, reason="Đồng ý", paper=chief(office, "10:30")
    )
    office.do("giamsat", granted)


def test_more_time_is_asked_for_and_given_on_paper(office: Office, case: UUID) -> None:
    both(office, case)
    assert due(office, case) == at("2026-12-01T09:05")
    facts = last(office, case)["facts"]
    assert facts["approver"] == office.accounts[CHIEF].id.hex
    assert facts["asked"] == 2
    assert sound(office, case) == ["on-paper", "on-paper", "extended"]
    view = letters.apology(source_of(office, case), 3, office.clock.now())
    assert view.official.person == f"Người {CHIEF}"
    # What the clock says of it is the real instant.
    assert '"2026-11-20T03:30:00.000000Z"' in office.case(case).clock
    entered = office.accounts["giamsat"].id.hex
    other: forging.Change = lambda body, _: body["facts"].update(approver=entered)  # noqa: E731
    assert (3, "authority", "other-approver") in forged(office, case, 3, other)


def test_more_time_is_given_after_it_was_asked_for(office: Office, case: UUID) -> None:
    go(office, "2026-11-20T10:00")
    office.do("thamtra", extend.AskExtension(case=case, by=ONE_DAY, reason="Vì"))
    go(office, AFTERNOON)
    answers: list[Any] = [
        extend.ExtendDeadline(
            case=case, by=ONE_DAY, reason="Vì", paper=chief(office, "09:59")
        ),
        extend.RefuseExtension(case=case, reason="Vì", paper=chief(office, "09:59")),
    ]
    for one in answers:
        refused(
            lambda made=one: office.do("giamsat", made),  # type: ignore[misc]
            NotReadyError,
            "paper-early",
        )
    office.do("giamsat", replace(answers[1], paper=chief(office, "10:00")))
    assert due(office, case) == at("2026-11-30T09:05")
    sound(office, case)
    earlier = told(at="2026-11-20T02:59:00.000000Z")
    assert (3, "time", "paper-instant") in forged(office, case, 3, earlier)


def test_more_time_on_paper_is_later_than_when_it_was_given_not_than_now(
    office: Office, case: UUID
) -> None:
    until, given = at("2026-12-01T10:00"), "2026-11-30T08:00"
    go(office, "2026-12-02T08:00")
    paper = sheet(office, CHIEF, given)
    command = extend.ExtendDeadline(case=case, by=until, reason="Vì", paper=paper)
    refused(
        lambda: office.do("giamsat", replace(command, paper=None)),
        NotReadyError,
        "not-later",
    )
    office.do("giamsat", command)
    assert due(office, case) == until
    sound(office, case)


#: Who works on the case and supervises it.
TWO: Final = "truongphong"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        # On paper by, entered by.
        ((TWO, "thamtra"), (None, TWO)),
        ((None, TWO), (TWO, "giamsat")),
        ((TWO, "thamtra"), (TWO, "giamsat")),
        # Who entered the one entered the other, or did it.
        (("thamtra", TWO), (CHIEF, TWO)),
        (("thamtra", TWO), (TWO, "giamsat")),
    ],
)
def test_nobody_has_a_hand_in_a_request_for_more_time_and_its_answer(
    office: Office,
    case: UUID,
    asked: tuple[str | None, str],
    given: tuple[str | None, str],
) -> None:
    substitution.both(office)
    go(office, AFTERNOON)
    desk, over = (office.actor(of).positions[0].id for of in ("thamtra", "giamsat"))

    def paper(who: str | None, position: UUID) -> OnPaper | None:
        return None if who is None else sheet(office, who, AFTERNOON, position=position)

    request = extend.AskExtension(
        case=case, by=ONE_DAY, reason="Vì", paper=paper(asked[0], desk)
    )
    office.do(asked[1], request)
    where = office.actor(CHIEF).positions[0].id if given[0] == CHIEF else over
    answers: tuple[Any, ...] = (
        extend.ExtendDeadline(
            case=case, by=ONE_DAY, reason="Vì", paper=paper(given[0], where)
        ),
        extend.RefuseExtension(case=case, reason="Vì", paper=paper(given[0], where)),
    )
    for one in answers:
        refused(
            lambda made=one: office.do(given[1], made),  # type: ignore[misc]
            NotAllowedError,
            "own-request",
        )
    # A third person answers it, on paper as well.
    office.do("giamsat", replace(answers[0], paper=sheet(office, CHIEF, AFTERNOON)))
    assert wrong(judged(office, case)) == []
    own = {"by": office.accounts[request_hand(office, case)].id.hex}
    assert "own-request" in [one[-1] for one in forged(office, case, 3, told(**own))]


def request_hand(office: Office, case: UUID) -> str:
    """Somebody with a hand in the request."""
    doer = json.loads(office.events(case)[1].body)["doer"]
    names = {one.id.hex: login for login, one in office.accounts.items()}
    return names[doer["account"]]


def test_whom_a_substitute_asked_for_cannot_be_seen_on_paper(
    office: Office, case: UUID
) -> None:
    substitution.give(office, "thamtra", "xa")
    go(office, AFTERNOON)
    theirs = office.actor("thamtra").positions[0].id
    paper = sheet(office, "xa", position=theirs)
    command = extend.AskExtension(case=case, by=ONE_DAY, reason="Vì", paper=paper)
    refused(lambda: office.do("thamtra2", command), NotAllowedError, "paper-holder")
    office.do("thamtra2", replace(command, paper=sheet(office, "thamtra")))
    sound(office, case)
    put = told(by=paper.by.hex)
    assert [one[:2] for one in forged(office, case, 2, put)] == [(2, "authority")]


# Fees.


def fee(case: UUID, paper: OnPaper | None) -> PayFee:
    return PayFee(
        case=case,
        name="Lệ phí",
        amount=8000,
        channel="counter",
        receipt="0001",
        reason="Phí không thu lúc tiếp nhận",
        paper=paper,
    )


def test_a_fee_that_was_taken_on_paper_was_paid_then(
    office: Office, case: UUID
) -> None:
    enter(office, fee(case, sheet(office, "motcua", "2026-11-20T10:00")), "motcua")
    with office.app.store.read(office.tenant) as uow:
        found = uow.dossiers.get(case)
    assert found is not None
    assert [one.at for one in found.dossier.payments] == [at("2026-11-20T10:00")]
    assert sound(office, case) == ["on-paper"]
    for paper, kind, code in (
        (sheet(office, "motcua", "2026-11-20T16:01"), NotReadyError, "paper-future"),
        (sheet(office, "motcua", "2026-11-20T09:04"), NotReadyError, "paper-early"),
        (sheet(office, "motcua", why=""), NotReadyError, "paper-why"),
        (sheet(office, "xa"), NotAllowedError, "paper-holder"),
    ):
        refused(
            lambda told=paper: office.do("motcua", fee(case, told)),  # type: ignore[misc]
            kind,
            code,
        )


@pytest.mark.parametrize("kind", [EventType.CASE_STOPPED, EventType.CASE_SUSPENDED])
def test_the_real_instant_of_an_order_that_is_forged_does_not_hold(
    office: Office, case: UUID, kind: EventType
) -> None:
    made = {EventType.CASE_STOPPED: StopCase, EventType.CASE_SUSPENDED: SuspendCase}
    command: Callable[..., object] = made[kind]
    enter(office, command(case=case, **ORDER, paper=chief(office, "10:00")))
    for changes, question, code in (
        ({"at": "2026-11-20T02:04:00.000000Z"}, "time", "paper-instant"),
        ({"at": "2026-11-20T09:01:00.000000Z"}, "time", "paper-after"),
        ({"why": ""}, "authority", "paper-unexplained"),
    ):
        assert (2, question, code) in forged(office, case, 2, told(**changes))


def test_who_left_since_still_ordered_it_then(office: Office, case: UUID) -> None:
    paper = chief(office, "10:00")
    go(office, "2026-11-25T08:00")
    ended = change.EndHolding(
        position=paper.position,
        account=paper.by,
        valid_from=date.min,
        valid_to=date(2026, 11, 24),
    )
    office.app.engine.run(ended, office.tenant)
    late = StopCase(case=case, **ORDER, paper=replace(paper, at=office.clock.at))
    refused(lambda: office.do("giamsat", late), NotAllowedError, "paper-holder")
    office.do("giamsat", StopCase(case=case, **ORDER, paper=paper))
    assert sound(office, case)[:1] == ["stopped by a person"]
    assert WHY in [one.cause for one in judged(office, case).deviations]
