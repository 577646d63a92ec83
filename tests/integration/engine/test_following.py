"""What a day brings of itself: work and cases follow the organisation, once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from engine.commands.change_organisation import EndHolding
from engine.domain.case import TaskStatus
from engine.domain.organisation import Role
from engine.evidence import record
from tests.integration.engine import forging, reorganised
from tests.integration.engine.office import EXAMINER, LEADER, Office
from tests.integration.engine.reorganised import TODAY
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_substitution import give
from tests.integration.engine.test_verdicts import judged, wrong
from webui import following, worker

TOMORROW: Final = TODAY + timedelta(days=1)


@scene
def case(office: Office) -> UUID:
    """A case whose examination nobody has claimed."""
    opened = office.open("1.001", ten="Nguyễn Văn A", phi=0)
    office.complete("motcua", opened, "nhan")
    return opened


def ends_today(office: Office, login: str) -> None:
    """Somebody holds a position until the end of the day."""
    office.clock.move(minutes=1)
    position = office.actor(login).positions[0].id
    with office.app.store.read(office.tenant) as uow:
        holders = uow.accounts.organisation().holders
    (held,) = (one for one in holders if one.position == position)
    ending = EndHolding(
        position=position,
        account=held.account,
        valid_from=held.valid_from,
        valid_to=TODAY,
    )
    office.do("quantri", ending)


def union_from_tomorrow(office: Office) -> UUID:
    """The office becomes another one tomorrow; its examiner goes with it."""
    reorganised.add_agency(office, "union")
    reorganised.add_person(office, "thamtra3", Role.CLERK, "union", EXAMINER)
    reorganised.add_person(office, "lanhdao2", Role.CLERK, "union", LEADER)
    old = office.actor("thamtra").positions[0].id
    new = reorganised.add_position(office, "union", EXAMINER)
    move = ("office", "union")
    reorganised.reorganise(office, move, since=TOMORROW, positions=((old, new),))
    return new


def awake(_: object) -> bool:
    return False


def due(office: Office, by: following.Follower | None = None) -> list[following.Act]:
    """What a worker that has just begun finds, or one that has worked before."""
    follower = by or following.Follower(office.app)
    return [*follower.due(office.tenant, awake, 100)]


def carry_out(office: Office, acts: list[following.Act]) -> None:
    for act in acts:
        office.app.engine.run(act.command, office.tenant)


def swept(office: Office, done: Callable[[], bool]) -> None:
    """Let a real worker work until something holds."""
    working, pause = worker.Worker(office.app, interval=0.01), threading.Event()
    working.start()
    for _ in range(500):
        if done():
            break
        pause.wait(0.02)
    working.stop()
    assert done()


def kinds(office: Office, case: UUID) -> list[str]:
    return [str(record.parse(one.body)["type"]) for one in office.events(case)]


def test_what_was_claimed_goes_back_when_the_last_day_is_over(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, "tham_tra")
    ends_today(office, "thamtra")
    assert due(office) == []
    office.clock.move(days=1)
    swept(office, lambda: office.work(case)["tham_tra", 1].assignee is None)
    task = office.work(case)["tham_tra", 1]
    assert (task.status, task.position) == (TaskStatus.OPEN, None)
    body = record.parse(office.events(case)[-1].body)
    assert (body["type"], body["doer"]) == ("task.released", {})
    assert body["facts"] == {"reason": "holding-ended"}
    # When it happened, not when the right to it ended.
    assert body["at"] == record.instant(office.clock.now())
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []
    assert due(office) == []


def test_a_substitute_keeps_nothing_after_the_last_day(
    office: Office, case: UUID
) -> None:
    give(office, "thamtra", "xa", valid_to=TODAY)
    office.claim("xa", case, "tham_tra")
    assert due(office) == []
    office.clock.move(days=1)
    carry_out(office, due(office))
    assert office.work(case)["tham_tra", 1].status is TaskStatus.OPEN
    assert wrong(judged(office, case)) == []
    # Whose position it is may take it now.
    office.claim("thamtra", case, "tham_tra")
    assert due(office) == []


def test_who_holds_the_position_on_loses_nothing(office: Office, case: UUID) -> None:
    office.claim("thamtra2", case, "tham_tra")
    ends_today(office, "thamtra")
    office.clock.move(days=1)
    assert due(office) == []
    assert office.work(case)["tham_tra", 1].status is TaskStatus.CLAIMED


def test_cases_follow_an_order_when_its_day_has_come(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, "tham_tra")
    position, before = union_from_tomorrow(office), office.events(case)
    assert due(office) == []
    office.clock.move(days=1)
    union = office.agencies["union"]
    swept(office, lambda: office.case(case).agencies.handling == union)
    # The claim goes on in the position that follows; it is not given back meanwhile.
    task = office.work(case)["tham_tra", 1]
    assert (task.agency, task.position) == (union, position)
    assert task.assignee == office.accounts["thamtra"].id
    assert office.events(case)[:-1] == before
    body = record.parse(office.events(case)[-1].body)
    assert (body["type"], body["doer"]) == ("case.transferred", {})
    assert body["at"] == record.instant(office.clock.now())
    office.complete("thamtra", case, "tham_tra")
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []
    assert due(office) == []


def test_what_two_workers_found_at_once_is_done_once(
    office: Office, case: UUID
) -> None:
    other = office.open("1.001", ten="B", phi=0)
    office.complete("motcua", other, "nhan")
    office.claim("thamtra", case, "tham_tra")
    union_from_tomorrow(office)
    office.clock.move(days=1)
    first, second = due(office), due(office)
    assert len(first) == len(second) == 2
    carry_out(office, first)
    carry_out(office, second)
    for one in (case, other):
        assert kinds(office, one).count("case.transferred") == 1


def test_a_worker_that_dies_between_two_leaves_the_rest_to_the_next(
    office: Office, case: UUID
) -> None:
    others = [office.open("1.001", ten="B", phi=0) for _ in range(3)]
    union_from_tomorrow(office)
    office.clock.move(days=1)
    carry_out(office, due(office)[:2])
    # A server that begins knows nothing of what another one found.
    office.reopen()
    left = due(office)
    assert len(left) == 2
    carry_out(office, left)
    for one in (case, *others):
        assert kinds(office, one).count("case.transferred") == 1
    assert due(office) == []


def test_one_that_fails_rests_and_the_others_follow(office: Office, case: UUID) -> None:
    other = office.open("1.001", ten="B", phi=0)
    union_from_tomorrow(office)
    office.clock.move(days=1)
    follower = following.Follower(office.app)
    failed = (case, "follow")
    acts = follower.due(office.tenant, lambda one: one == failed, 100)
    assert [act.command.case for act in acts] == [other]
    carry_out(office, [*acts])
    assert follower.due(office.tenant, lambda one: one == failed, 100) == ()
    # Not forgotten: it is looked for again a little later.
    office.clock.move(minutes=2)
    assert [act.command.case for act in due(office, follower)] == [case]


def test_a_worker_at_rest_sees_a_change_at_once_and_a_new_day(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, "tham_tra")
    follower = following.Follower(office.app)
    assert due(office, follower) == []
    ends_today(office, "thamtra")
    assert due(office, follower) == []
    office.clock.move(days=1)
    assert len(due(office, follower)) == 1


def test_nothing_is_asked_of_the_work_while_nothing_has_changed(
    office: Office, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.claim("thamtra", case, "tham_tra")
    follower, asked = following.Follower(office.app), list[object]()
    acts = following._acts

    def counted(*given: object) -> object:
        asked.append(given)
        return acts(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(following, "_acts", counted)
    for _ in range(5):
        due(office, follower)
    assert len(asked) == 1
    office.clock.move(hours=2)
    due(office, follower)
    assert len(asked) == 2


def test_an_early_transfer_that_nobody_ordered_is_named(
    office: Office, case: UUID
) -> None:
    union_from_tomorrow(office)
    office.clock.move(days=1)
    carry_out(office, due(office))

    def a_day_before(body: forging.Body, _: object) -> None:
        body["at"] = record.instant(office.clock.now() - timedelta(days=1))

    seq = len(office.events(case))
    events = forging.forge(office.events(case), seq, a_day_before)
    assert (seq, "authority", "not-successor") in wrong(judged(office, case, events))
