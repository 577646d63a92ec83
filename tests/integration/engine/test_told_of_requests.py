"""Who is told that more time is asked for in a case, and what became of it."""

from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import extend_deadline as extend
from engine.domain.model import TimeLimit
from engine.domain.notices import Kind, Way, What
from engine.domain.organisation import Role
from tests.integration.engine import reorganised
from tests.integration.engine import test_substitution as substitution
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import due, procedure
from tests.integration.engine.test_notice_causes import whats
from tests.integration.engine.test_notices import choose, of, tell
from tests.integration.engine.test_on_paper import sheet
from webui import notice_letters

THREE: Final = TimeLimit(3, "working-day")
GIVE: Final[dict[str, Any]] = {"by": THREE, "reason": "Được", "letter": "1/PXL"}


@scene
def case(office: Office) -> UUID:
    """A case with a promise, which nobody is told of any more."""
    office.publish(thoi_han=procedure("7.001"))
    made = office.open("7.001")
    tell(office)
    return made


def ask(office: Office, case: UUID, login: str = "thamtra", **more: Any) -> None:
    command = extend.AskExtension(case=case, by=THREE, reason="Phức tạp", **more)
    office.do(login, command)


def asked(office: Office, login: str) -> int:
    """How often somebody is told that more time is asked for."""
    return [kind for kind, _ in of(office, login)].count(Kind.EXTENSION)


def test_whoever_may_give_more_time_is_told_once_that_it_is_asked_for(
    office: Office, case: UUID
) -> None:
    add = reorganised.add_person
    add(office, "taiphong", Role.SUPERVISOR, "office", "Giám sát")
    add(office, "noikhac", Role.SUPERVISOR, "elsewhere", "Giám sát")
    ask(office, case)
    assert tell(office) == 2
    for login in ("giamsat", "taiphong"):
        assert of(office, login) == [(Kind.EXTENSION, "")]
    # Who supervises another agency, works on the case, or asked.
    for login in ("noikhac", "thamtra", "thamtra2", "lanhdao", "motcua"):
        assert of(office, login) == []
    (line,) = office.app.bell.listed(office.tenant, office.accounts["giamsat"].id, 10)
    assert (line.about.case, line.about.due) == (case, due(office, case))
    assert notice_letters.path(line.kind, line.about) == f"/ho-so/{case}"
    assert tell(office) == 0


def test_more_time_is_asked_for_by_mail_too_without_a_word_of_the_reason(
    office: Office, case: UUID
) -> None:
    choose(office, "giamsat", mail="ba@example.gov.vn")
    ask(office, case)
    tell(office, Way.MAIL)
    (sent,) = office.app.post.deliveries(office.tenant, 10)
    assert sent.kind is Kind.EXTENSION
    assert "Phức tạp" not in repr(office.sql("SELECT about FROM notice_delivery"))


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (extend.ExtendDeadline, What.EXTENDED),
        (extend.RefuseExtension, What.NOT_EXTENDED),
    ],
)
def test_whoever_asked_for_more_time_is_told_what_became_of_it(
    office: Office, case: UUID, command: type[Any], what: What
) -> None:
    ask(office, case)
    tell(office)
    fields = GIVE if what is What.EXTENDED else {"reason": "Đủ rồi"}
    office.do("giamsat", command(case=case, **fields))
    assert tell(office) == 1
    assert of(office, "thamtra") == [(Kind.ANSWERED, "")]
    assert whats(office, "thamtra") == [what]
    (line,) = office.app.bell.listed(office.tenant, office.accounts["thamtra"].id, 10)
    assert line.about.due == due(office, case)
    assert notice_letters.path(line.kind, line.about) == f"/ho-so/{case}"


def test_more_time_that_nobody_asked_for_is_told_nobody(
    office: Office, case: UUID
) -> None:
    office.do("giamsat", extend.ExtendDeadline(case=case, **GIVE))
    assert tell(office) == 0


def test_a_request_that_was_answered_meanwhile_is_told_only_as_answered(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    office.do("giamsat", extend.RefuseExtension(case=case, reason="Đủ rồi"))
    assert tell(office) == 1
    assert of(office, "giamsat") == []
    assert whats(office, "thamtra") == [What.NOT_EXTENDED]


def test_of_two_requests_the_one_that_stands_is_told(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    ask(office, case, "thamtra2")
    tell(office)
    assert asked(office, "giamsat") == 1
    office.do("giamsat", extend.RefuseExtension(case=case, reason="Đủ rồi"))
    tell(office)
    # Whose request was replaced is not told of the answer to another one.
    assert of(office, "thamtra") == []
    assert whats(office, "thamtra2") == [What.NOT_EXTENDED]


def test_a_request_in_a_case_that_is_over_is_told_nobody(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    for login, step in (("thamtra", "xem"), ("motcua", "tra")):
        office.complete(login, case, step)
    tell(office)
    assert asked(office, "giamsat") == 0


def test_whoever_has_a_hand_in_a_request_is_not_told_to_answer_it(
    office: Office, case: UUID
) -> None:
    substitution.both(office)
    paper = sheet(
        office, "truongphong", position=office.actor("thamtra").positions[0].id
    )
    office.clock.move(hours=1)
    ask(office, case, paper=paper)
    tell(office)
    assert asked(office, "truongphong") == 0
    assert asked(office, "giamsat") == 1
    office.do("giamsat", extend.RefuseExtension(case=case, reason="Đủ rồi"))
    tell(office)
    for login in ("truongphong", "thamtra"):
        assert whats(office, login) == [What.NOT_EXTENDED]


def test_who_only_stands_in_for_a_supervisor_is_not_told(
    office: Office, case: UUID
) -> None:
    """More time is given in a position of one's own."""
    add = reorganised.add_person
    add(office, "noikhac", Role.SUPERVISOR, "elsewhere", "Giám sát")
    substitution.give(office, "giamsat", "noikhac")
    ask(office, case)
    tell(office)
    assert asked(office, "giamsat") == 1
    assert asked(office, "noikhac") == 0
