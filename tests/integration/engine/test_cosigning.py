"""Co-signatures beside a step: quorum and veto hold it up, and four eyes hold."""

from typing import Any
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.commands import substitute
from engine.commands.ask_beside import AskCosign, AskOpinion
from engine.commands.recall_task import RecallTask
from engine.domain.case import TaskStatus
from engine.domain.organisation import Holder, Position, Substitution
from engine.domain.side_work import Stance
from engine.errors import EngineError, NotAllowedError, NotReadyError, TooLargeError
from engine.evidence import record
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.beside import WORK, end_round, round_, sign
from tests.integration.engine.forging import Body
from tests.integration.engine.office import EXAMINER, LEADER, Office, ext, lanes
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, kinds, wrong


@scene
def case(office: Office) -> UUID:
    """A case whose examination somebody has."""
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    office.claim("thamtra", made, WORK)
    return made


def refused(office: Office, login: str, case: UUID) -> EngineError:
    """Why a step cannot be completed; nothing changes."""
    before = office.digest()
    with pytest.raises(EngineError) as found:
        office.complete(login, case, WORK)
    assert office.digest() == before
    return found.value


def test_a_step_with_an_open_round_is_not_completed_and_says_who_is_missing(
    office: Office, case: UUID
) -> None:
    round_(office, case, quorum=2)
    sign(office, case, "lanhdao", "~k1.1")
    found = refused(office, "thamtra", case)
    assert found.code == "cosign-open"
    assert found.params == {
        "missing": f"{EXAMINER} (Cơ quan elsewhere)",
        "agreed": 1,
        "quorum": 2,
    }
    sign(office, case, "xa", "~k1.2")
    office.complete("thamtra", case, WORK)
    judgement = judged(office, case)
    assert wrong(judgement) == []
    assert kinds(judgement) == []
    assert office.rebuild(case) == []


def test_a_quorum_is_enough_and_who_has_not_signed_need_not(
    office: Office, case: UUID
) -> None:
    round_(office, case, quorum=1)
    sign(office, case, "lanhdao", "~k1.1")
    office.complete("thamtra", case, WORK)
    rows = office.work(case)
    assert rows["~k1.1", 1].status is TaskStatus.DONE
    assert rows["~k1.2", 1].status is TaskStatus.CANCELLED
    assert rows["~k1.2", 1].name == "Đồng ký: Thẩm tra"
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_whoever_disagrees_says_why_and_with_a_veto_stops_the_step(
    office: Office, case: UUID
) -> None:
    round_(office, case, quorum=1, veto=True)
    sign(office, case, "lanhdao", "~k1.1")
    with pytest.raises(NotReadyError) as silent:
        sign(office, case, "xa", "~k1.2", stance=Stance.DISAGREE)
    assert silent.value.code == "no-why"
    sign(office, case, "xa", "~k1.2", stance=Stance.DISAGREE, text="Sai thửa đất")
    assert refused(office, "thamtra", case).code == "cosign-refused"
    end_round(office, case)
    office.complete("thamtra", case, WORK)
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_without_a_veto_somebody_may_disagree(office: Office, case: UUID) -> None:
    round_(office, case, quorum=1)
    sign(office, case, "xa", "~k1.2", stance=Stance.DISAGREE, text="Sai thửa đất")
    assert refused(office, "thamtra", case).code == "cosign-open"
    sign(office, case, "lanhdao", "~k1.1")
    office.complete("thamtra", case, WORK)


def test_who_signs_never_completes_the_step(office: Office, case: UUID) -> None:
    office.release("thamtra", case, WORK)
    round_(office, case, signers=((EXAMINER, "office"),))
    sign(office, case, "thamtra2", "~k1.1")
    found = refused(office, "thamtra2", case)
    assert (type(found), found.code) == (NotAllowedError, "signed-it")
    office.complete("thamtra", case, WORK)
    assert wrong(judged(office, case)) == []


def test_a_signature_in_a_round_that_was_taken_back_is_a_hand_in_the_step(
    office: Office, case: UUID
) -> None:
    office.release("thamtra", case, WORK)
    round_(office, case, signers=((EXAMINER, "office"), (LEADER, "office")), quorum=2)
    sign(office, case, "thamtra2", "~k1.1")
    end_round(office, case)
    assert refused(office, "thamtra2", case).code == "signed-it"


def test_neither_who_asked_nor_who_has_the_step_signs(
    office: Office, case: UUID
) -> None:
    round_(office, case, signers=((EXAMINER, "office"), (EXAMINER, "office")))
    with pytest.raises(NotAllowedError) as own:
        sign(office, case, "thamtra", "~k1.1")
    assert own.value.code == "own-round"
    office.release("thamtra", case, WORK)
    office.claim("thamtra2", case, WORK)
    with pytest.raises(NotAllowedError) as has:
        sign(office, case, "thamtra2", "~k1.2")
    assert has.value.code == "own-step"


def test_nobody_signs_twice(office: Office, case: UUID) -> None:
    round_(office, case, signers=((EXAMINER, "office"), (EXAMINER, "office")))
    sign(office, case, "thamtra2", "~k1.1")
    with pytest.raises(NotAllowedError) as twice:
        sign(office, case, "thamtra2", "~k1.2")
    assert twice.value.code == "signed-already"


