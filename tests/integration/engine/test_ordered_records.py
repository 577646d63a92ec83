"""What is made of the record of a case that was sent back and then stopped."""

from uuid import UUID

from engine.commands.end_case import StopCase
from engine.commands.recall_task import RecallTask
from engine.commands.return_task import ReturnTask
from engine.domain.model import Model
from engine.evidence import replay, retrace, whatif
from engine.evidence.exports import rows
from engine.ports import Outside
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene


@scene
def case(office: Office) -> UUID:
    """A case that was recalled, returned and stopped."""
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    office.do("motcua", RecallTask(case=made, element="nhan", occurrence=1))
    office.complete("motcua", made, "nhan", visit=2)
    back = ReturnTask(
        case=made, element="tham_tra", occurrence=2, target="nhan", reason="Thiếu"
    )
    office.do("thamtra", back)
    command = StopCase(case=made, reason="Chết", basis="Điều 9", document="1/QĐ")
    office.do("giamsat", command)
    return made


def model_of(office: Office, case: UUID) -> tuple[Model, Outside]:
    """The model of a case, and what it may ask."""
    runs = office.case(case).procedure_version
    with office.app.store.begin(office.tenant) as uow:
        version = uow.procedures.version(runs)
        package = office.app.packages.published(version, uow.procedures)
    return package.model, package.outside(office.app.engine.tools.services)


def test_every_step_that_was_done_is_exported(office: Office, case: UUID) -> None:
    model, _ = model_of(office, case)
    done = rows.steps(office.events(case), model)
    assert [one.element for one in done] == ["s", "nhan", "nhan"]


def test_the_replay_marks_who_stepped_in(office: Office, case: UUID) -> None:
    steps = retrace.opened(office.events(case))
    stepped = [one.type.value for one in steps if one.type in replay.INTERVENTIONS]
    assert stepped == ["task.recalled", "task.returned", "case.stopped"]


def test_the_same_version_leads_the_same_way(office: Office, case: UUID) -> None:
    model, outside = model_of(office, case)
    version = whatif.Version(model=model, outside=outside)
    game = office.app.engine.tools.game
    tried = whatif.drive(game, office.events(case), version, version)
    assert tried.verdict is whatif.Verdict.SAME
    assert tried.fitted == len(office.events(case))


def test_all_of_it_rebuilds_and_verifies(office: Office, case: UUID) -> None:
    assert office.rebuild(case) == []
    assert office.verify(case) == []
