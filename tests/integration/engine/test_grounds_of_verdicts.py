"""What remembered verdicts rest on, besides the records of the cases."""

from tests.integration.engine import reorganised
from tests.integration.engine.office import Office
from tests.integration.engine.test_calendars_of_agencies import YEAR, confirm
from tests.integration.engine.test_clock_of_cases import procedure
from webui import remembered


def grounds(office: Office) -> str:
    """What verdicts rest on now."""
    return remembered.grounds(office.app.check, office.tenant)


def test_acts_in_cases_move_no_grounds(office: Office) -> None:
    before = grounds(office)
    case = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", case, "nhan")
    assert grounds(office) == before
    office.reopen()
    assert grounds(office) == before


def test_the_organisation_the_calendars_and_the_procedures_move_them(
    office: Office,
) -> None:
    found = [grounds(office)]
    reorganised.add_agency(office, "union")
    found.append(grounds(office))
    confirm(office, YEAR)
    found.append(grounds(office))
    office.publish(thoi_han=procedure("7.001"))
    found.append(grounds(office))
    assert len(set(found)) == len(found)
    assert remembered.grounds(office.app.check, office.abroad) not in found
