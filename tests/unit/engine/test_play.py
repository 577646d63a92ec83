"""Playing a model in memory: every command, every refusal, the clock."""

from typing import Any

import pytest

from engine.domain.model import Flow, Model
from engine.play import Player, outcome_of
from engine.services import Registry
from engine.spiff.runtime import SpiffRuntime
from tests import models

KEYS = {"ok", "error", "status", "ready", "waiting", "completed", "taken", "data"}
SIMPLE = models.build("start > a > b > end")


def player(model: Model = SIMPLE) -> Player:
    """A player in front of a case that is open."""
    made = Player(SpiffRuntime(), model, Registry())
    assert made.command({"open": {"n": 1}})["ok"]
    return made


def elements(answer: dict[str, Any]) -> list[str]:
    return [one["element"] for one in answer["ready"]]


def test_a_case_is_opened_and_described() -> None:
    made = Player(SpiffRuntime(), SIMPLE, Registry())
    answer = made.command({"open": {"n": 1}})
    assert set(answer) == KEYS
    assert answer == {
        "ok": True,
        "error": None,
        "status": "open",
        "ready": [{"element": "a", "name": "", "occurrence": 1}],
        "waiting": [],
        "completed": ["start"],
        "taken": ["start-a"],
        "data": {"n": 1},
    }


def test_what_stands_in_ad_hoc_work_is_begun_by_name() -> None:
    made = player(models.build("start > sub > end", models.ad_hoc("sub", "x")))
    assert not made.command({"begin": "end"})["ok"]
    assert elements(made.command({"begin": "x"})) == ["sub", "x"]
    assert not made.command({"complete": "sub"})["ok"]
    made.command({"complete": "x"})
    assert made.command({"complete": "sub"})["status"] == "completed"
    assert not made.command({"begin": "x"})["ok"]


def test_completed_and_taken_are_those_since_the_last_command() -> None:
    made = player()
    answer = made.command({"complete": "a", "answers": {"m": 2}})
    assert answer["completed"] == ["a"]
    assert answer["taken"] == ["a-b"]
    assert answer["data"] == {"n": 1, "m": 2}
    assert made.command({"state": True})["completed"] == []
    answer = made.command({"complete": "b"})
    assert (answer["status"], answer["completed"]) == ("completed", ["b", "end"])


def test_opening_again_begins_a_new_case_at_the_beginning() -> None:
    made = player()
    made.command({"complete": "a", "answers": {"m": 2}})
    made.command({"advance": "P1D"})
    answer = made.command({"open": {}})
    assert (elements(answer), answer["data"]) == (["a"], {})


def test_before_the_first_case_there_is_nothing_to_see_or_do() -> None:
    made = Player(SpiffRuntime(), SIMPLE, Registry())
    answer = made.command({"state": True})
    assert (answer["ok"], answer["status"], answer["ready"]) == (True, "open", [])
    for command in ({"complete": "a"}, {"message": "m"}, {"advance": "P1D"}):
        answer = made.command(command)
        assert not answer["ok"]
        assert "open" in str(answer["error"])


def visits(answer: dict[str, Any]) -> list[int]:
    return [one["occurrence"] for one in answer["ready"]]


