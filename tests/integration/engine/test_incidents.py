"""Cases that stop: why it is told, and how a person lets them go on."""

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from engine import limits
from engine.commands import wake_case
from engine.commands.retry_incident import RetryIncident
from engine.domain.events import BUDGET
from engine.domain.run import Json, Status
from engine.errors import (
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    ServiceFailedError,
)
from tests import bpmn
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.test_evidence import chain
from tests.integration.engine.test_refusals import refused

#: Asks a function, then somebody.
ASKING = bpmn.diagram(
    "start s; service f " + ext('<qt:service function="data.set"/>') + "\n"
    "task a 'Việc'; end e",
    "s > f > a > e",
    identity="hoi",
    more=lanes(examiner="a"),
)
#: Goes round for ever: a timer of no time, and a step for nobody.
RESTLESS = bpmn.diagram(
    f"start s; and p; task a 'Việc'; end e; xor m\ncatch t 'Ngay' {bpmn.timer('PT0S')}"
    '\nxor x default="lai"; end f',
    "s > p > a > e\np > m > t > x >ra [xong == 1]> f\nx >lai> m",
    identity="quay",
    more=lanes(examiner="a"),
)


class Moody:
    """Functions that fail until their mood is better."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.fails = True

    def names(self) -> frozenset[str]:
        """The functions that exist."""
        return self._names

    def call(self, name: str, parameters: Mapping[str, Json]) -> Json:
        """Answer, or fail."""
        assert (name, dict(parameters)) == ("data.set", {})
        if self.fails:
            raise ServiceFailedError("The registry does not answer.")
        return {}


@pytest.fixture
def moody(office: Office) -> Moody:
    """The functions of the office, which fail at first."""
    engine = office.app.engine
    made = Moody(engine.tools.services.names())
    office.publish(hoi=ASKING)
    engine.tools = replace(engine.tools, services=made)
    return made


def types(office: Office, case: UUID) -> list[str]:
    return [event.type for event in office.events(case)]


def retry(office: Office, case: UUID, login: str = "giamsat", **more: object) -> Json:
    command = RetryIncident(case=case, **more)  # type: ignore[arg-type]
    return office.do(login, command)["retried"]


def test_a_step_that_failed_begins_anew(office: Office, moody: Moody) -> None:
    case = office.open("hoi")
    assert office.case(case).status is Status.INCIDENT
    assert retry(office, case) == ["f"]
    assert office.case(case).status is Status.INCIDENT, "it fails again"
    moody.fails = False
    assert retry(office, case, login="quantri", element="f", occurrence=2) == ["f"]
    assert office.case(case).status is Status.OPEN
    assert types(office, case) == [
        *("case.opened", "incident.retried", "incident.retried")
    ]
    body = json.loads(office.events(case)[-1].body)
    assert body["visit"] == ["f", 2]
    assert body["doer"]["account"] == office.accounts["quantri"].id.hex
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    office.complete("thamtra", case, "a")
    assert office.case(case).closed_at is not None
    assert office.rebuild(case) == []


def test_only_who_supervises_or_administers_retries(
    office: Office, moody: Moody
) -> None:
    case = office.open("hoi")
    command = RetryIncident(case=case)
    for login in ("motcua", "thamtra", "kiemtoan", "lienthong"):
        refused(office, NotAllowedError, office.do, login, command)
    for login in ("xa", "thietke", "nuocngoai"):
        refused(office, NotFoundError, office.do, login, command)
    assert moody.fails


def test_what_did_not_stop_is_not_retried(office: Office, moody: Moody) -> None:
    case = office.open("hoi")
    for element, occurrence in (("f", 2), ("a", 1), ("nothing", 1)):
        command = RetryIncident(case=case, element=element, occurrence=occurrence)
        found = refused(office, NotReadyError, office.do, "giamsat", command)
        assert found.code == "no-retry"
    moody.fails = False
    retry(office, case)
    again = RetryIncident(case=case)
    found = refused(office, NotReadyError, office.do, "giamsat", again)
    assert found.code == "no-incident"


def spin(office: Office, case: UUID) -> int:
    """Wake a case until it is woken no more; the number of times."""
    woken = 0
    while office.case(case).next_wake is not None:
        office.wake(case)
        woken += 1
        assert woken < 100, "it never comes to rest"
    return woken


def test_a_case_that_never_rests_is_halted_in_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNRESTING_STEPS", 400)
    office.publish(quay=RESTLESS)
    case = office.open("quay", xong=0)
    spin(office, case)
    row = office.case(case)
    assert (row.status, row.next_wake) == (Status.INCIDENT, None)
    fired = types(office, case).count("timer.fired")
    assert 400 <= fired < 400 + 60
    assert types(office, case)[-1] == "case.halted"
    assert json.loads(office.events(case)[-1].body)["facts"] == {"steps": fired}
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    # A worker that comes late finds nothing to do.
    assert office.wake(case)["fired"] == []
    assert types(office, case)[-1] == "case.halted"


def test_a_halted_case_goes_on_when_somebody_resumes_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNRESTING_STEPS", 400)
    office.publish(quay=RESTLESS)
    case = office.open("quay", xong=0)
    spin(office, case)
    events = len(office.events(case))
    assert retry(office, case) == [""]
    assert office.case(case).status is Status.OPEN
    assert office.rebuild(case) == []
    spin(office, case)
    assert types(office, case)[events] == "case.resumed"
    assert types(office, case)[-1] == "case.halted", "it goes round as before"
    assert office.rebuild(case) == []
    # What a person does in a halted case moves it on as ever.
    office.complete("thamtra", case, "a", {"xong": 1})
    assert office.case(case).status is Status.OPEN
    spin(office, case)
    assert office.case(case).closed_at is not None
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_a_case_that_rests_between_its_timers_is_never_halted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNRESTING_STEPS", 250)
    asking = RESTLESS.replace(b"PT0S", b"PT2M")
    office.publish(quay=asking)
    case = office.open("quay", xong=0)
    for _ in range(300):
        office.clock.move(minutes=2)
        assert office.wake(case)["fired"] == ["t"]
    assert office.case(case).status is Status.OPEN


def test_the_budget_of_an_act_is_part_of_its_event(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.STEPS_PER_TRANSACTION == BUDGET, "else every event would name it"
    office.publish(dai=chain(450))
    old = office.open("dai")
    for budget in (50, 1_000):
        monkeypatch.setattr(limits, "STEPS_PER_TRANSACTION", budget)
        assert office.rebuild(old) == [], "the constant of today does not count"
        assert office.verify(old) == []
    small = office.open("dai")
    bodies = [json.loads(one.body) for one in office.events(small)]
    assert [one["effect"].get("budget") for one in bodies] == [1_000]
    monkeypatch.setattr(limits, "STEPS_PER_TRANSACTION", 100)
    spin(office, old)
    bodies = [json.loads(one.body) for one in office.events(old)]
    told = [one["effect"].get("budget") for one in bodies]
    assert told[0] is None
    assert set(told[1:]) == {100}
    monkeypatch.undo()
    for case in (old, small):
        assert office.rebuild(case) == []
        assert office.verify(case) == []


def test_the_events_are_counted_only_where_there_may_be_enough() -> None:
    least = limits.UNRESTING_STEPS // limits.STEPS_PER_TRANSACTION
    assert least == limits.UNRESTING_STEPS // max(wake_case._COUNTED.values())
    assert least >= 50
