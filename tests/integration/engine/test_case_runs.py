"""A case from receipt to result, and what each act leaves behind."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from engine.domain.case import TaskStatus
from engine.domain.run import Status
from engine.evidence import record
from tests.integration.engine.office import DESK, EXAMINER, MAIN, MORNING, Office

#: A later version of the same procedure.
AGAIN = MAIN.replace("Tiếp nhận hồ sơ".encode(), "Nhận".encode())


def finish(office: Office) -> UUID:
    """A case that went all the way, with a claim, a release and a timer."""
    case = office.open("1.001", ten="Nguyễn Thị Đượm", phi=5000)
    office.claim("motcua", case, "nhan")
    office.clock.move(minutes=5)
    office.complete("motcua", case, "nhan", {"ghi_chu": "Đủ hồ sơ"})
    office.claim("thamtra", case, "tham_tra")
    office.release("thamtra", case, "tham_tra")
    office.clock.move(hours=1)
    office.complete("thamtra2", case, "tham_tra")
    office.clock.move(days=3)
    office.wake(case)
    office.complete("motcua", case, "thu_phi", {"da_thu": True})
    office.complete("lanhdao", case, "ky")
    office.receive(case, "thue_tra_loi", so_tien=7000)
    return case


def bodies(office: Office, case: UUID) -> list[Any]:
    return [json.loads(event.body) for event in office.events(case)]


def test_a_dossier_goes_from_receipt_to_result(office: Office) -> None:
    case = finish(office)
    row = office.case(case)
    assert row.status is Status.COMPLETED
    assert row.closed_at == office.clock.at
    assert row.state is None, "nothing of a closed case stands in a cache"
    assert row.next_wake is None
    assert (row.code, row.applicant) == ("WARD-261120-0001", "Nguyễn Thị Đượm")
    done = {key: task.status for key, task in office.work(case).items()}
    assert done == {
        ("nhan", 1): TaskStatus.DONE,
        ("tham_tra", 1): TaskStatus.DONE,
        ("thu_phi", 1): TaskStatus.DONE,
        ("ky", 1): TaskStatus.DONE,
    }


def test_every_act_is_one_sealed_event(office: Office) -> None:
    case = finish(office)
    events = office.events(case)
    assert [event.type for event in events] == [
        *("case.opened", "task.claimed", "task.completed", "task.claimed"),
        *("task.released", "task.completed", "timer.fired", "task.completed"),
        *("task.completed", "message.received"),
    ]
    for number, event in enumerate(events, start=1):
        body = json.loads(event.body)
        assert record.canonical(body) == event.body
        assert record.leaf_hash(event.body) == event.leaf
        assert body["seq"] == event.seq == number
        assert body["stream"] == f"case:{case.hex}"
        assert body["tenant"] == office.tenant.hex
    for before, after in pairwise(events):
        assert json.loads(after.body)["prev"] == before.leaf.hex()
    assert json.loads(events[0].body)["prev"] == bytes(32).hex()
    row = office.case(case)
    assert (row.seq, row.version, row.head) == (10, 10, events[-1].leaf)


def test_an_event_tells_who_did_what_where_and_on_which_version(office: Office) -> None:
    stored = office.publish(lan_hai=AGAIN)
    case = finish(office)
    opened, claimed, completed, *_ = bodies(office, case)
    actor = office.actor("motcua")
    doer = {
        "account": actor.account.id.hex,
        "position": actor.positions[0].id.hex,
        "agency": office.agencies["ward"].hex,
    }
    for body in (opened, claimed, completed):
        assert body["doer"] == doer
        assert body["model"] == {
            "procedure": "1.001",
            "number": stored["number"],
            "hash": stored["hash"],
        }
    assert opened["at"] == "2026-11-20T02:05:00.000000Z"
    assert claimed["visit"] == completed["visit"] == ["nhan", 1]
    assert opened["effect"]["taken"] == ["s_nhan"]
    assert completed["effect"]["taken"] == ["nhan_chia", "chia_tham_tra", "chia_doi"]
    assert completed["effect"]["completed"] == ["nhan", "chia"]
    assert completed["effect"]["closed"] == [["nhan", 1, "completed"]]
    ((element, number, performer, agency, due),) = completed["effect"]["opened"]
    assert (element, number, performer) == ("tham_tra", 1, EXAMINER)
    assert agency == office.agencies["office"].hex
    # Two working days: the weekend and 24 November, a holiday, do not count.
    assert due == "2026-11-25T02:10:00.000000Z"


def test_what_the_engine_does_has_no_doer(office: Office) -> None:
    fired = bodies(office, finish(office))[6]
    assert fired["type"] == "timer.fired"
    assert fired["doer"] == {}
    assert fired["visit"] == ["doi", 1]


def test_decisions_stand_in_the_event_that_made_them(office: Office) -> None:
    made = [
        body["effect"] for body in bodies(office, finish(office)) if "effect" in body
    ]
    decisions = [tuple(one) for effect in made for one in effect["decisions"]]
    assert ("due", "doi", 1, "2026-11-23T02:10:00Z") in decisions
    assert ("flows", "x", 1, ["co"]) in decisions
    assert ("payload", "gui", 1, None) in decisions, "a payload may be personal"


def scalars(value: Any) -> Iterator[object]:
    """Everything that stands inside a JSON value."""
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from scalars(one)
    else:
        yield value


def test_nothing_that_was_entered_stands_in_an_event(office: Office) -> None:
    case = finish(office)
    events = office.events(case)
    text = b"".join(event.body for event in events).decode()
    for entered in ("Nguyễn", "Đượm", "Đủ hồ sơ"):
        assert entered not in text
    numbers = {one for event in events for one in scalars(json.loads(event.body))}
    assert not {5000, 7000, "5000", "7000"} & numbers
    values = {
        (event.seq, one.name): one.value for event in events for one in event.personal
    }
    assert values[1, "ten"] == '"Nguyễn Thị Đượm"'
    assert values[10, "so_tien"] == "7000"
    for event in events:
        commitments = json.loads(event.body).get("commitments", {})
        assert commitments == {
            one.name: record.commitment(one.salt or b"", one.value or "")
            for one in event.personal
        }


def test_no_nonce_and_no_salt_is_used_twice(office: Office) -> None:
    events = office.events(finish(office))
    noise = [json.loads(event.body)["nonce"] for event in events]
    noise += [one.salt.hex() for event in events for one in event.personal if one.salt]
    assert len(noise) == len(set(noise))


def test_the_case_is_due_and_wakes_when_the_model_says(office: Office) -> None:
    case = office.open("1.001", phi=0)
    row = office.case(case)
    assert row.due_at == datetime(2026, 12, 7, 2, 5, tzinfo=UTC)
    assert row.next_wake is None
    office.complete("motcua", case, "nhan")
    assert office.case(case).next_wake == MORNING + timedelta(days=3)
    office.clock.move(days=2, hours=23)
    before = office.digest()
    assert office.wake(case)["fired"] == []
    assert office.digest() == before, "waking too early does nothing"
    office.clock.move(hours=1)
    assert office.wake(case)["fired"] == ["doi"]
    assert office.wake(case)["fired"] == []
    assert office.case(case).next_wake is None


def test_a_thrown_message_lands_in_the_outbox_once(office: Office) -> None:
    case = finish(office)
    for _ in range(2):
        office.wake(case)
        assert office.rebuild(case) == []
    sent = office.sql("SELECT seq, n, kind, name, partner, body FROM outbox")
    ((seq, n, kind, name, partner, body),) = sent
    assert (seq, n, kind, name, partner) == (9, 0, "message", "gui_thue", "Thuế")
    assert json.loads(body) == {"phi": 5000}


def test_work_goes_to_the_agency_that_has_the_performer(office: Office) -> None:
    case = office.open("1.001", phi=0)
    office.complete("motcua", case, "nhan")
    work = office.work(case)
    assert work["nhan", 1].agency == office.agencies["ward"]
    assert work["nhan", 1].performer == DESK
    assert work["tham_tra", 1].agency == office.agencies["office"]


def test_each_dossier_gets_the_next_code_and_none_is_given_twice(
    office: Office,
) -> None:
    first, second = office.open("1.001", phi=0), office.open("1.001", phi=0)
    with pytest.raises(Exception, match="cannot be the name"):
        office.open("1.001", **{"a b": 1})  # type: ignore[arg-type]
    third = office.open("1.001", phi=0)
    codes = [office.case(case).code for case in (first, second, third)]
    assert codes == [f"WARD-261120-000{n}" for n in (1, 2, 3)]


def test_the_dossier_code_is_a_value_of_the_case(office: Office) -> None:
    case = office.open("1.001", phi=0)
    (opened,) = office.events(case)
    values = {one.name: one.value for one in opened.personal}
    assert values["ma_ho_so"] == '"WARD-261120-0001"'
