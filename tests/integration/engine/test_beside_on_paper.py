"""Opinions and co-signatures given on paper: instants, hands, verdicts.

Friday 20/11/2026; the examination is claimed at 09:05, asked beside at 09:10, answered
in the morning and entered at 16:00.
"""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.answer_beside import Cosign, GiveOpinion
from engine.commands.ask_beside import AskCosign
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain.case import TaskStatus
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Role
from engine.domain.side_work import Stance
from engine.errors import NotAllowedError, NotReadyError
from tests.integration.engine import forging, reorganised
from tests.integration.engine import test_substitution as substitution
from tests.integration.engine.beside import DAY, WORK, ask, end_round, round_
from tests.integration.engine.office import EXAMINER, LEADER, Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import at, go
from tests.integration.engine.test_cosigning import PAIR
from tests.integration.engine.test_on_paper import refused, sheet
from tests.integration.engine.test_orders_on_paper import forged, sound, told

AFTERNOON: Final = "2026-11-20T16:00"
#: A second examiner elsewhere, and a second leader.
FAR: Final = "xa2"
DEPUTY: Final = "pholanhdao"


@scene
def case(office: Office) -> UUID:
    """A case whose examination somebody has."""
    reorganised.add_person(office, FAR, Role.CLERK, "elsewhere", EXAMINER)
    reorganised.add_person(office, DEPUTY, Role.CLERK, "office", LEADER)
    made = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", made, "nhan")
    office.claim("thamtra", made, WORK)
    go(office, "2026-11-20T09:10")
    return made


def opinion(case: UUID, paper: OnPaper | None) -> GiveOpinion:
    return GiveOpinion(
        case=case, element="~y1", stance=Stance.AGREE, text="Không vướng", paper=paper
    )


def signature(case: UUID, paper: OnPaper | None, element: str = "~k1.1") -> Cosign:
    return Cosign(case=case, element=element, stance=Stance.AGREE, paper=paper)


