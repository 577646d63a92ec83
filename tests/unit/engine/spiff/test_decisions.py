"""Business rule tasks and addressed messages inside SpiffWorkflow (rules 37, 39)."""

from collections.abc import Mapping
from dataclasses import replace

from engine.domain import run
from engine.domain.deciding import Decider
from engine.domain.model import EventDefinition, EventKind, NodeKind
from engine.domain.run import Json
from engine.errors import IncidentError
from engine.ports import Context, Ruled
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case


class Tables:
    """Decisions that answer what they were asked."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Json]] = []

    def decide(self, decision: str, data: Mapping[str, Json]) -> Ruled:
        """Answer the data; “none” cannot be made, “odd” answers no JSON."""
        if decision == "none":
            raise IncidentError("No rule matches.")
        self.asked.append(dict(data))
        if decision == "odd":
            return Ruled(float("nan"))
        return Ruled({"fee": 2} if decision == "map" else 7, ("r1", "r3"))


class Deciding(Case):
    """A case whose model brings decisions."""

    def _context(self, decider: Decider) -> Context:
        return replace(super()._context(decider), decisions=TABLES)


TABLES = Tables()


def make(decision: str, **fields: object) -> Case:
    rule = models.node("d", NodeKind.BUSINESS_RULE_TASK, decision=decision, **fields)
    model = models.build("start > d > a > end", rule)
    return Deciding(SpiffRuntime(), model)


def test_the_answer_is_written_under_its_name_and_the_rules_are_recorded() -> None:
    case = make("number", result="n", parameters={"x": "p + 1"}).open(p=1)
    assert case.decided == [("answer", "d", {"answer": 7, "rules": ["r1", "r3"]})]
    assert (case.data["n"], TABLES.asked[-1]) == (7, {"x": 2})


def test_a_mapping_is_merged_and_without_parameters_everything_is_given() -> None:
    case = make("map").open(p=1)
    assert (case.data, TABLES.asked[-1]) == ({"p": 1, "fee": 2}, {"p": 1})


def test_an_answer_without_a_name_that_is_no_mapping_is_not_written() -> None:
    case = make("number").open(p=1)
    assert (case.data, case.ready) == ({"p": 1}, "a")


def test_a_decision_that_cannot_be_made_is_an_incident() -> None:
    case = make("none").open()
    assert (case.incidents, case.ready) == ("d", "")
    assert make("odd").open().incidents == "d"


def test_a_record_that_holds_no_answer_is_refused() -> None:
    case = make("number")
    case.advance = case.execution.act(
        run.Open(), replace(case._context(Wrong()), budget=10)
    )
    assert case.incidents == "d"


class Wrong:
    """A record in which every answer is a number."""

    def decide(self, *_: object) -> Json:
        """Give a number."""
        return 5


def addressed(kind: EventKind, **correlation: str) -> Case:
    event = EventDefinition(
        kind=kind, name="m", correlation=correlation, payload={"f": "p"}
    )
    model = models.build("start > t > end", models.throw("t", event))
    return Case(SpiffRuntime(), model)


def test_a_message_leaves_with_its_keys_which_are_asked_before_its_payload() -> None:
    case = addressed(EventKind.MESSAGE, k="p + 1").open(p=1)
    assert [one[0] for one in case.decided] == ["keys", "payload"]
    assert case.advance.thrown[0].correlation == {"k": 2}


def test_keys_that_fail_are_an_incident_and_nothing_leaves() -> None:
    case = addressed(EventKind.MESSAGE, k="unknown").open(p=1)
    assert (case.incidents, case.advance.thrown) == ("t", ())


def test_a_signal_has_no_keys() -> None:
    case = addressed(EventKind.SIGNAL, k="p").open(p=1)
    assert [one[0] for one in case.decided] == ["payload"]
    assert case.advance.thrown[0].correlation == {}