def test_a_substitute_signs_with_the_hands_of_both(office: Office, case: UUID) -> None:
    """The asker cannot sign through somebody who stands in for him."""
    today = office.clock.at.date()
    examiner = office.actor("thamtra").positions[0].id
    given = Substitution(
        id=office.app.ids.uuid(),
        position=examiner,
        absent=office.accounts["thamtra"].id,
        substitute=office.accounts["motcua"].id,
        valid_from=today,
        valid_to=today,
        order="1/QĐ",
    )
    office.do("quantri", substitute.GiveSubstitution(substitution=given))
    round_(office, case, signers=((EXAMINER, "office"),))
    with pytest.raises(NotAllowedError) as own:
        sign(office, case, "motcua", "~k1.1")
    assert own.value.code == "own-round"
    sign(office, case, "thamtra2", "~k1.1")
    assert wrong(judged(office, case)) == []


PAIR = bpmn.definitions(
    bpmn.process(
        "start s; task lap 'Lập'; task duyet 'Duyệt' "
        + ext('<qt:work fourEyes="lap"/>')
        + "; end e",
        "s > lap > duyet > e",
        identity="bon_mat",
        more=ext('<qt:procedure code="5.001"/>')
        + lanes(examiner="lap", leader="duyet"),
    )
)


def test_who_signed_one_step_of_a_pair_does_not_do_the_other(office: Office) -> None:
    office.publish(bon_mat=PAIR)
    made = office.open("5.001")
    office.do(
        "thamtra",
        AskCosign(
            case=made,
            element="lap",
            occurrence=1,
            signers=((LEADER, office.agencies["office"]),),
            quorum=1,
            question="Đề nghị ký",
        ),
    )
    sign(office, made, "lanhdao", "~k1.1")
    office.complete("thamtra", made, "lap")
    with pytest.raises(NotAllowedError) as found:
        office.complete("lanhdao", made, "duyet")
    assert found.value.code == "four-eyes"


def test_one_round_at_a_time(office: Office, case: UUID) -> None:
    round_(office, case)
    with pytest.raises(NotReadyError) as second:
        round_(office, case)
    assert second.value.code == "round-open"
    end_round(office, case)
    round_(office, case)
    assert office.work(case)["~k2.1", 1].status is TaskStatus.OPEN


@pytest.mark.parametrize("quorum", [0, 3, -1])
def test_a_quorum_that_cannot_be_is_refused(
    office: Office, case: UUID, quorum: int
) -> None:
    with pytest.raises(NotReadyError) as found:
        round_(office, case, quorum=quorum)
    assert found.value.code == "no-quorum"


def test_too_many_signers_are_refused(office: Office, case: UUID) -> None:
    with pytest.raises(TooLargeError):
        round_(office, case, signers=((LEADER, "office"),) * 21)


def test_nobody_signs_neither_for_nor_against(office: Office, case: UUID) -> None:
    round_(office, case)
    with pytest.raises(NotReadyError) as found:
        sign(office, case, "lanhdao", "~k1.1", stance=Stance.NONE)
    assert found.value.code == "no-stance"


def test_whoever_took_the_step_over_may_take_the_round_back(
    office: Office, case: UUID
) -> None:
    round_(office, case)
    office.release("thamtra", case, WORK)
    office.claim("thamtra2", case, WORK)
    end_round(office, case, by="thamtra2")
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_a_step_beside_which_something_was_asked_has_been_begun(
    office: Office,
) -> None:
    office.publish(bon_mat=PAIR)
    made = office.open("5.001")
    office.complete("thamtra", made, "lap")
    office.do(
        "lanhdao",
        AskOpinion(
            case=made,
            element="duyet",
            occurrence=1,
            performer=EXAMINER,
            agency=office.agencies["elsewhere"],
            question="Ý kiến?",
        ),
    )
    with pytest.raises(NotReadyError) as found:
        office.do("thamtra", RecallTask(case=made, element="lap", occurrence=1))
    assert found.value.code == "recall-begun"


def test_a_step_that_was_completed_against_an_open_round_fails(
    office: Office, case: UUID
) -> None:
    round_(office, case, quorum=2)
    sign(office, case, "lanhdao", "~k1.1")
    sign(office, case, "xa", "~k1.2")
    office.complete("thamtra", case, WORK)
    events = office.events(case)

    def against(body: Body, _: dict[str, Any]) -> None:
        body["facts"]["stance"] = "disagree"

    made = forging.forge(events, 6, against)
    assert (7, "control_flow", "round-open") in wrong(judged(office, case, made))


def test_a_signer_who_completes_fails_before_the_court(
    office: Office, case: UUID
) -> None:
    office.release("thamtra", case, WORK)
    round_(office, case, signers=((EXAMINER, "office"),))
    sign(office, case, "thamtra2", "~k1.1")
    office.complete("thamtra", case, WORK)
    events = office.events(case)
    signer = record.parse(events[5].body)["doer"]

    def himself(body: Body, _: dict[str, Any]) -> None:
        body["doer"] = signer

    made = forging.forge(events, 7, himself)
    assert (7, "authority", "signed-it") in wrong(judged(office, case, made))


def test_a_signer_from_another_position_of_ones_own_is_the_same_hand(
    office: Office, case: UUID
) -> None:
    there = Position(
        id=office.app.ids.uuid(),
        agency=office.agencies["elsewhere"],
        name="Kiêm nhiệm",
        performers=frozenset({EXAMINER}),
    )
    office.app.engine.run(change.CreatePosition(position=there), office.tenant)
    holder = Holder(position=there.id, account=office.accounts["thamtra"].id)
    office.app.engine.run(change.HoldPosition(holder=holder), office.tenant)
    round_(office, case)
    with pytest.raises(NotAllowedError) as own:
        sign(office, case, "thamtra", "~k1.2")
    assert own.value.code == "own-round"