REFUSED: dict[str, dict[str, Any]] = {
    "an unknown command": {"fly": 1},
    "no command": {},
    "a step that is not ready": {"complete": "b"},
    "a step that does not exist": {"complete": "zzz"},
    "a step that is no text": {"complete": 5},
    "answers that are no object": {"complete": "a", "answers": [1]},
    "an outcome that is no text": {"complete": "a", "outcome": 5},
    "a message nothing waits for": {"message": "m"},
    "a message that is no text": {"message": None},
    "keys that are no object": {"message": "m", "correlation": "x"},
    "a signal nothing waits for": {"signal": "s"},
    "a payload that is no object": {"signal": "s", "payload": 1},
    "no duration": {"advance": "soon"},
    "no text for a duration": {"advance": 5},
    "a duration over the limit": {"advance": "P9999999999Y"},
    "data that are no object": {"open": [1]},
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_told_in_words_and_changes_nothing(what: str) -> None:
    made = player()
    before, clock = made.command({"state": True}), made.now
    answer = made.command(REFUSED[what])
    assert not answer["ok"]
    assert answer["error"]
    assert {**answer, "ok": True, "error": None} == before
    assert made.now == clock
    assert made.command({"complete": "a"})["ok"], "the case goes on"


def test_what_is_no_command_is_refused_beside_the_present_state() -> None:
    made = player()
    answer = made.refuse("This is no JSON.")
    assert (answer["ok"], answer["error"]) == (False, "This is no JSON.")
    assert elements(answer) == ["a"]
    assert answer["completed"] == []


def test_the_oldest_ready_occurrence_is_completed() -> None:
    two = models.build(
        "start > split",
        models.both("split"),
        "split > x > a",
        "split > y > a > end",
        models.xor("x"),
        models.xor("y"),
    )
    made = player(two)
    answer = made.command({"state": True})
    assert visits(answer) == [1, 2]
    answer = made.command({"complete": "a"})
    assert visits(answer) == [2]


OUTCOMES = models.build(
    "start > a > x",
    models.task("a", "x-b", "x-end"),
    models.xor("x", by_outcome=True),
    Flow("x-b", "x", "b", "Không đạt"),
    Flow("x-end", "x", "end", "Đạt"),
    "b > a",
)


@pytest.mark.parametrize("outcome", ["Đạt", "x-end"])
def test_an_outcome_is_named_by_its_flow_or_its_words(outcome: str) -> None:
    answer = player(OUTCOMES).command({"complete": "a", "outcome": outcome})
    assert (answer["status"], answer["taken"]) == ("completed", ["a-x", "x-end"])


@pytest.mark.parametrize("outcome", [None, "", "Có lẽ", "start-a"])
def test_a_missing_or_unknown_outcome_lists_the_choices(outcome: str | None) -> None:
    answer = player(OUTCOMES).command({"complete": "a", "outcome": outcome})
    assert not answer["ok"]
    assert "“Không đạt”, “Đạt”" in str(answer["error"])


def test_a_step_without_outcomes_has_none() -> None:
    assert outcome_of(SIMPLE, "a", "whatever") == ""
    assert outcome_of(SIMPLE, "zzz", "whatever") == ""


# Time.

TIMED = models.build(
    "start > w > a > end",
    models.catch("w", models.timer("P1D")),
    models.on("a", "late", models.timer("PT2H"), interrupting=False),
    "late > b > end2",
)


def test_the_clock_fires_what_is_due_at_its_own_instant() -> None:
    made = player(TIMED)
    begin = made.now
    answer = made.command({"state": True})
    assert answer["waiting"] == [{"element": "w", "due": "2026-01-06T01:00:00+00:00"}]
    assert made.command({"advance": "PT23H"})["completed"] == []
    answer = made.command({"advance": "PT1H"})
    assert (answer["completed"], elements(answer)) == (["w"], ["a"])
    assert answer["waiting"] == [
        {"element": "late", "due": "2026-01-06T03:00:00+00:00"}
    ]
    answer = made.command({"advance": "P10D"})
    assert elements(answer) == ["a", "b"]
    assert (made.now - begin).days == 11


def test_one_step_of_the_clock_fires_timers_of_timers() -> None:
    answer = player(TIMED).command({"advance": "P2D"})
    assert elements(answer) == ["a", "b"]
    assert answer["completed"] == ["w", "late"]


CYCLE = models.build(
    "start > a > end",
    models.on("a", "again", models.timer("R5/P1D"), interrupting=False),
    "again > end2",
)


def test_a_cycle_fires_as_often_as_it_says() -> None:
    made = player(CYCLE)
    answer = made.command({"advance": "P2D"})
    assert answer["completed"] == ["again", "end2"] * 2
    answer = made.command({"advance": "P90D"})
    assert answer["completed"] == ["again", "end2"] * 3
    assert answer["waiting"] == []
    assert answer["status"] == "open"


def test_more_timers_than_a_command_may_fire_are_refused_and_none_fires() -> None:
    endless = models.build(
        "start > x > w > x",
        models.xor("x"),
        models.catch("w", models.timer("PT1S")),
        "start > a > end",
    )
    made = player(endless)
    before = made.command({"state": True})
    answer = made.command({"advance": "P1D"})
    assert not answer["ok"]
    assert "smaller steps" in str(answer["error"])
    assert made.command({"state": True}) == before
    assert made.command({"advance": "PT10S"})["completed"] == ["w", "x"] * 10


# Messages and signals.

TALK = models.build(
    "start > split > m > end",
    models.both("split"),
    models.catch("m", models.message("tra_loi", ma="ma")),
    "split > s > end2",
    models.catch("s", models.signal("bao")),
)


def test_messages_and_signals_reach_who_waits() -> None:
    made = Player(SpiffRuntime(), TALK, Registry())
    answer = made.command({"open": {"ma": "H1"}})
    assert answer["waiting"] == [
        {"element": "m", "message": "tra_loi"},
        {"element": "s", "signal": "bao"},
    ]
    wrong = made.command({"message": "tra_loi", "correlation": {"ma": "H2"}})
    assert not wrong["ok"]
    answer = made.command(
        {"message": "tra_loi", "payload": {"tien": 5}, "correlation": {"ma": "H1"}}
    )
    assert (answer["completed"], answer["data"]) == (
        ["m", "end"],
        {"ma": "H1", "tien": 5},
    )
    assert made.command({"signal": "bao"})["status"] == "completed"


# What goes wrong.


def test_an_incident_is_shown_in_words_and_other_branches_go_on() -> None:
    made = Player(
        SpiffRuntime(),
        models.build(
            "start > split > x",
            models.both("split"),
            models.xor("x"),
            models.flow("x", "b", "n > 5"),
            models.flow("x", "c", "n > 9"),
            "b > end",
            "c > end",
            "split > a > end2",
        ),
        Registry(),
    )
    answer = made.command({"open": {"n": 1}})
    assert (answer["ok"], answer["status"]) == (True, "incident")
    assert answer["error"]
    assert elements(answer) == ["a"]
    answer = made.command({"complete": "a"})
    assert (answer["ok"], answer["status"]) == (True, "incident")
    assert answer["ready"] == []


def test_automatic_steps_without_end_are_an_incident() -> None:
    made = Player(
        SpiffRuntime(),
        models.build(
            "start > x > s > x",
            models.xor("x"),
            models.service("s", "data.set"),
        ),
        Registry(),
    )
    answer = made.command({"open": {}})
    assert (answer["ok"], answer["status"]) == (True, "incident")
    assert "does not come to rest" in str(answer["error"])


def test_a_called_function_fails_in_words() -> None:
    made = Player(
        SpiffRuntime(),
        models.build("start > s > end", models.service("s", "fee.total")),
        Registry(),
    )
    answer = made.command({"open": {}})
    assert answer["status"] == "incident"
    assert "fee.total" in str(answer["error"])
