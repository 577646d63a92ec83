"""Rebuild and verification: what is derived heals, what is evidence is defended."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.domain.case import TaskStatus
from engine.domain.run import Json, Status
from engine.errors import EvidenceError
from engine.evidence import record
from tests import bpmn
from tests.integration.engine.office import MAIN_STEPS, Office, ext, lanes
from tests.integration.engine.scenes import scene


def begun(office: Office) -> UUID:
    """A case with done, claimed and waiting work."""
    made = office.open("1.001", ten="Nguyễn Thị Đượm", phi=5000)
    office.complete("motcua", made, "nhan", {"ghi_chu": "Đủ hồ sơ"})
    office.claim("thamtra", made, "tham_tra")
    return made


@scene
def case(office: Office) -> UUID:
    """A case with done, claimed and waiting work."""
    return begun(office)


@pytest.fixture
def decided(office: Office, case: UUID) -> UUID:
    """A case in which a gateway has decided."""
    office.complete("thamtra", case, "tham_tra")
    office.clock.move(days=3)
    office.wake(case)
    return case


def told(office: Office, case: UUID) -> str:
    """What a verification says, in one text."""
    return json.dumps(office.verify(case), ensure_ascii=False)


def test_a_rebuild_of_every_case_finds_no_difference(office: Office) -> None:
    for stop in range(len(MAIN_STEPS) + 3):
        case = office.open("1.001", ten="An", phi=stop % 2)
        for login, element in MAIN_STEPS[:stop]:
            if element == "ky":
                office.clock.move(days=3)
                office.wake(case)
                if stop % 2:
                    office.complete("motcua", case, "thu_phi")
            office.complete(login, case, element)
        if stop > 3:
            office.receive(case, "thue_tra_loi")
    with office.app.store.begin(office.tenant) as uow:
        cases = list(uow.cases.all())
    before = office.digest()
    assert len(cases) == 6
    for case in cases:
        assert office.rebuild(case) == []
        assert office.verify(case) == []
    assert office.digest() == before, "a rebuild without differences writes nothing"


# What is derived.

DAMAGE: dict[str, tuple[str, str]] = {
    "status": (
        """UPDATE "case" SET status = 'completed' WHERE id = :case""",
        "status differs from the record",
    ),
    "state lost": (
        'UPDATE "case" SET state = NULL WHERE id = :case',
        "state differs from the record",
    ),
    "next wake-up": (
        'UPDATE "case" SET next_wake = NULL WHERE id = :case',
        "next_wake differs from the record",
    ),
    "due date": (
        'UPDATE "case" SET due_at = NULL WHERE id = :case',
        "due_at differs from the record",
    ),
    "closing date": (
        'UPDATE "case" SET closed_at = opened_at WHERE id = :case',
        "closed_at differs from the record",
    ),
    "applicant": (
        """UPDATE "case" SET applicant = 'Ai đó', folded = 'x' WHERE id = :case""",
        "applicant differs from the record",
    ),
    "number of acts": (
        'UPDATE "case" SET version = 77 WHERE id = :case',
        "version differs from the record",
    ),
    "open work is gone": (
        "DELETE FROM task WHERE case_id = :case AND element = 'tham_tra'",
        "the work tham_tra (1) differs from the record",
    ),
    "done work is gone": (
        "DELETE FROM task WHERE case_id = :case AND element = 'nhan'",
        "the work nhan (1) differs from the record",
    ),
    "done work is open": (
        "UPDATE task SET status = 'open' WHERE case_id = :case AND element = 'nhan'",
        "the work nhan (1) differs from the record",
    ),
    "who did it": (
        "UPDATE task SET assignee = case_id WHERE case_id = :case AND element = 'nhan'",
        "the work nhan (1) differs from the record",
    ),
    "due date of work": (
        "UPDATE task SET due_at = opened_at WHERE case_id = :case AND rank > 100000",
        "the work tham_tra (1) differs from the record",
    ),
    "work that nobody opened": (
        "UPDATE task SET element = 'ky' WHERE case_id = :case AND element = 'nhan'",
        "the work ky (1) differs from the record",
    ),
}


def test_a_damaged_row_is_named_and_repaired(office: Office) -> None:
    for what, (statement, expected) in DAMAGE.items():
        case = begun(office)
        before = office.digest()
        office.sql(statement, case=case)
        damaged = office.digest()
        assert damaged != before, what
        assert expected in office.rebuild(case, repair=False)
        assert office.digest() == damaged, "looking repairs nothing"
        assert expected in office.rebuild(case)
        assert office.rebuild(case) == []
        # Work that was gone is ranked anew; everything else is as it was.
        if "is gone" not in what and "nobody" not in what:
            assert office.digest() == before, what
        office.complete("thamtra", case, "tham_tra")
        assert office.rebuild(case) == []


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE "case" SET state = NULL WHERE id = :case',
        """UPDATE "case" SET state = :junk WHERE id = :case""",
    ],
)
def test_a_lost_or_damaged_state_heals_within_the_next_act(
    office: Office, case: UUID, statement: str
) -> None:
    values = {"junk": b"\x00not a state"} if ":junk" in statement else {}
    office.sql(statement, case=case, **values)
    office.complete("thamtra", case, "tham_tra")
    assert office.rebuild(case) == []
    assert office.case(case).state is not None


# What is evidence.


def tamper(office: Office, case: UUID, seq: int, change: Callable[[Any], None]) -> None:
    """Change an event and reseal it and every later one, as a forger would."""
    office.unguard()
    previous = b""
    for event in office.events(case):
        body = json.loads(event.body)
        if event.seq == seq:
            change(body)
        if event.seq > seq:
            body["prev"] = previous.hex()
        encoded = record.canonical(body)
        previous = record.leaf_hash(encoded)
        office.sql(
            "UPDATE event SET body = :body, leaf = :leaf"
            " WHERE stream = :case AND seq = :seq",
            body=encoded,
            leaf=previous,
            case=case,
            seq=event.seq,
        )
    office.sql(
        'UPDATE "case" SET head = :head WHERE id = :case', head=previous, case=case
    )


def stands(office: Office, case: UUID, expected: str) -> None:
    """Both checks name the fault, and a rebuild writes nothing over it."""
    before = office.digest()
    assert any(expected in str(one) for one in office.rebuild(case)), expected
    assert expected in told(office, case)
    assert office.digest() == before


def test_a_changed_byte_is_found_and_named(office: Office, case: UUID) -> None:
    office.unguard()
    for position in (0, 40, -1):
        (body, *_) = office.sql(
            "SELECT body FROM event WHERE stream = :case AND seq = 2", case=case
        )[0]
        changed = bytearray(body)
        changed[position] ^= 1
        write = "UPDATE event SET body = :body WHERE stream = :case AND seq = 2"
        office.sql(write, body=bytes(changed), case=case)
        stands(office, case, "The bytes of event 2 changed.")
        office.sql(write, body=bytes(body), case=case)
    assert office.rebuild(case) == []


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_missing_event_is_found_and_named(
    office: Office, case: UUID, seq: int
) -> None:
    office.unguard()
    office.sql(
        "DELETE FROM event WHERE stream = :case AND seq = :seq", case=case, seq=seq
    )
    stands(office, case, f"Event {seq} is missing.")


def test_a_history_that_is_gone_is_found_and_named(office: Office, case: UUID) -> None:
    office.unguard()
    office.sql("DELETE FROM event WHERE stream = :case", case=case)
    stands(office, case, "Event 1 is missing.")


def test_a_row_that_points_elsewhere_is_found_and_never_followed(
    office: Office, case: UUID
) -> None:
    office.sql('UPDATE "case" SET seq = 2, version = 2 WHERE id = :case', case=case)
    stands(office, case, "The case does not point to its last event.")


def test_a_changed_personal_value_is_found_and_named(
    office: Office, case: UUID
) -> None:
    office.unguard()
    office.sql(
        "UPDATE personal SET value = :value WHERE stream = :case AND name = 'phi'",
        value="9",
        case=case,
    )
    stands(office, case, "The value “phi” of event 1 changed.")


def test_a_personal_row_that_is_gone_is_found_and_named(
    office: Office, case: UUID
) -> None:
    office.unguard()
    office.sql("DELETE FROM personal WHERE stream = :case AND name = 'phi'", case=case)
    stands(office, case, "The value “phi” of event 1 is missing.")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET type = 'task.released' WHERE stream = :case AND seq = 2",
        "UPDATE event SET kind = 'access' WHERE stream = :case AND seq = 2",
        """UPDATE event SET "at" = (SELECT due_at FROM "case" WHERE id = :case)
           WHERE stream = :case AND seq = 2""",
    ],
)
def test_a_search_column_that_lies_is_found(
    office: Office, case: UUID, statement: str
) -> None:
    office.unguard()
    office.sql(statement, case=case)
    stands(office, case, "The row of event 2 says something else than its bytes.")


FORGERIES: dict[str, tuple[int, Callable[[Any], None], str]] = {
    "another case": (
        2,
        lambda body: body.update(stream=f"case:{UUID(int=1).hex}"),
        "The row of event 2 says something else than its bytes.",
    ),
    "another tenant": (
        2,
        lambda body: body.update(tenant=UUID(int=1).hex),
        "The row of event 2 says something else than its bytes.",
    ),
    "a number twice": (
        2,
        lambda body: body.update(seq=1),
        "Event 2 does not continue the chain.",
    ),
    "a format of another time": (
        3,
        lambda body: body.pop("doer"),
        "Event 3 could not be followed",
    ),
    "flows that were not taken": (
        2,
        lambda body: body["effect"].update(taken=["nhan_chia"]),
        "event 2: other flows were taken",
    ),
    "work that was not opened": (
        2,
        lambda body: body["effect"].update(opened=[]),
        "could not be followed",
    ),
    "an act that was not possible": (
        2,
        lambda body: body.update(visit=["ky", 1]),
        "Event 2 could not be followed",
    ),
    "a step that is not in the model": (
        3,
        lambda body: body.update(visit=["no_such_step", 1]),
        "Event 3 could not be followed",
    ),
    "a list where a text stands": (
        2,
        lambda body: body.update(visit="nhan"),
        "Event 2 could not be followed",
    ),
    "no effect": (
        2,
        lambda body: body.pop("effect"),
        "Event 2 could not be followed",
    ),
}


def test_a_resealed_forgery_is_found_where_the_model_contradicts_it(
    office: Office,
) -> None:
    for seq, change, expected in FORGERIES.values():
        case = begun(office)
        tamper(office, case, seq, change)
        stands(office, case, expected)


def test_a_decision_that_evaluates_differently_is_reported(
    office: Office, decided: UUID
) -> None:
    assert office.verify(decided) == []
    seq = office.case(decided).seq

    def send_elsewhere(body: Any) -> None:
        effect = body["effect"]
        effect["decisions"] = [
            [kind, element, visit, ["thuong"] if element == "x" else value]
            for kind, element, visit, value in effect["decisions"]
        ]

    tamper(office, decided, seq, send_elsewhere)
    found = [one for one in office.verify(decided) if isinstance(one, dict)]
    decisions = [one for one in found if one.get("element") == "x"]
    assert {one["interpreter"] for one in decisions} == {"SpiffWorkflow", "token game"}
    for one in decisions:
        assert (one["what"], one["recorded"], one["evaluated"]) == (
            "flows",
            ["thuong"],
            ["co"],
        )


def test_a_record_that_does_not_verify_moves_no_token(
    office: Office, case: UUID
) -> None:
    office.unguard()
    office.sql("DELETE FROM event WHERE stream = :case AND seq = 2", case=case)
    office.sql('UPDATE "case" SET state = NULL WHERE id = :case', case=case)
    before = office.digest()
    with pytest.raises(EvidenceError, match=r"Event 2 is missing\."):
        office.complete("thamtra", case, "tham_tra")
    assert office.digest() == before


# What is erased.


def erase(office: Office) -> None:
    office.sql("UPDATE personal SET value = NULL, salt = NULL")
    office.sql("""UPDATE "case" SET applicant = '', folded = lower(code)""")


def test_erased_values_break_nothing_and_change_no_path(
    office: Office, decided: UUID
) -> None:
    work = office.work(decided)
    state = office.case(decided).state
    erase(office)
    office.sql('UPDATE "case" SET state = NULL WHERE id = :case', case=decided)
    assert office.rebuild(decided) == ["state differs from the record"]
    assert office.rebuild(decided) == []
    assert office.work(decided) == work, "phi decided the way, and it is gone"
    rebuilt = office.case(decided).state
    assert rebuilt is not None
    assert state is not None
    assert b"5000" in state
    assert b"5000" not in rebuilt
    assert office.verify(decided) == []
    office.complete("motcua", decided, "thu_phi", {"phi": 6000})
    assert office.case(decided).status is Status.OPEN
    assert office.rebuild(decided) == []


def test_a_name_that_outlives_its_erasure_is_a_difference(
    office: Office, case: UUID
) -> None:
    office.sql("UPDATE personal SET value = NULL, salt = NULL")
    office.sql('UPDATE "case" SET state = NULL WHERE id = :case', case=case)
    assert office.rebuild(case) == [
        "applicant differs from the record",
        "state differs from the record",
        "folded differs from the record",
    ]
    assert office.case(case).applicant == ""


# Incidents and automatic steps.

STUCK = bpmn.diagram(
    "start s; task a 'Nhập'; and chia; task b 'Việc khác'; xor x; end e; end f",
    "s > a > chia > b > e\nchia > x\nx >mot [n > 1]> f\nx >hai [n > 2]> f",
    identity="ket",
    more=lanes(examiner="a b"),
)


def test_an_incident_is_stored_and_shown_and_other_branches_go_on(
    office: Office,
) -> None:
    office.publish(ket=STUCK)
    case = office.open("ket")
    office.complete("thamtra", case, "a", {"n": 0})
    assert office.case(case).status is Status.INCIDENT
    effect = json.loads(office.events(case)[-1].body)["effect"]
    ((element, visit, message),) = effect["incidents"]
    assert (element, visit) == ("x", 1)
    assert message
    assert office.work(case)["b", 1].status is TaskStatus.OPEN
    assert office.rebuild(case) == []
    office.complete("thamtra", case, "b")
    row = office.case(case)
    assert row.status is Status.INCIDENT, "a case with a stopped token stays open"
    assert row.closed_at is None
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def chain(length: int) -> bytes:
    """A start, automatic steps in a row, one piece of work."""
    names = [f"t{n}" for n in range(length)]
    service = ext('<qt:service function="data.set"/>')
    nodes = "; ".join(f"service {name} {service}" for name in names)
    flows = " > ".join(["s", *names, "a", "e"])
    return bpmn.diagram(
        f"start s; {nodes}; task a 'Việc'; end e",
        flows,
        identity="dai",
        more=lanes(examiner="a"),
    )


def test_automatic_steps_beyond_the_budget_go_on_by_waking(office: Office) -> None:
    office.publish(dai=chain(450))
    case = office.open("dai")
    woken = 0
    while (wake := office.case(case).next_wake) is not None:
        assert wake == office.clock.at
        with office.app.store.begin(office.tenant) as uow:
            assert case in uow.cases.due(office.clock.at, 10)
        assert office.rebuild(case) == [], "what is left to do is part of the record"
        office.sql('UPDATE "case" SET next_wake = NULL WHERE id = :case', case=case)
        assert office.rebuild(case) == ["next_wake differs from the record"]
        assert office.wake(case)["fired"] == []
        woken += 1
    assert woken == 2
    types = [event.type for event in office.events(case)]
    assert types == ["case.opened", "case.continued", "case.continued"]
    assert office.work(case)["a", 1].status is TaskStatus.OPEN
    assert office.verify(case) == []


def test_waking_a_completed_case_does_nothing(office: Office) -> None:
    office.publish(dai=chain(1))
    case = office.open("dai")
    office.complete("thamtra", case, "a")
    before = office.digest()
    assert office.wake(case)["fired"] == []
    assert office.digest() == before


# Services.


def test_a_service_is_never_called_again(office: Office) -> None:
    office.publish(dai=chain(1))
    case = office.open("dai")
    tools = office.app.engine.tools
    calls: list[str] = []

    class Counting:
        """Counts the calls."""

        def names(self) -> frozenset[str]:
            """The functions that exist."""
            return frozenset({"data.set"})

        def call(self, name: str, parameters: Any) -> Json:
            """Count and answer something else."""
            calls.append(name)
            return {"other": 1}

    office.app.engine.tools = dataclasses.replace(tools, services=Counting())
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    assert calls == []
