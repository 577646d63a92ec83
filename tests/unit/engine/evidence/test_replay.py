"""The moments of a case: what happened, by which rule, what stood open after it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain.events import EventType, Sealed
from engine.domain.run import Advance, Choice, Status, Visit
from engine.errors import ServiceFailedError
from engine.evidence.moment import Moment, Sealing, Why
from engine.evidence.replay import Covered
from engine.evidence.sequencer import Place, Signed
from engine.ports import Outside, Ruled
from tests import models
from tests.conformance.driving import Functions, Tables
from tests.unit.engine.evidence.histories import CLERK, ENGINE, NINE, History, stands

REWORK = models.build(
    "start > tra > ky",
    models.task("ky", "chon-dat", "chon-tra"),
    "ky > chon",
    models.xor("chon", by_outcome=True),
    "chon > dat > end",
    "chon > tra",
)
CHOICE = models.build(
    "start > tra > chon",
    models.xor("chon", default="chon-khong"),
    models.flow("chon", "co", "phi > 0"),
    "chon > khong > end",
    "co > end",
)


def moments(history: History) -> tuple[Moment, ...]:
    told = history.replay()
    assert told.broken is None
    return told.moments


def test_a_moment_tells_who_when_what_was_done_and_what_is_open_after_it() -> None:
    history = History(REWORK).open(ten="A").later(hours=1).do("tra", so="47")
    first, second = moments(history)
    assert (first.seq, first.type) == (1, EventType.CASE_OPENED)
    assert first.element == "start"
    assert stands(first) == ["tra ready"]
    assert (second.at, second.doer, second.visit) == (
        NINE + timedelta(hours=1),
        CLERK,
        Visit("tra", 1),
    )
    assert second.completed == ("tra",)
    assert second.taken == ("tra-ky",)
    assert second.opened == (Visit("ky", 1),)
    assert second.entered == {"so": "47"}
    assert stands(second) == ["ky ready"]


def test_working_time_is_counted_for_the_step_and_since_the_act_before() -> None:
    # 09:00 to 14:00 with the midday break, then a claim, then ten minutes.
    history = History(REWORK).open().later(hours=5)
    history.note(EventType.TASK_CLAIMED, doer=CLERK, visit=Visit("tra", 1))
    history.later(minutes=10).do("tra")
    opened, claimed, done = moments(history)
    assert (opened.spent, opened.since) == (None, None)
    assert (claimed.spent, claimed.since) == (210, 210)
    assert (done.began, done.spent, done.since) == (NINE, 220, 10)


def test_work_after_its_due_instant_is_late_and_at_it_is_not() -> None:
    for over, late in ((0, False), (1, True)):
        history = History(REWORK, due={"tra": timedelta(hours=1)}).open()
        history.later(hours=1, seconds=over).do("tra")
        assert moments(history)[1].late is late


def test_a_rework_loop_counts_its_rounds_and_names_the_outcome_that_sent_it_back() -> (
    None
):
    history = History(REWORK).open().do("tra").do("ky", "chon-tra").do("tra")
    back, again = moments(history)[2:]
    (branch,) = back.branches
    assert (branch.element, branch.flow, branch.why) == (
        "chon",
        "chon-tra",
        Why.OUTCOME,
    )
    assert stands(back) == ["tra ready"]
    assert again.visit == Visit("tra", 2)


def test_a_branch_tells_its_condition_with_the_value_that_it_read() -> None:
    (branch,) = moments(History(CHOICE).open().do("tra", phi=5, ten="A"))[1].branches
    assert (branch.why, branch.condition) == (Why.CONDITION, "phi > 0")
    assert branch.inputs == {"phi": 5}


def test_a_default_flow_is_told_as_such() -> None:
    (branch,) = moments(History(CHOICE).open().do("tra", phi=0))[1].branches
    assert (branch.flow, branch.why, branch.inputs) == (
        "chon-khong",
        Why.DEFAULT,
        {},
    )


def test_an_erased_value_is_named_and_told_nowhere() -> None:
    history = History(CHOICE).open().do("tra", phi=5, ten="Nguyễn").erase(2, "phi")
    done = moments(history)[1]
    assert (done.erased, dict(done.entered)) == (("phi",), {"ten": "Nguyễn"})
    # The way is the recorded one; the value that led there is gone.
    (branch,) = done.branches
    assert (branch.flow, branch.condition, branch.inputs) == (
        "chon-co",
        "phi > 0",
        {},
    )


def test_a_value_that_the_same_act_changed_is_not_told_as_read() -> None:
    model = models.build(
        "start > tra > chon",
        models.xor("chon", default="chon-khong"),
        models.flow("chon", "tinh", "phi > 0"),
        models.service("tinh", "xoa", result="phi"),
        "tinh > co > end",
        "chon > khong > end",
    )
    outside = Outside(services=Functions({"xoa": lambda _: 0}), decisions=Tables({}))
    (branch,) = moments(History(model, outside).open().do("tra", phi=5))[1].branches
    assert (branch.condition, branch.inputs) == ("phi > 0", {})


def test_every_instance_of_a_multiple_step_is_a_moment_of_its_own() -> None:
    model = models.build(
        "start > tra > hoi > end",
        models.task("hoi", multi_instance=models.each("don_vi", "ai")),
    )
    history = History(model).open().do("tra", don_vi=["x", "y"])
    history.do("hoi#2").do("hoi#1")
    tra, second, first = moments(history)[1:]
    made = [one for one in tra.decisions if one.choice is Choice.INSTANCES]
    assert [one.value for one in made] == [2]
    assert stands(tra) == ["hoi ready", "hoi ready"]
    assert (second.visit, stands(second)) == (Visit("hoi", 2), ["hoi ready"])
    assert (first.visit, stands(first)) == (Visit("hoi", 1), [])


def test_a_timer_waits_until_its_instant_and_fires_by_the_system() -> None:
    model = models.build("start > cho > end", models.catch("cho", models.timer("PT1H")))
    opened, fired = moments(History(model).open().later(hours=1).fire("cho"))
    (token,) = opened.tokens
    assert (token.kind, token.due) == ("timer", NINE + timedelta(hours=1))
    assert (fired.element, fired.doer, fired.intervention) == ("cho", ENGINE, False)
    assert stands(fired) == []


def test_a_message_is_told_with_its_name_its_values_and_the_wait_that_took_it() -> None:
    model = models.build(
        "start > cho > end", models.catch("cho", models.message("thue"))
    )
    opened, heard = moments(History(model).open().hear("thue", so_tien=5))
    assert [(one.kind, one.name) for one in opened.tokens] == [("message", "thue")]
    assert (heard.subject, heard.element) == ("thue", "cho")
    assert heard.entered == {"so_tien": 5}


def test_a_rule_of_a_table_is_kept_with_the_answer() -> None:
    model = models.build("start > tra > xet > end", models.rule("xet", "phi", "muc"))
    tables = Tables({"phi": lambda _: Ruled(5, ("r3",))})
    outside = Outside(services=Functions({}), decisions=tables)
    history = History(model, outside).open().do("tra")
    (made,) = moments(history)[1].decisions
    assert made.value == {"answer": 5, "rules": ["r3"]}
    (erased,) = moments(history.erase(2, "answer:xet:1"))[1].decisions
    assert (erased.element, erased.value) == ("xet", None)


@pytest.mark.parametrize("condition", ["muc == None", "muc != 5"])
def test_an_erased_answer_of_a_function_is_no_empty_one(condition: str) -> None:
    model = models.build(
        "start > tra > xet > chon",
        models.xor("chon", default="chon-khong"),
        models.flow("chon", "co", condition),
        "chon > khong > end",
        "co > end",
        models.service("xet", "tinh", "muc"),
    )
    outside = Outside(
        services=Functions({"tinh": lambda _: None}), decisions=Tables({})
    )
    history = History(model, outside).open().do("tra")
    told = moments(history)[1]
    erased = moments(history.erase(2, "answer:xet:1"))[1]
    assert erased.taken == told.taken
    assert erased.tokens == told.tokens
    assert [one.inputs for one in told.branches] == [{"muc": None}]
    # What is gone is not told as what it was decided by.
    assert [(one.flow, one.inputs) for one in erased.branches] == [("chon-co", {})]


def test_interventions_are_acts_outside_the_plan_and_nothing_else() -> None:
    model = models.build(
        "start > chia",
        models.both("chia"),
        "chia > tra > end1",
        "chia > goi > end2",
        models.service("goi", "hong"),
        "chia > nghe > end3",
        models.catch("nghe", models.signal("bao")),
        "chia > nghe2 > end4",
        models.catch("nghe2", models.signal("bao2")),
    )
    answers = iter((None, 1))

    def fails(_: object) -> int:
        answer = next(answers)
        if answer is None:
            raise ServiceFailedError("hỏng")
        return answer

    outside = Outside(services=Functions({"hong": fails}), decisions=Tables({}))
    history = History(model, outside).open()
    history.note(EventType.TASK_CLAIMED, doer=CLERK, visit=Visit("tra", 1))
    history.note(EventType.TASK_RELEASED, doer=CLERK, visit=Visit("tra", 1))
    history.retry().signal("bao").signal("bao2", ENGINE).do("tra")
    told = moments(history)
    assert "goi incident" in stands(told[0])
    assert [one.type.value for one in told if one.intervention] == [
        "task.released",
        "incident.retried",
        "signal.received",
    ]


def test_the_log_covers_an_event_as_far_as_its_place_and_a_signed_head_reach() -> None:
    history = History(REWORK).open().do("tra").do("ky", "chon-dat")
    head = Signed(2026, 6, bytes(32), b"", NINE)
    log = Covered(
        places={1: Place(2026, 5), 2: Place(2026, 6)},
        heads={2026: head},
    )
    first, second, third = (one.proof for one in history.replay(log).moments)
    assert (first.sealing, first.signed_at, first.size) == (Sealing.SIGNED, NINE, 6)
    assert (second.sealing, second.signed_at) == (Sealing.PLACED, None)
    assert (third.sealing, third.place) == (Sealing.PENDING, None)
    assert first.leaf == history.events[0].leaf


def test_an_altered_event_ends_the_replay_before_it_and_is_named() -> None:
    history = History(REWORK).open().do("tra", so="47").do("ky", "chon-dat").do("dat")
    second = history.events[1]
    changed = replace(second, body=second.body.replace(b'"tra"', b'"xet"'))
    told = replace_event(history, changed).replay()
    assert [one.seq for one in told.moments] == [1]
    assert told.events == 4
    assert told.broken is not None
    assert told.broken.params["seq"] == 2


def test_an_altered_value_and_a_missing_event_are_named_too() -> None:
    def history() -> History:
        return History(REWORK).open().do("tra", so="47").do("ky", "chon-dat")

    made = history()
    event = made.events[1]
    wrong = tuple(one._replace(value='"48"') for one in event.personal)
    told = replace_event(made, replace(event, personal=wrong)).replay()
    assert told.broken is not None
    assert told.broken.params["seq"] == 2
    gap = history()
    del gap.events[1]
    told = gap.replay()
    assert told.broken is not None
    assert (len(told.moments), told.broken.params["seq"]) == (1, 2)
    first = history()
    del first.events[0]
    told = first.replay()
    assert (told.moments, told.broken is None) == ((), False)


def test_an_end_that_was_cut_off_is_named_because_the_case_witnesses_it() -> None:
    history = History(REWORK).open().do("tra").do("ky", "chon-dat")
    last = (3, history.events[-1].leaf)
    assert history.replay(Covered(last=last)).broken is None
    history.events.pop()
    told = history.replay(Covered(last=last))
    assert told.broken is not None
    assert (len(told.moments), told.broken.params["seq"]) == (2, 3)


def test_an_act_that_the_model_does_not_allow_ends_the_replay_before_it() -> None:
    history = History(REWORK).open().do("tra")
    history.note(
        EventType.TASK_COMPLETED,
        doer=CLERK,
        visit=Visit("ngoai", 1),
        effect=Advance(status=Status.OPEN),
    )
    told = history.replay()
    assert len(told.moments) == 2
    assert told.broken is not None
    assert told.broken.params["seq"] == 3


def replace_event(history: History, event: Sealed) -> History:
    history.events[event.seq - 1] = event
    return history
