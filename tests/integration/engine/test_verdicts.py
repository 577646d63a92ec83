"""Six verdicts: every planted violation is caught by the right one, and named.

The violations are planted as somebody with rights on the database would: with every
hash right again. What is lawful is never FAIL.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.commands.retry_incident import RetryIncident
from engine.domain.events import Sealed, StreamKind
from engine.evidence import record
from engine.judging import library
from engine.judging.court import Court
from engine.judging.norm import Surroundings, lives
from engine.judging.ruling import Answer, Judgement, Kind, Question, Verdict
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.forging import Body
from tests.integration.engine.office import ASKING, Office, ext, lanes
from tests.integration.engine.scenes import scene
from webui import judging

#: A form with a rule, a table of two ways, a pair for four eyes.
FORM: Final = json.dumps(
    {
        "type": "default",
        "components": [
            {
                "type": "number",
                "id": "f1",
                "key": "so_tien",
                "label": "Số tiền",
                "validate": {"required": True, "min": 0, "max": 1000},
            },
            {"type": "textfield", "id": "f2", "key": "ghi_chu", "label": "Ghi chú"},
        ],
    }
).encode()
WORK: Final = (
    '<qt:work form="phieu"><qt:limit amount="1" unit="working-day"/></qt:work>'
)
PROCESS: Final = bpmn.definitions(
    bpmn.process(
        "start s; task nhan 'Tiếp nhận' "
        + ext(WORK)
        + "\nxor x default=\"nho\"; task duyet 'Duyệt' "
        + ext('<qt:work fourEyes="nhan"/>')
        + "; task tra 'Trả kết quả'; end e",
        "s > nhan > x\nx >lon [so_tien > 100]> duyet > tra\nx >nho> tra > e",
        identity="xet_duyet",
        name="Xét duyệt",
        more=ext(
            '<qt:procedure code="3.001"><qt:limit amount="5" unit="working-day"/>'
            "</qt:procedure>"
        )
        + lanes(examiner="nhan duyet", desk="tra"),
    )
)

FILES: Final = {"process.bpmn": PROCESS, "forms/phieu.form": FORM}


@scene
def case(office: Office) -> UUID:
    """A finished case of the procedure with a form and four eyes."""
    office.publish_files(FILES)
    made = office.open("3.001")
    office.claim("thamtra", made, "nhan")
    office.complete("thamtra", made, "nhan", {"so_tien": 500, "ghi_chu": "đủ"})
    office.complete("thamtra2", made, "duyet")
    office.complete("motcua", made, "tra")
    return made


def judged(office: Office, case: UUID, events: tuple[Sealed, ...] | None = None) -> Any:
    """The verdicts on a case, or on what somebody made of its record.

    Models that are flat are followed in both ways, which must agree.
    """
    with judging.court(office.app, office.tenant) as (court, desk):
        true, head = desk.case(case)
        record_ = true if events is None else events
        found = court.case(record_, head if events is None else None)
        assert court.case(record_, None, whole=True) == court.case(record_)
    return found


def wrong(found: Judgement) -> list[tuple[int, str, str]]:
    """Number, question and reason of everything that is FAIL."""
    return [
        (event.seq, question.value, ruling.code)
        for event, question, ruling in found.failures()
    ]


def test_a_case_that_went_as_planned_conforms(office: Office, case: UUID) -> None:
    found = judged(office, case)
    assert wrong(found) == []
    assert found.answer is Answer.CONFORMS
    assert found.closed
    verdicts = {one.verdict for event in found.events for one in event.rulings}
    assert verdicts == {Verdict.PASS}
    assert [len(event.rulings) for event in found.events] == [6] * 5


# What an insider plants: the change, and the verdict that must name it.


def other_position(office: Office, body: Body) -> None:
    body["doer"]["position"] = position_of(office, "motcua")


def position_of(office: Office, login: str) -> str:
    return office.actor(login).positions[0].id.hex


def other_doer(office: Office, body: Body, login: str) -> None:
    actor = office.actor(login)
    body["doer"] = {
        "account": actor.account.id.hex,
        "position": actor.positions[0].id.hex,
        "agency": actor.positions[0].agency.hex,
    }


NO_EFFECT: Final = {
    "status": "open",
    "opened": [],
    "closed": [],
    "taken": [],
    "completed": [],
    "decisions": [],
    "thrown": [],
    "incidents": [],
    "more": False,
}
Plant = Callable[[Office, Body, dict[str, Any]], None]
PLANTED: Final[dict[str, tuple[int, Plant, tuple[str, str]]]] = {
    "a position that the doer does not hold": (
        4,
        lambda office, body, _: other_position(office, body),
        ("authority", "not-holder"),
    ),
    "a position that does not perform the step": (
        4,
        lambda office, body, _: other_doer(office, body, "lanhdao"),
        ("authority", "not-performer"),
    ),
    "somebody of another agency": (
        4,
        lambda office, body, _: other_doer(office, body, "xa"),
        ("authority", "other-agency"),
    ),
    "the same person on both sides of four eyes": (
        4,
        lambda office, body, _: other_doer(office, body, "thamtra"),
        ("authority", "four-eyes"),
    ),
    "somebody else than who had claimed it": (
        3,
        lambda office, body, _: other_doer(office, body, "thamtra2"),
        ("authority", "claimed-by-other"),
    ),
    "an auditor who does the work": (
        5,
        lambda office, body, _: other_doer(office, body, "kiemtoan"),
        ("authority", "no-role"),
    ),
    "nobody at all": (
        5,
        lambda _, body, __: body.update(doer={}),
        ("authority", "nobody"),
    ),
    "work for a performer that the model does not name": (
        1,
        lambda _, body, __: body["effect"]["opened"][0].__setitem__(2, "Ai cũng được"),
        ("authority", "work-misgiven"),
    ),
    "a number that the form refuses": (
        3,
        lambda _, __, values: values.update(so_tien=5000),
        ("data", "form-refuses"),
    ),
    "an answer that the form never asked for": (
        3,
        lambda _, __, values: values.update(la="x"),
        ("data", "form-refuses"),
    ),
    "an answer by which the branch would be another": (
        3,
        lambda _, __, values: values.update(so_tien=50),
        ("data", "other-choice"),
    ),
    "a value that a form asks for, entered without it": (
        4,
        lambda _, __, values: values.update(so_tien=1),
        ("data", "foreign-answer"),
    ),
    "another dossier code": (
        4,
        lambda _, __, values: values.update(ma_ho_so="X-1"),
        ("data", "other-code"),
    ),
    "a due instant that was moved": (
        1,
        lambda _, body, __: body["effect"]["opened"][0].__setitem__(
            4, "2026-12-31T02:05:00.000000Z"
        ),
        ("time", "other-due"),
    ),
    "a promised date that was moved": (
        1,
        lambda _, body, __: body["facts"].update(due="2026-12-31T02:05:00.000000Z"),
        ("time", "other-case-due"),
    ),
    "another number of the version": (
        2,
        lambda _, body, __: body["model"].update(number=2),
        ("version", "version-changed"),
    ),
    "another hash of the version": (
        1,
        lambda _, body, __: body["model"].update(hash="0" * 64),
        ("version", "other-hash"),
    ),
    "a branch without its decision": (
        3,
        lambda _, body, __: body["effect"].update(taken=["nhan_x", "nho"]),
        ("control_flow", "other-flows"),
    ),
    "a work that the model does not open": (
        3,
        lambda _, body, __: body["effect"]["opened"][0].__setitem__(0, "tra"),
        ("control_flow", "other-work"),
    ),
    "an end that is none": (
        4,
        lambda _, body, __: body["effect"].update(status="completed"),
        ("control_flow", "other-status"),
    ),
    "a claim of work that is not there": (
        2,
        lambda _, body, __: body.update(visit=["duyet", 1]),
        ("control_flow", "no-such-work"),
    ),
    "an effect of an act that has none": (
        2,
        lambda _, body, __: body.update(effect=NO_EFFECT),
        ("control_flow", "no-act"),
    ),
    "an act that a case does not know": (
        2,
        lambda _, body, __: body.update(type="agency.created"),
        ("control_flow", "no-act"),
    ),
    "a body with a part that no event has": (
        3,
        lambda _, body, __: body.update(effect=[]),
        ("control_flow", "format"),
    ),
    "another format": (
        3,
        lambda _, body, __: body.update(v=2),
        ("integrity", "row-differs"),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_named_by_the_right_verdict(
    office: Office, case: UUID, name: str
) -> None:
    seq, plant, named = PLANTED[name]

    def change(body: Body, values: dict[str, Any]) -> None:
        plant(office, body, values)

    found = judged(office, case, forging.forge(office.events(case), seq, change))
    assert found.answer is Answer.DOES_NOT_CONFORM
    assert (seq, *named) in wrong(found)
    first = wrong(found)[0]
    assert first[0] == seq, "nothing before the planted event is blamed"
    before = [one for event in found.events[: seq - 1] for one in event.rulings]
    assert {one.verdict for one in before} <= {Verdict.PASS}


def test_a_clock_that_was_turned_back_is_a_deviation_and_no_forgery(
    office: Office, case: UUID
) -> None:
    def turned(body: Body, _: dict[str, Any]) -> None:
        body.update(at="2026-11-20T02:04:00.000000Z")

    found = judged(office, case, forging.forge(office.events(case), 4, turned))
    assert found.answer is not Answer.DOES_NOT_CONFORM
    assert [one.kind for one in found.deviations if one.seq == 4] == [Kind.CLOCK]


def test_a_skipped_step_is_named_with_what_the_model_allowed(
    office: Office, case: UUID
) -> None:
    found = judged(office, case, forging.without(office.events(case), 4))
    ruling = found.events[3].of(Question.CONTROL_FLOW)
    assert (ruling.verdict, ruling.code) == (Verdict.FAIL, "not-possible")
    assert ruling.params["allowed"] == "duyet (1)"
    assert found.events[3].element == "tra"


def test_what_follows_a_step_that_cannot_be_followed_is_unknown(
    office: Office, case: UUID
) -> None:
    def change(body: Body, _: dict[str, Any]) -> None:
        body["effect"]["taken"] = ["nhan_x", "nho"]

    found = judged(office, case, forging.forge(office.events(case), 3, change))
    ruling = found.events[3].of(Question.CONTROL_FLOW)
    assert (ruling.verdict, ruling.code) == (Verdict.UNKNOWN, "not-followed")
    assert found.events[3].of(Question.AUTHORITY).verdict is Verdict.PASS


# The bytes themselves.


def changed(events: tuple[Sealed, ...], seq: int) -> tuple[Sealed, ...]:
    return tuple(
        replace(one, body=one.body.replace(b'"seq"', b'"sec"'))
        if one.seq == seq
        else one
        for one in events
    )


def test_changed_bytes_hide_nothing_before_and_end_what_can_be_said(
    office: Office, case: UUID
) -> None:
    found = judged(office, case, changed(office.events(case), 3))
    assert wrong(found) == [(3, "integrity", "bytes-changed")]
    for event in found.events[:2]:
        assert {one.verdict for one in event.rulings} == {Verdict.PASS}
    for event in found.events[3:]:
        assert event.of(Question.INTEGRITY).verdict is Verdict.PASS
        others = {one.code for one in event.rulings[1:]}
        assert others == {"untrusted"}


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda events: (*events[:2], *events[3:]), (4, "missing")),
        (lambda events: events[:-1], (4, "tail-missing")),
        (
            lambda events: (
                *events[:2],
                replace(events[2], at=events[2].at + timedelta(seconds=1)),
                *events[3:],
            ),
            (3, "row-differs"),
        ),
        (
            lambda events: (
                *events[:2],
                replace(
                    events[2],
                    personal=tuple(
                        one._replace(value='"khác"') for one in events[2].personal
                    ),
                ),
                *events[3:],
            ),
            (3, "value-changed"),
        ),
        (
            lambda events: (
                *events[:2],
                replace(events[2], personal=events[2].personal[1:]),
                *events[3:],
            ),
            (3, "value-missing"),
        ),
    ],
)
def test_what_is_not_what_was_sealed_fails_integrity(
    office: Office,
    case: UUID,
    damage: Callable[[tuple[Sealed, ...]], tuple[Sealed, ...]],
    reason: tuple[int, str],
) -> None:
    with judging.court(office.app, office.tenant) as (court, desk):
        events, head = desk.case(case)
        found = court.case(damage(tuple(events)), head)
    assert wrong(found)[0] == (reason[0], "integrity", reason[1])


def test_a_case_without_events_does_not_conform(office: Office, case: UUID) -> None:
    assert judged(office, case, ()).answer is Answer.DOES_NOT_CONFORM


# Versions: what the stream of the procedure tells.


def retold(office: Office, case: UUID, change: forging.Change, kind: str) -> Judgement:
    """Judge with a forged event in the stream of the procedure."""
    tools = office.app.engine.tools
    with office.app.store.read(office.tenant) as uow:
        row = uow.cases.get(case)
        known = uow.history.known(StreamKind.PROCEDURE, row.procedure)
        assert known is not None
        stream = uow.history.read(row.procedure, known.month)
        seq = next(one.seq for one in stream if one.type == kind)
        events = forging.forge(stream, seq, change)

        class Forged(library.Library):
            def _life(self, procedure: UUID) -> Any:
                return lives(library.opened(events))

        made = Court(
            Surroundings(
                norms=Forged(uow, tools.packages),
                services=tools.services,
                calendars=library.calendars(uow, office.tenant, tools.calendar),
            ),
            library.people(uow, office.tenant),
        )
        return made.case(uow.history.read(row.id, row.month))


def test_a_version_published_by_its_author_fails(office: Office, case: UUID) -> None:
    def change(body: Body, _: dict[str, Any]) -> None:
        body["doer"]["account"] = office.accounts["thietke"].id.hex

    found = retold(office, case, change, "version.published")
    assert wrong(found) == [(1, "version", "own-approval")]


def test_a_version_published_after_the_case_opened_fails(
    office: Office, case: UUID
) -> None:
    def change(body: Body, _: dict[str, Any]) -> None:
        body["at"] = "2027-01-01T00:00:00.000000Z"

    found = retold(office, case, change, "version.published")
    assert wrong(found) == [(1, "version", "not-yet")]


def test_a_version_that_was_never_published_fails(office: Office, case: UUID) -> None:
    def change(body: Body, _: dict[str, Any]) -> None:
        body["type"] = "version.normalised"

    found = retold(office, case, change, "version.published")
    assert wrong(found) == [(1, "version", "unpublished")]


def test_a_case_opened_on_a_retired_version_fails(office: Office, case: UUID) -> None:
    office.clock.move(hours=1)
    office.publish_files({"process.bpmn": PROCESS, "forms/phieu.form": FORM + b" "})
    assert judged(office, case).answer is Answer.CONFORMS, "it opened before"

    def change(body: Body, _: dict[str, Any]) -> None:
        body["at"] = "2026-11-20T04:05:00.000000Z"

    found = judged(office, case, forging.forge(office.events(case), 1, change))
    assert (1, "version", "retired") in wrong(found)


# Timers.


def test_a_timer_that_fired_before_it_was_due_fails(office: Office) -> None:
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    office.clock.move(days=3)
    office.wake(made)
    office.complete("thamtra", made, "tham_tra")
    assert judged(office, made).failures() == []

    def early(body: Body, _: dict[str, Any]) -> None:
        body["at"] = "2026-11-22T02:05:00.000000Z"

    found = judged(office, made, forging.forge(office.events(made), 3, early))
    assert wrong(found) == [(3, "time", "early")]

    def moved(body: Body, _: dict[str, Any]) -> None:
        due = next(one for one in body["effect"]["decisions"] if one[0] == "due")
        due[3] = "2026-11-22T02:05:00Z"

    found = judged(office, made, forging.forge(office.events(made), 2, moved))
    assert (2, "time", "other-timer") in wrong(found)


# Deviations: lawful, and told.


def kinds(found: Judgement) -> list[tuple[int, str, str]]:
    return [(one.seq, one.kind.value, one.element) for one in found.deviations]


def test_late_work_is_a_deviation_with_its_step_and_unit(office: Office) -> None:
    office.publish_files(FILES)
    made = office.open("3.001")
    office.clock.move(days=20)
    office.complete("thamtra", made, "nhan", {"so_tien": 5})
    office.complete("motcua", made, "tra")
    found = judged(office, made)
    assert wrong(found) == []
    assert kinds(found) == [(2, "late", "nhan"), (3, "late", "")]
    assert found.deviations[0].agency == office.agencies["office"].hex
    assert found.answer is Answer.WITH_DEVIATIONS
    assert judging.answer(found) == "conforms with 2 deviations"


def test_work_given_back_and_taken_back_are_told_apart(office: Office) -> None:
    made = office.open("1.001", ten="An", phi=0)
    office.claim("motcua", made, "nhan")
    office.release("motcua", made, "nhan")
    office.claim("motcua", made, "nhan")
    office.release("giamsat", made, "nhan")
    found = judged(office, made)
    assert wrong(found) == []
    assert kinds(found) == [(3, "released", "nhan"), (5, "reassigned", "nhan")]
    assert found.deviations[1].approver == office.accounts["giamsat"].id.hex


STOPS: Final = bpmn.diagram(
    "start s; task a 'A'; xor x; task b 'B'; end e",
    "s > a > x\nx >f [so > 1]> b > e",
    identity="dung",
    more=lanes(desk="a b"),
)


def test_an_incident_and_its_repair_are_deviations(office: Office) -> None:
    office.publish(dung=STOPS)
    made = office.open("dung")
    office.complete("motcua", made, "a", {"so": 0})
    office.do("giamsat", RetryIncident(case=made))
    found = judged(office, made)
    assert wrong(found) == []
    assert kinds(found)[0] == (2, "stopped", "a")
    assert [kind for _, kind, _ in kinds(found)][1] in {"retried", "stopped"}


# What was erased.


def test_erased_answers_leave_nothing_but_unknown(office: Office, case: UUID) -> None:
    events = forging.erase(office.events(case), "so_tien", "ghi_chu")
    found = judged(office, case, events)
    assert found.answer is Answer.CONFORMS
    ruling = found.events[2].of(Question.DATA)
    assert (ruling.verdict, ruling.code) == (Verdict.UNKNOWN, "erased-answers")
    assert found.events[2].of(Question.CONTROL_FLOW).verdict is Verdict.PASS
    assert found.events[2].of(Question.INTEGRITY).code == "sealed-erased"


def test_a_choice_by_an_erased_answer_of_a_function_is_unknown_for_that_reason(
    office: Office,
) -> None:
    office.publish(tra=ASKING)
    case = office.open("tra", ten="Nguyễn Thị Đượm")
    assert judged(office, case).events[0].of(Question.DATA).verdict is Verdict.PASS
    events = forging.erase(office.events(case), "answer:tinh:1")
    (opened,) = judged(office, case, events).events
    ruling = opened.of(Question.DATA)
    assert (ruling.verdict, ruling.code) == (Verdict.UNKNOWN, "erased-inputs")
    assert opened.of(Question.CONTROL_FLOW).verdict is Verdict.PASS
    assert opened.of(Question.INTEGRITY).code == "sealed-erased"


def test_holdings_that_ended_later_count_for_what_was_done_before(
    office: Office, case: UUID
) -> None:
    actor = office.actor("thamtra")
    with office.app.store.read(office.tenant) as uow:
        held = next(
            one
            for one in uow.accounts.organisation().holders
            if one.account == actor.account.id
        )
    office.clock.move(hours=3)
    day = office.clock.at.date()
    office.do(
        "quantri",
        change.EndHolding(
            position=held.position,
            account=held.account,
            valid_from=held.valid_from,
            valid_to=day - timedelta(days=1),
        ),
    )
    assert judged(office, case).answer is Answer.CONFORMS

    def later(body: Body, _: dict[str, Any]) -> None:
        body["at"] = record.instant(office.clock.at)

    events = office.events(case)
    for seq in range(3, len(events) + 1):
        events = forging.forge(events, seq, later)
    assert (3, "authority", "not-holder") in wrong(judged(office, case, events))


# Where it is stored.


def test_a_forged_record_in_the_database_is_named(office: Office, case: UUID) -> None:
    def change(body: Body, _: dict[str, Any]) -> None:
        other_doer(office, body, "thamtra")

    forging.store(office, case, forging.forge(office.events(case), 4, change))
    found = judging.judge(office.app, office.tenant, case)
    assert wrong(found) == [(4, "authority", "four-eyes")]
    (rate,) = judging.rates(office.app, office.tenant, "3.001")
    assert rate.plain()["rate"] == 0
    assert rate.failing[0]["reason"] == "four-eyes"


def test_many_cases_are_judged_as_each_alone(office: Office) -> None:
    cases = [office.open("1.001", ten=f"Người {n}", phi=n % 2) for n in range(4)]
    for made in cases:
        office.complete("motcua", made, "nhan")
    with judging.court(office.app, office.tenant) as (court, desk):
        bulk = list(court.bulk(desk.case(made)[0] for made in cases))
        assert [one.case for one in bulk] == [made.hex for made in cases]
        assert all(one.answer is Answer.CONFORMS for one in bulk)


@pytest.mark.usefixtures("case")
def test_the_rate_of_a_procedure_counts_closed_cases(office: Office) -> None:
    office.open("3.001")
    (rate,) = judging.rates(office.app, office.tenant, "3.001")
    told = rate.plain()
    assert (told["cases"], told["closed"], told["rate"]) == (2, 1, 1.0)
    assert told["failing"] == []
