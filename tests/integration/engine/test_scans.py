"""The scan of a sheet belongs to the case that it is entered for."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import pytest

from engine import unsent
from engine.commands import ask_outside as ask
from engine.domain.run import Visit
from engine.errors import NotReadyError
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import go, procedure
from tests.integration.engine.test_on_paper import open_on_paper, refused, sheet

CONTENT = b"%PDF-1.7 to giay"
ROOM = unsent.Room(files=9, own=10_000, all=10_000)
SCAN = hashlib.sha256(CONTENT).hexdigest()


@scene
def case(office: Office) -> UUID:
    """Received at 09:05, entered on the screen; what follows is entered at 16:00."""
    office.publish(giay=procedure("8.001"))
    made = office.open("8.001")
    go(office, "2026-11-20T16:00")
    return made


@dataclass
class Sent:
    """A file that was sent."""

    office: Office

    def by(self, login: str, case: UUID | None) -> None:
        """Somebody sent it for a case, or for none yet."""
        office = self.office
        account = office.accounts[login]
        made = unsent.Upload(
            id=office.app.ids.uuid(),
            account=account.id,
            case=case,
            name="to-1.pdf",
            type="application/pdf",
            size=len(CONTENT),
            received=len(CONTENT),
            sha256=SCAN,
            began_at=office.clock.now(),
            seen_at=office.clock.now(),
        )
        assert office.app.uploads.begin(account.tenant, made, ROOM) is None
        assert office.app.attachments.put(account.tenant, CONTENT) == SCAN

    def noted(self, case: UUID) -> None:
        """It is a file of a case."""
        office = self.office
        assert office.app.attachments.put(office.tenant, CONTENT) == SCAN
        place = (office.tenant, case, office.case(case).month)
        files = {SCAN: ("to-1.pdf", "application/pdf", len(CONTENT))}
        account = office.accounts["motcua"].id
        office.app.attachments.attach(place, account, office.clock.now(), files)

    def drafted(self, login: str, case: UUID) -> None:
        """Somebody's draft of a step holds it."""
        file = (SCAN, "to-1.pdf", "application/pdf", len(CONTENT))
        kept = unsent.Sheet(
            typed={}, files={"quet": (file,)}, saved_at=self.office.clock.now()
        )
        drafts, account = self.office.app.drafts, self.office.accounts[login]
        drafts.write(account, case, Visit("xem", 1), kept, 0)


@pytest.fixture
def sent(office: Office) -> Sent:
    return Sent(office)


def enter(office: Office, case: UUID) -> None:
    """Enter the step on paper, with the scan."""
    paper = sheet(office, "thamtra", scan=SCAN)
    office.complete("thamtra", case, "xem", paper=paper)


def not_of_it(office: Office, case: UUID) -> None:
    before = office.digest()
    refused(lambda: enter(office, case), NotReadyError, "paper-scan-case")
    assert office.digest() == before


@pytest.mark.parametrize("of_it", [True, False])
def test_who_sent_a_scan_for_a_case_or_for_none_yet_enters_it(
    office: Office, case: UUID, sent: Sent, *, of_it: bool
) -> None:
    sent.by("thamtra", case if of_it else None)
    enter(office, case)
    assert SCAN in office.events(case)[-1].body.decode()


def test_a_file_of_the_case_is_told_of_whoever_sent_it_and_however_often(
    office: Office, case: UUID, sent: Sent
) -> None:
    sent.noted(case)
    # The same file in another dossier takes nothing from this one.
    sent.noted(office.open("8.001"))
    enter(office, case)
    paper = sheet(office, "motcua", "2026-11-20T09:40", scan=SCAN)
    office.complete("motcua", case, "tra", paper=paper)


def test_what_a_draft_of_the_case_holds_was_sent_for_it(
    office: Office, case: UUID, sent: Sent
) -> None:
    """A draft goes with the work to whoever does it next."""
    sent.by("thamtra2", case)
    not_of_it(office, case)
    sent.drafted("thamtra2", case)
    enter(office, case)


def test_what_somebody_else_sent_is_no_scan_of_ones_own(
    office: Office, case: UUID, sent: Sent
) -> None:
    sent.by("thamtra2", case)
    sent.by("thamtra2", None)
    not_of_it(office, case)


def test_what_was_sent_for_another_case_is_no_scan_of_this_one(
    office: Office, case: UUID, sent: Sent
) -> None:
    sent.by("thamtra", office.open("8.001"))
    not_of_it(office, case)


@pytest.mark.parametrize("draft", [True, False])
def test_what_another_case_has_is_no_scan_of_this_one(
    office: Office, case: UUID, sent: Sent, *, draft: bool
) -> None:
    sent.by("thamtra", case)
    sent.by("thamtra", None)
    if draft:
        sent.drafted("thamtra", case)
    sent.noted(office.open("8.001"))
    not_of_it(office, case)


def test_a_file_that_nobody_sent_for_a_form_is_no_scan(
    office: Office, case: UUID
) -> None:
    """Its bytes are there: the result of a report, the export of a case."""
    office.app.attachments.put(office.tenant, CONTENT)
    not_of_it(office, case)


def test_a_wait_asks_for_the_scan_of_its_case_too(
    office: Office, case: UUID, sent: Sent
) -> None:
    sent.by("thamtra", office.open("8.001"))
    command = ask.RequestSupplement(
        case=case,
        missing="Giấy",
        reason="Thiếu",
        paper=sheet(office, "thamtra", scan=SCAN),
    )
    refused(lambda: office.do("thamtra", command), NotReadyError, "paper-scan-case")


def test_the_scan_of_a_receipt_was_sent_for_no_case_by_who_enters_it(
    office: Office, case: UUID, sent: Sent
) -> None:
    paper = sheet(office, "motcua", scan=SCAN)
    sent.by("motcua", case)
    refused(lambda: open_on_paper(office, paper), NotReadyError, "paper-scan-case")
    sent.by("motcua", None)
    made = open_on_paper(office, paper)
    # Once it is a file of that dossier it is none of the next one.
    sent.noted(made)
    refused(lambda: open_on_paper(office, paper), NotReadyError, "paper-scan-case")