def test_an_opinion_given_on_paper_counts_by_its_real_instant(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    # A working day from Friday 09:10 ends before this.
    go(office, "2026-11-25T16:00")
    office.do("xa", opinion(case, sheet(office, FAR, "2026-11-20T09:30")))
    row = office.work(case)["~y1", 1]
    assert (row.status, row.closed_at) == (TaskStatus.DONE, at("2026-11-20T09:30"))
    assert row.assignee == office.accounts["xa"].id
    assert row.hand == office.accounts[FAR].id
    # It was not late.
    assert sound(office, case) == ["on-paper"]


@pytest.mark.parametrize(
    ("who", "when", "refusal"),
    [
        (FAR, "2026-11-20T09:09", (NotReadyError, "paper-early")),
        (FAR, "2026-11-20T16:01", (NotReadyError, "paper-future")),
        ("thamtra", "2026-11-20T09:30", (NotAllowedError, "paper-holder")),
    ],
)
def test_an_opinion_on_paper_is_of_who_was_asked_after_it_was(
    office: Office, case: UUID, who: str, when: str, refusal: Any
) -> None:
    ask(office, case)
    go(office, AFTERNOON)
    before = office.digest()
    made = opinion(case, sheet(office, who, when))
    refused(lambda: office.do("xa", made), *refusal)
    assert office.digest() == before


def test_nothing_was_said_on_paper_while_the_case_was_suspended(
    office: Office, case: UUID
) -> None:
    ask(office, case)
    go(office, "2026-11-20T09:20")
    order: dict[str, Any] = {"reason": "Chờ", "basis": "Điều 7", "document": "5/QĐ"}
    office.do("giamsat", SuspendCase(case=case, **order))
    go(office, "2026-11-20T10:00")
    office.do("giamsat", EndSuspension(case=case, reason="Rõ"))
    go(office, AFTERNOON)
    made = opinion(case, sheet(office, FAR, "2026-11-20T09:30"))
    refused(lambda: office.do("xa", made), NotReadyError, "suspended")
    office.do("xa", replace(made, paper=sheet(office, FAR, "2026-11-20T10:00")))
    sound(office, case)
    earlier = told(at="2026-11-20T02:30:00.000000Z")
    assert (7, "time", "was-suspended") in forged(office, case, 7, earlier)


def test_a_signature_on_paper_is_a_hand_of_both(office: Office, case: UUID) -> None:
    round_(office, case, signers=((LEADER, "office"), (LEADER, "office")), quorum=1)
    go(office, AFTERNOON)
    signed = sheet(office, DEPUTY, "2026-11-20T09:30")
    office.do("lanhdao", signature(case, signed))
    assert office.work(case)["~k1.1", 1].hand == office.accounts[DEPUTY].id
    for login in ("lanhdao", DEPUTY):
        refused(
            lambda who=login: office.do(who, signature(case, None, "~k1.2")),  # type: ignore[misc]
            NotAllowedError,
            "signed-already",
        )
    office.complete("thamtra", case, WORK)
    # Neither does the other step of the pair.
    office.clock.move(days=4)
    office.wake(case)
    for login in ("lanhdao", DEPUTY):
        refused(
            lambda who=login: office.complete(who, case, "ky"),  # type: ignore[misc]
            NotAllowedError,
            "four-eyes",
        )
    assert "on-paper" in sound(office, case)


@pytest.mark.parametrize(
    ("who", "enters", "code"),
    [
        # Who asked, or has the step, has no hand in a signature: on neither side.
        ("thamtra", "thamtra2", "own-round"),
        ("thamtra2", "thamtra", "own-round"),
        ("thamtra3", "thamtra2", "own-step"),
        ("thamtra2", "thamtra3", "own-step"),
    ],
)
def test_neither_who_asked_nor_who_has_the_step_signs_on_paper(
    office: Office, case: UUID, who: str, enters: str, code: str
) -> None:
    reorganised.add_person(office, "thamtra3", Role.CLERK, "office", EXAMINER)
    reorganised.add_person(office, "thamtra4", Role.CLERK, "office", EXAMINER)
    round_(office, case, signers=((EXAMINER, "office"),))
    office.release("thamtra", case, WORK)
    office.claim("thamtra3", case, WORK)
    go(office, AFTERNOON)
    before = office.digest()
    made = signature(case, sheet(office, who))
    refused(lambda: office.do(enters, made), NotAllowedError, code)
    assert office.digest() == before
    office.do("thamtra2", replace(made, paper=sheet(office, "thamtra4")))
    sound(office, case)
    last = len(office.events(case))
    for one in ("thamtra", "thamtra3"):
        put = told(
            by=office.accounts[one].id.hex,
            position=office.actor(one).positions[0].id.hex,
        )
        assert (last, "authority", "own-signature") in forged(office, case, last, put)


def test_a_substitute_signs_nothing_on_paper(office: Office, case: UUID) -> None:
    substitution.give(office, "lanhdao", "xa")
    round_(office, case, signers=((LEADER, "office"),))
    go(office, AFTERNOON)
    theirs = office.actor("lanhdao").positions[0].id
    paper = sheet(office, "xa", position=theirs)
    refused(
        lambda: office.do(DEPUTY, signature(case, paper)),
        NotAllowedError,
        "paper-holder",
    )
    office.do(DEPUTY, signature(case, sheet(office, "lanhdao")))
    sound(office, case)
    put = told(by=paper.by.hex)
    last = len(office.events(case))
    found = forged(office, case, last, put)
    assert [one[:2] for one in found] == [(last, "authority")]


def test_a_step_that_was_signed_is_done_on_paper_by_a_holder_and_after_that(
    office: Office, case: UUID
) -> None:
    """Whom a substitute did it for may be who signed."""
    round_(office, case, signers=((LEADER, "office"),))
    substitution.give(office, "thamtra2", "xa")
    go(office, AFTERNOON)
    office.do("lanhdao", signature(case, sheet(office, DEPUTY, "2026-11-20T10:00")))
    theirs = office.actor("thamtra2").positions[0].id
    stood = sheet(office, "xa", "2026-11-20T10:30", position=theirs)
    early = sheet(office, "thamtra2", "2026-11-20T09:59")
    for paper, kind, code in (
        (stood, NotAllowedError, "paper-holder"),
        (early, NotReadyError, "paper-early"),
    ):
        refused(
            lambda told=paper: office.complete(  # type: ignore[misc]
                "thamtra", case, WORK, paper=told
            ),
            kind,
            code,
        )
    good = sheet(office, "thamtra2", "2026-11-20T10:00")
    office.complete("thamtra", case, WORK, paper=good)
    sound(office, case)
    last = len(office.events(case))
    put = told(by=stood.by.hex)
    found = forged(office, case, last, put)
    assert [one[:2] for one in found] == [(last, "authority")]
    earlier = told(at="2026-11-20T02:59:00.000000Z")
    assert (last, "time", "paper-instant") in forged(office, case, last, earlier)


def test_what_was_signed_in_a_round_that_was_taken_back_is_waited_for_no_more(
    office: Office, case: UUID
) -> None:
    round_(office, case, signers=((LEADER, "office"), (LEADER, "office")), quorum=2)
    go(office, AFTERNOON)
    office.do("lanhdao", signature(case, sheet(office, DEPUTY, "2026-11-20T10:00")))
    end_round(office, case)
    paper = sheet(office, "thamtra2", "2026-11-20T09:59")
    office.complete("thamtra", case, WORK, paper=paper)
    sound(office, case)


def test_a_hand_in_both_steps_of_a_pair_by_signing_on_paper_is_found(
    office: Office,
) -> None:
    reorganised.add_person(office, DEPUTY, Role.CLERK, "office", LEADER)
    office.publish(bon_mat=PAIR)
    made = office.open("5.001")
    asked = AskCosign(
        case=made,
        element="lap",
        occurrence=1,
        signers=((LEADER, office.agencies["office"]),),
        quorum=1,
        question="Đề nghị ký",
        limit=DAY,
    )
    office.do("thamtra", asked)
    reorganised.add_person(office, "lanhdao3", Role.CLERK, "office", LEADER)
    go(office, AFTERNOON)
    office.do("lanhdao", signature(made, sheet(office, "lanhdao3")))
    office.complete("thamtra", made, "lap")
    office.complete(DEPUTY, made, "duyet")
    sound(office, made)
    put: forging.Change = told(
        by=office.accounts[DEPUTY].id.hex,
        position=office.actor(DEPUTY).positions[0].id.hex,
    )
    codes = [one[-1] for one in forged(office, made, 3, put)]
    assert "four-eyes" in codes
