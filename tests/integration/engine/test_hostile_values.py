"""Values that people and partners bring: what they must not change or give away."""

from tests import bpmn
from tests.integration.engine.office import Office, lanes

NAME = "Nguyễn Thị Đượm"


def test_an_incident_does_not_tell_the_value_that_caused_it(office: Office) -> None:
    # A timer reads what somebody typed; the incident is sealed and never erased.
    timer = bpmn.timer("ten", "timeDate")
    office.publish(
        hen=bpmn.diagram(
            f"start s; task nhan 'Nhận'; catch hen 'Hẹn' {timer}; end e",
            "s > nhan > hen > e",
            identity="hen_tra",
            more=lanes(desk="nhan"),
        )
    )
    case = office.open("hen_tra", ten=NAME)
    office.complete("motcua", case, "nhan")
    last = office.events(case)[-1].body.decode()
    assert '"incidents":[["hen",1,"The time is no ISO 8601 date or instant."]]' in last
    assert NAME not in "".join(one.body.decode() for one in office.events(case))
