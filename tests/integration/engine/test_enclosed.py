"""Files that are enclosed with an act: of its case, judged well, rebuilt."""

from uuid import UUID

import pytest

from engine.commands.answer_beside import Cosign, GiveOpinion
from engine.commands.complete_task import CompleteTask
from engine.commands.dossier_acts import AddComponents
from engine.domain import enclosed
from engine.domain.dossier_record import Component
from engine.domain.side_work import Stance
from engine.errors import NotReadyError
from engine.evidence import record
from tests.integration.engine.beside import WORK, ask, round_
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_scans import SCAN, Sent
from tests.integration.engine.test_verdicts import judged, wrong

ADDED = (Component(name="Giấy ủy quyền", digitised=True),)


@scene
def case(office: Office) -> UUID:
    """A case whose examination somebody has."""
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    office.claim("thamtra", made, WORK)
    return made


def examined(case: UUID) -> CompleteTask:
    return CompleteTask(
        case=case, element=WORK, occurrence=1, answers={}, enclosed=(SCAN, SCAN)
    )


def test_what_is_enclosed_is_a_value_of_its_act_and_no_data_of_the_case(
    office: Office, case: UUID
) -> None:
    Sent(office).noted(case)
    ask(office, case)
    round_(office, case)
    opinion = GiveOpinion(
        case=case,
        element="~y1",
        stance=Stance.AGREE,
        text="Không vướng.",
        enclosed=(SCAN,),
    )
    office.do("xa", opinion)
    signed = Cosign(case=case, element="~k2.1", stance=Stance.AGREE, enclosed=(SCAN,))
    office.do("lanhdao", signed)
    added = AddComponents(case=case, components=ADDED, enclosed=(SCAN,))
    office.do("motcua", added)
    office.do("thamtra", examined(case))
    acts = [
        one
        for one in office.events(case)
        if any(value.name == enclosed.BESIDE for value in one.personal)
    ]
    assert [one.type for one in acts] == [
        "opinion.given",
        "cosign.given",
        "component.added",
        "task.completed",
    ]
    assert all(SCAN not in one.body.decode() for one in acts), "committed to alone"
    assert all(record.parse(one.body) for one in acts)
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_a_file_of_another_case_is_none_of_this_one(office: Office, case: UUID) -> None:
    other = office.open("1.001", ten="Bình", phi=0)
    Sent(office).noted(other)
    before = office.digest()
    for who, command in (
        ("thamtra", examined(case)),
        ("motcua", AddComponents(case=case, components=ADDED, enclosed=(SCAN,))),
    ):
        with pytest.raises(NotReadyError) as refusal:
            office.do(who, command)
        assert refusal.value.code == "no-file"
    assert office.digest() == before


def test_a_file_that_somebody_sent_for_the_case_may_be_enclosed(
    office: Office, case: UUID
) -> None:
    Sent(office).by("thamtra", case)
    office.do("thamtra", examined(case))
    assert wrong(judged(office, case)) == []
